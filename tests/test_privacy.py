"""A person's own data in the chat: what they see, what they ask, what HR decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.router import Withdrawn
from bot.words import words
from handlers import privacy as handler
from models import directory
from models import privacy as model
from models.base import core
from models.errors import Refused
from models.identity import Person
from models.kept import TERMS, kept
from models.kudos import Kudos
from models.privacy import begin, erase_step
from models.privacy.gathering import speaking
from models.privacy.ground import Table, tables
from models.privacy.tables import Erasure
from tests.chat import Chat
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


async def _asks_to_be_erased(somebody) -> None:  # type: ignore[no-untyped-def]  # a speaker
    await somebody.types("/ritme mydata")
    await somebody.presses("Laten wissen")
    await somebody.presses("Vragen om te wissen")


def _named(chat: Chat, handle: str) -> dict[str, str]:
    """What a button about somebody's wish to be erased holds on to."""
    with chat.world.scope(handle) as scope:
        wish = model.asked(scope)
        assert wish is not None
        return {word: str(value) for word, value in model.naming(wish).items()}


async def test_who_asks_to_be_erased_knows_what_stays_and_can_think_again(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await noor.types("/kudos @Sem thanks for the coffee")
    await noor.types("/ritme mydata")
    await noor.presses("Laten wissen")
    assert "Een bedankje is van wie bedankt is." in noor.form.text
    assert hanna.dms == []
    await noor.presses("Vragen om te wissen")
    said = "Je vroeg op 24 november 2026 om te worden gewist; je krijgt uiterlijk 24 december 2026"
    assert said in noor.form.text
    assert [dm.summary for dm in hanna.dms] == ["Noor Jansen vraagt om uit Ritme te worden gewist."]
    asked = _named(chat, "noor")
    await noor.presses("Ik blijf liever")
    assert hanna.dms == []
    await hanna.taps("privacy.decide", **asked)
    assert hanna.sees == "Dit verzoek is er niet meer. Misschien is het ingetrokken."


async def test_hr_decides_and_sees_what_stays(chat: Chat) -> None:
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await noor.types("/kudos @Sem thanks from Noor Jansen for the coffee")
    await sem.types("/kudos @Noor dank voor alles, Noor Jansen")
    await _asks_to_be_erased(noor)
    await hanna.presses("Bekijken wat dat betekent")
    assert "Een bedankje is van wie bedankt is." in hanna.form.text
    assert "Haal Noor Jansen eerst van je personeelslijst en uit de chat" in hanna.form.text
    await hanna.fills(also="Noortje")
    assert "Noor Jansen wordt gewist." in hanna.sees
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        assert [one.text for one in scope.db.all(Kudos)] == ["thanks from […] for the coffee"]
        assert scope.db.count(Person, core(Person).c.name == "Noor Jansen") == 0
    posts = [post.text for post in chat.channel("kudos")]
    assert len(posts) == 1
    assert "Oud-collega" in posts[0]
    assert "Noor" not in posts[0]


async def test_what_was_begun_elsewhere_and_broken_off_goes_on_with_the_clock(chat: Chat) -> None:
    """An operator began on the command line, and the terminal was closed after the first piece."""
    noor = chat.person("noor")
    await noor.types("/kudos @Sem thanks from Noor Jansen for the coffee")
    with chat.world.scope("hanna") as scope:
        begun = begin(scope, scope.db.some(Person, [noor.id])[0], "decided")
        assert erase_step(scope, begun)
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        assert [one.text for one in scope.db.all(Kudos)] == ["thanks from […] for the coffee"]
        assert (scope.db.count(Person, core(Person).c.name == "Noor Jansen"), scope.db.all(Erasure)) == (0, [])


async def test_one_is_erased_after_the_other(chat: Chat) -> None:
    """The second wish may have the number that the first one had."""
    for handle in ("noor", "sem"):
        with chat.world.scope("hanna") as scope:
            begin(scope, scope.db.some(Person, [chat.person(handle).id])[0], "decided")
        await chat.moves(timedelta(hours=1))
        with chat.world.scope("hanna") as scope:
            assert scope.db.all(Erasure) == []


async def test_short_names_go_too_as_they_are_written(chat: Chat) -> None:
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await sem.types("/kudos @Lotte Bo zei dat BO en de bo van Bob Peters, PETERS en Petersen klaar is")
    await _asks_to_be_erased(noor)
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills(also="Peters\nB\nBo")
    said = "Eén letter, zoals B, staat in te veel teksten om weg te halen. Laat die weg, of schrijf de naam verder uit."
    assert hanna.form.errors == {"also": said}
    await hanna.fills(also="Peters\nBo")
    assert "Noor Jansen wordt gewist." in hanna.sees
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        [kudos] = scope.db.all(Kudos)
    assert kudos.text == "[…] zei dat BO en de bo van Bob […], […] en Petersen klaar is"


async def test_nobody_else_decides(chat: Chat) -> None:
    noor, sem = chat.person("noor"), chat.person("sem")
    await _asks_to_be_erased(noor)
    for name in ("privacy.decide", "privacy.refuse"):
        await sem.taps(name, **_named(chat, "noor"))
        assert not sem.reading
    await sem.types("/ritme bewaartermijnen")
    assert "HR" in sem.sees


async def test_hr_refuses_and_says_why(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await _asks_to_be_erased(noor)
    await hanna.presses("Niet wissen, want…")
    await hanna.fills(reason="   ")
    assert hanna.form.errors == {"reason": "Zeg waarom niet; wie het vroeg, heeft recht op een reden."}
    await hanna.fills(reason="Er loopt een rechtszaak.")
    assert hanna.sees == "Noor Jansen hoort dat er niets gewist wordt, en waarom."
    assert hanna.dms == [], "nobody has to decide about it any more"
    (told,) = noor.dms
    assert told.summary == "HR heeft geantwoord op je vraag om te wissen."
    assert "rechtszaak" not in told.text
    await noor.presses("Mijn gegevens bekijken")
    assert "Er loopt een rechtszaak." in noor.form.lines
    await hanna.taps("privacy.decide", **_named(chat, "noor"))
    assert hanna.sees == "Dit verzoek is er niet meer. Misschien is het ingetrokken."
    await noor.presses("Laten wissen")
    await noor.presses("Vragen om te wissen")
    assert "rechtszaak" not in noor.form.text
    assert len(hanna.dms) == 1


@pytest.mark.parametrize(
    ("button", "values"),
    [("Bekijken wat dat betekent", {}), ("Niet wissen, want…", {"reason": "Er loopt een rechtszaak met Noor."})],
)
async def test_a_form_about_one_wish_does_nothing_to_the_next(chat: Chat, button: str, values: dict[str, str]) -> None:
    """On SQLite the next wish gets the id of the one that was taken back."""
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await _asks_to_be_erased(noor)
    await hanna.presses(button)
    await noor.presses("Ik blijf liever")
    await _asks_to_be_erased(sem)
    await hanna.fills(**values)
    said = hanna.form if hanna.reading else hanna.answered
    assert "Dit verzoek is er niet meer. Misschien is het ingetrokken." in said.text
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        assert scope.me.closed_at is None
        [wish] = scope.db.all(Erasure)
        assert (wish.person_id, wish.decided_at, wish.refusal) == (scope.me.id, None, None)
    assert [dm.summary for dm in hanna.dms] == ["Sem Bakker vraagt om uit Ritme te worden gewist."]


async def test_a_message_about_a_wish_says_nothing_of_the_next(chat: Chat) -> None:
    noor, sem = chat.person("noor"), chat.person("sem")
    await _asks_to_be_erased(noor)
    asked = {word: int(value) if value.isdigit() else value for word, value in _named(chat, "noor").items()}
    await noor.presses("Ik blijf liever")
    await _asks_to_be_erased(sem)
    with chat.world.scope("hanna") as scope:
        assert isinstance(handler.told_asked(scope, asked), Withdrawn)


async def test_nobody_decides_about_themselves(chat: Chat) -> None:
    """Who is HR asks too: where nobody else is, the administrators decide."""
    hanna, bo = chat.person("hanna"), chat.person("bo")
    await _asks_to_be_erased(hanna)
    assert (hanna.dms, len(bo.dms)) == ([], 1)
    for name in ("privacy.decide", "privacy.refuse"):
        await hanna.taps(name, **_named(chat, "hanna"))
        assert hanna.sees.startswith("Dit is je eigen verzoek.")
    with chat.world.scope("hanna") as scope:
        wish = model.asked(scope)
        assert wish is not None
        assert isinstance(handler.told_asked(scope, model.naming(wish)), Withdrawn)
        for decide in (partial(model.erase, scope), partial(model.decline, scope, reason="Liever niet.")):
            with pytest.raises(Refused) as refused:
                decide(ids=model.naming(wish))
            assert [one.code for one in refused.value.problems] == ["privacy.own"]
    await bo.presses("Bekijken wat dat betekent")
    await bo.fills()
    assert "Hanna Mulder wordt gewist." in bo.sees


async def test_nobody_else_erases(chat: Chat) -> None:
    await _asks_to_be_erased(chat.person("noor"))
    asked = _named(chat, "noor")
    with chat.world.scope("sem") as scope, pytest.raises(Refused) as refused:
        model.erase(scope, asked)
    assert [one.code for one in refused.value.problems] == ["denied"]


async def test_who_would_decide_alone_is_sent_to_an_operator(chat: Chat) -> None:
    hanna, bo = chat.person("hanna"), chat.person("bo")
    with chat.world.scope("bo") as scope:
        directory.set_role(scope, scope.me, "admin", held=False)
    await _asks_to_be_erased(hanna)
    assert (hanna.dms, bo.dms) == ([], [])
    assert "Van wie Ritme beheert kun je alles krijgen" in hanna.form.text
    assert "Neem daarom zelf contact op." in hanna.form.text


async def test_one_after_another_is_erased(chat: Chat) -> None:
    """Also where SQLite gives the second erasure the id of the first."""
    hanna = chat.person("hanna")
    for handle in ("noor", "sem"):
        await _asks_to_be_erased(chat.person(handle))
        await hanna.presses("Bekijken wat dat betekent")
        await hanna.fills()
        await chat.moves(timedelta(hours=1))
    with chat.world.scope("anna") as scope:
        assert scope.db.count(Person, core(Person).c.name.in_(("Noor Jansen", "Sem Bakker"))) == 0


async def test_a_copy_is_asked_of_hr_and_answered_within_a_month(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await noor.types("/ritme mydata")
    await noor.presses("Een kopie vragen")
    said = "Je vroeg op 24 november 2026 om een kopie; je krijgt uiterlijk 24 december 2026 antwoord."
    assert said in noor.form.lines[:5], "where one looks first"
    assert "Een kopie vragen" not in noor.form.buttons
    await noor.taps("privacy.copy")
    await chat.moves(timedelta(days=29))
    await noor.types("/ritme mydata")
    assert said in noor.form.lines
    await chat.moves(timedelta(days=2))
    await noor.types("/ritme mydata")
    assert said not in noor.form.lines
    assert "Een kopie vragen" in noor.form.buttons
    asked = [dm for dm in hanna.dms if dm.summary == "Noor Jansen vraagt om een kopie van de eigen gegevens."]
    assert len(asked) == 1
    assert "ritme privacy export noor@demolen.example" in asked[0].text


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


async def test_what_stands_in_columns_is_said_in_words(chat: Chat) -> None:
    noor = chat.person("noor")
    await chat.moves(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    await noor.presses("Overslaan")
    await noor.types("/ritme gegevens")
    await _reads(noor, "person")
    assert "Gepauzeerd: nee" in noor.form.text
    assert "Hoe je graag bedankt wordt: In het kudoskanaal" in noor.form.text
    await _reads(noor, "checkin_period")
    assert "Stand: Overgeslagen" in noor.form.text
    await _reads(noor, "delivery")
    assert "Soort: 1 uitnodiging voor een check-in" in noor.form.text
    await _reads(noor, "due")
    assert "Soort: Herinnering aan een check-in" in noor.form.text


async def test_what_a_digest_said_is_read_word_for_word(chat: Chat) -> None:
    noor = chat.person("noor")
    await chat.moves(datetime(2026, 12, 22, 12, 0, tzinfo=UTC))
    await noor.types("/ritme weekbericht mij")
    [line] = {line for line in noor.form.lines if "niets in check-ins" in line}
    await noor.types("/ritme gegevens")
    await _reads(noor, "digest_line")
    assert "{" not in noor.form.text
    assert line.removeprefix("Van Noor") in noor.form.text
