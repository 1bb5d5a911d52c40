// The middle pane: one conversation. Messages that did not change keep their elements, so focus and place stay.

import { h, icon, mark } from "./dom.js";
import { look, lookName } from "./look.js";
import { menu } from "./menu.js";

export class Talk {
  #drawn = new Map();
  #room = "";
  #late = false;
  #look = "";

  /**
   * `act.press(button, element, entry)` and `act.shortcut(name, entry)` are what people can do with a message;
   * `act.name(user)` is what somebody is called.
   */
  constructor(pane, act) {
    this.act = act;
    this.head = h("header", { class: "head" });
    this.said = h("div", { class: "said", id: "said", role: "log", tabindex: "0" });
    this.said.setAttribute("aria-live", "off"); // app.js says what is new, in one line
    pane.append(this.head, this.said);
  }

  draw(view, room, entries, target) {
    const t = view.labels;
    const about = view.rooms.find((each) => each.id === room);
    this.head.replaceChildren(h("h1", {}, about.kind === "channel" ? `# ${about.name}` : about.name), h("p", {}, about.topic));
    this.said.setAttribute("aria-label", about.name);
    const place = `${view.me} ${room} ${view.language}`;
    const fresh = place !== this.#room;
    const anchor = !fresh && lookName() !== this.#look ? this.#inSight() : null;
    if (fresh || anchor) this.#drawn.clear();
    this.#room = place;
    this.#look = lookName();
    const bottom = this.said.scrollHeight - this.said.scrollTop - this.said.clientHeight < 80;
    const kept = new Map();
    const list = [];
    entries.forEach((entry, index) => {
      const before = entries[index - 1];
      if (!before || before.day !== entry.day) list.push(h("div", { class: "day" }, entry.day));
      const joined = joins(before, entry);
      const key = JSON.stringify([entry, joined, view.shortcuts]);
      const old = this.#drawn.get(entry.id);
      const made = old?.key === key ? old : { key, element: this.#entry(entry, joined, view) };
      kept.set(entry.id, made);
      list.push(made.element);
    });
    this.#drawn = kept;
    const focused = this.said.contains(document.activeElement) ? document.activeElement : null;
    this.said.replaceChildren(...(list.length ? list : [h("p", { class: "nothing" }, t.nothingYet)]));
    focused?.focus({ preventScroll: true }); // an element that is moved loses it
    const found = target && kept.get(target)?.element;
    if (found) found.scrollIntoView({ block: "center" });
    else if (anchor && !bottom) kept.get(anchor)?.element.scrollIntoView();
    else if (fresh || bottom || this.#late) this.#end();
  }

  /** The pane came in sight. */
  shown() {
    if (this.#late) this.#end();
  }

  /** The first message that is in sight. */
  #inSight() {
    const top = this.said.getBoundingClientRect().top;
    const first = [...this.#drawn.values()].find(({ element }) => element.getBoundingClientRect().bottom > top);
    return first?.element.dataset.entry ?? null;
  }

  /** Goes to the newest message, now or when the pane comes in sight. */
  #end() {
    this.#late = this.said.clientHeight === 0;
    this.said.scrollTop = this.said.scrollHeight;
  }

  #entry(entry, joined, view) {
    const t = view.labels;
    const person = view.people.find((each) => each.user === entry.author);
    const mine = entry.author === view.me;
    const face = person
      ? h("span", { class: mine ? "face self" : "face", "aria-hidden": "true" }, person.initials)
      : h("span", { class: "face ritme", "aria-hidden": "true" }, mark());
    const by = h("p", { class: "by" }, h("b", {}, entry.name), person ? null : h("span", { class: "app" }, t.app),
      h("time", {}, entry.time),
      entry.private ? h("span", { class: "eye" }, icon("eye"), t.onlyYou) : null,
      entry.edited ? h("span", {}, `(${t.edited})`) : null);
    const said = entry.looks
      ? look().message(entry.looks[lookName()], { name: this.act.name, press: (button, element) => this.act.press(button, element, entry) })
      : h("p", { class: "words" }, entry.text);
    const classes = ["entry", joined ? "joined" : "", entry.private ? "private" : "", mine ? "mine" : ""].filter(Boolean).join(" ");
    return h("article", { class: classes, "data-entry": entry.id, "aria-label": `${entry.name}, ${entry.time}` },
      face, h("div", {}, by, said), view.shortcuts.length ? this.#more(entry, view) : null);
  }

  #more(entry, view) {
    const button = h("button", { type: "button", class: "quiet", "aria-label": view.labels.more, title: view.labels.more,
      "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
    button.onclick = () => menu(button, view.shortcuts.map(({ name, label }) => ({ label, run: () => this.act.shortcut(name, entry) })));
    return button;
  }
}

/** Whether a message belongs to the one before it: the same author, the same day, without a heading of its own. */
function joins(before, entry) {
  return Boolean(before && before.author === entry.author && before.day === entry.day && before.time === entry.time
    && !entry.private && !before.private && !entry.edited && entry.author);
}
