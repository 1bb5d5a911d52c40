// Menus and questions in the browser's top layer: Escape, a click elsewhere and the back of the keyboard all close them.

import { h } from "./dom.js";

/** Opens a menu at a button. `items`: {label, small, checked, run}. */
export function menu(button, items) {
  const list = h("div", { class: "menu", popover: "auto", role: "menu" });
  for (const item of items) {
    const role = item.checked === undefined ? "menuitem" : "menuitemradio";
    const run = () => {
      list.hidePopover();
      item.run();
    };
    list.append(
      h("button", { type: "button", role, "aria-checked": item.checked === undefined ? null : String(item.checked), onclick: run },
        item.label, item.small ? h("small", {}, item.small) : null),
    );
  }
  list.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  });
  list.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    if (list.contains(document.activeElement) || document.activeElement === document.body) button.focus();
    list.remove();
  });
  document.body.append(list);
  button.setAttribute("aria-expanded", "true");
  list.showPopover();
  place(list, button.getBoundingClientRect());
  list.firstElementChild?.focus();
}

function place(list, at) {
  const { width, height } = list.getBoundingClientRect();
  const below = at.bottom + 6;
  const top = below + height < innerHeight - 8 ? below : Math.max(8, at.top - height - 6);
  list.style.insetBlockStart = `${top}px`;
  list.style.insetInlineStart = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
}

/** Asks before something counts. Resolves to true when the answer is yes. */
export function confirm({ title, text, yes, no }, danger) {
  const accept = h("button", { type: "button", class: danger ? "button danger" : "button primary" }, yes);
  const refuse = h("button", { type: "button", class: "button" }, no);
  const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask" },
    h("h2", { id: "ask" }, title), h("p", {}, text), h("div", {}, refuse, accept));
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = false;
    accept.onclick = () => {
      answer = true;
      dialog.close();
    };
    refuse.onclick = () => dialog.close();
    dialog.onclose = () => {
      dialog.remove();
      resolve(answer);
    };
    dialog.showModal();
    refuse.focus();
  });
}
