"""Who is erased hears so before it begins, and knows what comes after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import privacy as model
from models.base import core
from models.checkins import Checkin
from models.delivery import Delivery
from models.goals import Goal, KeyResult, Measure
from models.identity import Person
from models.kudos import Kudos
from models.privacy.tables import Erasure
from tests.chat import Chat
from tests.test_digest_composing import answer
from tests.test_goals import measured
from tests.test_privacy_said import MONDAY, decided, troubled
from tests.test_privacy_wishes import _asks_to_be_erased, _named


async def test_who_is_erased_hears_it_and_knows_what_comes_after(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await noor.types("/ritme mydata")
    await noor.presses("Laten wissen")
    assert (
        "Daarmee ben je uit Ritme: je hoort nog dat het begint, en daarna niets meer. Zit je dan nog in de chat en "
        "open je Ritme of schrijf je iets, dan krijg je een nieuw account, waar niets in staat."
    ) in noor.form.lines
    await noor.presses("Vragen om te wissen")
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills()
    assert "Noor Jansen hoort het eerst van mij, als mijn laatste bericht." in hanna.sees
    assert [dm.summary for dm in noor.dms] == ["Je wordt uit Ritme gewist."]
    await noor.types("/ritme mydata")
    assert "Je werkgever heeft besloten je uit Ritme te wissen. Dat begint over een paar minuten." in noor.form.lines
    assert "Ik blijf liever" not in noor.form.buttons
    await chat.moves(timedelta(hours=1))
    assert [dm.summary for dm in noor.dms] == ["Je wordt uit Ritme gewist."]
    with chat.world.scope("hanna") as scope:
        assert scope.db.count(Person, core(Person).c.name == "Noor Jansen") == 0


async def test_the_overview_of_who_is_erased_is_empty_before_it_begins(chat: Chat) -> None:
    noor = chat.person("noor")
    empty = "Je vroeg om uit Ritme te worden gewist en je werkgever is akkoord. Daarom staat hier niets meer over jou."
    troubled(chat, "noor")
    await noor.opens_home()
    assert "Doel van noor" in noor.home.text
    await decided(chat, "noor")
    if chat.world.platform == "demo":
        await noor.opens_home()  # which its page does by itself
    assert noor.home.lines == (empty,)
    await noor.opens_home()
    assert noor.home.lines == (empty,)
    await chat.moves(timedelta(hours=1))
    assert noor.home.lines == (empty,)


async def test_who_waits_for_a_copy_gets_it_before_being_erased(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    first = "Wil je een kopie? Vraag die dan eerst: ben je eenmaal gewist, dan kan niemand die nog maken."
    await noor.types("/ritme mydata")
    await noor.presses("Laten wissen")
    assert first in noor.form.lines
    await noor.presses("Terug")
    await noor.presses("Een kopie vragen")
    await _asks_to_be_erased(noor)
    waits = (
        "Noor Jansen vroeg op 24 november 2026 om een kopie en heeft die nog niet. Geef die eerst: hierna kan niemand "
        "die nog maken."
    )
    await hanna.taps("privacy.decide", **_named(chat, "noor"))
    assert waits in hanna.form.lines
    await hanna.presses("Kopie gegeven")
    await hanna.taps("privacy.decide", **_named(chat, "noor"))
    assert waits not in hanna.form.lines
    await hanna.fills()
    await noor.types("/ritme mydata")
    assert "Een kopie vragen" not in noor.form.buttons, "it begins in a few minutes"


async def test_who_opens_ritme_after_that_is_somebody_new_with_nothing(chat: Chat) -> None:
    if chat.world.platform == "demo":
        pytest.skip("the demo's people are those of its cast, and nobody new joins them")
    noor = chat.person("noor")
    troubled(chat, "noor")
    await noor.opens_home()
    assert "Doel van noor" in noor.home.text
    await decided(chat, "noor")
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("hanna") as scope:
        assert scope.db.count(Person, core(Person).c.name == "Noor Jansen") == 0
    await noor.opens_home()
    assert "Nog geen doelen." in noor.home.text
    assert "Doel van noor" not in noor.home.text
    with chat.world.scope("hanna") as scope:
        assert scope.db.count(Person, core(Person).c.name == "Noor Jansen") == 1


async def test_erasing_waits_for_its_last_message_for_a_day_at_most(chat: Chat) -> None:
    await _asks_to_be_erased(chat.person("noor"))
    asked = _named(chat, "noor")
    with chat.world.scope("hanna") as scope:
        wish = model.erase(scope, asked)
        assert not model.to_hear(scope, wish), "nothing is on its way"
        scope.db.add(
            Delivery(
                verb="dm",
                kind=model.LAST,
                ids="{}",
                person_id=wish.person_id,
                created_at=scope.now,
                not_before=scope.now,
            )
        )
        assert model.to_hear(scope, wish)
        assert not model.to_hear(scope, wish.model_copy(update={"decided_at": scope.now - timedelta(days=1)}))


async def test_the_last_message_is_the_last(chat: Chat) -> None:
    """Also where a check-in would have been asked before the erasing begins."""
    await chat.moves(MONDAY - timedelta(minutes=3))
    noor = chat.person("noor")
    before = len(noor.dms)
    await decided(chat, "noor")
    await chat.moves(timedelta(minutes=4))
    assert len(chat.person("sem").dms) > 0, "it is nine o'clock"
    assert [dm.summary for dm in noor.dms[before:]] == ["Je wordt uit Ritme gewist."]


async def test_what_is_written_while_everything_is_looked_through_keeps_no_name(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.privacy.erasing.PIECE", 3)
    await decided(chat, "noor")
    await chat.moves(model.HEARS)
    while _place(chat) != "delivery":  # which comes last, when all texts were looked through
        await chat.moves(timedelta(seconds=1))
    await chat.person("sem").types("/kudos @Lotte dank, ook namens Noor Jansen")
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("hanna") as scope:
        assert scope.db.all(Erasure) == []
        assert [kudos.text for kudos in scope.db.all(Kudos)] == ["dank, ook namens […]"]


async def test_what_is_changed_while_everything_is_looked_through_keeps_no_name(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what is older than the newest of its kind."""
    monkeypatch.setattr("models.privacy.erasing.PIECE", 3)
    reworded, closed, *_ = (measured(chat, "lotte", f"Doel {n}", Measure(f"Cijfer {n}", target=8)) for n in range(5))
    sent, *_ = (answer(chat.world, one, 3) for one in ("sem", "joris", "anna", "lotte"))
    await decided(chat, "noor")
    await chat.moves(model.HEARS)
    while _place(chat) != "delivery":
        await chat.moves(timedelta(seconds=1))
    lotte, sem = chat.person("lotte"), chat.person("sem")
    await lotte.taps("goals.change", goal=str(reworded))
    await lotte.fills(title="Afmaken wat Noor Jansen begon", reason="Ze stopt.")
    await lotte.taps("goals.result_change", result="1")
    await lotte.fills(title="Cijfer van Noor Jansen", reason="Ze stopt.")
    await lotte.taps("goals.close", goal=str(closed))
    await lotte.fills(score="7", learned="Eerder Noor Jansen vragen")
    await sem.taps("checkins.edit", checkin=str(sent))
    await sem.fills(blocker="Noor Jansen stopt", priorities="Overnemen")
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("lotte") as scope:
        assert scope.db.all(Erasure) == []
        told = [(one.title, one.learned) for one in scope.db.some(Goal, [reworded, closed])]
        assert sorted(told) == [("Afmaken wat […] begon", ""), ("Doel 1", "Eerder […] vragen")]
        assert [one.title for one in scope.db.some(KeyResult, [1])] == ["Cijfer van […]"]
        assert [one.blocker for one in scope.db.some(Checkin, [sent])] == ["[…] stopt"]


def _place(chat: Chat) -> str:
    with chat.world.scope("hanna") as scope:
        [erasure] = scope.db.all(Erasure)
        return erasure.place


async def test_before_hr_decides_it_reads_when_to_take_them_off_the_list(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), chat.person("hanna")
    await _asks_to_be_erased(noor)
    await hanna.taps("privacy.decide", **_named(chat, "noor"))
    after = (
        "Noor Jansen hoort het eerst van mij. Haal de naam daarna van je personeelslijst en het account uit de chat: "
        "wie er nog is en Ritme opent of iets typt, komt terug als nieuwe collega."
    )
    assert after in hanna.form.lines
