"""The question bank: the same question in several wordings, in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from bot.words import Words

BANK = Path(__file__).parent.parent / "prompts" / "questions"


@cache
def wordings(capability: str) -> dict[str, dict[str, list[str]]]:
    """Question to language to wordings, from `prompts/questions/<capability>.toml`."""
    return tomllib.loads((BANK / f"{capability}.toml").read_text(encoding="utf-8"))


def question(capability: str, name: str, turn: int, words: Words) -> str:
    """A question in the wording of this turn. The turn counts up; whoever passes the same one gets the same words."""
    known = wordings(capability)[name][words.language]
    return known[turn % len(known)]
