"""A log says what happened, never what people wrote, and no secret."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from bot import logs

PRIVATE = "my manager said something private"


@pytest.fixture
def stream() -> io.StringIO:
    found = io.StringIO()
    logs.configure(["canary-without-a-shape"], stream=found, console=False)
    return found


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_a_line_of_json(stream: io.StringIO) -> None:
    structlog.get_logger("bot.here").info("delivery halted", kind="kudos.told", delivery=3)
    (line,) = lines(stream)
    assert (line["event"], line["kind"], line["delivery"], line["level"]) == (
        "delivery halted",
        "kudos.told",
        3,
        "info",
    )


def test_secrets_are_left_out_by_name_and_by_look(stream: io.StringIO) -> None:
    log = structlog.get_logger("bot.here")
    log.warning(
        "x",
        token="a",
        Authorization="b",
        url="postgresql://ritme:hush@db/ritme",
        header="Bearer abc.def",
        deep={"signing_secret": "c", "list": ["xoxb-1-2-abc", "xapp-1-A-b"]},
        other="it was canary-without-a-shape",
    )
    logging.getLogger("some.library").warning("token %s and %s", "xoxb-9-secret", "canary-without-a-shape")
    first, second = lines(stream)
    assert (first["token"], first["Authorization"], first["header"]) == ("***", "***", "***")
    assert first["url"] == "postgresql://***@db/ritme"
    assert first["deep"] == {"signing_secret": "***", "list": ["***", "***"]}
    assert first["other"] == "it was ***"
    assert second["event"] == "token *** and ***"


def test_what_people_wrote_is_counted_and_not_shown(stream: io.StringIO) -> None:
    structlog.get_logger("bot.here").warning("x", text=PRIVATE, values={"note": PRIVATE}, deep={"comment": PRIVATE})
    assert PRIVATE not in stream.getvalue()
    assert lines(stream)[0]["text"] == f"({len(PRIVATE)} characters)"


def test_an_exception_says_where_and_not_what(stream: io.StringIO) -> None:
    log = structlog.get_logger("bot.here")
    try:
        int(PRIVATE)
    except ValueError:
        log.exception("call failed", reference="7F3K")
        logging.getLogger("aiohttp.server").exception("Error handling request")
    assert PRIVATE not in stream.getvalue()
    first, second = lines(stream)
    assert (first["failure"], first["reference"], second["failure"]) == ("ValueError", "7F3K", "ValueError")
    assert first["at"][0].startswith("tests/test_logs.py:")


def test_libraries_speak_only_when_something_is_wrong(stream: io.StringIO) -> None:
    logging.getLogger("slack_bolt").info("body: %s", PRIVATE)
    logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running instances reached")
    structlog.get_logger("bot.here").debug("x")
    assert stream.getvalue() == ""
