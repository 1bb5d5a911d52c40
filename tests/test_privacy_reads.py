"""Who opened what is written down, once a day, and shown to whose it is."""

from __future__ import annotations

from datetime import timedelta

from models.reads import Reading
from tests.chat import Chat
from tests.test_checkins_reading import read, written
from tests.test_feedback import gives


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
