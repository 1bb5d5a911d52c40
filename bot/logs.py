"""Logs for an operator: what happened, never what people wrote, and no secret."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from secrets import token_hex
from typing import Any, TextIO

import structlog

Event = MutableMapping[str, Any]

HIDDEN = "***"
_HOUSE = f"{Path(__file__).parent.parent}/"
_SECRET_KEYS = re.compile(r"token|secret|passw|authorization|cookie|signature|api_?key", re.IGNORECASE)
_WORDS_KEYS = frozenset(
    {
        *("text", "texts", "message", "messages", "body", "payload", "value", "values", "answer", "answers", "summary"),
        *("note", "notes", "comment", "words", "question", "reason_given", "carry", "mentions", "profiles", "email"),
    }
)
_SECRETS = re.compile(
    r"xox[a-z]-[\w.-]+|xoxe\.[\w.-]+|xapp-[\w-]+|sk-ant-[\w-]+|(?i:bearer)\s+[\w.~+/=-]+|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)


def reference() -> str:
    """A few letters that somebody is told when something failed, and by which an administrator finds it in the log."""
    return token_hex(2).upper()


def configure(secrets: Iterable[str] = (), *, stream: TextIO | None = None, console: bool | None = None) -> None:
    """Sets up all logging of this process: JSON lines, or readable ones where a person is watching.

    `secrets` are values that must not appear anywhere, whatever they look like.
    """
    stream = stream or sys.stderr
    console = stream.isatty() if console is None else console
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _failure,
        Redaction(secrets),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    last: Any = structlog.dev.ConsoleRenderer(colors=False) if console else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for layer in ("bot", "handlers", "models", "views"):
        logging.getLogger(layer).setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a beat that is left out is not news


class Redaction:
    """A processor that leaves out secrets and what people wrote, by the name of the field and by the look of it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        for key, value in event.items():
            event[key] = self._field(key, value)
        return event

    def _field(self, key: str, value: Any) -> Any:
        if _SECRET_KEYS.search(key):
            return HIDDEN
        if key in _WORDS_KEYS and value is not None:
            return f"({len(str(value))} characters)"
        return self._clean(value)

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = _SECRETS.sub(HIDDEN, value)
            return self._known.sub(HIDDEN, value) if self._known else value
        if isinstance(value, dict):
            return {str(key): self._field(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._clean(inner) for inner in value]
        return value if isinstance(value, int | float | bool | None) else self._clean(str(value))


def _failure(_logger: Any, _method: str, event: Event) -> Event:
    """An exception as its kind and its places, without its text: that may quote what somebody wrote."""
    info = event.pop("exc_info", None)
    failure = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(failure, BaseException):
        event["failure"] = " < ".join(type(one).__name__ for one in _causes(failure))
        event["at"] = _places(failure)
        cause = getattr(failure, "orig", None)
        if cause is not None:  # the database's own words, whose first line holds no values
            event["error"] = str(cause).partition("\n")[0]
    return event


def _causes(failure: BaseException) -> Iterable[BaseException]:
    seen: list[BaseException] = []
    cause: BaseException | None = failure
    while cause is not None and cause not in seen:
        seen.append(cause)
        cause = cause.__cause__ or cause.__context__
    return seen


def _places(failure: BaseException) -> list[str]:
    """Where it passed through Ritme, and where it began."""
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(_HOUSE) and "site-packages" not in frame.filename]
    last = [frame for frame in frames[-1:] if frame not in own]
    return [f"{frame.filename.removeprefix(_HOUSE)}:{frame.lineno} {frame.name}" for frame in (*own, *last)]
