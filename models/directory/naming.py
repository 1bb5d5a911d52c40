"""Names as people type them, and the names that people are called by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, select, update

from bot.words import visible
from models.base import ORG, Db, core
from models.directory.finding import beginning, by_accounts, letters, person
from models.errors import Problem, Refused, refuse
from models.identity import Person
from models.scope import Scope


@dataclass(frozen=True, slots=True)
class Named:
    """What a typed text begins with: people by name, and the rest. `missed` says of the other names why they are
    nobody's; they stand in neither.
    """

    people: tuple[Person, ...]
    rest: str
    missed: tuple[Problem, ...] = ()


MOST = 100
"""Names that are read of one text. What comes after them stays words: each is looked for on its own, which takes time.
"""

_NAME = re.compile(r"@[^\s,:]")
_AND = re.compile(r"^(?:,|&|and\b|en\b)\s*", re.IGNORECASE)


def leading_people(scope: Scope, text: str, mentions: Mapping[str, str], field: str = "") -> Named:
    """Reads "@Lotte and @Ravi thanks for ..." from the left, where every name has to be somebody's.

    Refused, all at once, as "person.unknown" (facts: name, and the near ones), "person.ambiguous" (facts: name,
    people) or "person.namesakes" (facts: name), at this field of a form.
    """
    found = known_people(scope, text, mentions)
    if found.missed:
        raise Refused(*(replace(problem, field=field) for problem in found.missed))
    return found


def known_people(scope: Scope, text: str, mentions: Mapping[str, str]) -> Named:
    """Reads "@Lotte and @Ravi thanks for ..." from the left, as far as names are known.

    A mention that was picked counts by its account; an @name that was typed by the longest name that fits. No more
    than `MOST` names are read.
    """
    rest = text.strip()
    found: list[Person] = []
    missed: list[Problem] = []
    accounts = by_accounts(scope, mentions.values()) if mentions else {}
    for number in range(MOST):
        candidate = _AND.sub("", rest, count=1) if number else rest
        if not _NAME.match(candidate):
            break
        try:
            one, rest = _leading_one(scope, candidate, mentions, accounts)
        except Refused as refused:
            (problem,) = refused.problems
            missed.append(problem)
            rest = candidate[1 + _length(candidate[1:], problem.facts["name"]) :]
        else:
            found.extend(() if one in found else (one,))
        rest = rest.lstrip(" ,:")
    return Named(tuple(found), visible(_spelled(rest, mentions, accounts)), tuple(missed))


def spelled(scope: Scope, text: str, mentions: Mapping[str, str]) -> str:
    """A text in which whoever was picked is called as everywhere in Ritme, whatever the chat calls them: so readers
    know them, and erasing finds them. Who is not known stays as they were typed.
    """
    return _spelled(text, mentions, by_accounts(scope, mentions.values()) if mentions else {})


def _spelled(text: str, mentions: Mapping[str, str], accounts: Mapping[str, Person]) -> str:
    there = {shown: user for shown, user in mentions.items() if shown in text and shown.startswith("@")}
    picked = {shown: accounts[user].name for shown, user in there.items() if user in accounts}
    some = "|".join(re.escape(shown) for shown in sorted(picked, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{some})(?!\w)", lambda found: f"@{picked[found[0]]}", text) if some else text


def _leading_one(
    scope: Scope, text: str, mentions: Mapping[str, str], accounts: Mapping[str, Person]
) -> tuple[Person, str]:
    for shown in sorted(mentions, key=len, reverse=True):
        if text.startswith(shown):
            one = accounts.get(mentions[shown])
            if one is None:
                refuse("person.unknown", name=shown.removeprefix("@"), near=())
            return one, text[len(shown) :]
    return _typed(scope, text[1:])


def _typed(scope: Scope, text: str) -> tuple[Person, str]:
    """The person whose name the text starts with: the longest name wins, and whichever it is must be the only one."""
    word = re.split(r"[\s,:]", text, maxsplit=1)[0]
    start, folded = letters(word), text.casefold()
    colleagues = beginning(scope, start)
    full = [(id, name) for id, name in colleagues if _begins(folded, name)]
    if full:
        id, name = max(full, key=lambda one: len(one[1].casefold()))
        if sum(other.casefold() == name.casefold() for _, other in full) > 1:
            refuse("person.namesakes", name=name)
        return person(scope, id), text[_length(text, name) :]
    first = [(id, name) for id, name in colleagues if _first_word(name).casefold() == word.casefold()]
    if len(first) == 1:
        return person(scope, first[0][0]), text[len(word) :]
    if first:
        refuse("person.ambiguous", name=word, people=tuple(name for _, name in first))
    near = tuple(name for _, name in colleagues if name.casefold().startswith(start))
    refuse("person.unknown", name=word, near=near[:3])


def _begins(folded: str, name: str) -> bool:
    name = name.casefold()
    return folded.startswith(name) and not folded[len(name) : len(name) + 1].isalnum()


def _length(text: str, name: str) -> int:
    """How many letters of a text are the name that it begins with: who types Gross means Groß, in a letter more."""
    folded = name.casefold()
    return next((end for end in range(len(folded) + 1) if text[:end].casefold() == folded), len(name))


def _first_word(name: str) -> str:
    return name.split(" ", 1)[0]


def shorten(db: Db) -> None:
    """Gives everybody the name they are called by, and the letters they are found by."""
    active = db.rows(_ACTIVE)
    shorts = short_names(name for _, name, *_ in active)
    wanted = [(id, (shorts[name], letters(name)), tuple(known)) for id, name, *known in active]
    changes = [{"row": id, "new": new[0], "first": new[1]} for id, new, known in wanted if known != new]
    db.many(_SHORT, changes)


_PERSON = core(Person).c
_ACTIVE = select(_PERSON.id, _PERSON.name, _PERSON.short, _PERSON.letters).where(
    _PERSON.org_id == ORG, _PERSON.closed_at.is_(None)
)
_SHORT = (
    update(core(Person))
    .where(_PERSON.id == bindparam("row"), _PERSON.org_id == ORG)
    .values(short=bindparam("new"), letters=bindparam("first"))
)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """By name, what somebody is called: the first name, or the full name where two share it."""
    known = list(names)
    taken = Counter(_first_word(name).casefold() for name in known)
    return {name: name if taken[_first_word(name).casefold()] > 1 else _first_word(name) for name in known}
