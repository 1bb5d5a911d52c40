"""Colleagues by the first letters of a name, whatever the letters."""

from __future__ import annotations

import pytest

from bot.calls import Account, Call, Options
from models import directory
from models.identity import Person
from tests.chat import Chat
from tests.world import World

NAMES = ("Zoë Öztürk", "İrem Straßen", "Jan 100% Bos", "Jan_Kees Vos", "Anna Ålund", "Bram van Dam")


def hire(world: World) -> None:
    with world.scope("bo") as scope:
        scope.db.add_all([Person(name=name, email=f"P{n}@x.example") for n, name in enumerate(NAMES)])
        directory.shorten(scope.db)


def plainly(world: World, letters: str) -> list[str]:
    """The same, one by one."""
    wanted = letters.casefold().strip().removeprefix("@")
    with world.scope("noor") as scope:
        return [
            one.name
            for one in directory.everyone(scope)
            if one.id != scope.me.id
            and (f" {wanted}" in f" {one.name.casefold()}" or one.email.casefold().startswith(wanted))
        ][:20]


async def test_who_is_meant_is_found_by_a_few_letters(chat: Chat) -> None:
    hire(chat.world)
    sem = chat.person("sem")
    await sem.types("/kudos")
    await sem.fills(to=["ÖZT"], text="dank je wel")
    assert sem.sees.startswith("Je hebt Zoë")


async def test_who_share_a_name_are_told_apart(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.add(Person(name="Lotte de Boer", email="lotte.b@demolen.example"))
        directory.shorten(scope.db)
    call = Call(
        "lookup", "people", Account(chat.world.platform, chat.world.team, chat.world.user("noor")), "", text="lot"
    )
    (found,) = await chat.dispatch.serve(call)
    assert isinstance(found, Options)
    known = [(one.label, one.description) for one in found.options]
    assert known == [("Lotte de Boer", "lotte@demolen.example"), ("Lotte de Boer", "lotte.b@demolen.example")]


async def test_nobody_is_thanked_for_their_name(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.add(Person(name="Lotte de Boer", email="lotte.b@demolen.example"))
        directory.shorten(scope.db)
    sem = chat.person("sem")
    await sem.types("/kudos @lotte de boer dank je wel")
    assert sem.form.lines[1] == "Er heten hier meer mensen Lotte de Boer. Kies op e-mailadres wie je bedoelt."


@pytest.mark.parametrize(
    "letters",
    [
        "",
        "a",
        "@Lot",
        "zoë",
        "ZOË",
        "zoe",
        "özt",
        "ÖZT",
        "i̇r",
        "straß",
        "STRASS",
        "100%",
        "%",
        "_",
        "jan_",
        "p1@",
        "d",
        "zz",
    ],
)
def test_the_database_finds_whom_a_look_at_everybody_finds(world: World, letters: str) -> None:
    hire(world)
    expected = plainly(world, letters)
    with world.scope("noor") as scope:
        assert [one.name for one in directory.search(scope, letters)] == expected


def test_who_left_and_who_asks_are_not_found(world: World) -> None:
    with world.scope("bo") as scope:
        scope.db.change(scope.db.get(Person, world.people["sem"]), closed_at=scope.now)
    with world.scope("noor") as scope:
        assert [directory.search(scope, letters) for letters in ("sem", "noor")] == [[], []]
        assert [one.name for one in directory.search(scope, "", limit=2)] == ["Anna Visser", "Bo Peters"]
