// Slack's markup in a text object: *bold*, _italic_, <@user> and <address|words>, and its three escapes. It becomes
// elements with text in them, so nothing that stands in it can become anything else.

import { h } from "./dom.js";

const MARKS = /<@(\w+)>|<(https?:\/\/[^|>]+)\|([^>]*)>|(?<![\w*])\*(?=\S)([^*\n]*?\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*?\S)_(?![\w_])/u;

/** The elements of a text; `name(user)` is what somebody is called. */
export function marked(text, name) {
  const found = MARKS.exec(text);
  if (!found) return [unescaped(text)];
  const [whole, user, url, words, bold, italic] = found;
  return [unescaped(text.slice(0, found.index)), drawn(), ...marked(text.slice(found.index + whole.length), name)];

  function drawn() {
    if (user) return h("span", { class: "who" }, `@${name(user)}`);
    if (url) return h("a", { href: unescaped(url), rel: "noreferrer" }, unescaped(words));
    return bold ? h("strong", {}, marked(bold, name)) : h("em", {}, marked(italic, name));
  }
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
