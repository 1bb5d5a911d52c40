// The demo's page: whose eyes, which room, which pane; what the server says is drawn, what people do is sent.

import { applyTheme, drawBar } from "./clock.js";
import { Composer } from "./composer.js";
import { fillIn, h, icon, swap } from "./dom.js";
import { openForm } from "./form.js";
import { choose, look, lookName } from "./look.js";
import { confirm } from "./menu.js";
import { get, listen, post, watch } from "./net.js";
import { drawSide } from "./side.js";
import { Talk } from "./talk.js";

const panes = Object.fromEntries(["bar", "side", "talk", "desk", "stage", "tabs", "heard", "offline", "skip"].map((id) => [id, document.getElementById(id)]));
const forms = new Map(); // whose form is open: {element, start, draw}
const place = { me: "", room: "", message: "" };
let view = null;
let entries = [];
let home = null;
let heard = null; // the newest message that was said aloud, by place
let moving = false;

const talk = new Talk(panes.talk, {
  press: (button, element, entry) => press(button, element, { room: entry.room, message: entry.id }),
  name: nameOf,
  shortcut: (name, entry) => call({ kind: "shortcut", name, room: place.room, message: entry.id, permalink: permalink(entry.id) }),
});
const composer = new Composer(panes.talk, (text, mentions) => call({ kind: "typed", text, mentions, room: place.room }));

// looking

/** Fetches what is to be seen and draws it; unless one went elsewhere meanwhile, for then another look is on its way. */
async function see() {
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
  looking = see().catch((problem) => console.error(problem)).finally(() => {
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
  drawStage();
  drawTabs();
  panes.talk.setAttribute("aria-label", t.conversation);
  panes.desk.setAttribute("aria-label", t.overview);
  remember();
}

function bar() {
  drawBar(panes.bar, view, moving, { move, eyes: () => show("chats"), look: through });
}

function drawDesk() {
  const old = panes.desk.querySelector(".home");
  const scroll = old?.dataset.of === place.me ? old.scrollTop : 0;
  swap(panes.desk,
    h("header", { class: "head" }, h("h2", {}, view.labels.overviewOf)),
    h("div", { class: "home", tabindex: "0", "data-of": place.me }, home ? look().home(home.looks[lookName()], { name: nameOf, press: (button, element) => press(button, element, {}) }) : null));
  panes.desk.querySelector(".home").scrollTop = scroll;
}

/** An open form stands in front of the conversation and the overview, which wait until it is closed. */
function drawStage() {
  const open = forms.get(place.me);
  panes.stage.hidden = !open;
  if (panes.stage.firstElementChild !== (open?.element ?? null)) panes.stage.replaceChildren(...(open ? [open.element] : []));
  const covers = Boolean(open) && panes.stage.offsetParent !== null;
  for (const pane of [panes.talk, panes.desk]) pane.inert = covers;
}

function nameOf(user) {
  return view.people.find((each) => each.user === user)?.name ?? user;
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
  const last = entries.findLast((entry) => entry.looks);
  const now = `${where} ${last?.id ?? ""}`;
  if (last && heard?.startsWith(`${where} `) && heard !== now) panes.heard.textContent = fillIn(view.labels.newMessage, last.summary);
  heard = now;
}

// going

function show(pane) {
  document.body.dataset.pane = pane;
  drawStage();
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

/** Looks as another chat does, at the same place, with what was typed so far. */
function through(name) {
  choose(name);
  for (const open of forms.values()) open.draw();
  draw();
}

/** The place and the look stand in the address, so that a reload stays where it was. */
function remember() {
  const where = new URLSearchParams({ as: place.me, room: place.room, look: lookName() });
  history.replaceState(null, "", `#${where}`);
}

function recall() {
  const where = new URLSearchParams(location.hash.slice(1));
  place.me = where.get("as") ?? place.me;
  place.room = where.get("room") ?? place.room;
  place.message = where.get("message") ?? "";
  choose(where.get("look") ?? localStorage.getItem("look") ?? lookName());
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
  if (button.confirm && !(await confirm(button.confirm, button.danger))) return;
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
      return open(reply, as, origin);
    case "close_form":
      return closeForm(as);
    case "answer":
      if (reply.room !== place.room && as === place.me) place.room = reply.room;
      return forms.has(as) || document.body.dataset.pane === "conversation" ? undefined : show("conversation");
    case "insert":
      return composer.put(reply.text);
  }
}

function open(reply, as, origin) {
  const drawn = openForm(reply, view.labels, {
    send: (to, values) => submit(to, values, as, origin),
    find: (route, letters, carry) => find(route, letters, carry, as),
    press: (button, element) => press(button, element, origin),
    name: nameOf,
    close: () => closeForm(as),
  });
  forms.set(as, drawn);
  if (as !== place.me) return;
  document.body.dataset.pane = "overview";
  drawStage();
  drawTabs();
  drawn.start();
}

async function submit({ name, carry }, values, as, origin) {
  const replies = await post("/api/call", { as, key: crypto.randomUUID(), kind: "submit", name, carry, values, ...origin });
  const stays = replies.some((reply) => ["invalid", "update_form", "open_form"].includes(reply.type));
  if (!stays) closeForm(as);
  for (const reply of replies) settle(reply, as, origin);
  await refresh();
}

async function find(name, letters, carry, as) {
  const replies = await post("/api/call", { as, key: crypto.randomUUID(), kind: "lookup", name, text: letters, carry });
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
