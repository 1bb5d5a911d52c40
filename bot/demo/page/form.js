// A form that is open: a window around what a look makes of it. Another look draws it anew with everything typed so
// far, and it keeps its elements while one looks through other eyes.

import { h, icon, mark } from "./dom.js";
import { field } from "./inputs.js";
import { look, lookName } from "./look.js";

/** `act`: send(to, values), find(route, letters, carry), press(button, element), name(user), close(). */
export function openForm(reply, t, act) {
  const element = h("form", { class: "window", novalidate: true, "aria-labelledby": "form-title" });
  let fields = [];
  let sends = null; // the button that sends it and what it sends, unless it is a sheet to read
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  });
  draw();
  return { element, start, draw };

  function draw() {
    const kept = new Map(fields.map((each) => [each.name, each.keep()]));
    fields = [];
    sends = null;
    const shown = look().dialog(reply.looks[lookName()], {
      press: act.press,
      name: act.name,
      close: (label) => h("button", { type: "button", class: "button", onclick: act.close }, label),
      send(label, to, style) {
        const button = h("button", { type: "submit", class: `button ${style}` }, label);
        sends = { button, to };
        return button;
      },
      field(spec) {
        const value = kept.get(spec.name) ?? spec.value;
        const made = field({ ...spec, value, wrong: reply.errors[spec.name] }, t, act.find);
        fields.push(made);
        return made.element;
      },
    });
    element.replaceChildren(
      h("header", { class: "head" }, h("span", { class: "face ritme small", "aria-hidden": "true" }, mark()),
        h("h2", { id: "form-title", tabindex: "-1" }, shown.title),
        h("button", { type: "button", class: "quiet", "aria-label": t.close, title: t.close, onclick: act.close }, icon("cross"))),
      h("div", { class: "fields" }, shown.body),
      shown.foot.some(Boolean) ? h("footer", { class: "foot" }, shown.foot.filter(Boolean)) : "");
  }

  /** Puts the focus where the work is: the first field that is wrong, else the title. */
  function start() {
    const wrong = fields.find((each) => Object.hasOwn(reply.errors, each.name));
    if (wrong) wrong.focus();
    else element.querySelector("#form-title").focus({ preventScroll: true });
  }

  async function submit() {
    if (!sends || sends.button.disabled) return;
    const { button, to } = sends;
    const empty = fields.filter((each) => !each.optional && each.read().length === 0);
    for (const each of fields) each.say(empty.includes(each) ? t.required : "");
    if (empty.length) return empty[0].focus();
    button.disabled = true;
    try {
      await act.send(to, Object.fromEntries(fields.map((each) => [each.name, each.read()])));
    } finally {
      button.disabled = false;
    }
  }
}
