"""When the term of an entry is over, the chats don't show any more what was said of it, in whatever way it goes after
that.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import privacy
from models.delivery import Delivery, written
from models.digest import Digest
from models.feedback import FeedbackRequest
from models.kudos import Kudos
from models.privacy import keeping, messages
from models.privacy.tables import Deletion, Retention
from models.scope import Scope
from tests.chat import Chat
from tests.test_digest import digests, thanked
from tests.test_privacy_said import MONDAY, erased, shown, troubled
from tests.world import World

DAY, WEEK = timedelta(days=1), timedelta(days=7)
KUDOS = "Kudos aan Lotte"


def term(chat: Chat, *kinds: str) -> None:
    """HR has these deleted after a month."""
    with chat.world.scope("hanna") as scope:
        for kind in kinds:
            privacy.choose(scope, kind, 1, None)


async def test_an_old_digest_is_gone_before_somebody_in_it_is_erased(chat: Chat) -> None:
    term(chat, "digests")
    troubled(chat, "sem")
    chat.only("anna", "joris")
    await chat.jumps(MONDAY)
    assert len(shown(chat, "Sem")["anna"]) >= 2
    chat.only()
    await chat.jumps(MONDAY + 4 * WEEK)
    assert len(shown(chat, "Sem")["anna"]) >= 2
    await chat.moves(MONDAY + 5 * WEEK)
    with chat.world.scope("hanna") as scope:
        assert scope.db.all(Digest) == []
    assert digests(chat) == []
    await erased(chat, "sem")
    assert shown(chat, "Sem") == {}


async def test_thanks_go_from_every_chat_with_their_term(chat: Chat) -> None:
    term(chat, "kudos")
    with chat.world.scope("ravi") as scope:
        scope.db.change(scope.me, kudos="manager")
    await thanked(chat, "sem", "/kudos @Lotte @Ravi dank voor jullie rust")
    chat.only()
    await chat.jumps(4 * WEEK)
    await thanked(chat, "noor", "/kudos @Lotte dank voor de koffie")
    assert (len(chat.channel("kudos")), len(shown(chat, "Sem"))) == (2, 4)
    await chat.moves(WEEK)
    assert [("koffie" in one.text) for one in chat.channel("kudos")] == [True]
    assert shown(chat, "Sem") == {}
    assert len(chat.person("lotte").dms) == 1


async def test_own_priorities_stand_in_the_question_until_its_term_is_over(chat: Chat) -> None:
    """They are quoted on purpose, to who wrote them; the works council reads so in the papers."""
    term(chat, "checkins")
    chat.only("noor")
    noor = chat.person("noor")
    await chat.jumps(MONDAY)
    await noor.presses("Beantwoorden")
    await noor.fills(priorities="Rustig opbouwen")
    await chat.moves(MONDAY + WEEK)
    assert [dm.lines[1] for dm in noor.dms if "Rustig opbouwen" in dm.text] == [
        "Vorige keer nam je je voor: Rustig opbouwen."
    ]
    for week in range(2, 10):
        await chat.jumps(MONDAY + week * WEEK)
    assert [dm for dm in noor.dms if "Rustig opbouwen" in dm.text], "the last question that quoted them"
    await chat.moves(MONDAY + 10 * WEEK)
    assert noor.dms
    assert [dm.text for dm in noor.dms if "Rustig opbouwen" in dm.text] == []


async def test_what_was_said_beside_it_stays(chat: Chat) -> None:
    """A digest and a check-in that came in one message."""
    term(chat, "digests")
    chat.only("anna")
    await chat.jumps(MONDAY - 3 * DAY)
    await thanked(chat)
    await chat.moves(MONDAY)
    anna = chat.person("anna")
    await anna.presses("Beantwoorden")
    await anna.fills(priorities="Begroting")
    assert len(digests(chat)) == 1
    chat.only()
    await chat.jumps(MONDAY + 4 * WEEK)
    assert len(digests(chat)) == 1
    await chat.moves(MONDAY + 5 * WEEK)
    assert [dm.summary for dm in anna.dms] == ["Dank je wel, je check-in is binnen."]


def kept(scope: Scope, days: int) -> Kudos:
    """Thanks of so many days ago."""
    return scope.db.add(Kudos(giver_id=scope.me.id, text="dank", at=scope.now - DAY * days))


def said(scope: Scope, ids: dict[str, int | str], days: int, **values: object) -> Delivery:
    """A message of so many days ago that arrived."""
    at = scope.now - DAY * days
    known: dict[str, object] = {"verb": "dm", "kind": "kudos.told", "state": "sent", "person_id": scope.me.id}
    return scope.db.add(Delivery(**(known | {"ids": written(ids), "created_at": at, "not_before": at} | values)))


def deleted(scope: Scope) -> None:
    place: int | None = 0
    while place is not None:
        place = keeping.step(scope, place)


def ledger(scope: Scope) -> list[tuple[str, str, str, int | None]]:
    return [(one.verb, one.kind, one.state, one.target_id) for one in scope.db.all(Delivery)]


TWO_YEARS = 740


def test_a_message_is_known_as_long_as_what_it_tells_of(world: World) -> None:
    """Thanks are kept for five years here, so the message of them is, too; of another nobody would know any more."""
    with world.scope("hanna") as scope:
        scope.db.add(Retention(kind="kudos", months=60, by_id=scope.me.id, at=scope.now))
        stays = said(scope, {"kudos": kept(scope, TWO_YEARS).id, "to": 1}, TWO_YEARS)
        told = said(scope, {"kudos": 99, "to": 1}, TWO_YEARS)
        said(scope, {"kudos": stays.id, "to": 1}, TWO_YEARS, state="withdrawn")
        young = said(scope, {"kudos": 99, "to": 1}, 720)
        assert keeping.counts(scope)["messages"] == 2
        deleted(scope)
        assert keeping.counts(scope)["messages"] == 0
        assert ledger(scope) == [
            ("dm", "kudos.told", "sent", None),
            ("dm", messages.GONE, "sent", None),
            ("dm", "kudos.told", "sent", None),
            ("retract", messages.GONE, "new", told.id),
        ]
        assert {one.id for one in scope.db.all(Delivery, kind="kudos.told")} == {stays.id, young.id}
        assert [(one.entries, one.rows) for one in scope.db.all(Deletion)] == [("delivery", 2)]


def test_what_may_not_be_taken_back_is_tried_once(world: World) -> None:
    with world.scope("hanna") as scope:
        said(scope, {"kudos": kept(scope, TWO_YEARS).id}, 700)
        deleted(scope)
        assert ledger(scope) == [("dm", messages.GONE, "sent", None), ("retract", messages.GONE, "new", 1)]
        scope.db.update(Delivery, Delivery.verb == "retract", state="halted", reason="cant_delete_message")
        before = ledger(scope)
        deleted(scope)
        assert ledger(scope) == before
        deleted(Scope(scope.db, scope.org, scope.me, scope.now + DAY * 2))
        assert ledger(scope) == []


def test_what_waits_has_nothing_to_say_any_more(world: World) -> None:
    with world.scope("hanna") as scope:
        said(scope, {"kudos": kept(scope, TWO_YEARS).id}, 0, state="pending")
        deleted(scope)
        assert ledger(scope) == [("dm", "kudos.told", "withdrawn", None)]


def test_what_tells_of_others_too_is_said_anew_until_the_last_of_them_goes(world: World) -> None:
    with world.scope("hanna") as scope:
        frame = {
            "asker_id": scope.me.id,
            "asked_id": world.people["sem"],
            "topic": "x",
            "question": "x",
            "state": "lapsed",
        }
        two = [
            scope.db.add(FeedbackRequest(**frame, at=scope.now - DAY * days, deadline=scope.today)).id
            for days in (TWO_YEARS, TWO_YEARS - 20)
        ]
        other = said(scope, {"requests": "1000,2000"}, 700, kind="feedback.lapsed")
        told = said(scope, {"requests": ",".join(map(str, two))}, 700, kind="feedback.lapsed")
        deleted(scope)
        anew = ("revise", "feedback.lapsed", "new", told.id)
        assert ledger(scope)[2:] == [anew]
        deleted(Scope(scope.db, scope.org, scope.me, scope.now + DAY * 20))
        assert ledger(scope)[1:] == [
            ("dm", messages.GONE, "sent", None),
            anew,
            ("retract", messages.GONE, "new", told.id),
        ]
        assert other.id not in {one.target_id for one in scope.db.all(Delivery)}


@pytest.mark.sqlite("its planner, which has to be led")
def test_what_was_said_is_found_by_an_index(world: World) -> None:
    """A night deletes many entries, and each asks what was said of it."""
    with world.scope("hanna") as scope:
        statement = messages._between(4).statement.compile(dialect=scope.db.connection.dialect)
        found = scope.db.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * str(statement).count("?"))
        plan = [row[3] for row in found]
    assert plan[0] == "MULTI-INDEX OR"
    assert plan[2::2] == ["SEARCH delivery USING INDEX ix_delivery_said (ids>? AND ids<?)"] * 4
