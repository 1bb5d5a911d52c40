// Drawing a part by the function that a table has for its type.

import { h } from "./dom.js";

/** A type that nobody knows is named and complained of, never passed over. */
export function draw(table, part, ...more) {
  const known = Object.hasOwn(table, part.type) ? table[part.type] : unknown;
  return known(part, ...more);
}

function unknown(part) {
  console.error(`no drawing for ${part.type}`);
  return h("p", { class: "unknown" }, part.type);
}
