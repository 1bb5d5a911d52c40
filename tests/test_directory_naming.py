"""Colleagues by a name that somebody typed, whatever the letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from models import directory
from models.directory.naming import MOST
from models.errors import Refused
from models.identity import Person
from tests.world import World

NAMES = (
    "Zoë Öztürk", "zoë de Wit", "İrem Straßen", "Jo", "Jo-Ann Vos", "J", "Jan", "Jan Bos", "Jan Bos-Vis", "JAN_Kees %",
    "Ångström", "Å", "ße Lang", "ssenne Kort", "K\N{KELVIN SIGN} Kelvin", "O'Neill Pat", "X, de Eerste",
)  # fmt: skip
TYPED = (
    "zoë öztürk dank", "ZOË ÖZTÜRK", "Zoë", "Zoë d", "i̇rem", "İREM STRASSEN ja", "jo", "Jo-ann vos!", "Jo-x dank", "JO, dank",
    "j", "jan", "jan bos dank", "Jan Bos-Vis dank", "Jan bos-visser", "janneke", "jan_kees % op", "ÅNGSTRÖM", "å", "SSE", "ße lang",
    "ssen", "ssenne:", "kk kelvin", "o'neill pat", "x, de eerste", "x", "%", "_", "lot", "Lotte", "noo", "nobody",
)  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_the_database_finds_whom_a_look_at_everybody_finds(world: World, text: str) -> None:
    with world.scope("bo") as scope:
        scope.db.add_all([Person(name=name, email=f"p{n}@x.example") for n, name in enumerate(NAMES)])
        directory.shorten(scope.db)
        names = [one.name for one in directory.everyone(scope)]
        try:
            (found,) = directory.leading_people(scope, f"@{text}", {}).people
            said = ("person", found.name)
        except Refused as refused:
            (problem,) = refused.problems
            said = (problem.code, *problem.facts.get("near", ()), *problem.facts.get("people", ()))
    assert said == plainly(names, text.strip())


def plainly(names: Sequence[str], text: str) -> tuple[str, ...]:
    """The same, one by one."""
    folded, word = text.casefold(), re.split(r"[\s,:]", text, maxsplit=1)[0].casefold()
    full = [name for name in names if re.match(rf"{re.escape(name.casefold())}(?![^\W_])", folded)]
    if full:
        return "person", max(full, key=len)
    first = [name for name in names if name.split(" ")[0].casefold() == word]
    if first:
        return ("person", *first) if len(first) == 1 else ("person.ambiguous", *first)
    return "person.unknown", *[name for name in names if name.casefold().startswith(word[:3])][:3]


def test_who_left_is_not_meant(world: World) -> None:
    with world.scope("bo") as scope:
        scope.db.change(scope.db.get(Person, world.people["sem"]), closed_at=scope.now)
        with pytest.raises(Refused, match=r"person\.unknown"):
            directory.leading_people(scope, "@Sem dank", {})


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Anna Gross", "Anna Groß"),
        ("ANNA GROSS", "Anna Groß"),
        ("Anna groß", "Anna Groß"),
        ("İREM", "İrem"),
        ("Maße", "Masse"),
    ],
)
def test_a_name_is_read_to_its_end_whatever_its_letters(world: World, typed: str, name: str) -> None:
    with world.scope("bo") as scope:
        scope.db.add(Person(name=name, email="one@x.example"))
        directory.shorten(scope.db)
        found = directory.leading_people(scope, f"@{typed} dank je", {})
        assert ([one.name for one in found.people], found.rest) == ([name], "dank je")


def test_two_names_that_read_alike_are_namesakes(world: World) -> None:
    with world.scope("bo") as scope:
        scope.db.add_all([Person(name=name, email=f"{name}@x.example") for name in ("Anna Groß", "Anna Gross")])
        directory.shorten(scope.db)
        found = directory.known_people(scope, "@ANNA GROSS dank je", {})
        assert ([one.code for one in found.missed], found.rest) == (["person.namesakes"], "dank je")


def test_names_that_are_nobodys_stand_in_nobodys_way(world: World) -> None:
    with world.scope("bo") as scope:
        found = directory.known_people(scope, "@Lot, @Sem en @Svm de snelle hulp @Noor", {})
        assert [one.name for one in found.people] == ["Sem Bakker"]
        assert found.rest == "de snelle hulp @Noor"
        assert [(one.code, one.facts["name"]) for one in found.missed] == [
            ("person.unknown", "Lot"),
            ("person.unknown", "Svm"),
        ]


@pytest.mark.parametrize("text", ["@", "@ Lotte", "@, dank", "dank @Lotte"])
def test_a_sign_by_itself_is_no_name(world: World, text: str) -> None:
    with world.scope("bo") as scope:
        assert directory.leading_people(scope, text, {}) == directory.Named((), text)


def test_names_without_end_are_read_up_to_a_number_and_the_others_stay_words(world: World) -> None:
    with world.scope("noor") as scope:
        found = directory.known_people(scope, " ".join(["@Sem"] * (MOST + 2)) + " dank", {})
        assert ([one.short for one in found.people], found.rest) == (["Sem"], "@Sem @Sem dank")
