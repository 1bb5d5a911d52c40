"""Reads a card of Teams from top to bottom: words, controls, who is spoken to, and where links lead.

The Markdown in it is read by `tests.cardreader`, which is stricter than any client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests import cardreader

Json = dict[str, Any]

LINK = re.compile(r"(?<!\\)\]\((https?://[^()\s]*)\)")
LIVE_TITLE = re.compile(r"\]\(|<at>|\{\{")
"""In the title of a choice some clients read Markdown, too."""


@dataclass
class Page:
    flow: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def blocks(self, given: list[Json]) -> None:
        before: Json = {}
        for block in given:
            if _is_hint(before, block):
                self.controls.append(cardreader.seen(block))
                block = before  # the next line may belong to it, too
            else:
                self.block(block)
            before = block

    def block(self, given: Json) -> None:  # noqa: C901 - a case for each block there is
        match given["type"]:
            case "TextBlock" | "RichTextBlock":
                self._note(given.get("text", ""))
                self.flow.append(cardreader.seen(given))
            case "FactSet":
                for fact in given["facts"]:
                    self._note(fact["value"])
                    self.flow.append(f"{cardreader.read(fact['title'])}: {cardreader.read(fact['value'])}")
            case "Container":
                self.blocks(given["items"])
            case "ColumnSet":
                for column in given["columns"]:
                    self.blocks(column["items"])
            case "ActionSet":
                self.actions(given["actions"])
            case "ProgressBar":
                self.blocks([given["fallback"]])
            case kind if kind.startswith("Input."):
                self._input(given)
            case kind if kind.startswith("Chart."):
                pass
            case kind:
                raise ValueError(f"a block of type {kind}")

    def actions(self, given: list[Json]) -> None:
        for action in given:
            if action["type"] not in {"Action.Execute", "Action.Submit", "Action.ShowCard"} or "url" in action:
                raise ValueError(f"an action of type {action['type']}")
            self.controls.append(action["title"])
            if action["type"] == "Action.ShowCard":
                inner = Page()
                inner.blocks(action["card"]["body"])
                self.controls += inner.flow
                self.actions(action["card"]["actions"])

    def _input(self, given: Json) -> None:
        self.controls += [
            *_option_titles(given),
            str(given.get("value", "")) if given["type"] == "Input.Text" else "",
            given["label"],
        ]
        if "errorMessage" in given:
            cardreader.read(given["errorMessage"])

    def _note(self, markdown: str) -> None:
        self.tags += cardreader.TAG.findall(markdown)
        self.links += LINK.findall(markdown)


def _option_titles(given: Json) -> list[str]:
    titles = [choice["title"] for choice in given.get("choices", ())]
    for title in titles:
        if LIVE_TITLE.search(title):
            raise ValueError(f"more than words: {title!r}")
    return titles


def _is_hint(before: Json, block: Json) -> bool:
    runs = block.get("inlines", [block])
    return (
        before.get("type", "").startswith("Input.") and block.get("spacing") == "none" and bool(runs[0].get("isSubtle"))
    )


def page(card: Json) -> Page:
    found = Page()
    found.blocks(card["body"])
    found.actions(card.get("actions", []))
    said = [entity["text"] for entity in card.get("msteams", {}).get("entities", ())]
    if {f"<at>{tag}</at>" for tag in found.tags} != set(said) or len(set(said)) != len(said):
        raise ValueError(f"spoken to {found.tags} by {said}")
    return found
