// Draws cards as Teams would: Microsoft's renderer, Teams' host configuration, and people who are spoken to by name.
"use strict";

const FONT = '"Open Sans", "Noto Color Emoji", sans-serif';
const reader = window.markdownit();

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  const names = [];
  const marked = text.replace(/<at>(.*?)<\/at>/g, (_, name) => `\uE000${names.push(name) - 1}\uE001`);
  const html = reader.render(marked);
  result.outputHtml = html.replace(/\uE000(\d+)\uE001/g, (_, at) => `<span class="at">${names[at]}</span>`);
  result.didProcess = true;
};

const textOf = async (path) => (await fetch(path)).text();

async function look(theme) {
  const designer = "node_modules/adaptivecards-designer";
  const config = JSON.parse(await textOf(`${designer}/lib/hostConfigs/microsoft-teams-${theme}.json`));
  for (const kind of Object.values(config.fontTypes)) kind.fontFamily = FONT;
  if (theme === "dark") config.separator.lineColor = "#4d4d4d"; // as Teams draws it by now; the designer's is white
  const css = await textOf(`${designer}/dist/containers/teams-container-${theme}.css`);
  return { config: new AdaptiveCards.HostConfig(config), css: css + (await textOf("sheet.css")) };
}

function drawn(content, config) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = config;
  card.parse(content);
  return card.render();
}

// `shown` is {who, title, cards}: a message has somebody who says it, a dialog has a title.
async function add(theme, shown) {
  const { config, css } = await look(theme);
  const host = document.body.appendChild(document.createElement("div"));
  const root = host.attachShadow({ mode: "open" });
  const style = root.appendChild(document.createElement("style"));
  style.textContent = css;
  const room = root.appendChild(document.createElement("div"));
  room.className = `room ${theme}`;
  if (shown.who) {
    const who = room.appendChild(document.createElement("p"));
    who.className = "who";
    who.append(Object.assign(document.createElement("b"), { textContent: "Ritme" }), `  ${shown.who}`);
  }
  for (const content of shown.cards) {
    const card = room.appendChild(document.createElement("div"));
    card.className = "card";
    if (shown.title) {
      const title = card.appendChild(document.createElement("div"));
      title.className = "title";
      title.append(shown.title, Object.assign(document.createElement("i"), { textContent: "✕" }));
    }
    card.append(drawn(content, config));
  }
}
