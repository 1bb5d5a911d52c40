"""What somebody asks about their own data, and who answers: a copy, or to be erased."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bot.router import Withdrawn
from handlers.privacy import asking
from models import directory
from models import privacy as model
from models.base import core
from models.errors import Refused
from models.identity import Person
from models.kudos import Kudos
from models.privacy.tables import Erasure
from tests.chat import Chat, Speaker
from tests.seen import Seen
from tests.test_feedback_requests import alone


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


def _gives_out_ids_again(chat: Chat) -> None:
    """As a database that was restored from a backup knows nothing of those that came after it."""
    with chat.world.database.writer.begin() as connection:
        if chat.world.database.sqlite:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'erasure'"))
        else:
            connection.execute(text("SELECT setval(pg_get_serial_sequence('erasure', 'id'), 1, false)"))


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
    assert "Noor Jansen hoort het eerst van mij. Haal de naam daarna van je personeelslijst" in hanna.form.text
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
        begun = model.begin(scope, scope.db.some(Person, [noor.id])[0], "decided")
        assert model.erase_step(scope, begun)
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        assert [one.text for one in scope.db.all(Kudos)] == ["thanks from […] for the coffee"]
        assert (scope.db.count(Person, core(Person).c.name == "Noor Jansen"), scope.db.all(Erasure)) == (0, [])


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
    assert told.summary == "Je werkgever heeft geantwoord op je verzoek om te worden gewist."
    assert "rechtszaak" not in told.text
    await noor.presses("Mijn gegevens bekijken")
    decided = "Je werkgever besloot op 24 november 2026 om dat niet te doen, want:"
    assert f"Je vroeg op 24 november 2026 om te worden gewist. {decided}" in noor.form.lines
    assert "Er loopt een rechtszaak." in noor.form.lines
    await hanna.taps("privacy.decide", **_named(chat, "noor"))
    assert hanna.sees == "Dit verzoek is er niet meer. Misschien is het ingetrokken."
    await noor.presses("Laten wissen")
    await noor.presses("Vragen om te wissen")
    assert "rechtszaak" not in noor.form.text
    assert len(hanna.dms) == 1


async def test_who_left_meanwhile_is_told_by_hr(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await _asks_to_be_erased(noor)
    with chat.world.scope("hanna") as scope:
        directory.close(scope, scope.db.some(Person, [noor.id]))
    await hanna.presses("Niet wissen, want…")
    said = "Ritme bereikt Noor Jansen niet meer. Je vertelt het zelf; hierna krijg je er een tekst voor."
    assert hanna.form.sees == said
    await hanna.fills(reason="Er loopt een rechtszaak.")
    assert " ".join(hanna.form.lines) == (
        "Je antwoord is vastgelegd, maar Ritme bereikt Noor Jansen niet meer. Vertel Noor Jansen daarom zelf zo snel "
        "mogelijk dat er niets gewist wordt, waarom, en dat een klacht mogelijk is. Dit kun je doorgeven: "
        "Je vroeg op 24 november 2026 om uit Ritme te worden gewist. We besloten op 24 november 2026 om dat niet te "
        "doen, want: Er loopt een rechtszaak. Ben je het er niet mee eens? Praat erover met ons, dien een klacht in bij "
        "de Autoriteit Persoonsgegevens, of ga naar de rechter."
    )
    await chat.moves(timedelta(hours=1))
    assert noor.dms == []
    assert hanna.dms == [], "nobody has to decide about it any more"


@pytest.mark.parametrize(
    ("button", "values"),
    [("Bekijken wat dat betekent", {}), ("Niet wissen, want…", {"reason": "Er loopt een rechtszaak met Noor."})],
)
async def test_a_form_about_one_wish_does_nothing_to_the_next(chat: Chat, button: str, values: dict[str, str]) -> None:
    """Also where the next wish gets the id of the one that was taken back, as after a restore."""
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await _asks_to_be_erased(noor)
    await hanna.presses(button)
    await noor.presses("Ik blijf liever")
    _gives_out_ids_again(chat)
    await _asks_to_be_erased(sem)
    await hanna.fills(**values)
    shown = [chat.door.form(hanna.user), chat.door.answered(hanna.user)]  # each chat has its own place for it
    assert any("Dit verzoek is er niet meer. Misschien is het ingetrokken." in one.text for one in shown if one)
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
    _gives_out_ids_again(chat)
    await _asks_to_be_erased(sem)
    assert _named(chat, "sem")["erasure"] == str(asked["erasure"])
    with chat.world.scope("hanna") as scope:
        assert isinstance(asking.told_asked(scope, asked), Withdrawn)


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
        assert isinstance(asking.told_asked(scope, model.naming(wish)), Withdrawn)
        for decide in (partial(model.erase, scope), partial(model.decline, scope, reason="Liever niet.")):
            with pytest.raises(Refused) as refused:
                decide(ids=model.naming(wish))
            assert [one.code for one in refused.value.problems] == ["privacy.own"]
    await bo.presses("Bekijken wat dat betekent")
    await bo.fills()
    assert "Hanna Mulder wordt gewist." in bo.sees


async def test_an_administrator_decides_only_where_nobody_is_hr(chat: Chat) -> None:
    bo = chat.person("bo")
    await _asks_to_be_erased(chat.person("noor"))
    for name in ("privacy.decide", "privacy.refuse"):
        await bo.taps(name, **_named(chat, "noor"))
        said = "Hanna Mulder beslist over dit verzoek. Een beheerder doet dat alleen als verder niemand HR is."
        assert bo.sees == said
    asked = _named(chat, "noor")
    with chat.world.scope("bo") as scope:
        for decide in (partial(model.erase, scope), partial(model.decline, scope, reason="Liever niet.")):
            with pytest.raises(Refused, match=r"privacy\.hr"):
                decide(ids=asked)


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
    assert "Je kunt alles krijgen van wie Ritme draaiend houdt" in hanna.form.text
    assert "Neem daarom zelf contact op." in hanna.form.text


async def test_one_after_another_is_erased(chat: Chat) -> None:
    """Also where the second erasure gets the id of the first, as after a restore."""
    hanna = chat.person("hanna")
    for handle in ("noor", "sem"):
        _gives_out_ids_again(chat)
        await _asks_to_be_erased(chat.person(handle))
        await hanna.presses("Bekijken wat dat betekent")
        await hanna.fills()
        await chat.moves(timedelta(hours=1))
    with chat.world.scope("anna") as scope:
        assert scope.db.count(Person, core(Person).c.name.in_(("Noor Jansen", "Sem Bakker"))) == 0


async def test_a_copy_is_asked_of_hr_and_answered_within_a_month(chat: Chat) -> None:
    alone(chat)
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await noor.types("/ritme mydata")
    await noor.presses("Een kopie vragen")
    said = "Je vroeg op 24 november 2026 om een kopie; je krijgt uiterlijk 24 december 2026 antwoord."
    assert said in noor.form.lines[:5], "where one looks first"
    assert "Een kopie vragen" not in noor.form.buttons
    await noor.taps("privacy.copy")
    await chat.jumps(timedelta(days=21))
    await chat.moves(timedelta(days=8))
    await noor.types("/ritme mydata")
    assert said in noor.form.lines
    asked, reminded = _about(hanna)
    assert asked.summary == "Noor Jansen vraagt om een kopie van de eigen gegevens."
    assert all("ritme privacy export noor@demolen.example" in dm.text for dm in (asked, reminded))
    await hanna.presses("Kopie gegeven")
    assert hanna.sees == "Genoteerd: Noor Jansen heeft de kopie gekregen."
    assert _about(hanna) == [], "also the reminder is taken back"
    await noor.types("/ritme mydata")
    assert said not in noor.form.lines
    assert "Een kopie vragen" in noor.form.buttons
    await hanna.opens_home()
    assert _QUESTIONS not in hanna.home.lines


def _about(somebody: Speaker, name: str = "Noor Jansen") -> list[Seen]:
    """The messages to somebody in which a colleague is named."""
    return [dm for dm in somebody.dms if name in dm.summary or name in dm.text]


_QUESTIONS = "Vragen over eigen gegevens"
_LATE = "Uiterlijk 24 december 2026 had je antwoord moeten krijgen. Vraag ernaar bij Hanna Mulder."


async def test_an_answer_that_is_late_is_asked_for_again(chat: Chat) -> None:
    """The first day stays, and HR hears of it once a day at most."""
    alone(chat)
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await noor.types("/ritme mydata")
    await noor.presses("Een kopie vragen")
    await _asks_to_be_erased(noor)
    await chat.jumps(timedelta(days=40))
    said = len(_about(hanna))
    await noor.types("/ritme mydata")
    assert f"Je vroeg op 24 november 2026 om een kopie. {_LATE}" in noor.form.lines
    taken_back = "Zolang er niets is besloten, kun je dat intrekken."
    assert f"Je vroeg op 24 november 2026 om te worden gewist. {taken_back} {_LATE}" in noor.form.lines
    for label, waits in (
        ("Opnieuw om de kopie vragen", "Noor Jansen wacht op een kopie van de eigen gegevens."),
        ("Opnieuw vragen om te wissen", "Noor Jansen wacht op antwoord op het verzoek om te worden gewist."),
    ):
        for _ in range(2):
            await noor.types("/ritme mydata")
            await noor.presses(label)
        assert "Je vraag is nog een keer gestuurd aan Hanna Mulder." in noor.form.lines
        assert f"Je vroeg op 24 november 2026 om een kopie. {_LATE}" in noor.form.lines
        said += 1
        assert len(_about(hanna)) == said
        assert hanna.dms[-1].summary == waits
        assert "Het antwoord had er uiterlijk 24 december 2026 moeten zijn." in hanna.dms[-1].lines
    await noor.presses("Ik blijf liever")
    await hanna.presses("Kopie gegeven")
    assert _about(hanna) == []


async def test_who_became_hr_later_sees_what_waits(chat: Chat) -> None:
    alone(chat)
    noor, sem = chat.person("noor"), chat.person("sem")
    await _asks_to_be_erased(noor)
    await chat.moves(timedelta(days=1))
    await noor.types("/ritme mydata")
    await noor.presses("Een kopie vragen")
    for person in (sem, chat.person("bo")):  # an administrator decides only where there is no HR
        await person.opens_home()
        assert _QUESTIONS not in person.home.lines
    with chat.world.scope("sem") as scope:
        directory.set_role(scope, scope.me, "hr", held=True)
    await sem.opens_home()
    at = sem.home.lines.index(_QUESTIONS)
    assert sem.home.lines[at + 1 : at + 5] == (
        "Noor Jansen vraagt om uit Ritme te worden gewist.",
        "Antwoord uiterlijk 24 december 2026.",
        "Noor Jansen vraagt om een kopie van de eigen gegevens.",
        "Antwoord uiterlijk 25 december 2026.",
    )
    await chat.jumps(timedelta(days=30))
    await sem.opens_home()
    assert "Het antwoord had er uiterlijk 24 december 2026 moeten zijn." in sem.home.lines
    await sem.presses("Bekijken wat dat betekent")
    await sem.fills()
    assert "Noor Jansen wordt gewist." in sem.sees


async def test_who_decides_is_reminded_once_of_what_still_waits(chat: Chat) -> None:
    """A week before the day, by who it is then; of what was answered or taken back nobody is reminded."""
    alone(chat)
    noor, sem, lotte, hanna = (chat.person(name) for name in ("noor", "sem", "lotte", "hanna"))
    for somebody in (noor, sem, lotte):
        await _asks_to_be_erased(somebody)
    await sem.presses("Ik blijf liever")
    await chat.jumps(timedelta(days=21))
    await chat.moves(timedelta(days=1))
    for name in ("Noor Jansen", "Lotte de Boer"):
        assert [dm.summary for dm in _about(hanna, name)] == [f"{name} vraagt om uit Ritme te worden gewist."]
    await lotte.types("/ritme mydata")
    await lotte.presses("Ik blijf liever")
    await chat.moves(timedelta(days=5))
    _, reminded = _about(hanna)
    assert "Noor Jansen vroeg op 24 november 2026 om uit Ritme te worden gewist." in reminded.lines
    assert "Antwoord uiterlijk 24 december 2026." in reminded.lines
    assert [_about(hanna, name) for name in ("Sem Bakker", "Lotte de Boer")] == [[], []]
    await noor.types("/ritme mydata")
    await noor.presses("Ik blijf liever")
    assert _about(hanna) == []


async def test_a_copy_is_given_by_who_may_and_once(chat: Chat) -> None:
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await noor.types("/ritme mydata")
    await noor.presses("Een kopie vragen")
    with chat.world.scope("noor") as scope:
        wish = model.copy_asked(scope)
        assert wish is not None
        named = {word: str(value) for word, value in model.naming(wish).items()}
    await sem.taps("privacy.given", **named)
    await noor.types("/ritme mydata")
    assert "Een kopie vragen" not in noor.form.buttons
    await hanna.presses("Kopie gegeven")
    await sem.types("/ritme mydata")
    await sem.presses("Een kopie vragen")
    await hanna.taps("privacy.given", **named)
    assert hanna.sees == "Dit verzoek is er niet meer. Misschien is het ingetrokken."
    assert [dm.summary for dm in hanna.dms] == ["Sem Bakker vraagt om een kopie van de eigen gegevens."]
