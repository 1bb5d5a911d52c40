// The fields of a form. Each returns {element, read(), focus()}; `read` gives what the server gets.

import { fillIn, h, icon } from "./dom.js";
import { search } from "./search.js";

export function field(part, t, look) {
  const made = make(part, t, look);
  const wrong = h("p", { class: "wrong", id: `wrong-${part.name}` });
  const group = part.type === "choices" || (part.type === "choice" && part.look === "buttons");
  const label = [part.label, part.optional ? h("span", { class: "may" }, t.optional) : null];
  const hint = part.hint ? h("p", { class: "hint", id: `hint-${part.name}` }, part.hint) : null;
  const element = group
    ? h("fieldset", { class: "field" }, h("legend", {}, label), hint, made.element, made.after, wrong)
    : h("div", { class: "field" }, h("label", { for: `field-${part.name}` }, label), hint, made.element, wrong);
  made.control.setAttribute("aria-describedby", [hint?.id, wrong.id].filter(Boolean).join(" "));
  const self = { name: part.name, element, read: made.read, optional: part.optional, focus: () => made.control.focus(), say };
  say(part.error);
  return self;

  function say(sentence) {
    wrong.hidden = !sentence;
    wrong.replaceChildren(...(sentence ? [icon("warn"), h("span", {}, sentence)] : []));
    (made.frame ?? made.control).setAttribute("aria-invalid", String(Boolean(sentence)));
    made.control.setAttribute("aria-invalid", String(Boolean(sentence)));
  }
}

function make(part, t, look) {
  switch (part.type) {
    case "text_input":
      return text(part, t);
    case "number_input":
      return plain(part, { inputmode: "decimal", class: "input short", autocomplete: "off" });
    case "date_input":
      return plain(part, { type: "date" });
    case "time_input":
      return plain(part, { type: "time" });
    case "choice":
      return part.look === "buttons" ? buttons(part, t) : select(part, t);
    case "choices":
      return ticks(part);
    case "search":
      return search(part, t, look);
    default:
      throw new Error(`no field for ${part.type}`);
  }
}

function text(part, t) {
  const control = h(part.multiline ? "textarea" : "input", { class: "input", id: `field-${part.name}`, maxlength: part.max,
    placeholder: part.placeholder || null, autocomplete: "off" });
  control.value = part.value;
  const left = h("p", { class: "hint", "aria-live": "polite" });
  const count = () => {
    const rest = part.max - control.value.length;
    left.textContent = rest <= 100 ? fillIn(t.left, String(rest)) : "";
  };
  control.addEventListener("input", count);
  count();
  return { control, element: h("div", {}, control, left), read: () => control.value };
}

function plain(part, more) {
  const control = h("input", { class: "input", id: `field-${part.name}`, ...more });
  control.value = part.value;
  return { control, element: control, read: () => control.value };
}

function select(part, t) {
  const control = h("select", { class: "input", id: `field-${part.name}` },
    part.optional || !part.value ? h("option", { value: "" }, t.choose) : null,
    part.options.map((option) => h("option", { value: option.value, selected: option.value === part.value }, option.label)));
  return { control, element: h("div", { class: "select" }, control, icon("down")), read: () => control.value };
}

function option(part, each, type, checked) {
  const input = h("input", { type, name: `field-${part.name}`, value: each.value, checked });
  const words = each.description ? h("span", {}, each.label, h("small", {}, each.description)) : h("span", {}, each.label);
  return { input, label: h("label", {}, input, words) };
}

function buttons(part, t) {
  const made = part.options.map((each) => option(part, each, "radio", each.value === part.value));
  const wide = part.options.some((each) => each.description || each.label.length > 28);
  const chosen = () => made.find(({ input }) => input.checked);
  const undo = h("button", { type: "button", class: "undo", hidden: !part.value }, t.clear);
  const element = h("div", { class: wide ? "pick wide" : "pick" }, made.map(({ label }) => label));
  element.addEventListener("change", () => (undo.hidden = !chosen()));
  undo.onclick = () => {
    chosen().input.checked = false;
    undo.hidden = true;
    made[0].input.focus();
  };
  return { control: made[0].input, element, after: part.optional ? undo : null, read: () => chosen()?.input.value ?? "" };
}

function ticks(part) {
  const made = part.options.map((each) => option(part, each, "checkbox", part.value.includes(each.value)));
  return {
    control: made[0].input,
    element: h("div", { class: "pick ticks" }, made.map(({ label }) => label)),
    read: () => made.filter(({ input }) => input.checked).map(({ input }) => input.value),
  };
}
