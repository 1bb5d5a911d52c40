"""The door's lock: is this request from Slack, and is it shaped like anything that Slack sends?

It stands in front of Bolt, which answers 500 to a malformed time stamp or a non-ASCII signature, reads JSON
before it checks who wrote it, and logs the bodies that it refuses. Here the raw bytes are checked first, in
constant time, and whatever is refused is refused with a 4xx and leaves no trace of its content.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from urllib.parse import parse_qsl

from bot.entrance import LARGEST, Headers, Refused, json_object, kind, only
from bot.payload import Json

WINDOW = 300
"""Seconds that a signature stays good, both ways: clocks differ, and a captured request must not live on."""

_MOST_FIELDS = 50


class Verifier:
    """Checks requests with one app's signing secret.

    `now` is real time in seconds since 1970, never business time.
    """

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        if not secret.strip():
            raise ValueError("a signing secret cannot be empty")
        self._secret = secret.encode()
        self._now = now

    def open(self, headers: Headers, raw: bytes) -> Json:
        """The payload of a genuine request; `headers` has lower-case names. Raises `Refused`."""
        if len(raw) > LARGEST:
            raise Refused(413, "too_large")
        stamp, signature = only(headers, "x-slack-request-timestamp"), only(headers, "x-slack-signature")
        if not self._fresh(stamp):
            raise Refused(401, "stale")
        if not self._genuine(stamp, signature, raw):
            raise Refused(401, "forged")
        return _read(kind(headers), raw)

    def _fresh(self, stamp: str) -> bool:
        """Digits only, and few of them: `int` would also take "²", " 1 ", "1_0" and a million digits."""
        plain = stamp.isascii() and stamp.isdigit() and len(stamp) <= 12
        return plain and abs(self._now() - int(stamp)) <= WINDOW

    def _genuine(self, stamp: str, signature: str, raw: bytes) -> bool:
        given = signature.encode("utf-8", "replace")
        return hmac.compare_digest(sign(self._secret, stamp, raw), given)


def sign(secret: bytes, stamp: str, raw: bytes) -> bytes:
    """Slack's signature, version 0, over these bytes."""
    signed = b"v0:%b:%b" % (stamp.encode(), raw)
    return b"v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest().encode()


def _read(kind: str, raw: bytes) -> Json:
    if kind == "application/json":
        return json_object(raw)
    if kind == "application/x-www-form-urlencoded":
        return _form(raw)
    raise Refused(415, "content_type")


def _form(raw: bytes) -> Json:
    """A slash command is the form itself; everything interactive is JSON in the field `payload`."""
    try:
        text = raw.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as problem:
        raise Refused(400, "form") from problem
    fields: Json = dict(pairs)
    return json_object(fields["payload"].encode()) if "payload" in fields else fields
