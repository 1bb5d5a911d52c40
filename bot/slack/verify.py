"""The door's lock: is this request from Slack, and is it shaped like anything that Slack sends?

It stands in front of Bolt, which answers 500 to a malformed time stamp or a non-ASCII signature, reads JSON
before it checks who wrote it, and logs the bodies that it refuses. Here the raw bytes are checked first, in
constant time, and whatever is refused is refused with a 4xx and leaves no trace of its content.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import orjson

WINDOW = 300
"""Seconds that a signature stays good, both ways: clocks differ, and a captured request must not live on."""

LARGEST = 1024 * 1024
"""Bytes of the largest body that is read. Slack's own largest, a form of 250 kB, fits four times."""

_MOST_FIELDS = 50
Body = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it reads as what happened
    """Not let in. `status` is a 4xx; `reason` is a word for the log that holds nothing of the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Verifier:
    """Checks requests with one app's signing secret.

    `now` is real time in seconds since 1970, never business time.
    """

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        if not secret.strip():
            raise ValueError("a signing secret cannot be empty")
        self._secret = secret.encode()
        self._now = now

    def open(self, headers: Mapping[str, Sequence[str]], raw: bytes) -> Body:
        """The payload of a genuine request; `headers` has lower-case names. Raises `Refused`."""
        if len(raw) > LARGEST:
            raise Refused(413, "too_large")
        stamp, signature = _only(headers, "x-slack-request-timestamp"), _only(headers, "x-slack-signature")
        if not self._fresh(stamp):
            raise Refused(401, "stale")
        if not self._genuine(stamp, signature, raw):
            raise Refused(401, "forged")
        return _read(_only(headers, "content-type"), raw)

    def _fresh(self, stamp: str) -> bool:
        """Digits only, and few of them: `int` would also take "²", " 1 ", "1_0" and a million digits."""
        plain = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
        return plain and abs(self._now() - int(stamp)) <= WINDOW

    def _genuine(self, stamp: str, signature: str, raw: bytes) -> bool:
        given = signature.encode("utf-8", "surrogateescape")
        return hmac.compare_digest(sign(self._secret, stamp, raw), given)


def sign(secret: bytes, stamp: str, raw: bytes) -> bytes:
    """Slack's signature, version 0, over these bytes."""
    signed = b"v0:%b:%b" % (stamp.encode(), raw)
    return b"v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest().encode()


def _only(headers: Mapping[str, Sequence[str]], name: str) -> str:
    """A header that is there once; said twice it is as good as missing."""
    found = headers.get(name, ())
    return found[0] if len(found) == 1 else ""


def _read(content_type: str, raw: bytes) -> Body:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _object(raw)
    if kind == "application/x-www-form-urlencoded":
        return _form(raw)
    raise Refused(415, "content_type")


def _form(raw: bytes) -> Body:
    """A slash command is the form itself; everything interactive is JSON in the field `payload`."""
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as problem:
        raise Refused(400, "form") from problem
    fields: Body = dict(pairs)
    return _object(fields["payload"].encode()) if "payload" in fields else fields


def _object(raw: bytes) -> Body:
    """The JSON reader refuses bad UTF-8, lone surrogates and nesting that would exhaust the stack."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise Refused(400, "json") from problem
    if not isinstance(body, dict):
        raise Refused(400, "not_an_object")
    return body
