// Slack's look: draws Block Kit as Slack does, a function for each block and element. What is shown is what is pressed:
// a button's name and carry are read from its own action id and value.
//
// `act`: press(button, element), name(user), and in a form field(spec), send(label, to), close(label).

import { chart } from "./chart.js";
import { h } from "./dom.js";
import { marked } from "./mrkdwn.js";
import { draw } from "./table.js";

export function message(drawn, act) {
  return h("div", { class: "blocks" }, blocks(drawn.blocks, act));
}

export const home = message;

/** A modal: its title, what is in it, and the buttons below. */
export function dialog(view, act) {
  const held = JSON.parse(view.private_metadata || "{}");
  const errors = view.errors ?? {};
  const body = blocks(view.blocks, { ...act, field: (spec) => act.field({ ...spec, carry: held.carry, error: errors[spec.name] }) });
  const close = view.close ? act.close(view.close.text) : null;
  const send = view.submit ? act.send(view.submit.text, { name: view.callback_id, carry: held.carry }, "primary") : null;
  return { title: view.title.text, body: h("div", { class: "blocks" }, body), foot: [close, send] };
}

function blocks(parts, act) {
  return parts.map((part) => draw(BLOCKS, part, act));
}

const BLOCKS = {
  header: (part) => h("h3", { class: "header" }, part.text.text),
  section: (part, act) => h("div", { class: "section" }, h("p", {}, words(part.text, act)),
    part.accessory ? draw(ELEMENTS, part.accessory, act) : null),
  context: (part, act) => h("p", { class: "context" }, part.elements.map((each) => words(each, act))),
  rich_text: (part, act) => part.elements.map((each) => draw(RICH, each, act)),
  divider: () => h("hr"),
  actions: (part, act) => h("div", { class: "actions" }, part.elements.map((each) => draw(ELEMENTS, each, act))),
  data_visualization: (part) => chart(charted(part)),
  input: (part, act) => act.field({
    name: part.block_id,
    label: part.label.text,
    hint: part.hint?.text ?? "",
    optional: part.optional,
    ...draw(INPUTS, part.element),
  }),
};

const RICH = {
  rich_text_section: (part, act) => h("p", { class: "rich" }, runs(part, act)),
  rich_text_quote: (part, act) => h("blockquote", {}, runs(part, act)),
};

const RUNS = {
  text: (run) => styled(run.text, run.style ?? {}),
  emoji: (run) => EMOJI[run.name] ?? `:${run.name}:`,
  link: (run) => h("a", { href: run.url, rel: "noreferrer" }, run.text),
  user: (run, act) => h("span", { class: "who" }, `@${act.name(run.user_id)}`),
};

const ELEMENTS = {
  button,
};

const INPUTS = {
  plain_text_input: (part) => ({ type: "text", value: part.initial_value ?? "", multiline: part.multiline, max: part.max_length, ...hinted(part) }),
  datepicker: (part) => ({ type: "date", value: part.initial_date ?? "" }),
  timepicker: (part) => ({ type: "time", value: part.initial_time ?? "" }),
  radio_buttons: (part) => ({ type: "radio", ...one(part) }),
  static_select: (part) => ({ type: "menu", ...one(part) }),
  checkboxes: (part) => ({ type: "ticks", ...some(part) }),
  multi_static_select: (part) => ({ type: "ticks", ...some(part) }),
  external_select: (part) => ({ type: "search", several: false, ...searched(part, [part.initial_option].filter(Boolean)) }),
  multi_external_select: (part) => ({ type: "search", several: true, ...searched(part, part.initial_options ?? []) }),
};

const EMOJI = { tada: "🎉", clap: "👏", heart: "❤️", raised_hands: "🙌", pray: "🙏", rocket: "🚀", star: "⭐", smile: "😄", "+1": "👍", fire: "🔥" };

function runs(part, act) {
  return part.elements.map((run) => draw(RUNS, run, act));
}

function styled(text, style) {
  const leaned = style.italic ? h("em", {}, text) : text;
  return style.bold ? h("strong", {}, leaned) : leaned;
}

/** A text object: plain, or with marks. */
function words(text, act) {
  return text.type === "mrkdwn" ? marked(text.text, act.name) : text.text;
}

/** Reads what a button is for: everything before the # of an action id is the name. */
function button(part, act) {
  const [name] = part.action_id.split("#");
  const asked = part.confirm;
  const confirm = asked && { title: asked.title.text, text: asked.text.text, yes: asked.confirm.text, no: asked.deny.text };
  const does = { name, carry: JSON.parse(part.value || "{}"), danger: part.style === "danger", confirm };
  const drawn = h("button", { type: "button", class: `button ${part.style ?? ""}`, "data-key": `${name}:${part.value ?? ""}` }, part.text.text);
  drawn.addEventListener("click", () => act.press(does, drawn));
  return drawn;
}

function option(each) {
  return { value: each.value, label: each.text.text, description: each.description?.text ?? "" };
}

function one(part) {
  return { options: part.options.map(option), value: part.initial_option?.value ?? "" };
}

function some(part) {
  return { options: part.options.map(option), value: (part.initial_options ?? []).map((each) => each.value) };
}

function searched(part, chosen) {
  const [lookup] = part.action_id.split("#");
  return { lookup, value: chosen.map(option), ...hinted(part) };
}

function hinted(part) {
  return { placeholder: part.placeholder?.text ?? "" };
}

function charted({ title, chart: { type, series, axis_config: axis } }) {
  return { title, kind: type, labels: axis.categories, series: series.map((each) => ({ name: each.name, values: each.data.map((point) => point.value) })) };
}
