"""What a request must be before anybody looks into it: of a bearable size, not packed, and JSON where JSON is due.

Whatever is refused is refused with a 4xx and leaves no trace of its content.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

import orjson
from aiohttp import ClientConnectionResetError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.payload import Json

LARGEST = 1024 * 1024
"""Bytes of the largest body that is read. Slack's largest form is a quarter of it, Teams' largest activity a tenth."""

Headers = Mapping[str, Sequence[str]]
"""Every value that a header was given, by its name in lower case."""


class Refused(Exception):
    """Not let in. `status` is a 4xx; `reason` is a word for the log that holds nothing of the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Foreseen(logging.Filter):
    """What is no HTTP is answered with a 400, and who hangs up hears nothing. Neither is a failure of ours: anybody can
    do it, as often as they like.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        failure = record.exc_info[1] if record.exc_info else None
        return not isinstance(failure, HttpProcessingError | web.RequestPayloadError | ClientConnectionResetError)


server_log = logging.getLogger("bot.server")
"""For the web server's own words."""
server_log.addFilter(_Foreseen())


async def body(request: web.Request) -> bytes:
    """The raw body. No chat packs what it sends, so nothing is unpacked for anybody. Raises `Refused`."""
    if "content-encoding" in request.headers:
        raise Refused(415, "content_encoding")
    raw = bytearray()
    try:
        async for chunk in request.content.iter_any():
            raw += chunk
            if len(raw) > LARGEST:
                raise Refused(413, "too_large")
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as broken:
        raise Refused(400, "broken") from broken
    return bytes(raw)


def headers(request: web.Request, names: Iterable[str]) -> Headers:
    """The headers of these names."""
    return {name: request.headers.getall(name, []) for name in names}


def only(headers: Headers, name: str) -> str:
    """A header that is there once; said twice it is as good as missing."""
    found = headers.get(name, ())
    return found[0] if len(found) == 1 else ""


def kind(headers: Headers) -> str:
    """The content type without its parameters."""
    return only(headers, "content-type").partition(";")[0].strip().lower()


def json_object(raw: bytes) -> Json:
    """The JSON reader refuses bad UTF-8, lone surrogates and nesting that would exhaust the stack. Raises `Refused`."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise Refused(400, "json") from problem
    if not isinstance(found, dict):
        raise Refused(400, "not_an_object")
    return found
