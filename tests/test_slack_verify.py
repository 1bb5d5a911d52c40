"""Nothing that is not Slack's gets in, and whatever is refused is refused with a 4xx and without a trace."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.entrance import LARGEST, Refused
from bot.slack.listen import Door
from bot.slack.verify import Verifier
from tests.fakes.slack import FakeSlack, encode, signed
from tests.slackdoor import Recorder, Set, opened

SECRET = FakeSlack.signing_secret
NOW = 1_795_512_000.0
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
COMMAND, _ = encode("slash_commands", {"command": "/kudos", "text": "", "trigger_id": "1", "team_id": "T0000001"})


@pytest.fixture
async def gate() -> AsyncIterator[tuple[Set, Recorder]]:
    serve = Recorder()
    async with opened(serve, now=lambda: NOW) as everything:
        yield everything, serve


def good(raw: bytes = COMMAND, kind: str = FORM) -> dict[str, str]:
    return signed(SECRET, raw, kind, NOW)


STAMPS = [
    "",
    "abc",
    "-1",
    "1e9",
    "1_795_512_000",
    " 1795512000",
    "١٢٣",
    "²",
    "9" * 5000,
    "0",
    "1795512000.0",
    "+1795512000",
]
SIGNATURES = ["", "v0=", "v0=0", "v1=" + "0" * 64, "é", "v0=" + "é" * 64, "v0=" + "0" * 64, "x" * 10_000, "\u0660" * 67]


@pytest.mark.parametrize("stamp", STAMPS)
async def test_a_strange_time_is_refused(gate: Any, stamp: str) -> None:
    """Even when it is part of what was signed."""
    headers = good() | {"X-Slack-Request-Timestamp": stamp}
    assert (await gate[0].slack.door.send(COMMAND, headers)).status in {400, 401}
    assert gate[1].calls == []


@pytest.mark.parametrize("signature", SIGNATURES)
async def test_a_forged_signature_is_refused(gate: Any, signature: str) -> None:
    headers = good() | {"X-Slack-Signature": signature}
    assert (await gate[0].slack.door.send(COMMAND, headers)).status in {400, 401}
    assert gate[1].calls == []


@pytest.mark.parametrize(("age", "status"), [(299, 400), (-299, 400), (301, 401), (-301, 401), (10**6, 401)])
async def test_a_signature_lives_five_minutes(gate: Any, age: int, status: int) -> None:
    """Genuine but incomplete, so that 400 means that it got past the lock."""
    headers = signed(SECRET, COMMAND, FORM, NOW - age)
    assert (await gate[0].slack.door.send(COMMAND, headers)).status == status


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_unsigned_is_refused(gate: Any, missing: str) -> None:
    headers = {name: value for name, value in good().items() if name != missing}
    assert (await gate[0].slack.door.send(COMMAND, headers)).status == 401


@pytest.mark.parametrize("twice", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_said_twice_is_refused(gate: Any, twice: str) -> None:
    headers = [*good().items(), (twice, good()[twice])]
    assert (await gate[0].slack.door.send(COMMAND, headers)).status == 401


async def test_another_body_under_a_genuine_signature_is_refused(gate: Any) -> None:
    assert (await gate[0].slack.door.send(COMMAND + b"&a=b", good())).status == 401


async def test_another_secret_is_refused(gate: Any) -> None:
    headers = signed(SECRET[::-1], COMMAND, FORM, NOW)
    assert (await gate[0].slack.door.send(COMMAND, headers)).status == 401


async def test_too_large_is_refused(gate: Any) -> None:
    raw = COMMAND + b"x" * LARGEST
    assert (await gate[0].slack.door.send(raw, good(raw))).status == 413


async def test_packed_is_refused_unopened(gate: Any) -> None:
    raw = gzip.compress(COMMAND)
    assert (await gate[0].slack.door.send(raw, good(raw) | {"Content-Encoding": "gzip"})).status in {400, 415}
    assert (await gate[0].slack.door.send(COMMAND, good() | {"Content-Encoding": "gzip"})).status in {400, 415}


SIGNED_NONSENSE = [
    (JSON, b""),
    (JSON, b"{"),
    (JSON, b"[]"),
    (JSON, b"null"),
    (JSON, b'"x"'),
    (JSON, b"1"),
    (JSON, b"\xff\xfe"),
    (JSON, b'{"type": "\\ud800"}'),
    (JSON, b"[" * 100_000),
    (JSON, b'{"a":' * 100_000),
    (JSON, b"{}"),
    (JSON, b'{"type": 7}'),
    (FORM, b""),
    (FORM, b"payload="),
    (FORM, b"payload=[]"),
    (FORM, b"payload={"),
    (FORM, b"payload=%ff"),
    (FORM, b"\xff=\xff"),
    (FORM, b"&".join(b"a=b" for _ in range(1000))),
    (FORM, b"command=%2Fkudos"),
    (FORM, b"command=%2Fkudos&trigger_id=1&user_id=U1"),
    ("text/plain", COMMAND),
    ("multipart/form-data", COMMAND),
    ("", COMMAND),
]


@pytest.mark.parametrize(("kind", "raw"), SIGNED_NONSENSE, ids=lambda value: str(value)[:30])
async def test_signed_nonsense_is_a_bad_request(gate: Any, kind: str, raw: bytes) -> None:
    reply = await gate[0].slack.door.send(raw, good(raw, kind))
    assert 400 <= reply.status < 500
    assert gate[1].calls == []


VIEW = {"id": "V1", "hash": "1", "type": "modal", "callback_id": "kudos.give", "state": {"values": {}}}
SUBMIT = {"type": "view_submission", "team": {"id": "T0000001"}, "user": {"id": "U1"}, "view": VIEW}
EVENT = {
    "type": "event_callback",
    "team_id": "T0000001",
    "event_id": "Ev1",
    "event": {"type": "team_join", "user": {"id": "U1"}},
}
PRESS = {
    "type": "block_actions",
    "team": {"id": "T0000001"},
    "user": {"id": "U1"},
    "trigger_id": "1",
    "container": {"type": "message", "message_ts": "1", "channel_id": "D1"},
    "actions": [{"type": "button", "action_id": "kudos.new", "block_id": "b"}],
}
ODD: list[Any] = [None, 7, "x", [], [7], {}, {"id": 7}, True]


def _without(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The payload with each of its parts, at every depth, missing or of another shape."""
    found = []
    for name, value in payload.items():
        found.append({key: each for key, each in payload.items() if key != name})
        found += [{**payload, name: odd} for odd in ODD]
        if isinstance(value, dict):
            found += [{**payload, name: inner} for inner in _without(value)]
    return found


@pytest.mark.parametrize("payload", [SUBMIT, EVENT, PRESS], ids=lambda payload: payload["type"])
async def test_a_genuine_payload_of_any_shape_never_fails(gate: Any, payload: dict[str, Any]) -> None:
    statuses = set()
    for each in _without(payload):
        raw = json.dumps(each).encode()
        statuses.add((await gate[0].slack.door.send(raw, good(raw, JSON))).status)
    assert statuses == {200, 400}


async def test_the_url_is_verified(gate: Any) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    reply = await gate[0].slack.door.send(raw, good(raw, JSON))
    assert (reply.status, reply.body) == (200, {"challenge": "abc"})


async def test_nothing_of_a_refused_request_is_logged(gate: Any, caplog: Any, capsys: Any) -> None:
    caplog.set_level(0)
    raw = b"text=highly-private"
    await gate[0].slack.door.send(raw, good(raw) | {"X-Slack-Signature": "v0=also-private"})
    await gate[0].slack.door.send(raw, good(raw))
    written = caplog.text + "".join(capsys.readouterr())
    assert "request refused" in written
    assert "private" not in written


@given(stamp=st.text(), signature=st.text(), raw=st.binary(max_size=200), kind=st.sampled_from([JSON, FORM, "", "x"]))
def test_only_a_genuine_signature_opens(stamp: str, signature: str, raw: bytes, kind: str) -> None:
    headers = {"x-slack-request-timestamp": [stamp], "x-slack-signature": [signature], "content-type": [kind]}
    with pytest.raises(Refused) as refused:
        Verifier(SECRET, time.time).open(headers, raw)
    assert refused.value.status == 401


@given(raw=st.binary(max_size=200), kind=st.sampled_from([JSON, FORM]))
def test_what_is_signed_is_read_or_refused(raw: bytes, kind: str) -> None:
    headers = {name.lower(): [value] for name, value in good(raw, kind).items()}
    status = 200
    try:
        Verifier(SECRET, lambda: NOW).open(headers, raw)
    except Refused as refused:
        status = refused.status
    assert status in {200, 400}


def test_without_a_secret_nothing_is_verified() -> None:
    with pytest.raises(ValueError, match="secret"):
        Verifier(" ", time.time)


async def test_without_a_secret_there_is_no_way_in_over_http(gate: Any) -> None:
    everything, _ = gate
    assert [route.path for route in everything.door.routes()] == ["/slack/events"]
    assert Door(everything.door._parts).routes() == []
