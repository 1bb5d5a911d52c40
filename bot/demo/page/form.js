// A form in the right pane. It keeps its elements while one looks through other eyes, so nothing typed is lost.

import { h, icon } from "./dom.js";
import { field } from "./fields.js";
import { element, runs } from "./look.js";

const FIELDS = new Set(["text_input", "number_input", "date_input", "time_input", "choice", "choices", "search"]);

/** `act.send(values)`, `act.look(route, letters)`, `act.press(button, element)`, `act.close()` */
export function drawForm(form, t, act) {
  const fields = [];
  const parts = form.body.map((part) => {
    if (!FIELDS.has(part.type)) return h("div", { class: "body" }, element(part, act.press));
    const made = field(part, t, act.look);
    fields.push(made);
    return made.element;
  });
  const problem = h("p", { class: "problem", role: "alert" });
  const send = form.submit ? h("button", { type: "submit", class: "button primary" }, form.submit) : null; // else a sheet to read
  const drawn = h("form", { novalidate: true, "aria-labelledby": "form-title" },
    h("header", { class: "head" }, h("h2", { id: "form-title", tabindex: "-1" }, form.title),
      h("button", { type: "button", class: "quiet", "aria-label": t.close, title: t.close, onclick: act.close }, icon("cross"))),
    h("div", { class: "fields" }, problem, parts),
    h("footer", { class: "foot" },
      form.sees.length ? h("p", { class: "sees" }, icon("eye"), h("span", {}, h("span", { class: "unseen" }, `${t.whoSees}: `), runs(form.sees))) : null,
      h("div", { class: "actions" }, send, h("button", { type: "button", class: "button", onclick: act.close }, form.close))));
  drawn.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  drawn.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
  });
  say(form.problem || (form.body.some((part) => part.error) ? t.checkForm : ""));
  return { element: drawn, start };

  /** Puts the focus where the work is: the first field that is wrong, else the title. */
  function start() {
    const wrong = form.body.find((part) => part.error);
    if (wrong) fields.find((each) => each.name === wrong.name).focus();
    else drawn.querySelector("#form-title").focus({ preventScroll: true });
  }

  function say(sentence) {
    problem.hidden = !sentence;
    problem.replaceChildren(...(sentence ? [icon("warn"), h("span", {}, sentence)] : []));
  }

  async function submit() {
    if (!send || send.disabled) return;
    const empty = fields.filter((each) => !each.optional && each.read().length === 0);
    for (const each of fields) each.say(empty.includes(each) ? t.required : "");
    say(empty.length ? t.checkForm : "");
    if (empty.length) return empty[0].focus();
    send.disabled = true;
    try {
      await act.send(Object.fromEntries(fields.map((each) => [each.name, each.read()])));
    } finally {
      send.disabled = false;
    }
  }
}
