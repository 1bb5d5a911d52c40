// Making elements. Text only ever goes in as text: there is no way here to put markup into the page.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "x", onclick: f, "aria-label": "y"}, "text", child, ...) */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const ICONS = {
  clock: ["M12 7v5l3 2", "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18"],
  down: ["m7 10 5 5 5-5"],
  send: ["M5 12h13", "m12 6 6 6-6 6"],
  more: ["M6 12h.01", "M12 12h.01", "M18 12h.01"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z", "M12 9.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 0 0 0-5"],
  cross: ["m7 7 10 10", "m17 7-10 10"],
  warn: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M12 8v5", "M12 16h.01"],
  chats: ["M4 6h16", "M4 12h16", "M4 18h10"],
  talk: ["M20 12a8 8 0 0 1-8 8H4l2.2-2.6A8 8 0 1 1 20 12Z"],
  home: ["M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-5v-6h-4v6H5a1 1 0 0 1-1-1Z"],
  theme: ["M12 4a8 8 0 1 0 0 16Z", "M12 4a8 8 0 0 1 0 16"],
};

export function icon(name) {
  const drawn = ICONS[name].map((d) => svg("path", { d }));
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, ...drawn);
}

export function mark() {
  const bars = [[3, 9, 6], [8.5, 4, 16], [14, 7, 10], [19.5, 9, 6]];
  const drawn = bars.map(([x, y, height]) => svg("rect", { x, y, height, width: 3, rx: 1.5 }));
  return svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, ...drawn);
}

/** Puts new content into a pane and leaves the focus on the control with the same data-key. */
export function swap(pane, ...content) {
  const key = pane.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const scroll = pane.scrollTop;
  pane.replaceChildren(...content.flat().filter(Boolean));
  pane.scrollTop = scroll;
  if (key) pane.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

/** "Message to #{name}" with its name. */
export function fillIn(sentence, name) {
  return sentence.replace("{name}", () => name);
}
