// The fields of a form, whatever the look: {type, name, label, hint, optional, value, error, ...}. Each gives
// {name, element, read(), keep(), focus(), say()}: `read` is what the server gets, `keep` is what the same field in
// another look begins with.

import { fillIn, h, icon } from "./dom.js";
import { search } from "./search.js";

export function field(spec, t, find) {
  const made = MAKE[spec.type](spec, t, find);
  const id = `field-${spec.name}`;
  const wrong = h("p", { class: "wrong", id: `wrong-${spec.name}` });
  const hint = spec.hint ? h("p", { class: "hint", id: `hint-${spec.name}` }, spec.hint) : null;
  const label = [spec.label, spec.optional ? h("span", { class: "may" }, t.optional) : null];
  const kind = spec.optional ? "field" : "field needed";
  const element = made.group
    ? h("fieldset", { class: kind }, h("legend", {}, label), made.element, made.after, wrong, hint)
    : h("div", { class: kind }, h("label", { for: id }, label), made.element, wrong, hint);
  made.control.setAttribute("aria-describedby", [hint?.id, wrong.id].filter(Boolean).join(" "));
  say(spec.error);
  if (spec.wrong && !spec.error) above(spec.wrong);
  return { name: spec.name, element, read: made.read, keep: made.keep ?? made.read, optional: spec.optional, focus: () => made.control.focus(), say };

  function say(sentence) {
    wrong.hidden = !sentence;
    wrong.replaceChildren(...(sentence ? [icon("warn"), h("span", {}, sentence)] : []));
    mark(Boolean(sentence));
  }

  /** The look says it elsewhere; who listens hears it with the field. */
  function above(sentence) {
    wrong.textContent = sentence;
    mark(true);
  }

  function mark(bad) {
    (made.frame ?? made.control).setAttribute("aria-invalid", String(bad));
    made.control.setAttribute("aria-invalid", String(bad));
  }
}

const MAKE = {
  text,
  date: (spec) => plain(spec, "date"),
  time: (spec) => plain(spec, "time"),
  menu,
  radio,
  ticks,
  search,
};

function text(spec, t) {
  const control = h(spec.multiline ? "textarea" : "input", { class: "input", id: `field-${spec.name}`, maxlength: spec.max,
    placeholder: spec.placeholder || null, autocomplete: "off" });
  control.value = spec.value;
  const left = h("p", { class: "hint", "aria-live": "polite" });
  const count = () => {
    const rest = spec.max - control.value.length;
    left.textContent = rest <= spec.max / 5 ? fillIn(t.left, String(rest)) : "";
  };
  control.addEventListener("input", count);
  count();
  return { control, element: h("div", {}, control, left), read: () => control.value };
}

function plain(spec, type) {
  const control = h("input", { class: "input", id: `field-${spec.name}`, type });
  control.value = spec.value;
  return { control, element: control, read: () => control.value };
}

function menu(spec, t) {
  const control = h("select", { class: "input", id: `field-${spec.name}` },
    spec.optional || !spec.value ? h("option", { value: "" }, spec.placeholder || t.choose) : null,
    spec.options.map((option) => h("option", { value: option.value, selected: option.value === spec.value }, option.label)));
  return { control, element: h("div", { class: "select" }, control, icon("down")), read: () => control.value };
}

function option(spec, each, type, checked) {
  const input = h("input", { type, name: `field-${spec.name}`, value: each.value, checked });
  const words = each.description ? h("span", {}, each.label, h("small", {}, each.description)) : h("span", {}, each.label);
  return { input, label: h("label", {}, input, words) };
}

function radio(spec, t) {
  const made = spec.options.map((each) => option(spec, each, "radio", each.value === spec.value));
  const chosen = () => made.find(({ input }) => input.checked);
  const undo = h("button", { type: "button", class: "undo", hidden: !spec.value }, t.clear);
  const element = h("div", { class: "pick" }, made.map(({ label }) => label));
  element.addEventListener("change", () => (undo.hidden = !chosen()));
  undo.onclick = () => {
    chosen().input.checked = false;
    undo.hidden = true;
    made[0].input.focus();
  };
  return { group: true, control: made[0].input, element, after: spec.optional ? undo : null, read: () => chosen()?.input.value ?? "" };
}

function ticks(spec) {
  const made = spec.options.map((each) => option(spec, each, "checkbox", spec.value.includes(each.value)));
  return {
    group: true,
    control: made[0].input,
    element: h("div", { class: "pick" }, made.map(({ label }) => label)),
    read: () => made.filter(({ input }) => input.checked).map(({ input }) => input.value),
  };
}
