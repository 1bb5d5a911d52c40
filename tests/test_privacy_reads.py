"""Who opened what is written down, once a day, and shown to whose it is."""

from __future__ import annotations

from datetime import timedelta

from bot.calls import Answer
from models.checkins import Checkin
from models.feedback import Feedback
from models.reads import Reading
from tests.chat import Chat
from tests.test_checkins_reading import read, written
from tests.test_feedback import TOLD, gives
from tests.test_forged import serve


async def _read(chat: Chat) -> list[tuple[int, int, str]]:
    with chat.world.scope("hanna") as scope:
        return [(one.reader_id, one.about_id, one.object) for one in scope.db.all(Reading)]


async def test_a_check_in_that_was_opened(chat: Chat) -> None:
    noor = await written(chat)
    noor_id, anna_id = chat.world.people["noor"], chat.world.people["anna"]
    await read(chat)
    await read(chat)
    assert await _read(chat) == [(anna_id, noor_id, "checkin")]
    await noor.types("/ritme gegevens")
    assert "Anna Visser opende op 30 november 2026 een check-in." in noor.form.lines
    await chat.moves(timedelta(days=1))
    await read(chat)
    assert await _read(chat) == [(anna_id, noor_id, "checkin")] * 2


async def test_feedback_opened_by_a_manager_and_not_by_its_subject(chat: Chat) -> None:
    await gives(chat, "sem", "Lotte", audience=str(chat.world.people["anna"]))
    lotte, anna = chat.person("lotte"), chat.person("anna")
    await lotte.presses("Lezen")
    assert await _read(chat) == []
    await anna.presses("Lezen")
    assert await _read(chat) == [(chat.world.people["anna"], chat.world.people["lotte"], "feedback")]


async def test_who_may_not_read_leaves_no_trace(chat: Chat) -> None:
    await written(chat)
    sem = chat.person("sem")
    await sem.taps("checkins.open", checkin="1")
    assert not sem.reading
    assert await _read(chat) == []


async def test_a_reply_to_what_was_not_opened_shows_nothing_of_it(chat: Chat) -> None:
    """A reply that says nothing gets its form back, and with it the check-in: only who opened that has the form."""
    await written(chat, blocker="Geen toegang tot de test")
    (said,) = await serve(chat.world, "anna", "submit", "checkins.respond", {}, checkin="1")
    assert isinstance(said, Answer)
    assert "toegang" not in repr(said)
    assert await _read(chat) == []
    with chat.world.scope("noor") as scope:
        assert [one.seen_at for one in scope.db.all(Checkin)] == [None]
    anna = await read(chat)
    await anna.fills()
    assert "Geen toegang tot de test" in anna.form.lines
    assert anna.form.errors["reply"]


async def test_feedback_that_is_shown_after_a_press_counts_as_read(chat: Chat) -> None:
    """Its author sees so, and can't change it any more."""
    await gives(chat, "sem", "Lotte")
    lotte = chat.person("lotte")
    await lotte.taps("feedback.hide", feedback="1")
    assert TOLD["situation"] in lotte.form.text
    with chat.world.scope("sem") as scope:
        [one] = scope.db.all(Feedback)
        assert (one.read_at, one.seen_at) == (scope.now, scope.now)
