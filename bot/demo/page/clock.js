// The bar on top: whose demo this is, the company's clock with what its next step will bring, which look, light or dark.

import { fillIn, h, icon, mark, swap } from "./dom.js";
import { LOOKS, lookName } from "./look.js";
import { menu } from "./menu.js";

const NAMES = { next: "moveNext", monday: "moveMonday", hour: "moveHour", day: "moveDay" };

/** `act.move(to)` moves the clock, `act.eyes()` goes to the people, `act.look(name)` chooses a look. */
export function drawBar(pane, view, busy, act) {
  const t = view.labels;
  const me = view.people.find((each) => each.user === view.me);
  const [first] = view.clock.moves;
  swap(pane,
    h("div", { class: "brand" }, h("span", { class: "face ritme" }, mark()), h("b", {}, "Ritme"), h("small", { title: t.demoNote }, t.demo)),
    h("button", { type: "button", class: "eyes", "data-key": "eyes", "aria-label": `${t.people} ${me.name}`, onclick: act.eyes },
      h("span", { class: "face self" }, me.initials)),
    h("div", { class: "clock", role: "group", "aria-label": t.clock },
      h("div", { class: "now" }, icon("clock"), h("span", {}, view.clock.now), h("small", {}, view.clock.zone)),
      first ? split(view, first, busy, act.move) : null),
    lookSwitch(t, act.look),
    themeButton(t));
}

function lookSwitch(t, choose) {
  return h("div", { class: "switch", role: "group", "aria-label": t.look }, Object.entries(LOOKS).map(([name, { label }]) =>
    h("button", { type: "button", "data-key": `look:${name}`, "aria-pressed": String(name === lookName()), onclick: () => choose(name) }, label)));
}

function split(view, first, busy, move) {
  const t = view.labels;
  const go = h("button", { type: "button", class: "button primary", "data-key": "move", disabled: busy, "aria-busy": String(busy),
    "aria-label": busy ? t.moving : fillIn(t.moveClock, first.label), onclick: () => move(first.to) },
    h("span", {}, busy ? t.moving : `→ ${first.label}`));
  const other = h("button", { type: "button", class: "button primary", "data-key": "moves", disabled: busy, "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": t.otherMoments, title: t.otherMoments }, icon("down"));
  other.onclick = () => menu(other, view.clock.moves.map((each) => (
    { label: t[NAMES[each.what]], small: `→ ${each.label}`, run: () => move(each.to) })));
  return h("div", { class: "split" }, go, other);
}

function themeButton(t) {
  const button = h("button", { type: "button", class: "quiet", "data-key": "theme", "aria-label": t.theme, title: t.theme,
    "aria-haspopup": "menu", "aria-expanded": "false" }, icon("theme"));
  const chosen = localStorage.getItem("theme") ?? "";
  const choices = [["", t.themeAuto], ["light", t.themeLight], ["dark", t.themeDark]];
  button.onclick = () => menu(button, choices.map(([value, label]) => ({ label, checked: chosen === value, run: () => setTheme(value) })));
  return button;

  function setTheme(value) {
    localStorage.setItem("theme", value);
    applyTheme();
    button.replaceWith(themeButton(t));
  }
}

export function applyTheme() {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "";
}
