// Ritme's own look: draws what bot/demo/render.py made of a message. `press(button, element)` is what a button does.

import { chart } from "./chart.js";
import { h } from "./dom.js";

export function body(parts, press) {
  return h("div", { class: "body" }, parts.map((part) => element(part, press)));
}

export function runs(text) {
  return text.map((run) => {
    switch (run.kind) {
      case "mention":
        return h("span", { class: "who" }, run.text);
      case "link":
        return /^https?:\/\//.test(run.url) ? h("a", { href: run.url, rel: "noreferrer" }, run.text) : run.text;
      default:
        return { bold: h("strong", {}, run.text), italic: h("em", {}, run.text) }[run.style] ?? run.text;
    }
  });
}

function plain(text) {
  return text.map((run) => run.text).join("");
}

export function element(part, press) {
  switch (part.type) {
    case "heading":
      return h("h3", {}, part.text);
    case "say":
      return h("p", { class: "say" }, runs(part.text));
    case "quote":
      return h("blockquote", {}, part.text);
    case "small":
      return h("p", { class: "print" }, runs(part.text));
    case "facts":
      return h("dl", { class: "facts" }, part.rows.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, runs(value))]));
    case "meter":
      return meter(part);
    case "chart":
      return chart(part);
    case "divider":
      return h("hr");
    case "item":
      return h("div", { class: "line" },
        h("div", {}, h("p", {}, runs(part.text)), part.small.length ? h("p", { class: "print" }, runs(part.small)) : null),
        part.button ? button(part.button, press) : null);
    case "actions":
      return h("div", { class: "actions" }, part.buttons.map((each) => button(each, press)));
    default:
      throw new Error(`no drawing for ${part.type}`);
  }
}

function meter(part) {
  const fill = h("div", { class: "fill" });
  const share = Math.round(part.fraction * 100);
  fill.style.inlineSize = `${share}%`;
  return h("div", { class: "meter" },
    h("p", {}, h("span", {}, runs(part.text))),
    h("div", { class: "track", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": share,
      "aria-label": plain(part.text) }, fill));
}

function button(part, press) {
  const drawn = h("button", { type: "button", class: `button ${part.style}`, "data-key": `${part.name}:${JSON.stringify(part.carry)}` }, part.label);
  drawn.addEventListener("click", () => press(part, drawn));
  return drawn;
}
