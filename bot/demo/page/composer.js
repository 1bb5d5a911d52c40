// The box below a conversation: commands after a slash, people after an @, Enter sends, Shift+Enter a new line.

import { fillIn, h, icon } from "./dom.js";

export class Composer {
  #drafts = new Map();
  #place = "";
  #hints = [];
  #chosen = 0;
  #mentions = {};
  #view = null;

  /** `send(text, mentions)` resolves when it was sent. */
  constructor(pane, send) {
    this.send = send;
    this.list = h("ul", { class: "hints", id: "hints", role: "listbox", hidden: true });
    this.text = h("textarea", { id: "box", rows: 1, role: "combobox", "aria-autocomplete": "list", "aria-controls": "hints",
      "aria-expanded": "false", autocomplete: "off", enterkeyhint: "send" });
    this.slash = h("button", { type: "button", class: "quiet slash" }, "/");
    this.go = h("button", { type: "submit", class: "quiet go" }, icon("send"));
    const form = h("form", {}, this.slash, this.text, this.go);
    pane.append(h("div", { class: "box" }, this.list, form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.text.addEventListener("input", () => this.#suggest());
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("blur", () => setTimeout(() => document.activeElement === this.text || this.#show([]), 150));
    this.slash.addEventListener("click", () => this.#open());
  }

  draw(view, room) {
    const t = view.labels;
    const about = view.rooms.find((each) => each.id === room);
    this.#view = view;
    const place = `${view.me} ${room}`;
    if (place !== this.#place) {
      this.#drafts.set(this.#place, this.text.value);
      this.text.value = this.#drafts.get(place) ?? "";
      this.#place = place;
      this.#show([]);
    }
    const words = about.kind === "dm" ? t.messageRitme : fillIn(t.messageChannel, about.name);
    this.text.placeholder = words;
    this.text.setAttribute("aria-label", words);
    this.list.setAttribute("aria-label", t.commands);
    for (const [button, label] of [[this.slash, t.openCommands], [this.go, t.send]]) {
      button.setAttribute("aria-label", label);
      button.title = label;
    }
  }

  /** Puts a text in the box, for the person to send. */
  put(text) {
    this.text.value = text;
    this.text.focus();
  }

  async #submit() {
    const text = this.text.value.trim();
    if (!text) return;
    const mentions = Object.fromEntries(Object.entries(this.#mentions).filter(([name]) => text.includes(name)));
    this.text.value = "";
    this.#mentions = {};
    this.#show([]);
    try {
      await this.send(text, mentions);
    } catch (problem) {
      this.text.value ||= text; // what was typed is never lost
      throw problem;
    }
  }

  #open() {
    if (!this.text.value) this.text.value = "/";
    this.text.focus();
    this.#suggest();
  }

  #suggest() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const name = /(?:^|\s)@([\p{L}\p{M}' .-]{0,30})$/u.exec(before);
    if (/^\/[^\n]*$/.test(before) && !name) this.#show(this.#commands(before));
    else this.#show(name ? this.#people(name[1]) : []);
  }

  #commands(typed) {
    const wanted = typed.toLowerCase();
    return this.#view.commands
      .filter((each) => each.usage.startsWith(wanted) || wanted === each.usage)
      .map((each) => ({ name: each.usage, more: each.hint, side: each.text, put: () => this.#put(`${each.usage} `) }));
  }

  #people(typed) {
    const wanted = typed.toLowerCase();
    return this.#view.people
      .filter((each) => each.user !== this.#view.me && each.name.toLowerCase().split(" ").some((_, at, parts) => parts.slice(at).join(" ").startsWith(wanted)))
      .map((each) => ({ name: each.name, side: each.title, put: () => this.#mention(each, typed) }));
  }

  #mention(person, typed) {
    const at = this.text.selectionStart - typed.length - 1;
    const word = `@${person.name}`;
    this.#mentions[word] = person.user;
    this.text.setRangeText(`${word} `, at, this.text.selectionStart, "end");
    this.#show([]);
  }

  #put(text) {
    this.text.value = text;
    this.#show([]);
  }

  #show(hints) {
    this.#hints = hints;
    this.#chosen = 0;
    this.list.hidden = hints.length === 0;
    this.text.setAttribute("aria-expanded", String(hints.length > 0));
    this.list.replaceChildren(...hints.map((hint, index) => h("li", {
      id: `hint${index}`, role: "option",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => {
        hint.put();
        this.text.focus();
      },
    }, h("b", {}, hint.name), hint.more ? h("span", {}, hint.more) : null, h("i", {}, hint.side))));
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === this.#chosen)));
    const row = this.list.children[this.#chosen];
    if (row) this.text.setAttribute("aria-activedescendant", row.id);
    else this.text.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const open = this.#hints.length > 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) {
      event.preventDefault();
      this.#chosen = (this.#chosen + step + this.#hints.length) % this.#hints.length;
      this.#mark();
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      this.#show([]);
    } else if (open && (event.key === "Tab" || (event.key === "Enter" && !this.#complete()))) {
      event.preventDefault();
      this.#hints[this.#chosen].put();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    }
  }

  /** Whether what stands there can be sent as it is: Enter on a whole command sends it. */
  #complete() {
    const typed = this.text.value.trim().toLowerCase();
    return this.#view.commands.some((each) => each.usage === typed);
  }
}
