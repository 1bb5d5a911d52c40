"""Who is erased is found in the words of others in whatever spelling, and nothing else of those changes."""

# ruff: noqa: RUF001 - Dutch quotation marks
from __future__ import annotations

import unicodedata
from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as some

from models import goals
from models.base import core
from models.digest import DigestLine
from models.identity import Person, Team
from models.kudos import MAX_TEXT, Kudos
from models.privacy.striking import BRIEF, STRUCK, Called
from tests.chat import Chat
from tests.test_digest import DAY, MONDAY, thanked
from tests.test_privacy_wishes import _asks_to_be_erased

NOOR = Called(("Noor Jansen", "Noor"), "noor@demolen.example", ("UNOOR",))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Noor Jansens werk, en NOOR JANSENS script", "[…]s werk, en […]S script"),
        ("Noor Jansen's hulp, Noor\u2019s hulp en Noors hulp", "[…]'s hulp, […]\u2019s hulp en […]s hulp"),
        ("_Noor Jansen_ deed *noor jansen* na", "_[…]_ deed *[…]* na"),
        ("Noor  Jansen, Noor\nJansen en Noor\u00a0Jansen", "[…], […] en […]"),
        (
            "Noor\u200b Jansen, Noor\u200bJansen, \u2068Noor Jan\u00adsen\u2069 en N\u2060oor",
            "[…], […], \u2068[…]\u2069 en […]",
        ),
        ("noor en Noordwijk, noorse Jansen, Janssen", "noor en Noordwijk, noorse Jansen, Janssen"),
        ("NOOR@demolen.example <@UNOOR> @Noor unoor", "[…] <[…]> […] unoor"),
        (
            "-noor@demolen.example: anne-noor@demolen.example, a.noor@demolen.example",
            "-[…]: anne-noor@demolen.example, a.noor@demolen.example",
        ),
    ],
)
def test_every_spelling_of_a_name_goes(said: str, left: str) -> None:
    assert NOOR.struck(said) == left


def test_a_name_of_one_word_goes_only_as_it_is_typed() -> None:
    will = Called(("Wil de Wit", "Wil", "Al"), "wil@demolen.example", ())
    assert will.struck("Ik wil dat Wil dat wil. WIL DE WIT") == "Ik wil dat […] dat wil. […]"
    assert will.struck("Als Al's plan lukt, Al") == "Als …'s plan lukt, …"


@pytest.mark.parametrize(
    "said",
    [
        "Noor Jansen-de Wit en Noor Jansen\u2010De Wit",
        "Noor Jansen-Bakker, Noor Jansen-van 't Hof",
        "noor jansen-de wit en NOOR JANSEN-DE WIT",
        "Anne-Noor Jansen, Anne\u2011Noor, Noor-Anne Smit",
    ],
)
def test_a_name_that_a_hyphen_joins_to_another_is_somebody_elses(said: str) -> None:
    assert Called(("Noor Jansen",), "", ()).struck(f"dank {said}.") == f"dank {said}."


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Noor Jansen-de Wit, Noor Jansen", "[…], […]"),
        ("Noor Smit-Noor, Lotte Bakker-Jansen", "[…] Smit-Noor, Lotte Bakker-Jansen"),
        ("Noor Jansen-project, ex-Noor Jansen, noor jansen-", "[…]-project, ex-[…], […]-"),
        ("Noor Jansen - De Wit, Noor-noor jansen", "[…] - De Wit, […]-[…]"),
        ("A-UNOOR-B en Noor@demolen.example-A", "A-[…]-B en […]-A"),
    ],
)
def test_who_has_both_names_loses_both_and_no_other_word_is_a_name(said: str, left: str) -> None:
    assert Called((*NOOR.names, "Noor Jansen-de Wit", "Jansen"), NOOR.email, NOOR.handles).struck(said) == left


def test_a_name_of_before_a_marriage_goes_with_the_one_of_now() -> None:
    noor = Called(("Noor Jansen", "Noor de Wit", "de Wit"), "", ())
    assert noor.struck("Noor Jansen-de Wit en Noor Jansen-Smit") == "[…]-[…] en Noor Jansen-Smit"


def test_accents_may_stand_apart() -> None:
    zoe = unicodedata.normalize("NFD", "Zoë")
    for name in ("Zoë Ng", f"{zoe} Ng"):
        assert Called((name,), "", ()).struck(f"dank {zoe} Ng, Zoë Ng en Zoe Ng") == "dank […], […] en Zoe Ng"
    assert Called(("Zoe",), "", ()).struck(f"dank {zoe} en Zoe") == f"dank {zoe} en […]"


def test_only_what_json_says_is_struck() -> None:
    said = orjson.dumps({"Noor": ["Noor", {"by": "dank Noor\nJansen"}], "n": 5, "x": None}).decode()
    left = orjson.dumps({"Noor": [STRUCK, {"by": f"dank {STRUCK}"}], "n": 5, "x": None}).decode()
    assert NOOR.struck_within(said) == left
    assert NOOR.struck_within('{ "Noor": 1 }') == '{ "Noor": 1 }'


LETTERS = "abdeghijklmnoprtuvwz"
parts = some.builds(
    lambda first, rest: first + rest, some.sampled_from("ABDÉJËMNÖR"), some.text("bdéknoëür", min_size=2)
)
full = some.lists(parts, min_size=2, max_size=4)
between = some.sampled_from([" ", "  ", "\n", "\u00a0", " \n ", "\t"])
around = some.text("cxyz 0123,.\n", max_size=20)
edges = some.sampled_from(
    [("", ""), ("_", "_"), ("*", "*"), ("(", ")"), ("", "s"), ("", "'s"), ("", "\u2019s"), ('"', '"')]
)


@given(full, some.data(), around, around, edges)
def test_no_part_of_a_full_name_stays_and_everything_else_does(
    name: list[str], data: some.DataObject, before: str, after: str, edge: tuple[str, str]
) -> None:
    written = name[0] + "".join(data.draw(between) + part for part in name[1:])
    written = unicodedata.normalize(data.draw(some.sampled_from(["NFC", "NFD"])), written)
    written = data.draw(some.sampled_from([str, str.upper, str.lower, str.title]))(written)
    frame = f"{before} {edge[0]}{{}}{edge[1]} {after}"
    called = Called((" ".join(name), *data.draw(some.sampled_from([(), (name[0],), (name[0], name[-1])]))), "", ())
    assert called.struck(frame.format(written)) == frame.format(STRUCK)


joined = some.builds(
    lambda small, first, rest: small + first + rest,
    some.sampled_from(["", "de ", "van der ", "van 't ", "Van ", "el "]),
    some.sampled_from("CXYZČØ"),
    some.text("cxyz", min_size=1),
)
hyphens = some.sampled_from("-\u2010\u2011")


@given(full, some.data(), joined, hyphens, around, around)
def test_a_name_that_a_hyphen_joins_to_another_stays_unless_they_are_called_so(
    name: list[str], data: some.DataObject, other: str, hyphen: str, before: str, after: str
) -> None:
    whole = " ".join(name)
    last = other.rpartition(" ")[2]
    double = data.draw(some.sampled_from([f"{whole}{hyphen}{other}", f"{last}{hyphen}{whole}"]))
    text = unicodedata.normalize(data.draw(some.sampled_from(["NFC", "NFD"])), f"{before} {double} {after}")
    assert Called((whole,), "", ()).struck(text) == text
    frame = f"{before} {{}} {after}"
    own = Called((whole, double), "", ())
    assert own.struck(frame.format(double)) == frame.format(STRUCK)
    assert own.struck(frame.format(f"{whole} {double}")) == frame.format(f"{STRUCK} {STRUCK}")


@given(some.lists(some.text("abAB' ë_\u0301\u00a0s-", max_size=8), max_size=4), some.text("abAB' ë_\u0301\u00a0s-@"))
def test_no_text_becomes_longer_or_empty(names: list[str], said: str) -> None:
    left = Called(names, "", names).struck(said)
    assert bool(left) == bool(said)
    assert len(left) <= len(said)


ADDRESS = "https://teams.microsoft.com/l/message/19:{}@unq.gbl.spaces/1764000000000"


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        (ADDRESS.format("a1-b2_c3-d4"), False),
        (ADDRESS.format("c3-d4_A1-B2"), False),
        (ADDRESS.format("a1-b2_c3-d4").replace(":", "%3A", 2).replace("https%3A", "https:"), False),
        ("https://molen.slack.com/archives/DNOOR/p1764000000000000", False),
        (ADDRESS.format("a1-b22_c3-d4"), True),
        ("https://molen.slack.com/archives/CNOORD/p1764000000000000?noor=Noor", True),
    ],
)
def test_an_address_that_names_somebody_by_an_id_is_emptied(address: str, *, stays: bool) -> None:
    noor = Called(("Noor Jansen", "Noor"), "noor@demolen.example", ("a1-b2",), ("DNOOR", ""))
    assert noor.emptied(address) == (address if stays else "")


# --- in the chat -------------------------------------------------------------------------------------


async def _erased(chat: Chat, handle: str, also: str) -> None:
    hanna = chat.person("hanna")
    await _asks_to_be_erased(chat.person(handle))
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills(also=also)
    await chat.moves(timedelta(hours=1))


def _called(chat: Chat, handle: str, name: str) -> None:
    row = core(Person).c
    with chat.world.scope("hanna") as scope:
        scope.db.update(Person, row.id == chat.person(handle).id, name=name, short=name.split(maxsplit=1)[0])


async def test_a_name_that_is_a_word_leaves_the_words_of_others_alone(chat: Chat) -> None:
    _called(chat, "noor", "Wil Jansen")
    await chat.person("sem").types("/kudos @Lotte Ik wil dat je dat blijft doen, en Wil ook")
    hanna = chat.person("hanna")
    await _asks_to_be_erased(chat.person("noor"))
    await hanna.presses("Bekijken wat dat betekent")
    assert _WARNED in hanna.form.lines
    await hanna.fills(also="Wil")
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        assert [one.text for one in scope.db.all(Kudos)] == ["Ik wil dat je dat blijft doen, en […] ook"]


_WARNED = (
    "Elke naam die je hieronder invult, verdwijnt uit de teksten van iedereen, ook waar het een gewoon woord is "
    "(‘Wil je…’). Dat kun je niet terugdraaien."
)


_SMALL = "Ook een grafiek van hoeveel mensen meededen is er pas vanaf 5 mensen."


async def test_a_digest_is_still_read_after_somebody_who_is_called_as_its_facts_are(chat: Chat) -> None:
    _called(chat, "noor", "floor")
    await chat.moves(MONDAY - 3 * DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    anna = chat.person("anna")
    await anna.types("/ritme weekbericht")
    hidden = _SMALL in anna.sees
    await _erased(chat, "noor", "floor")
    await anna.types("/ritme weekbericht")
    assert (hidden, _SMALL in anna.sees) == (True, True)
    with chat.world.scope("anna") as scope:
        facts = [orjson.loads(line.facts) for line in scope.db.all(DigestLine) if line.kind == "hidden"]
        assert {tuple(sorted(one)) for one in facts} == {("floor", "without")}


async def test_a_short_name_goes_from_a_text_that_is_as_long_as_it_may_be(chat: Chat) -> None:
    text = "Bo hielp mij geweldig. ".ljust(MAX_TEXT, "x")
    await chat.person("sem").types(f"/kudos @Lotte {text}")
    await _erased(chat, "bo", "Bo")
    with chat.world.scope("sem") as scope:
        assert [one.text for one in scope.db.all(Kudos)] == [BRIEF + text.removeprefix("Bo")]
        assert scope.db.count(Person, core(Person).c.name == "Bo Peters") == 0


async def test_a_team_is_not_called_after_who_is_erased(chat: Chat) -> None:
    """Also two that would be called the same then."""
    with chat.world.scope("hanna") as scope:
        (team,) = scope.db.all(Team)
        scope.db.change(team, name="Team Noor Jansen")
        scope.db.add(Team(name="Team noor jansen"))
        scope.db.add(Team(name="Team Noord"))
    await _erased(chat, "noor", "")
    with chat.world.scope("hanna") as scope:
        assert [one.name for one in scope.db.all(Team, order="id")] == ["Team […]", "Team […] 2", "Team Noord"]


async def test_the_address_of_a_message_between_two_goes_with_one_of_them(chat: Chat) -> None:
    noor, sem, lotte = (chat.person(one).user for one in ("noor", "sem", "lotte"))
    with chat.world.scope("lotte") as scope:
        goal = goals.add(scope, goals.Draft("Sneller antwoord", goals.Period(2026, 4)))
        for other in (noor, sem):
            address = ADDRESS.format(f"{other}_{lotte}")
            goals.update(scope, goal.id, confidence=5, note="zie bericht", evidence=address)
    await _erased(chat, "noor", "")
    with chat.world.scope("lotte") as scope:
        told = [(one.note, one.evidence) for one in scope.db.all(goals.GoalUpdate, order="id")]
    assert told == [("zie bericht", ""), ("zie bericht", ADDRESS.format(f"{sem}_{lotte}"))]
