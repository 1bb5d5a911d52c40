"""Whole sentences in the reader's language, with CLDR dates, numbers and plural forms.

The English sentence in the code is the key; the Dutch one stands in `prompts/locales/nl/<capability>.po`. Catalogues
are read from their `.po` files at the first use of a language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent, parse_decimal

from bot.messages import Link, Mention, Span, Text

CATALOGUES = Path(__file__).parent.parent / "prompts" / "locales"
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]{0,20}", re.ASCII)
_UNSEEN = frozenset(("Cc", "Cf", "Mn", "Zl", "Zp", "Zs"))
"""What Unicode says of marks that nobody sees by themselves."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""
_AROUND = re.compile(r"[\s%€$£]+")

Said = str | Span | Mention | Link | Text
Slot = Said | int


@cache
def _catalogue(language: str) -> Mapping[str, tuple[str, ...]]:
    """English sentence to its translations: one, or one for each plural form."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


@cache
def _translated(language: str, sentence: str) -> str:
    found = _catalogue(language).get(sentence)
    return found[0] if found else sentence


@dataclass(frozen=True)
class Words:
    """The words of one reader: their language and their zone."""

    language: str
    zone: ZoneInfo

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    # sentences

    def line(self, sentence: str, /, **slots: str | int) -> str:
        """The sentence as a plain string: for labels, titles, summaries."""
        return self._fill(self._find(sentence), slots)

    def say(self, sentence: str, /, **slots: Slot) -> Text:
        """The sentence as text; a slot may be a span, a person or another text."""
        return _spans(self._find(sentence), self._filled(slots))

    def many(self, one: str, other: str, /, n: int, **slots: Slot) -> Text:
        """The plural form that belongs to n, with `{n}` filled in."""
        return _spans(self._plural(one, other, n), self._filled({**slots, "n": n}))

    def many_line(self, one: str, other: str, /, n: int, **slots: str | int) -> str:
        """The plural form that belongs to n, as a plain string."""
        return self._fill(self._plural(one, other, n), {**slots, "n": n})

    # parts of sentences

    def all_of(self, parts: Iterable[Slot]) -> Text:
        """A list as people write it: "a, b and c"."""
        marks = self._filled({f"p{place}": part for place, part in enumerate(parts)})
        return _spans(format_list([f"{{{name}}}" for name in marks], locale=self.locale), marks) if marks else ()

    def one_of(self, parts: Iterable[str]) -> str:
        """A list to choose from: "a, b or c"."""
        return format_list(list(parts), style="or", locale=self.locale)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with at most this many decimals."""
        return _number(round(value, digits), self.language)

    def percent(self, fraction: float) -> str:
        """0.42 as "42%", without decimals."""
        return format_percent(fraction, locale=self.locale)

    def money(self, value: float, currency: str) -> str:
        return format_currency(value, currency, format="¤ #,##0", locale=self.locale, currency_digits=False)

    def parse_number(self, typed: str) -> float:
        """A number as this reader writes it: "1.250,5" in Dutch, "1,250.5" in English, signs of money and percent
        around it allowed. Raises ValueError for anything else.
        """
        bare = _AROUND.sub("", typed)
        if not _NUMBER.fullmatch(bare):
            raise ValueError(typed)
        return float(parse_decimal(bare, locale=self.locale, strict=True))

    # dates; every one is said where the reader is

    def day(self, day: date | datetime) -> str:
        """A short day: di 24 nov."""
        return _day(self._date(day), "EEE d MMM", self.language)

    def long_day(self, day: date | datetime) -> str:
        """A long day: 24 november 2026."""
        return _day(self._date(day), "d MMMM y", self.language)

    def weekday(self, day: date | datetime) -> str:
        """Its weekday: dinsdag."""
        return _day(self._date(day), "EEEE", self.language)

    def month(self, day: date | datetime) -> str:
        """Its month: november."""
        return _day(self._date(day), "MMMM", self.language)

    def clock(self, at: datetime | time) -> str:
        """A time of day: 10:00."""
        at = at.astimezone(self.zone).time() if isinstance(at, datetime) else at
        return format_time(at, "HH:mm", locale=self.locale)

    def moment(self, at: datetime) -> str:
        """A day and a time: di 24 nov om 10:00."""
        return self.line("{day} at {time}", day=self.day(at), time=self.clock(at))

    # inside

    def _date(self, day: date | datetime) -> date:
        return day.astimezone(self.zone).date() if isinstance(day, datetime) else day

    def _find(self, sentence: str) -> str:
        return sentence if self.language == "en" else _translated(self.language, sentence)

    def _plural(self, one: str, other: str, n: int) -> str:
        form = 0 if self.locale.plural_form(n) == "one" else 1
        found = _catalogue(self.language).get(one) if self.language != "en" else None
        return found[form] if found and len(found) > 1 else (one, other)[form]

    def _fill(self, sentence: str, slots: Mapping[str, str | int]) -> str:
        if not slots:
            return sentence

        def fill(match: re.Match[str]) -> str:
            slot = slots[match[1]]
            return slot if isinstance(slot, str) else self.number(slot)

        return _SLOT.sub(fill, sentence)

    def _filled(self, slots: Mapping[str, Slot]) -> dict[str, Said]:
        return {name: self.number(slot) if isinstance(slot, int) else slot for name, slot in slots.items()}


def bold(text: str) -> Span:
    return Span(text, "bold")


def italic(text: str) -> Span:
    return Span(text, "italic")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


@lru_cache(4096)
def _day(day: date, pattern: str, language: str) -> str:
    return _no_dots(format_date(day, pattern, locale=_locale(language)))


@lru_cache(4096)
def _number(value: float, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


@lru_cache(4096)
def _pieces(sentence: str) -> tuple[str, ...]:
    """The sentence cut at its slots: what stands between them, and their names, in turn."""
    return tuple(_SLOT.split(sentence))


def _spans(sentence: str, slots: Mapping[str, Said]) -> Text:
    """The sentence with each slot replaced by what is said there. Plain words next to each other are one span."""
    parts: list[Span | Mention | Link] = []
    plain = ""
    for place, piece in enumerate(_pieces(sentence)):
        said = slots[piece] if place % 2 else piece
        if isinstance(said, str):
            plain += said
            continue
        if plain:
            parts.append(Span(plain))
            plain = ""
        if isinstance(said, tuple):
            parts.extend(said)
        else:
            parts.append(said)
    if plain:
        parts.append(Span(plain))
    return tuple(parts)


def _no_dots(text: str) -> str:
    return text.replace(".", "")


@cache
def words(language: str, zone: str) -> Words:
    """The words of a reader. `language` is one of `models.identity.LANGUAGES`, `zone` an IANA name."""
    return Words(language, ZoneInfo(zone))


def shortened(text: str, most: int) -> str:
    """No more than so many characters of a text, with "…" where there were more: enough to know it by."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def visible(text: str) -> str:
    """A text without the spaces around it; empty where there is nothing in it that anybody sees."""
    text = text.strip()
    return text if any(letter not in _BLANK and category(letter) not in _UNSEEN for letter in text) else ""


def default_words(locale: str = "") -> Words:
    """For who is not known: the language of their chat where that is English, else Dutch, in Ritme's home zone."""
    return words("en" if locale.casefold().startswith("en") else "nl", "Europe/Amsterdam")
