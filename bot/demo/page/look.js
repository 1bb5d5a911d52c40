// Through which chat's eyes the page looks. Each look draws the JSON that its own renderer made of the same message.

import * as slack from "./blocks.js";
import * as teams from "./cards.js";

export const LOOKS = { slack: { label: "Slack", ...slack }, teams: { label: "Teams", ...teams } };

let chosen = "slack";

export function look() {
  return LOOKS[chosen];
}

export function lookName() {
  return chosen;
}

/** Chooses a look, for this page and the next visit; a name that is none leaves the one there was. */
export function choose(name) {
  if (Object.hasOwn(LOOKS, name ?? "")) chosen = name;
  localStorage.setItem("look", chosen);
  document.documentElement.dataset.look = chosen;
}
