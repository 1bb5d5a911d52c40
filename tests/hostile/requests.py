"""The n-th attack of a seed: which door, what stands in it, and the bytes that go down the wire."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from bot.slack.welcome import COOKIE, INSTALL, REDIRECT
from tests.fakes.slack import signed
from tests.hostile import mutation, recorded, strings
from tests.hostile.recorded import BASE, GONE, NONCE, TEAM, Recorded

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SLACK, TEAMS = "/slack/events", "/api/messages"
_REMOVALS = (b"app_uninstalled", b"tokens_revoked")


@dataclass(frozen=True)
class Target:
    """What is attacked. `bad` are tokens that are good for nothing; `routes` are all methods and paths of the house;
    `ways` are the states and the cookies with which browsers left for Slack's page of consent.
    """

    web: int
    demo: int
    base: str
    secret: str
    token: str
    bad: tuple[str, ...]
    cookie: str
    now: Callable[[], float]
    routes: tuple[tuple[str, str], ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    ways: tuple[tuple[str, str], ...] = ()


@dataclass
class Attack:
    """One request. `genuine` says that it carries a good signature, token or cookie, whatever it says."""

    number: int
    name: str
    port: int
    method: str
    path: str
    genuine: bool
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    chunked: bool = False
    route: str = ""

    def raw(self) -> bytes:
        """As it goes down the wire."""
        headers = [f"{name}: {_in_a_line(value)}".encode("utf-8", "surrogateescape") for name, value in self.headers]
        if self.chunked:
            headers.append(b"Transfer-Encoding: chunked")
        elif self.method not in {"GET", "HEAD"} or self.body:
            headers.append(b"Content-Length: %d" % len(self.body))
        head = f"{self.method} {self.path} HTTP/1.1".encode("utf-8", "surrogateescape")
        body = _in_chunks(self.body) if self.chunked else self.body
        return b"\r\n".join((head, *headers, b"", b"")) + body


def attack(seed: int, number: int, target: Target, turn: int = 0) -> Attack:
    """Attack by its number; another `turn` is the same one as another happening."""
    random = Random(f"{seed} {number}")
    nonce = f"{seed}.{number}.{turn}"
    made = random.choices((_slack, _teams, _consent, _elsewhere, _demo), (44, 42, 4, 6, 4))[0](
        random, number, nonce, target
    )
    if all(name != "Host" for name, _ in made.headers):
        made.headers.insert(0, ("Host", f"127.0.0.1:{made.port}"))
    if random.random() < 0.06:
        _disturbed(random, made)
    return made


# --- the doors -----------------------------------------------------------------------------------------------------


@cache
def _kept(door: str) -> tuple[Recorded, ...]:
    known = {"slack": {"events_api", "slash_commands", "interactive"}, "teams": {"activity"}, "demo": {"demo"}}
    return tuple(one for one in recorded.everything() if one.kind in known[door])


def _drawn(random: Random, door: str) -> tuple[Recorded, Any]:
    """Something recorded, nearly always changed. Events are few, so they are drawn more often than their number."""
    one = random.choice(random.choice(_by_kind(door)))
    if random.random() < 0.08:
        return one, one.body
    return one, mutation.changed(random, one.body, lambda: random.choice(_kept(door)).body)


@cache
def _by_kind(door: str) -> tuple[tuple[Recorded, ...], ...]:
    kinds = sorted({one.kind for one in _kept(door)})
    return tuple(tuple(one for one in _kept(door) if one.kind == kind) for kind in kinds)


def _slack(random: Random, number: int, nonce: str, target: Target) -> Attack:
    one, body = _drawn(random, "slack")
    if one.kind == "events_api":
        raw, kind = mutation.written(random, body), JSON
    elif one.kind == "slash_commands" and isinstance(body, dict):
        raw, kind = urlencode({key: _said(value) for key, value in body.items()}, errors="replace").encode(), FORM
    else:
        raw, kind = b"payload=" + _quoted(mutation.written(random, body)), FORM
    raw = _filled(raw, nonce, target)
    if any(word in raw for word in _REMOVALS):  # only the other workspace is ever removed
        raw = raw.replace(TEAM.encode(), GONE.encode())
    genuine = random.random() < 0.5
    packed, more = _packed(random, raw)
    headers = signed(target.secret, packed, _kind(random, kind), target.now())
    given = [*headers.items(), *more]
    return Attack(number, f"slack {one.kind} {one.name}", target.web, "POST", SLACK, genuine,
                  given if genuine else _unsigned(random, given), packed, route=SLACK)  # fmt: skip


def _teams(random: Random, number: int, nonce: str, target: Target) -> Attack:
    one, body = _drawn(random, "teams")
    raw, more = _packed(random, _filled(mutation.written(random, body), nonce, target))
    genuine = random.random() < 0.5
    headers = [("Content-Type", _kind(random, f"{JSON}; charset=utf-8")), *more]
    if genuine:
        headers.append(("Authorization", target.token))
    elif random.random() < 0.8:
        headers.append(("Authorization", random.choice(target.bad)))
    else:
        headers.extend(random.choice(([], [("Authorization", target.token)] * 2, [("Authorization", _word(random))])))
    name = str(one.body.get("name") or one.body["type"])
    return Attack(number, f"teams {name} {one.name}", target.web, "POST", TEAMS, genuine, headers, raw, route=TEAMS)


def _demo(random: Random, number: int, nonce: str, target: Target) -> Attack:
    one, body = _drawn(random, "demo")
    genuine = random.random() < 0.5
    host = f"127.0.0.1:{target.demo}"
    good = [("Host", host), ("Origin", f"http://{host}"), ("Cookie", target.cookie)]
    if not genuine:
        place = random.randrange(3)
        good[place] = (
            good[place][0],
            random.choice(("evil.example", "null", f"127.0.0.1.evil.example:{target.demo}", "[", _word(random))),
        )
    if random.random() < 0.3:
        method, path = random.choice(target.pages or (("GET", "/"),))
        asked = urlencode({"as": random.choice(("noor", "", _word(random))), "room": _word(random)}, errors="replace")
        path = path.replace("{name}", quote(_word(random), errors="replace", safe="/.")) if method == "GET" else path
        if path == "/api/events":  # it has no end
            path = "/api/view"
        shown = f"{path}?{asked}" if method == "GET" else path
        raw = b"" if method == "GET" else _filled(mutation.written(random, body), nonce, target)
        return Attack(
            number,
            f"demo {path}",
            target.demo,
            method,
            shown,
            genuine,
            [*good, ("Content-Type", JSON)],
            raw,
            route=path,
        )
    raw = _filled(mutation.written(random, body), nonce, target)
    return Attack(number, f"demo {one.name}", target.demo, "POST", "/api/call", genuine,
                  [*good, ("Content-Type", _kind(random, JSON))], raw, route="/api/call")  # fmt: skip


def _consent(random: Random, number: int, nonce: str, target: Target) -> Attack:
    """On the way to Slack's page of consent, and back: with what a browser left with, again and again, or nearly."""
    at = random.randrange(len(target.ways))
    asked = {"code": f"way-{at}-{nonce}", "state": target.ways[at][0]}
    cookies, genuine = [f"{COOKIE}={target.ways[at][1]}"], random.random() < 0.5
    if genuine and random.random() < 0.3:
        asked = random.choice(
            (
                {"error": random.choice(("access_denied", _word(random))), "state": asked["state"]},
                {"code": _word(random), "state": asked["state"]},
            )
        )
    pairs = [*asked.items()]
    if not genuine:
        pairs, cookies = _astray(random, pairs, cookies, target.ways[at - random.randrange(1, len(target.ways))])
    path = INSTALL if random.random() < 0.2 else REDIRECT
    query = urlencode(pairs, errors="replace")
    if random.random() < 0.1:
        query += random.choice(("&%zz", "&&;;==", "&%00", "&\u00ff", "&state", "&code=%ff%fe", "#state=x", "&" * 500))
    headers = [("Cookie", "; ".join(cookies))] if cookies else []
    if random.random() < 0.3:
        headers.append(("Accept-Language", _word(random)))
    return Attack(number, f"{path} on way {at}", target.web, "GET", f"{path}?{query}", genuine, headers, route=path)


Asked = list[tuple[str, str]]


def _astray(random: Random, asked: Asked, cookies: list[str], other: tuple[str, str]) -> tuple[Asked, list[str]]:
    """The state is not the one with which this browser left, or is there twice, or not at all."""
    code, (_, state) = asked
    theirs, held = other
    spoil = random.randrange(4)
    if spoil == 0:
        return asked, random.choice(([], [f"{COOKIE}={held}"], [f"{COOKIE}={_word(random)}"], [f'{COOKIE}="']))
    if spoil == 1:
        return [*asked, ("state", random.choice((theirs, state)))], cookies
    if spoil == 2:
        return [code, (random.choice(("State", "state[]", "state\0", "stat\u00e9")), state)], cookies
    changed = (theirs, state.swapcase(), state[:-1], f"{state} ", state[::-1], "", state * 40, f"{state}\0")
    return [code, ("state", random.choice((*changed, _word(random))))], cookies


def _elsewhere(random: Random, number: int, nonce: str, target: Target) -> Attack:
    """Every other address of the house, and addresses that it has not. Nobody is asked who they are there."""
    known = [route for route in target.routes if route[1] not in {SLACK, TEAMS}]
    method, path = random.choice(known or [("GET", "/healthz")])
    route = path
    if random.random() < 0.3:
        path = random.choice(
            (
                f"/{_word(random)}",
                path + "/",
                path.upper(),
                "//" + path,
                path + "%00",
                "/%2e%2e" + path,
                "*",
                "http://x" + path,
            )
        )
        path, route = quote(path, safe="/%*:", errors="replace"), ""
    names = ("code", "state", "error", "team", _word(random)[:30])
    asked = {
        random.choice(names): random.choice((_word(random), "x" * 5000, "1", nonce)) for _ in range(random.randrange(4))
    }
    method = (
        method if random.random() < 0.7 else random.choice(("POST", "PUT", "HEAD", "OPTIONS", "DELETE", "TRACE", "XX"))
    )
    cookies = [
        ("Cookie", f"{name}={quote(_word(random), errors='replace')}")
        for name in ("state", COOKIE)
        if random.random() < 0.3
    ]
    shown = f"{path}?{urlencode(asked, errors='replace')}" if asked else path
    body = b"" if method in {"GET", "HEAD"} else _word(random).encode("utf-8", "replace")
    return Attack(
        number,
        f"{method} {path[:60]}",
        target.web,
        method,
        shown,
        genuine=False,
        headers=cookies,
        body=body,
        route=route,
    )


# --- headers and bytes ---------------------------------------------------------------------------------------------

_KINDS = ("", "text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "application/xml", "application/jsonx",
          "APPLICATION/JSON", "application/json;;;", "application/json, text/plain", FORM, JSON, "x" * 500, "\u00e9")  # fmt: skip
_STAMPS = ("", "abc", "-1", "1e9", " 1", "١٢٣", "²", "9" * 5000, "0", "1.0", "+1", "NaN", "1_0", "0x1")
_SIGNATURES = ("", "v0=", "v1=" + "0" * 64, "é", "v0=" + "0" * 64, "x" * 4000, "v0=" + "g" * 64)


def _kind(random: Random, usual: str) -> str:
    return usual if random.random() < 0.95 else random.choice(_KINDS)


def _unsigned(random: Random, given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same headers, spoiled in one of the ways that do not count as a signature."""
    stamp, signature = "X-Slack-Request-Timestamp", "X-Slack-Signature"
    held = dict(given)
    spoil = random.randrange(6)
    if spoil == 0:
        return [(name, value) for name, value in given if name not in {stamp, signature}]
    if spoil == 1:
        return [*given, (signature, held[signature])]
    if spoil == 2:
        held[stamp] = random.choice((*_STAMPS, str(int(held[stamp]) - 301), str(int(held[stamp]) + 302)))
    elif spoil == 3:
        held[signature] = random.choice(_SIGNATURES)
    elif spoil == 4:
        held[signature] = held[signature][:-1] + ("0" if held[signature][-1] != "0" else "1")
    else:
        held[stamp] = str(int(held[stamp]) + 1)
    return list(held.items())


def _packed(random: Random, raw: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    """Seldom compressed, or said to be; seldom a megabyte and more."""
    drawn = random.random()
    if drawn < 0.005:
        return gzip.compress(raw, 1), [("Content-Encoding", "gzip")]
    if drawn < 0.01:
        return random.choice((raw, zlib.compress(b"x" * 1_000_000))), [
            ("Content-Encoding", random.choice(("gzip", "deflate", "br", "zstd", "x")))
        ]
    if drawn < 0.012:
        return raw + b" " * random.choice((200_000, 1_000_000, 1_100_000)), []
    return raw, []


def _disturbed(random: Random, made: Attack) -> None:
    """What a proxy, a broken client or an attacker does to a request as a whole."""
    match random.randrange(9):
        case 0:
            made.chunked = bool(made.body)
        case 1:
            made.headers += [(f"X-Odd-{n}", "x" * 20) for n in range(random.choice((5, 50, 500)))]
        case 2:
            made.headers.append(("X-Long", "x" * random.choice((1000, 8000, 20_000))))
        case 3:
            made.headers.append(("Cookie", _word(random)))
        case 4:
            made.method = random.choice(("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND", "get"))
            made.body = b"" if made.method in {"GET", "HEAD"} else made.body
        case 5:
            made.path += "?" + quote(_word(random), errors="replace")
        case 6:
            made.headers.append(("Host", _host(random)))
        case 7:
            made.headers.append(
                (
                    random.choice(
                        ("X-Forwarded-For", "Forwarded", "X-Original-URL", "Range", "If-Match", "Accept-Encoding")
                    ),
                    "0,0-,x",
                )
            )
        case _:
            made.headers.append((f"X-{_token(random)}", "\u00ff\u00fe"))


def _host(random: Random) -> str:
    return random.choice(("evil.example", "127.0.0.1", "", "[::1", "a" * 300, "x:99999"))


def _token(random: Random) -> str:
    return "".join(random.choices("abcXYZ09-_.~!#$%&'*+^`|", k=12))


def _word(random: Random) -> str:
    return strings.one(random)


_UNSAFE = re.compile(rb"[^A-Za-z0-9_.~-]")
_QUOTED = {bytes([byte]): b"%%%02X" % byte for byte in range(256)}


def _quoted(raw: bytes) -> bytes:
    """As a form carries it; urllib would take ten times as long."""
    return _UNSAFE.sub(lambda found: _QUOTED[found[0]], raw)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _filled(raw: bytes, nonce: str, target: Target) -> bytes:
    """With the real address of the chat, and as a happening of its own."""
    for base in (BASE, quote(BASE, safe="")):
        real = target.base if base == BASE else quote(target.base, safe="")
        raw = raw.replace(base.encode(), real.encode())
    return raw.replace(NONCE.encode(), nonce.encode())


def _in_a_line(value: str) -> str:
    """A header ends with its line; more would be another request, and its answer another's."""
    return value.replace("\r", " ").replace("\n", " ")


def _in_chunks(body: bytes) -> bytes:
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
