// The Markdown of a card's text block: **bold**, *italic*, [words](address), <at>somebody</at> and escapes. It becomes
// elements with text in them, so nothing that stands in it can become anything else.

import { h } from "./dom.js";

const MARKS = /\\([!-/:-@[-`{-~])|<at>(.*?)<\/at>|\[((?:\\.|[^\]\\])*)\]\((https?:\/\/[^)\s]+)\)|\*\*((?:\\.|[^*\\])+)\*\*|\*((?:\\.|[^*\\])+)\*/su;

/** The elements of a text; `mentions` has who is meant by each `<at>...</at>`. */
export function marked(text, mentions) {
  const found = MARKS.exec(text);
  if (!found) return [text];
  const [whole, escaped, tag, words, url, bold, italic] = found;
  return [text.slice(0, found.index), drawn(), ...marked(text.slice(found.index + whole.length), mentions)];

  function drawn() {
    if (escaped) return escaped;
    if (tag) return h("span", { class: "who" }, mentions.get(whole) ?? tag);
    if (url) return h("a", { href: url, rel: "noreferrer" }, marked(words, mentions));
    return bold ? h("strong", {}, marked(bold, mentions)) : h("em", {}, marked(italic, mentions));
  }
}
