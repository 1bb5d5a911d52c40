"""A second look at words before they are sent: labels of a person, and words too general to recognise a moment in.

Pure, and cautious on purpose: only words from these lists count, in Dutch and in English, because a hint that is
wrong teaches people to pass over the next one. A hint never stops anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["label", "general", "vague"]
"""label: about the person ("you are sloppy"); general: as if every time ("you never ..."); vague: says too little."""

Rule = Callable[[str], tuple[Kind, str] | None]

LABELS = (
    # English
    *("a bully", "a control freak", "a genius", "a hero", "a legend", "a mess", "a perfectionist", "a slacker"),
    *("a star", "aggressive", "amazing", "arrogant", "awesome", "bossy", "brilliant", "careless", "chaotic"),
    *("childish", "clumsy", "disorganised", "disorganized", "dominant", "egoistic", "emotional", "fantastic"),
    *("great", "impossible", "incompetent", "indecisive", "insecure", "irresponsible", "lazy", "messy", "naive"),
    *("negative", "passive", "perfect", "rude", "selfish", "slow", "sloppy", "stubborn", "stupid", "talented"),
    *("the best", "unfriendly", "unmotivated", "unprofessional", "unreliable", "weak", "wonderful"),
    # Dutch
    *("agressief", "asociaal", "bazig", "chaotisch", "de beste", "dom", "dominant", "een controlfreak"),
    *("een held", "een ster", "een topper", "een warhoofd", "eigenwijs", "emotioneel", "fantastisch", "geniaal"),
    *("geweldig", "incompetent", "irritant", "koppig", "kinderachtig", "laks", "lui", "moeilijk", "naïef"),
    *("negatief", "nonchalant", "onbeleefd", "onbeschoft", "onbetrouwbaar", "ongeïnteresseerd", "ongemotiveerd"),
    *("onprofessioneel", "onverantwoordelijk", "passief", "perfect", "slim", "slordig", "traag", "vervelend", "zwak"),
)
DEGREES = (
    *("a", "a bit", "a little", "always", "an", "being", "extremely", "just", "often", "quite", "rather", "really"),
    *("simply", "so", "sometimes", "such", "too", "very", "way"),
    *("altijd", "best", "echt", "een", "een beetje", "enorm", "erg", "gewoon", "heel", "nogal", "ontzettend", "ook"),
    *("soms", "te", "vaak", "wel", "zo"),
)
STOCK = (
    *("good job", "great job", "good work", "great work", "nice work", "well done", "keep it up"),
    *("ga zo door", "goed bezig", "goed gedaan", "goed werk", "lekker bezig", "mooi werk", "prima gedaan"),
)
SHORT = 4
"""Fewer words than this can't tell what somebody saw."""
STOCK_LENGTH = 8
"""In a text of fewer words than this a stock phrase is all there is."""


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_YOU_ARE = r"you\s+are|you['\u2019]re|you\s+were|(?:je|jij|u)\s+(?:bent|was)|(?:ben|was)\s+(?:je|jij)|(?:bent|was)\s+u"
_DID = r"\w*ge(?:bleven|gaan|holpen|kleed|komen|slaagd|sprongen|start|stapt|test|treden)|begonnen|vertrokken|voorbereid"
# "Difficult to reach" and "slim omgegaan met de klant" tell what happened; there the same words are no label.
_HAPPENED = rf"\s+(?:to|for|te|om)\b|[^.!?,;\n]*\b(?:{_DID})\b"
_LABEL = re.compile(
    rf"\b(?:{_YOU_ARE})(?:\s+(?:{_any(DEGREES)})){{0,3}}\s+(?:{_any(LABELS)})(?![\w-])(?!{_HAPPENED})", re.IGNORECASE
)
_GENERAL = re.compile(
    r"\byou(?:['\u2019]re|\s+are|\s+were)?\s+(?:always|never)\b"
    r"|\b(?:je|jij|u)\s+(?:\w+\s+)?(?:altijd|nooit)\b"
    r"|\b(?:altijd|nooit)\s+\w+\s+(?:je|jij|u)\b",
    re.IGNORECASE,
)
_STOCK = re.compile(rf"\b(?:{_any(STOCK)})\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Sbi:
    """The words of feedback, as typed."""

    situation: str
    behaviour: str
    impact: str
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What deserves a second look in a field. `words` stand in the text exactly so; for "vague" it is empty."""

    field: str
    kind: Kind
    words: str = ""


def hints(told: Sbi) -> tuple[Hint, ...]:
    """At most one for each field, in the order of the fields."""
    found = (
        _hint("situation", told.situation, _general),
        _hint("behaviour", told.behaviour, _label, _general, _vague),
        _hint("impact", told.impact, _label),
        _hint("wish", told.wish, _label),
    )
    return tuple(hint for hint in found if hint)


def _hint(field: str, text: str, *rules: Rule) -> Hint | None:
    for rule in rules:
        seen = rule(text)
        if seen:
            kind, words = seen
            return Hint(field, kind, words)
    return None


def _label(text: str) -> tuple[Kind, str] | None:
    found = _LABEL.search(text)
    return ("label", found[0]) if found else None


def _general(text: str) -> tuple[Kind, str] | None:
    found = _GENERAL.search(text)
    return ("general", found[0]) if found else None


def _vague(text: str) -> tuple[Kind, str] | None:
    length = len(_WORD.findall(text))
    return ("vague", "") if length < SHORT or (length < STOCK_LENGTH and _STOCK.search(text)) else None
