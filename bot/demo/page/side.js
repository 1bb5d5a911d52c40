// The left pane: this person's conversations, and the people whose eyes one can look through.

import { h, mark, swap } from "./dom.js";

export function drawSide(pane, view, room, choose) {
  const t = view.labels;
  const rooms = (kind) => view.rooms.filter((each) => each.kind === kind)
    .map((each) => h("li", {}, roomRow(each, room, t, () => choose.room(each.id))));
  swap(pane,
    h("h2", {}, t.direct), h("ul", {}, rooms("dm")),
    h("h2", {}, t.channels), h("ul", {}, rooms("channel")),
    h("h2", { id: "eyes" }, t.people),
    h("ul", { class: "people", "aria-labelledby": "eyes" },
      view.people.map((person) => h("li", {}, personRow(person, view, () => choose.person(person.user))))));
  pane.setAttribute("aria-label", t.chats);
}

function roomRow(each, room, t, open) {
  const sign = each.kind === "dm" ? h("span", { class: "face small ritme" }, mark()) : h("span", { class: "hash", "aria-hidden": "true" }, "#");
  return h("button", { type: "button", class: each.unread ? "row new" : "row", "aria-current": String(each.id === room), "data-key": `room:${each.id}`, onclick: open },
    sign, h("span", { class: "what" }, h("span", { class: "name" }, each.name)), badge(each.unread, t));
}

function personRow(person, view, open) {
  const mine = person.user === view.me;
  const second = [person.away || `${person.time} ${person.place}`, person.title].filter(Boolean).join(" · ");
  return h("button", { type: "button", class: person.unread ? "row new" : "row", "aria-current": String(mine), "data-key": `person:${person.user}`, onclick: open },
    h("span", { class: mine ? "face small self" : "face small", "aria-hidden": "true" }, person.initials),
    h("span", { class: "what" },
      h("span", { class: "name" }, person.name, mine ? h("em", {}, view.labels.you) : null),
      h("small", {}, second)),
    badge(person.unread, view.labels));
}

function badge(count, t) {
  return count ? h("span", { class: "badge" }, String(count), h("span", { class: "unseen" }, ` ${t.unread}`)) : null;
}
