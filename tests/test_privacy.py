"""A person's own data in the chat: what they see, in words, and how long it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.words import words
from models.base import core
from models.kept import TERMS, kept
from models.kudos import Kudos
from models.privacy.gathering import speaking
from models.privacy.ground import Table, tables
from tests.chat import Chat
from tests.test_feedback import gives
from views.privacy import names, values
from views.privacy.names import COLUMNS, KINDS, TABLES, TECHNICAL
from views.privacy.whys import WHYS


async def test_somebody_reads_everything_about_them_and_by_them(chat: Chat) -> None:
    noor, sem, lotte = chat.person("noor"), chat.person("sem"), chat.person("lotte")
    await sem.types("/kudos @Noor thanks for the calm release last night")
    await lotte.types("/kudos @Sem thanks for the coffee")
    await noor.types("/ritme gegevens")
    assert "Kudos, gegeven en gekregen" in noor.form.text
    assert "Nog niemand anders heeft een check-in van jou of feedback over jou geopend." in noor.form.text
    await _reads(noor, "kudos")
    assert "thanks for the calm release last night" in noor.form.text
    assert "Sem Bakker" in noor.form.text
    assert "coffee" not in noor.form.text
    await noor.presses("Terug")
    assert "Hoe lang het bewaard blijft" in noor.form.text


async def test_help_promises_what_can_be_asked(chat: Chat) -> None:
    """A copy, or that everything is erased: there is no erasing of one thing."""
    noor = chat.person("noor")
    await noor.types("/ritme gegevens hulp")
    assert noor.answered.lines[2] == "/ritme gegevens voor een kopie, of om alles te laten wissen"
    await noor.types("/ritme gegevens voor een kopie, of om alles te laten wissen")
    assert {"Een kopie vragen", "Laten wissen"} <= set(noor.form.buttons)


async def _reads(somebody, table: str) -> None:  # type: ignore[no-untyped-def]  # a speaker
    await somebody.taps("privacy.part", table=table)


async def test_hr_chooses_how_long(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme bewaartermijnen")
    await hanna.taps("privacy.term", kind="checkins")
    await hanna.fills(months="18")
    assert "ondernemingsraad" in hanna.form.errors["agreed_on"]
    await hanna.fills(months="18", agreed_on="2026-11-20")
    assert "Check-ins: 18 maanden" in hanna.sees
    assert "De ondernemingsraad stemde in op" in hanna.sees


async def test_one_date_of_the_works_council_lengthens_a_term_once(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme bewaartermijnen")

    async def chooses(kind: str, months: str, day: str) -> dict[str, str]:
        await hanna.taps("privacy.term", kind=kind)
        await hanna.fills(months=months, agreed_on=day)
        return dict(hanna.form.errors) if hanna.reading else {}

    assert await chooses("feedback", "36", "2026-11-20") == {}
    assert await chooses("checkins", "18", "2026-11-20") == {}
    assert await chooses("feedback", "60", "2026-11-20") == {
        "agreed_on": "Langer dan 24 maanden kan alleen met de ondernemingsraad: vul in op welke dag die instemde, ná "
        "de vorige instemming."
    }
    await hanna.fills(agreed_on="2026-11-23")
    assert "Feedback: 60 maanden" in hanna.answered.text


async def test_the_night_deletes_what_is_over(chat: Chat) -> None:
    with chat.world.scope("sem") as scope:
        for days in (800, 700):
            scope.db.add(Kudos(giver_id=scope.me.id, text=f"{days} days ago", at=scope.now - timedelta(days=days)))
    await chat.moves(timedelta(days=1))
    with chat.world.scope("sem") as scope:
        assert [one.text for one in scope.db.all(Kudos)] == ["700 days ago"]


def test_everything_has_a_name_for_readers() -> None:
    says = {core(table).name: kept(table) for table in tables()}
    assert {name for name, one in says.items() if one.about or one.by} - set(TABLES) == set()
    assert set(TERMS) - set(KINDS) == set()
    assert {fate.why for one in says.values() for _, fate in one.fates if fate.why} == set(WHYS)


def _choices(table: Table) -> Iterator[tuple[str, str]]:
    """The columns that hold one of a few words by the schema, with each of them."""
    for check in core(table).constraints:
        for column, choices in re.findall(r"(\w+) IN \(([^)]*)\)", str(getattr(check, "sqltext", ""))):
            for choice in filter(None, re.findall(r"'(\w*)'", choices)):
                yield column, choice


@pytest.mark.parametrize("table", speaking(), ids=lambda table: core(table).name)
def test_every_column_is_shown_in_words_or_technical(table: Table) -> None:
    """Whoever adds a column to what somebody may read of themselves says what it is called, and what its words mean."""
    name = core(table).name
    for column in (one.name for one in core(table).columns):
        keys = {column, f"{name}.{column}"}
        assert keys & set(COLUMNS) or keys & TECHNICAL, f"{name}.{column} has no name"
    for language in ("nl", "en"):
        said = words(language, "Europe/Amsterdam")
        for column, choice in _choices(table):
            if names.column(name, column):
                shown = values.shown(name, column, choice, said)
                assert shown != choice, f"{name}.{column} shows {choice!r}"


async def test_columns_are_not_called_what_buttons_say(chat: Chat) -> None:
    """'Lezen' is what a button does; what stands here is when it was done."""
    lotte, anna = chat.person("lotte"), chat.person("anna")
    await gives(chat, "sem", "Lotte", audience=str(anna.id))
    await lotte.presses("Lezen")
    await lotte.types("/ritme gegevens")
    await _reads(lotte, "feedback")
    assert "Gelezen op: 24 november 2026, 10:00" in lotte.form.text
    await _reads(lotte, "audience")
    said = re.split(r": |\n", lotte.form.text)
    assert said[said.index("Lezer") :][:6] == [
        "Lezer",
        "Anna Visser",
        "Als",
        "De leidinggevende van degene over wie het gaat, alleen als de schrijver dat vóór het versturen koos",
        "Van wie het is",
        "Lotte de Boer",
    ]


async def test_what_stands_in_columns_is_said_in_words(chat: Chat) -> None:
    noor = chat.person("noor")
    await chat.moves(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    await noor.presses("Overslaan")
    await noor.types("/ritme gegevens")
    await _reads(noor, "person")
    assert "Gepauzeerd: nee" in noor.form.text
    assert "Hoe je graag bedankt wordt: In het kudoskanaal" in noor.form.text
    await _reads(noor, "checkin_period")
    assert "Status: Overgeslagen" in noor.form.text
    await _reads(noor, "delivery")
    assert "Soort: uitnodiging voor een check-in" in noor.form.text
    await _reads(noor, "due")
    assert "Soort: Herinnering aan een check-in" in noor.form.text


async def test_a_consent_that_one_recorded_names_what_it_covers_and_not_what_it_leaves_out(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    await hanna.fills(covers=("checkins", "goals"))
    await hanna.types("/ritme gegevens")
    await _reads(hanna, "consent")
    assert "Waarvoor: check-ins, doelen" in hanna.form.text


async def test_what_a_digest_said_is_read_word_for_word(chat: Chat) -> None:
    noor = chat.person("noor")
    await chat.moves(datetime(2026, 12, 22, 12, 0, tzinfo=UTC))
    await noor.types("/ritme weekbericht mij")
    [line] = {line for line in noor.form.lines if "niets in check-ins" in line}
    await noor.types("/ritme gegevens")
    await _reads(noor, "digest_line")
    assert "{" not in noor.form.text
    assert line.removeprefix("Van Noor") in noor.form.text
