"""What people say in a conversation, and what is secret, stands in no log, however much is logged, and in no number."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import pytest
import structlog

from tests import canaries, test_checkins, test_directory, test_feedback, test_goals, test_kudos, test_onboarding
from tests.chat import Chat

Talk = Callable[[Chat], Awaitable[None]]

TALKS: tuple[Talk, ...] = (
    test_checkins.test_who_answered_or_skipped_is_not_reminded,
    test_directory.test_leave_that_makes_no_sense_is_explained,
    test_feedback.test_the_manager_reads_it_when_chosen,
    test_goals.test_a_theme_has_words,
    test_kudos.test_words_can_change_for_ten_minutes,
    test_onboarding.test_from_nothing_to_the_first_check_in,
)
"""A conversation of each capability in which people type."""


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.__module__.removeprefix("tests.test_"))
async def test_a_conversation_leaves_no_words_behind(chat: Chat, talk: Talk) -> None:
    with canaries.listening() as heard:
        await talk(chat)
    numbers = chat.outbound.metrics.text().decode()
    assert heard.escaped(numbers, chat.dispatch.metrics.text().decode()) == []


async def test_a_failure_says_nothing_of_it_either(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the log nor who asked hears what stood in the error."""
    words = "wat Lotte mij in vertrouwen vertelde"

    def broken(*_: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr("bot.outbox.queue", broken)
    noor = chat.person("noor")
    with canaries.listening() as heard:
        await noor.types(f"/kudos @Lotte de Boer {words}")
    assert (words in noor.sees, heard.escaped()) == (False, [])
    assert "call failed" in heard.log.getvalue()


def test_what_escapes_is_seen() -> None:
    with canaries.listening() as heard:
        heard.said("iets heel persoonlijks")
        structlog.get_logger("bot.here").debug("x", place="iets heel persoonlijks")
        logging.getLogger("some.library").debug("said %s", "iets heel persoonlijks")
    assert len(heard.escaped()) == 2
