// Teams' look: draws Adaptive Cards as Teams does, a function for each element and action. What is shown is what is
// pressed: a button's name and carry are read from its own data.
//
// `act`: press(button, element), name(user), and in a form field(spec), send(label, to), close(label).

import { chart } from "./chart.js";
import { h } from "./dom.js";
import { marked } from "./markdown.js";
import { draw } from "./table.js";

/** A message is one activity, or several where it is long. */
export function message(activities, act) {
  return h("div", { class: "cards" }, activities.map((each) => home(each, act)));
}

export function home(activity, act) {
  return activity.attachments.map(({ content }) => h("div", { class: "card framed" }, card(content, act)));
}

/** A dialog: its title, and a card with its own buttons. */
export function dialog(task, act) {
  return { title: task.title, body: h("div", { class: "card" }, card(task.card.content, act)), foot: [] };
}

function card(content, act) {
  const names = (content.msteams?.entities ?? []).map((each) => [each.text, each.mentioned.name]);
  const own = { ...act, mentions: new Map(names) };
  return [items(content.body, own), content.actions ? set({ actions: content.actions, spacing: "large" }, own) : null];
}

function items(parts, act) {
  return parts.map((part) => draw(ELEMENTS, part, act));
}

const ELEMENTS = {
  TextBlock: (part, act) => h(part.style === "heading" ? "h3" : "p", { class: `${text(part)} ${placed(part)}` }, marked(part.text, act.mentions)),
  RichTextBlock: (part, act) => h("p", { class: `${sized(part.inlines[0])} ${placed(part)}` }, part.inlines.map((each) => draw(INLINES, each, act))),
  Container: (part, act) => h("div", { class: `box-${part.style ?? "plain"} ${placed(part)}` }, items(part.items, act)),
  ColumnSet: (part, act) => h("div", { class: `columns ${placed(part)}` }, part.columns.map((each) => draw(COLUMNS, each, act))),
  FactSet: (part, act) => h("dl", { class: `facts ${placed(part)}` },
    part.facts.flatMap(({ title, value }) => [h("dt", {}, marked(title, act.mentions)), h("dd", {}, marked(value, act.mentions))])),
  ActionSet: set,
  ProgressBar: progress,
  "Chart.Line": (part) => charted(part, "line", part.data),
  "Chart.VerticalBar": (part) => charted(part, "bar", [{ legend: part.title, values: part.data }]),
  "Chart.VerticalBar.Grouped": (part) => charted(part, "bar", part.data),
  "Input.Text": (part, act) => input(part, act, { type: "text", multiline: part.isMultiline, max: part.maxLength, placeholder: part.placeholder ?? "" }),
  "Input.Date": (part, act) => input(part, act, { type: "date" }),
  "Input.Time": (part, act) => input(part, act, { type: "time" }),
  "Input.ChoiceSet": (part, act) => input(part, act, choices(part)),
};

const COLUMNS = {
  Column: column,
};

const INLINES = {
  TextRun: (run) => h("span", { class: text(run) }, run.italic ? h("em", {}, run.text) : run.text),
};

const ACTIONS = {
  "Action.Execute": button,
  "Action.Submit": button,
  "Action.ShowCard": unfolding,
};

// how things stand and look

function placed(part) {
  return `gap-${part.spacing ?? "default"}${part.separator ? " ruled" : ""}`;
}

function sized(part) {
  return `size-${part.size ?? "default"}`;
}

function text(part) {
  return [sized(part), `weight-${part.weight ?? "default"}`, `tone-${part.color ?? (part.isSubtle ? "subtle" : "default")}`].join(" ");
}

function column(part, act) {
  return h("div", { class: `column ${part.width} ${part.verticalContentAlignment ?? "top"}` }, items(part.items, act));
}

function progress(part) {
  const fill = h("div", { class: "fill" });
  fill.style.inlineSize = `${(100 * part.value) / part.max}%`;
  return h("div", { class: `track ${placed(part)}`, "aria-hidden": "true" }, fill); // what it says stands above it
}

function charted(part, kind, data) {
  const longest = data.toSorted((one, other) => other.values.length - one.values.length);
  const labels = [...new Set(longest.flatMap((each) => each.values.map((point) => point.x)))];
  const series = data.map((each) => ({ name: each.legend, values: labels.map((label) => each.values.find((point) => point.x === label)?.y ?? null) }));
  return h("div", { class: placed(part) }, chart({ title: part.title, kind, labels, series, top: part.yMax }));
}

// buttons

function set(part, act) {
  return h("div", { class: placed(part) }, h("div", { class: "actions" }, part.actions.map((action) => draw(ACTIONS, action, act))));
}

function button(action, act) {
  const { k: kind, n: name, c: carry } = action.data.ritme;
  if (kind === "submit") return act.send(action.title, { name, carry }, STYLES[action.style]);
  const drawn = plain(action, `${name}:${JSON.stringify(carry)}`);
  drawn.addEventListener("click", () => act.press({ name, carry }, drawn));
  return drawn;
}

function plain(action, key) {
  return h("button", { type: "button", class: `button ${STYLES[action.style] ?? ""}`, "data-key": key }, action.title);
}

const STYLES = { positive: "primary", destructive: "danger" };

/** A button that shows a card below its row, and hides it again. */
function unfolding(action, act) {
  const drawn = plain(action, `unfold:${action.title}`);
  const below = h("div", { class: "unfolded" }, card(action.card, act));
  drawn.setAttribute("aria-expanded", "false");
  drawn.addEventListener("click", () => {
    const open = below.isConnected;
    drawn.setAttribute("aria-expanded", String(!open));
    if (open) below.remove();
    else drawn.parentElement.after(below);
  });
  return drawn;
}

// fields

function input(part, act, own) {
  return h("div", { class: placed(part) }, act.field({ name: part.id, label: part.label, hint: "", optional: !part.isRequired, value: part.value ?? "", ...own }));
}

function choices(part) {
  const given = (part.value ?? "").split(",").filter(Boolean);
  const options = part.choices.map(({ title, value }) => ({ label: title, value, description: "" }));
  if (part["choices.data"]) return searched(part, options.filter((each) => given.includes(each.value)));
  if (part.isMultiSelect) return { type: "ticks", options, value: given };
  return { type: part.style === "expanded" ? "radio" : "menu", options, value: part.value ?? "" };
}

/** What a search asks for is a name, and after a question mark what its form holds on to. */
function searched(part, value) {
  const [lookup, held] = part["choices.data"].dataset.split("?");
  const carry = Object.fromEntries(new URLSearchParams(held));
  return { type: "search", lookup, carry, several: part.isMultiSelect, value, placeholder: part.placeholder ?? "" };
}
