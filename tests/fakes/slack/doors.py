"""The two ways by which Slack reaches an app: signed requests over HTTP, and envelopes over a web socket."""

import hashlib
import hmac
import io
import json
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from .patience import BUSY, SECONDS


@dataclass
class Reply:
    """What the app answered: a status, and the body as JSON (a text body is `{"text": ...}`)."""

    status: int
    body: dict

    @property
    def good(self):
        return 200 <= self.status < 300


def encode(kind, payload):
    """The body and content type of a payload: events as JSON, the rest as a form."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def signed(secret, raw, content_type, now):
    stamp = str(int(now))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
    return {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class HttpDoor:
    """Slack at an app's request URL. `last` is the last request, byte for byte, to send again."""

    def __init__(self, url, secret, now):
        self.url, self.secret, self.now = url, secret, now
        self.session = aiohttp.ClientSession()
        self.last = None

    async def deliver(self, kind, payload, **_retry):
        raw, content_type = encode(kind, payload)
        self.last = raw, signed(self.secret, raw, content_type, self.now())
        return await self.again()

    async def again(self):
        """The last request once more, byte for byte."""
        raw, headers = self.last
        return await self.send(raw, headers)

    async def send(self, raw, headers):
        async with self.session.post(self.url, data=io.BytesIO(raw), headers=headers) as response:
            text = await response.text()
            shaped = response.content_type == "application/json" and text
            return Reply(response.status, json.loads(text) if shaped else {"text": text} if text else {})

    async def close(self):
        await self.session.close()


class SocketDoor:
    """Slack at the other end of an app's web socket."""

    def __init__(self, socket, timeout=SECONDS * BUSY):
        self.socket, self.timeout = socket, timeout
        self.last = None

    async def deliver(self, kind, payload, **retry):
        self.last = kind, payload
        try:
            return Reply(200, await self.socket.envelope(kind, payload, self.timeout, **retry) or {})
        except TimeoutError:
            return Reply(504, {})

    async def again(self):
        return await self.deliver(*self.last)

    async def close(self):
        pass
