// A small chart: {title, kind, labels, series, top}. Horizontal places are percentages, so that the letters keep their size on a phone.

import { h, svg } from "./dom.js";

const HEIGHT = 132;
const FLOOR = 108;
const CEILING = 18;

export function chart(part) {
  const values = part.series.flatMap((each) => each.values).filter((value) => value !== null);
  const top = part.top ?? Math.max(1, ...values);
  const height = (value) => FLOOR - (value / top) * (FLOOR - CEILING);
  const drawing = svg("svg", { height: HEIGHT, role: "img", "aria-label": `${part.title}. ${said(part)}` },
    svg("line", { class: "grid", x1: "0%", x2: "100%", y1: FLOOR + 0.5, y2: FLOOR + 0.5 }),
    ...axis(part.labels),
    ...part.series.flatMap((each, index) => (part.kind === "line" ? line : bars)(each, index, part, height)));
  return h("figure", { class: "chart" },
    h("h4", {}, part.title), drawing, key(part));
}

/** Every number of it, for who listens. */
function said({ labels, series }) {
  const points = (each) => each.values.map((value, at) => (value === null ? null : `${labels[at]} ${number(value)}`)).filter(Boolean);
  return series.map((each) => `${each.name}: ${points(each).join(", ")}`).join(". ");
}

/** The middle of a point's column, in percent. */
function middle(index, count) {
  return ((index + 0.5) / count) * 100;
}

/** As many labels as fit; on a narrow chart, where long ones would touch, fewer of them. */
function axis(labels) {
  const longest = Math.max(...labels.map((label) => label.length));
  const every = (room) => Math.ceil(labels.length / Math.max(1, Math.floor(room / (longest + 2))));
  return labels.map((label, index) => (index % every(76) ? null
    : svg("text", { class: index % every(42) ? "roomy" : null, x: `${middle(index, labels.length)}%`, y: HEIGHT - 6, "text-anchor": "middle" }, label)));
}

function bars(series, index, part, height) {
  const count = part.labels.length;
  const thick = Math.min(8, 48 / count / part.series.length);
  const shift = (index - (part.series.length - 1) / 2) * (thick + 0.6);
  return series.values.flatMap((value, at) => {
    if (value === null) return [];
    const x = middle(at, count) + shift;
    const y = height(value);
    return [
      svg("rect", { class: `bar${index % 3}`, x: `${x - thick / 2}%`, y, width: `${thick}%`, height: Math.max(1.5, FLOOR - y), rx: 3 }),
      count <= 12 ? svg("text", { class: "value", x: `${x}%`, y: y - 5, "text-anchor": "middle" }, number(value)) : null,
    ];
  });
}

function line(series, index, part, height) {
  const count = part.labels.length;
  const points = series.values.map((value, at) => (value === null ? null : [middle(at, count), height(value), value]));
  const drawn = [];
  let last = null;
  for (const point of points) {
    if (point && last) {
      drawn.push(svg("line", { class: `line${index % 3}`, x1: `${last[0]}%`, y1: last[1], x2: `${point[0]}%`, y2: point[1] }));
    }
    last = point;
  }
  for (const point of points.filter(Boolean)) {
    drawn.push(svg("circle", { class: `line${index % 3}`, cx: `${point[0]}%`, cy: point[1], r: 3 }));
    if (count <= 12 && part.series.length === 1) {
      drawn.push(svg("text", { class: "value", x: `${point[0]}%`, y: point[1] - 9, "text-anchor": "middle" }, number(point[2])));
    }
  }
  return drawn;
}

function number(value) {
  return Number(value.toFixed(1)).toLocaleString(document.documentElement.lang);
}

function key(part) {
  if (part.series.length < 2) return null;
  const kind = part.kind === "line" ? "line" : "bar";
  return h("div", { class: "key", "aria-hidden": "true" }, part.series.map((each, index) =>
    h("span", {}, svg("svg", {}, kind === "bar"
      ? svg("rect", { class: `bar${index % 3}`, width: 12, height: 12, rx: 3 })
      : svg("line", { class: `line${index % 3}`, x1: 0, x2: 12, y1: 6, y2: 6 })), each.name)));
}
