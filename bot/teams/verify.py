"""The door's lock: is this activity from Teams, from a tenant of ours, and shaped like anything that Teams sends?

botframework-connector checks the token. It answers a bad one with whatever error it runs into, fetches Microsoft's
keys with a client that stops the event loop, and lets a key pass that is endorsed for nothing; so it stands behind an
edge that refuses with a 4xx, has the keys beforehand, and asks for the endorsement each time.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson
import structlog
from botframework.connector.auth import AuthenticationConstants, ChannelValidation, SimpleCredentialProvider
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from botframework.connector.auth.verify_options import VerifyOptions
from jwt.algorithms import RSAAlgorithm

from bot.entrance import LARGEST, Headers, Refused, json_object, kind, only
from bot.payload import Json, Malformed, deep
from bot.teams.hosts import Hosts
from bot.teams.parse import team

log = structlog.get_logger()

OPENID = AuthenticationConstants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL
CHANNEL = "msteams"
LEEWAY = 300
"""Seconds that clocks may differ."""

_DAY = 86_400.0
_PAUSE = 60.0
"""Seconds between two tries to fetch the keys: anybody can name a key that nobody knows."""

_PATIENCE = aiohttp.ClientTimeout(total=2)
_MOST = 1000
_TOKEN = re.compile(r"Bearer ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """A key of Microsoft's, under the names by which botframework-connector wants it."""

    public_key: Any
    endorsements: frozenset[str]


class Keys:
    """Microsoft's signing keys by their ids, kept for a day. `now` is real time in seconds since 1970."""

    def __init__(self, http: aiohttp.ClientSession, url: str, now: Callable[[], float]) -> None:
        self._http, self._url, self._now = http, url, now
        self._known: dict[str, Key] = {}
        self._tried = self._loaded = 0.0
        self._one = asyncio.Lock()

    @property
    def known(self) -> bool:
        return bool(self._known)

    async def get(self, id: object) -> Key:
        """The key of this id, fetched where it must be. Raises `Refused`."""
        if not isinstance(id, str):
            raise Refused(401, "no_key")
        if self._wanting(id):
            async with self._one:
                if self._wanting(id):
                    await self.fetch()
        if id not in self._known:
            raise Refused(401, "unknown_key")
        return self._known[id]

    async def fetch(self) -> None:
        """Asks for the keys. Where that fails, those we have stay good."""
        self._tried = self._now()
        try:
            listed = await self._json((await self._json(self._url))["jwks_uri"])
            self._known = dict(_key(one) for one in listed["keys"] if one.get("kty") == "RSA")
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError) as failure:
            log.warning("teams keys out of reach", error=type(failure).__name__)
        else:
            self._loaded = self._tried

    def _wanting(self, id: str) -> bool:
        old = self._now() - self._loaded > _DAY
        return (old or id not in self._known) and self._now() - self._tried > _PAUSE

    async def _json(self, url: str) -> Any:
        async with self._http.get(url, timeout=_PATIENCE, raise_for_status=True) as answer:
            return orjson.loads(await answer.read())


@dataclass(frozen=True, slots=True)
class Caller:
    """What a good token says: the service that sends, the channels it may send for, and until when it is good."""

    service_url: str
    endorsements: frozenset[str]
    until: float


class Callers:
    """Checks the tokens that callers bring, which must be made for one app.

    A good one is remembered by its hash until it expires: Teams sends the same one for an hour.
    """

    def __init__(self, app: str, keys: Keys, now: Callable[[], float]) -> None:
        if not app.strip():
            raise ValueError("an app id cannot be empty")
        self.keys = keys
        self._ours = SimpleCredentialProvider(app, "")
        self._now = now
        self._good: dict[bytes, Caller] = {}
        options = VerifyOptions([AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER], None, LEEWAY, False)  # noqa: FBT003 - the library's order
        # Its own cache of keys is left aside: no address is asked before a key is.
        self._library = JwtTokenExtractor(options, OPENID, AuthenticationConstants.ALLOWED_SIGNING_ALGORITHMS)
        self._library.open_id_metadata = keys

    async def caller(self, header: str) -> Caller:
        """Who sent an `Authorization` header. Raises `Refused`."""
        mark = hashlib.sha256(header.encode("utf-8", "surrogateescape")).digest()
        known = self._good.get(mark)
        if known is None or known.until <= self._now():
            known = await self._checked(header)
            self._remember(mark, known)
        return known

    async def _checked(self, header: str) -> Caller:
        if not _written_once(header):
            raise Refused(401, "not_a_token")
        try:
            identity = await self._library.get_identity_from_auth_header(header, "")
            claims = (await ChannelValidation.validate_identity(identity, self._ours)).claims
            key = await self.keys.get(jwt.get_unverified_header(header.partition(" ")[2])["kid"])
            until = min(float(claims["exp"]), self._now() + _DAY)
        except Refused:
            raise
        except Exception as failure:
            raise Refused(401, type(failure).__name__) from failure
        return Caller(deep(claims, ChannelValidation.SERVICE_URL_CLAIM), key.endorsements, until)

    def _remember(self, mark: bytes, caller: Caller) -> None:
        if len(self._good) >= _MOST:
            now = self._now()
            self._good = {known: one for known, one in self._good.items() if one.until > now}
        if len(self._good) < _MOST:
            self._good[mark] = caller


class Verifier:
    """Checks requests of the tenants that are listed. Without `callers` everybody on this machine is let in, to try
    things out.
    """

    def __init__(self, tenants: Collection[str], hosts: Hosts, callers: Callers | None) -> None:
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._hosts = hosts
        self._callers = callers

    async def open(self, headers: Headers, raw: bytes) -> Json:
        """The activity of a genuine request; `headers` has lower-case names. Raises `Refused`."""
        if len(raw) > LARGEST:
            raise Refused(413, "too_large")
        caller = await self._callers.caller(only(headers, "authorization")) if self._callers else None
        body = _read(kind(headers), raw)
        if caller is not None:
            _vouched(caller, body)
        if _tenant(body) not in self._tenants:
            raise Refused(403, "unknown_tenant")
        if self._hosts.base(deep(body, "serviceUrl")) is None:
            raise Refused(403, "host")
        return body


def _written_once(header: str) -> bool:
    """Whether this is one token in the one way in which it can be written: a reader of base64 also takes padding, line
    breaks, and last letters that differ in bits which nobody reads.
    """
    found = _TOKEN.fullmatch(header)
    return found is not None and all(_canonical(part) for part in found.groups())


def _canonical(part: str) -> bool:
    try:
        raw = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return False
    return urlsafe_b64encode(raw).rstrip(b"=") == part.encode()


def _vouched(caller: Caller, body: Json) -> None:
    """Whether the token was given for this service and this channel. Looked at each time: bodies differ."""
    if not caller.service_url or caller.service_url != deep(body, "serviceUrl"):
        raise Refused(403, "service_url")
    if deep(body, "channelId") != CHANNEL or CHANNEL not in caller.endorsements:
        raise Refused(403, "endorsement")


def _tenant(body: Json) -> str:
    try:
        return team(body)
    except Malformed as problem:
        raise Refused(400, "no_tenant") from problem


def _read(kind: str, raw: bytes) -> Json:
    if kind != "application/json":
        raise Refused(415, "content_type")
    return json_object(raw)


def _key(listed: Any) -> tuple[str, Key]:
    return listed["kid"], Key(RSAAlgorithm.from_jwk(listed), frozenset(listed.get("endorsements", ())))
