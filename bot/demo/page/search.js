// One or several of many, found by typing. `find(route, letters, carry)` asks the server for options.

import { fillIn, h, icon } from "./dom.js";

export function search(part, t, find) {
  let chosen = [...part.value];
  let found = [];
  let at = 0;
  let asked = 0;
  const id = `field-${part.name}`;
  const control = h("input", { id, role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-found` });
  const frame = h("div", { class: "chips", onclick: () => control.focus() });
  const list = h("ul", { class: "found", id: `${id}-found`, role: "listbox", "aria-label": part.label, hidden: true });
  control.addEventListener("input", ask);
  control.addEventListener("focus", ask);
  control.addEventListener("blur", () => setTimeout(() => document.activeElement === control || close(), 150));
  control.addEventListener("keydown", key);
  draw();
  return { control, frame, element: h("div", { class: "search" }, frame, list), read: () => (part.several ? values() : values()[0] ?? ""), keep: () => chosen };

  function values() {
    return chosen.map((each) => each.value);
  }

  function draw() {
    const chips = chosen.map((each) => h("span", { class: "chip" }, each.label,
      h("button", { type: "button", "aria-label": fillIn(t.remove, each.label), onclick: () => remove(each) }, icon("cross"))));
    control.placeholder = chosen.length ? "" : part.placeholder || t.searchPeople;
    control.hidden = !part.several && chosen.length > 0;
    frame.replaceChildren(...chips, control);
  }

  function remove(each) {
    chosen = chosen.filter((other) => other !== each);
    draw();
    control.focus();
  }

  async function ask() {
    const turn = ++asked;
    const options = await find(part.lookup, control.value, part.carry);
    if (turn !== asked || document.activeElement !== control) return;
    found = options.filter((each) => !values().includes(each.value));
    at = 0;
    list.replaceChildren(...(found.length ? found.map(row) : [h("li", { class: "none" }, t.noneFound)]));
    list.hidden = false;
    control.setAttribute("aria-expanded", "true");
    mark();
  }

  function row(each, index) {
    return h("li", { role: "option", id: `${id}-${index}`, onmousedown: (event) => event.preventDefault(), onclick: () => take(each) },
      each.label, each.description ? h("small", {}, each.description) : null);
  }

  function take(each) {
    chosen = part.several ? [...chosen, each] : [each];
    control.value = "";
    draw();
    close();
    if (part.several) control.focus();
    else frame.querySelector("button")?.focus();
  }

  function close() {
    asked += 1;
    list.hidden = true;
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
  }

  function mark() {
    if (!found.length) return;
    [...list.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    control.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function key(event) {
    const open = !list.hidden && found.length > 0;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) {
      event.preventDefault();
      at = (at + step + found.length) % found.length;
      mark();
    } else if (event.key === "Enter") {
      event.preventDefault(); // a choice, never the whole form
      if (open) take(found[at]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && !control.value && chosen.length) {
      remove(chosen.at(-1));
    }
  }
}
