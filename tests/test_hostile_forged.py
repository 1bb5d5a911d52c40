"""Nothing forged, expired or written anew gets in, and what is sent again has no second effect."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import api_jws
from sqlalchemy import update

from bot.entrance import Refused
from bot.slack.verify import Verifier as SlackVerifier
from models.base import core
from models.identity import Organisation
from models.kudos import Kudos
from tests.doors import slack, teams
from tests.fakes.slack import encode
from tests.fakes.teams.tokens import ISSUER, FakeOpenId, key
from tests.hostile.recorded import everything
from tests.hostile.requests import FORM, JSON
from tests.slackdoor import Recorder
from tests.soak.figures import Figures
from tests.teamsdoor import Memory, opened

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_795_512_000.0
STAMP, SIGNATURE, KIND = "x-slack-request-timestamp", "x-slack-signature", "content-type"

Headers = dict[str, list[str]]

# --- Slack ---------------------------------------------------------------------------------------------------------


def sign(secret: str, stamp: str, raw: bytes, how: Callable[[], Any] = hashlib.sha256) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:%b:%b" % (stamp.encode(), raw), how).hexdigest()


def genuine(random: Random) -> tuple[Headers, bytes]:
    one = random.choice([one for one in everything() if one.kind not in {"activity", "demo"}])
    raw, kind = encode(one.kind, one.body)
    stamp = str(int(NOW) + random.randint(-299, 299))
    return {STAMP: [stamp], SIGNATURE: [sign(SECRET, stamp, raw)], KIND: [kind]}, raw


def forged(random: Random) -> tuple[str, Headers, bytes]:
    """How, and a request that Slack did not send, or not now, or not like this."""
    headers, raw = genuine(random)
    name, spoil = random.choice(list(SPOILS.items()))
    spoiled = spoil(random, headers, raw)
    return (name, headers, spoiled) if spoiled != raw or name not in BODIES else (name, headers, raw + b" ")


def _body(random: Random, raw: bytes) -> bytes:
    at = random.randrange(len(raw))
    return random.choice(
        (
            raw[:at] + bytes([raw[at] ^ (1 << random.randrange(8))]) + raw[at + 1 :],
            raw[:at],
            raw + b"&a=b",
            b" " + raw,
            raw[::-1],
        )
    )


def _written_anew(random: Random, raw: bytes) -> bytes:
    """The same meaning in other bytes."""
    if raw.startswith(b"{"):
        return json.dumps(
            json.loads(raw), indent=random.choice((None, 1)), sort_keys=True, separators=(",", ":")
        ).encode()
    parts = raw.split(b"&")
    random.shuffle(parts)
    return random.choice(
        (
            raw.replace(b"%2F", b"%2f"),
            raw.replace(b"+", b"%20"),
            raw.replace(b"e", b"%65"),
            b"&".join(parts),
            raw + b"&",
            raw.replace(b"=", b"%3D", 1),
        )
    )


def _stamp(random: Random, headers: Headers, raw: bytes) -> bytes:
    """Old, new, or in other digits; signed anew each time, as by somebody who had the secret once."""
    now = int(NOW)
    late = str(now + random.choice((-1, 1)) * random.choice((301, 302, 600, 86_400, 10**6, 10**9)))
    wide = "".join(chr(0xFF10 + int(digit)) for digit in str(now))
    arabic = "".join(chr(0x0660 + int(digit)) for digit in str(now))
    odd = (
        f" {now}",
        f"{now} ",
        f"+{now}",
        f"{now}.0",
        f"{now:_}",
        hex(now),
        f"{now:e}",
        "",
        "-1",
        "NaN",
        "0",
        "9" * 5000,
        wide,
        arabic,
        f"{now}\0",
        "²",
    )
    stamp = random.choice((late, late, random.choice(odd)))
    headers[STAMP] = [stamp]
    headers[SIGNATURE] = [sign(SECRET, stamp, raw)]
    return raw


def _signature(random: Random, headers: Headers, raw: bytes) -> bytes:
    (was,), (stamp,) = headers[SIGNATURE], headers[STAMP]
    digest = was[3:]
    wide = "".join(chr(0xFF10 + int(one)) if one.isdigit() else one for one in digest)
    packed = base64.b64encode(bytes.fromhex(digest)).decode()
    others = (digest, was.upper(), "V0=" + digest, "v1=" + digest, "v0=" + digest.upper(), was[:-1], was + "0", f" {was}", f"{was} ", was + "\0",
              "v0=" + wide, "v0=" + packed, "v0==" + digest, "", "v0=", "v0=" + "0" * 64, f"{was},{was}", "v0=é" + digest[1:], "\ud800" + was,
              sign(SECRET, stamp, raw, hashlib.sha1), sign(SECRET, stamp, raw, hashlib.sha512), "v0=" + hashlib.sha256(SECRET.encode() + raw).hexdigest(),
              sign(SECRET, stamp, b""), sign(SECRET, "", raw), "v0=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest())  # fmt: skip
    changed = random.choice(others)
    headers[SIGNATURE] = [changed if changed != was else was + "0"]
    return raw


def _secret(random: Random, headers: Headers, raw: bytes) -> bytes:
    secret = random.choice((SECRET[::-1], SECRET.upper(), f"{SECRET} ", "", "8f742231b10e8888abcd99yyyzzz85a4", "x"))
    headers[SIGNATURE] = [sign(secret, headers[STAMP][0], raw)]
    return raw


def _twice(random: Random, headers: Headers, raw: bytes) -> bytes:
    name = random.choice((STAMP, SIGNATURE))
    headers[name] = random.choice(([], headers[name] * 2, [*headers[name], "x"], ["", *headers[name]]))
    return raw


def _other_stamp(random: Random, headers: Headers, raw: bytes) -> bytes:
    headers[STAMP] = [str(int(headers[STAMP][0]) + random.choice((-1, 1)))]
    return raw


SPOILS: dict[str, Callable[[Random, Headers, bytes], bytes]] = {
    "another body": lambda random, _, raw: _body(random, raw),
    "written anew": lambda random, _, raw: _written_anew(random, raw),
    "another time": _stamp,
    "another moment": _other_stamp,
    "another signature": _signature,
    "another secret": _secret,
    "headers": _twice,
}
BODIES = {"another body", "written anew"}


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_nothing_forged_is_from_slack(*, soak: bool, seed: int, figures: Figures) -> None:
    random, lock = Random(f"forged {seed}"), SlackVerifier(SECRET, lambda: NOW)
    headers, raw = genuine(random)
    assert lock.open(headers, raw)
    let_in, statuses = [], set()
    for _ in range(count := 100_000 if soak else 10_000):
        name, headers, raw = forged(random)
        try:
            lock.open(headers, raw)
            let_in.append((name, headers, raw))
        except Refused as refused:
            statuses.add(refused.status)
    figures(forged=count, let_in=len(let_in))
    assert (let_in[:3], statuses) == ([], {401})


# --- Teams ---------------------------------------------------------------------------------------------------------

Token = tuple[str, str]
"""How it is bad, and the whole `Authorization` header."""


def variants(random: Random, openid: FakeOpenId, service: str) -> Iterator[Token]:
    """Headers that are no good, without end."""
    good = openid.token(service)
    public = key("one").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    while True:
        kind = random.randrange(4)
        if kind == 0:
            name, values = random.choice(list(CLAIMS.items()))
            yield f"{name}", openid.header(service, **{name: random.choice(values)(service)})
        elif kind == 1:
            yield "head", f"Bearer {_headed(random, service, public)}"
        elif kind == 2:
            yield "encoding", f"Bearer {_encoded_anew(random, good)}"
        else:
            yield "scheme", random.choice(SCHEMES).replace("T", good)


_HOUR = 3600
_ALWAYS: list[Callable[[str], Any]] = [lambda _: None, lambda _: "", lambda _: [], lambda _: {}, lambda _: "x"]
CLAIMS: dict[str, list[Callable[[str], Any]]] = {
    "iss": [*_ALWAYS, lambda _: [ISSUER], lambda _: ISSUER + "/", lambda _: ISSUER.upper(), lambda _: "https://sts.windows.net/x/", lambda _: 7],
    "aud": [*_ALWAYS, lambda _: "APP", lambda _: "app ", lambda _: ["app", "other"], lambda _: 7, lambda _: {"app": 1}],
    "exp": [*_ALWAYS, lambda _: int(time.time()) - 301, lambda _: 0, lambda _: -1, lambda _: "soon", lambda _: False, lambda _: [10**12], lambda _: time.time() - _HOUR],
    "nbf": [lambda _: int(time.time()) + 400, lambda _: "later", lambda _: 10**12, lambda _: [1], lambda _: {}],
    "iat": [lambda _: int(time.time()) + 400, lambda _: 10**12, lambda _: "x"],
    "serviceurl": [*_ALWAYS, lambda url: url.upper(), lambda url: url + "/", lambda url: url.rstrip("/"), lambda url: [url], lambda url: url.replace("//", "//a@"),
                   lambda _: "https://smba.trafficmanager.net/", lambda url: url + "?", lambda url: f" {url}"],
    "kid": [lambda _: None, lambda _: "unknown", lambda _: "other", lambda _: "bare", lambda _: "", lambda _: "../one", lambda _: "ONE"],
    "signed": [lambda _: "stolen", lambda _: "other"],
    "alg": [lambda _: "none", lambda _: "HS256", lambda _: "PS256", lambda _: "RS384", lambda _: "RS512"],
}  # fmt: skip

SCHEMES = (
    "bearer T", "BEARER T", "Token T", "T", "Bearer  T", "Bearer\tT", "Bearer T x", "Bearer T,Bearer T", " Bearer T", "Bearer:T", "Basic T",
    "Bearer \u00a0T", "Bearer T\0", 'Bearer "T"', "Bearer", "Bearer ", "", "Bearer TT", "Bearer T.T", "BearerT", "Bearer T\u200b",
)  # fmt: skip


def _headed(random: Random, service: str, public: bytes) -> str:
    """Another way to sign, or a key that the token itself brings along."""
    now = int(time.time())
    claims = json.dumps({"iss": ISSUER, "aud": "app", "nbf": now, "exp": now + _HOUR, "serviceurl": service}).encode()
    alg = random.choice(("none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "XX"))
    head: dict[str, Any] = {
        "alg": alg,
        "typ": random.choice(("JWT", "jwt", 7)),
        "kid": random.choice(("one", ["one"], 7, None, {"one": 1})),
    }
    head |= random.choice(
        (
            {},
            {"jku": "http://127.0.0.1:1/keys"},
            {"jwk": {"kty": "oct", "k": "eA"}},
            {"x5u": service},
            {"crit": ["x"], "x": 1},
            {"b64": False},
        )
    )
    first = b".".join((_b64(json.dumps(head).encode()), _b64(claims)))
    way = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(alg)
    secret = random.choice((public, public.strip(), b"", b"x", b"null"))
    if way:
        return b".".join((first, _b64(hmac.new(secret, first, way).digest()))).decode()
    if alg == "RS256":  # by a key of one's own, whoever it says that it is
        return api_jws.encode(
            claims,
            key("stolen"),
            "RS256",
            {name: value for name, value in head.items() if name not in {"alg", "typ"}} | {"kid": "one"},
        )
    return b".".join((first, random.choice((b"", b"x", _b64(b"signed"))))).decode()


def _encoded_anew(random: Random, good: str) -> str:
    """The good token in other letters: each part may be written in one way only."""
    parts = good.split(".")
    at = random.randrange(3)
    part = parts[at]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    free = {2: 16, 3: 4}.get(len(part) % 4, 1)  # so many last letters mean the same bytes
    value = last.index(part[-1])
    same = last[value ^ random.randrange(1, free)] if free > 1 else "="
    changed = random.choice((
        part + "=", part + "==", part + "===", part + "\n", part + " ", part[:-1] + same if free > 1 else part + "=", part[:4] + "\n" + part[4:],
        part[:4] + " " + part[4:], part + "!", part[:-1], part[::-1], part + "A", "", part.upper(), part + "\u00e9",
    ))  # fmt: skip
    if changed == part:
        changed += "="
    parts[at] = changed
    return ".".join(random.choice((parts, parts, parts, [*parts, ""], parts[:2])))


def _b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_no_other_token_is_from_teams(*, soak: bool, seed: int, figures: Figures) -> None:
    random, serve, store = Random(f"tokens {seed}"), Recorder(), Memory()
    for name in ("one", "other", "bare", "stolen"):
        key(name)  # making one takes longer than a door waits for it
    async with opened(serve, store=store) as gate:
        gate.teams.world.add("noor", "Noor Jansen")
        body = gate.people._envelope("message", "noor", gate.teams.world.conversations["a:noor"]) | {"text": "kudos"}
        raw, lock = json.dumps(body).encode(), gate.door._verifier
        assert await lock.open(_with(gate.openid.header(gate.teams.service)), raw)
        tokens, let_in, statuses = variants(random, gate.openid, gate.teams.service), [], set()
        for _ in range(count := 20_000 if soak else 1_000):
            how, header = next(tokens)
            try:
                await lock.open(_with(header), raw)
                let_in.append((how, header))
            except Refused as refused:
                statuses.add(refused.status)
        kept = dict(gate.door._verifier._callers._good) if gate.door._verifier._callers else {}
    figures(variants=count, let_in=len(let_in), remembered=len(kept))
    assert (let_in[:3], statuses - {401, 403}) == ([], set())
    assert (serve.calls, store.writes) == ([], 0)


def _with(header: str) -> Headers:
    return {"authorization": [header], KIND: [JSON]}


# --- again ---------------------------------------------------------------------------------------------------------


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("platform", ["slack", "teams"])
async def test_what_is_sent_again_has_no_second_effect(
    tmp_path: Path, platform: str, *, soak: bool, seed: int, figures: Figures
) -> None:
    """Byte for byte, one after the other and at the same time."""
    random = Random(f"again {seed}")
    happenings, each = (100, 50) if soak else (8, 12)
    async with (slack if platform == "slack" else teams).opened(tmp_path) as chat:
        with chat.world.database.writer.begin() as connection:
            connection.execute(update(core(Organisation)).values(kudos_per_day=10**6, kudos_per_pair=10**6))
        noor, again = chat.world.user("noor"), _again(chat, platform)
        for number in range(happenings):
            await chat.door.command(noor, "kudos", f"@Sem Bakker dank je wel voor nummer {number}")
            left = each
            while left:
                together = min(left, random.choice((1, 2, 8)))
                await asyncio.gather(*(again() for _ in range(together)))
                left -= together
        await chat.settle()
        with chat.world.scope("noor") as scope:
            effects = len(scope.db.all(Kudos))
    figures(happenings=happenings, sent_again=happenings * each, effects=effects)
    assert effects == happenings


def _again(chat: Any, platform: str) -> Callable[[], Any]:
    return chat.door.slack.door.again if platform == "slack" else chat.door.people.door.again


def test_forms_and_json_are_what_slack_sends() -> None:
    kinds = {encode(one.kind, one.body)[1] for one in everything() if one.kind not in {"activity", "demo"}}
    assert kinds == {FORM, JSON}
