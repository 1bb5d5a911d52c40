// The demo's page: whose eyes, which room, which pane; what the server says is drawn, what people do is sent.

import { applyTheme, drawBar } from "./clock.js";
import { Composer } from "./composer.js";
import { fillIn, h, icon, swap } from "./dom.js";
import { drawForm } from "./form.js";
import { body } from "./look.js";
import { confirm } from "./menu.js";
import { get, listen, post, watch } from "./net.js";
import { drawSide } from "./side.js";
import { Talk } from "./talk.js";

const panes = Object.fromEntries(["bar", "side", "talk", "desk", "tabs", "heard", "offline", "skip"].map((id) => [id, document.getElementById(id)]));
const forms = new Map(); // whose form is open: {element, start}
const place = { me: "", room: "", message: "" };
let view = null;
let entries = [];
let home = null;
let heard = null; // the newest message that was said aloud, by place
let moving = false;

const talk = new Talk(panes.talk, {
  press: (button, element, entry) => press(button, element, { room: entry.room, message: entry.id }),
  shortcut: (name, entry) => call({ kind: "shortcut", name, room: place.room, message: entry.id, permalink: permalink(entry.id) }),
});
const composer = new Composer(panes.talk, (text, mentions) => call({ kind: "typed", text, mentions, room: place.room }));

// looking

/** Fetches what is to be seen and draws it; unless one went elsewhere meanwhile, for then another look is on its way. */
async function look() {
  const asked = place.me;
  const fresh = await get("/api/view", { as: asked });
  if (place.me !== asked) return elsewhere();
  place.me = fresh.me;
  if (!fresh.rooms.some((each) => each.id === place.room)) place.room = `@${fresh.me}`;
  const where = place.room;
  await read(fresh);
  const [room, overview] = await Promise.all([
    get("/api/room", { as: fresh.me, room: where }),
    get("/api/home", { as: fresh.me }),
  ]);
  if (place.me !== fresh.me || place.room !== where) return elsewhere();
  view = fresh;
  entries = room.entries.map((entry) => ({ ...entry, room: room.room }));
  home = overview;
  draw();
  listenIn(`${place.me} ${room.room}`);
}

function elsewhere() {
  again = true;
}

/** What is in sight counts as read, before it is drawn as unread. */
async function read(fresh) {
  const room = fresh.rooms.find((each) => each.id === place.room);
  if (!room.unread || !seen()) return;
  room.unread = 0;
  if (room.kind === "dm") fresh.people.find((each) => each.user === place.me).unread = 0;
  await post("/api/read", { as: place.me, room: place.room });
}

/** Whether the conversation is in sight: on small screens another pane may be in front of it. */
function seen() {
  return !document.hidden && panes.talk.offsetParent !== null;
}

let looking = null;
let again = false;
/** Looks once more, at most one look at a time. */
function refresh() {
  if (looking) {
    again = true;
    return looking;
  }
  looking = look().catch((problem) => console.error(problem)).finally(() => {
    looking = null;
    if (again) {
      again = false;
      return refresh();
    }
  });
  return looking;
}

function draw() {
  if (view.me !== place.me || !view.rooms.some((each) => each.id === place.room)) return; // other eyes are on their way
  document.documentElement.lang = view.language;
  const t = view.labels;
  panes.skip.textContent = t.skip;
  panes.offline.textContent = t.offline;
  bar();
  drawSide(panes.side, view, place.room, { room: openRoom, person: openPerson });
  talk.draw(view, place.room, entries, place.message);
  place.message = "";
  composer.draw(view, place.room);
  drawDesk();
  drawTabs();
  panes.talk.setAttribute("aria-label", t.conversation);
  panes.desk.setAttribute("aria-label", t.overview);
  remember();
}

function bar() {
  drawBar(panes.bar, view, moving, { move, eyes: () => show("chats") });
}

function drawDesk() {
  const open = forms.get(place.me);
  if (open) {
    if (panes.desk.firstElementChild !== open.element) panes.desk.replaceChildren(open.element);
    return;
  }
  const old = panes.desk.querySelector(".home");
  const scroll = old?.dataset.of === place.me ? old.scrollTop : 0;
  swap(panes.desk,
    h("header", { class: "head" }, h("h2", {}, view.labels.overviewOf)),
    h("div", { class: "home", tabindex: "0", "data-of": place.me }, home ? body(home.body, (button, element) => press(button, element, {})) : null));
  panes.desk.querySelector(".home").scrollTop = scroll;
}

function drawTabs() {
  const t = view.labels;
  const unread = view.rooms.reduce((sum, each) => sum + each.unread, 0);
  const tab = (pane, sign, label, count, extra = "") => h("button", { type: "button", class: extra, "data-key": pane, "aria-current": String(document.body.dataset.pane === pane), onclick: () => show(pane) },
    icon(sign), label, count ? h("span", { class: "badge" }, String(count)) : null);
  swap(panes.tabs, tab("chats", "chats", t.chats, unread, "first"), tab("conversation", "talk", t.conversation), tab("overview", "home", t.overview));
}

/** Says a new message of Ritme's aloud, in its one line for notifications. */
function listenIn(where) {
  const last = entries.findLast((entry) => entry.body);
  const now = `${where} ${last?.id ?? ""}`;
  if (last && heard?.startsWith(`${where} `) && heard !== now) panes.heard.textContent = fillIn(view.labels.newMessage, last.summary);
  heard = now;
}

// going

function show(pane) {
  document.body.dataset.pane = pane;
  drawTabs();
  if (pane !== "conversation") return;
  talk.shown();
  refresh();
}

function openRoom(room) {
  place.room = room;
  show("conversation");
}

function openPerson(user) {
  if (place.room === `@${place.me}`) place.room = `@${user}`;
  place.me = user;
  refresh();
}

/** The place stands in the address, so that a reload stays where it was. */
function remember() {
  const where = new URLSearchParams({ as: place.me, room: place.room });
  history.replaceState(null, "", `#${where}`);
}

function recall() {
  const where = new URLSearchParams(location.hash.slice(1));
  place.me = where.get("as") ?? place.me;
  place.room = where.get("room") ?? place.room;
  place.message = where.get("message") ?? "";
}

function permalink(message) {
  return `${location.origin}/#${new URLSearchParams({ room: place.room, message })}`;
}

// doing

async function call(what) {
  const as = place.me;
  const origin = { room: what.room ?? "", message: what.message ?? "" };
  const replies = await post("/api/call", { as, key: crypto.randomUUID(), ...what });
  for (const reply of replies) settle(reply, as, origin);
  await refresh();
  return replies;
}

async function press(button, element, origin) {
  if (button.confirm && !(await confirm(button.confirm, button.style === "danger"))) return;
  element.disabled = true;
  try {
    await call({ kind: "press", name: button.name, carry: button.carry, ...origin });
  } finally {
    element.disabled = false;
  }
}

function settle(reply, as, origin) {
  switch (reply.type) {
    case "open_form":
    case "update_form":
    case "invalid":
      return openForm(reply.form, as, origin);
    case "close_form":
      return closeForm(as);
    case "answer":
      if (reply.room !== place.room && as === place.me) place.room = reply.room;
      return forms.has(as) || document.body.dataset.pane === "conversation" ? undefined : show("conversation");
    case "insert":
      return composer.put(reply.text);
  }
}

function openForm(form, as, origin) {
  const drawn = drawForm(form, view.labels, {
    send: (values) => submit(form, values, as, origin),
    look: (route, letters) => lookUp(form, route, letters, as),
    press: (button, element) => press(button, element, origin),
    close: () => closeForm(as),
  });
  forms.set(as, drawn);
  if (as !== place.me) return;
  document.body.dataset.pane = "overview";
  panes.desk.replaceChildren(drawn.element);
  drawTabs();
  drawn.start();
}

async function submit(form, values, as, origin) {
  const replies = await post("/api/call", { as, key: crypto.randomUUID(), kind: "submit", name: form.name, carry: form.carry, values, ...origin });
  const stays = replies.some((reply) => ["invalid", "update_form", "open_form"].includes(reply.type));
  if (!stays) closeForm(as);
  for (const reply of replies) settle(reply, as, origin);
  await refresh();
}

async function lookUp(form, route, letters, as) {
  const replies = await post("/api/call", { as, key: crypto.randomUUID(), kind: "lookup", name: route, text: letters, carry: form.carry });
  return replies.find((reply) => reply.type === "options")?.options ?? [];
}

function closeForm(as) {
  if (!forms.delete(as) || as !== place.me) return;
  if (document.body.dataset.pane === "overview") document.body.dataset.pane = "conversation";
  draw();
  document.getElementById("box").focus({ preventScroll: true });
}

async function move(to) {
  moving = true;
  bar();
  try {
    await post("/api/clock", { to });
  } finally {
    moving = false;
    await refresh();
  }
}

// starting

applyTheme();
watch((reachable) => (panes.offline.hidden = reachable));
recall();
await refresh();
listen((version) => {
  if (version !== view?.version) refresh();
});
addEventListener("hashchange", () => {
  recall();
  refresh();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());
