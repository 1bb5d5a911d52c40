"""Nothing that is not Teams' gets in, and whatever is refused is refused with a 4xx, leaves no row, and calls nobody."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.entrance import LARGEST
from tests.fakes.teams.tokens import ISSUER
from tests.slackdoor import Recorder
from tests.teamsdoor import Memory, Set, opened

HOUR = 3600
Gate = tuple[Set, Recorder, Memory]


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    serve, store = Recorder(), Memory()
    async with opened(serve, store=store) as everything:
        everything.teams.world.add("noor", "Noor Jansen")
        yield everything, serve, store


def message(gate: Gate, **more: Any) -> dict[str, Any]:
    """What Noor says, as an activity."""
    people, world = gate[0].people, gate[0].teams.world
    envelope = people._envelope("message", "noor", world.conversations[world.personal("noor")])
    return envelope | {"text": "kudos", **more}


async def sent(gate: Gate, header: str | None, body: Any = None, **headers: str) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body or message(gate)).encode()
    given = headers | ({"Authorization": header} if header is not None else {})
    return (await gate[0].http.send(raw, given)).status


async def refused(gate: Gate, header: str | None, body: Any = None, **headers: str) -> int:
    """The status, once it is sure that nobody was asked, nothing was kept, and nobody was called."""
    status = await sent(gate, header, body, **headers)
    await gate[0].door.settle()
    assert (gate[1].calls, gate[2].writes, gate[0].teams.calls.total()) == ([], 0, 0)
    return status


def service(gate: Gate) -> str:
    return gate[0].teams.service


async def test_a_good_token_is_let_in(gate: Gate) -> None:
    assert await sent(gate, gate[0].openid.header(service(gate))) == 200
    assert [call.name for call in gate[1].calls] == ["text"]
    assert gate[2].writes == 1


# --- tokens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic eDp5", "Bearer x y", "bearer é"]
)
async def test_no_token_is_refused(gate: Gate, header: str | None) -> None:
    assert await refused(gate, header) == 401


BAD: dict[str, dict[str, Any]] = {
    "expired": {"exp": int(time.time()) - HOUR},
    "endless": {"exp": None},
    "ends never": {"exp": "never"},
    "not yet valid": {"nbf": int(time.time()) + HOUR},
    "made in the future": {"iat": int(time.time()) + HOUR},
    "for another app": {"aud": "another"},
    "for several apps": {"aud": ["app", "another"]},
    "for nobody": {"aud": None},
    "by another issuer": {"iss": "https://sts.windows.net/tenant/"},
    "by several issuers": {"iss": [ISSUER]},
    "by nobody": {"iss": None},
    "signed by another key": {"signed": "stolen"},
    "under another key's name": {"signed": "other"},
    "under a name that nobody knows": {"kid": "unknown"},
    "under no name": {"kid": None},
    "signed with a secret": {"alg": "HS256"},
    "not signed": {"alg": "none"},
    "signed in another way": {"alg": "PS256"},
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_token_is_refused(gate: Gate, what: str) -> None:
    assert await refused(gate, gate[0].openid.header(service(gate), **BAD[what])) == 401


async def test_a_good_token_in_another_scheme_is_refused(gate: Gate) -> None:
    token = gate[0].openid.token(service(gate))
    for scheme in ("bearer", "Token", "Basic"):
        assert await refused(gate, f"{scheme} {token}") == 401


async def test_a_changed_token_is_refused(gate: Gate) -> None:
    head, body, tail = gate[0].openid.token(service(gate)).split(".")
    other = gate[0].openid.token("https://elsewhere.example/").split(".")[1]
    for token in (f"{head}.{other}.{tail}", f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{tail[::-1]}"):
        assert await refused(gate, f"Bearer {token}") == 401


async def test_two_tokens_are_as_good_as_none(gate: Gate) -> None:
    header = gate[0].openid.header(service(gate))
    raw = json.dumps(message(gate)).encode()
    reply = await gate[0].http.send(raw, [("Authorization", header), ("Authorization", header)])
    assert reply.status == 401


# --- what a token was given for ------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [None, "", "https://elsewhere.example/", ["x"], 7])
async def test_a_token_for_another_service_is_refused(gate: Gate, claim: Any) -> None:
    assert await refused(gate, gate[0].openid.header(claim)) == 403


@pytest.mark.parametrize("url", [None, "", 7, ["x"], {}])
async def test_an_activity_that_names_no_service_is_refused(gate: Gate, url: Any) -> None:
    for claim in (service(gate), None, ""):
        header = gate[0].openid.header(claim)
        assert await refused(gate, header, message(gate) | {"serviceUrl": url}) == 403


async def test_a_known_token_is_looked_at_for_each_activity(gate: Gate) -> None:
    header = gate[0].openid.header(service(gate))
    assert await sent(gate, header) == 200
    assert await sent(gate, header, message(gate, serviceUrl="https://elsewhere.example/")) == 403
    assert await sent(gate, header, message(gate, channelData={"tenant": {"id": "another"}})) == 403
    assert await sent(gate, header, message(gate, channelId="webchat")) == 403
    assert len(gate[1].calls) == 1


@pytest.mark.parametrize("kid", ["other", "bare"])
async def test_a_key_that_is_not_endorsed_for_teams_is_refused(gate: Gate, kid: str) -> None:
    header = gate[0].openid.header(service(gate), kid=kid)
    assert await refused(gate, header) == 403


@pytest.mark.parametrize("channel", [None, "", "webchat", "emulator", ["msteams"]])
async def test_another_channel_is_refused(gate: Gate, channel: Any) -> None:
    header = gate[0].openid.header(service(gate))
    assert await refused(gate, header, message(gate, channelId=channel)) == 403


# --- tenants and hosts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("tenant", ["22222222-0000-4000-8000-00000000000b", "x", "11111111"])
async def test_another_tenant_is_refused(gate: Gate, tenant: str) -> None:
    header = gate[0].openid.header(service(gate))
    body = message(gate, channelData={"tenant": {"id": tenant}})
    assert await refused(gate, header, body) == 403


async def test_the_tenant_that_counts_is_the_one_of_the_channel(gate: Gate) -> None:
    """The other is what the SDK reads, and it reads it under a wrong name."""
    header, body = gate[0].openid.header(service(gate)), message(gate)
    conversation = body["conversation"] | {"tenantId": "another"}
    assert await sent(gate, header, body | {"conversation": conversation}) == 200
    assert await sent(gate, header, body | {"channelData": {}}) == 200
    assert await sent(gate, header, body | {"channelData": {}, "conversation": conversation}) == 403


@pytest.mark.parametrize("data", [None, [], "x", {"tenant": "x"}, {"tenant": {"id": 7}}])
async def test_an_activity_of_no_tenant_is_refused(gate: Gate, data: Any) -> None:
    header, body = gate[0].openid.header(service(gate)), message(gate, channelData=data)
    body["conversation"].pop("tenantId")
    assert await refused(gate, header, body) == 400


HOSTILE = [
    "https://smba.trafficmanager.net@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@elsewhere.example/teams/",
    "http://user:secret@127.0.0.1:{port}/teams/",
    "http://[::1]:{port}/teams/",
    "http://[::ffff:127.0.0.1]:{port}/teams/",
    "http://2130706433:{port}/teams/",
    "http://0x7f000001:{port}/teams/",
    "http://127.1:{port}/teams/",
    "http://0177.0.0.1:{port}/teams/",
    "http://localhost:{port}/teams/",
    "http://127.0.0.1.nip.example:{port}/teams/",
    "https://smba.trafficmanager.net.evil.example/",
    "https://evil-smba.trafficmanager.net/",
    "https://smba.trafficmanager.net:8443/",
    "http://smba.trafficmanager.net/",
    "https://smba.trafficmanager.net\\@127.0.0.1:{port}/",
    "https://smba.trafficmanager.net#@127.0.0.1:{port}/",
    "https://\u0455mba.trafficmanager.net/",
    "http://127.0.0.1:{port}/teams/../../?x=",
    "http://127.0.0.1:{port}/teams/%2e%2e/",
    "file:///etc/passwd",
    "//127.0.0.1:{port}/teams/",
]


@pytest.mark.parametrize("url", HOSTILE)
async def test_our_token_goes_to_no_strange_host(gate: Gate, url: str) -> None:
    """Even where Microsoft itself had signed for it."""
    url = url.replace("{port}", gate[0].teams.base.rpartition(":")[2])
    assert await refused(gate, gate[0].openid.header(url), message(gate, serviceUrl=url)) == 403


# --- bodies ----------------------------------------------------------------------------------------------------


BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b"\xff\xfe",
    b'{"type": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"{}{}",
    b'[{"type": "message"}]',
]


@pytest.mark.parametrize("body", BODIES)
async def test_what_is_no_object_is_refused(gate: Gate, body: bytes) -> None:
    assert await refused(gate, gate[0].openid.header(service(gate)), body) == 400


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx", "json"])
async def test_another_content_type_is_refused(gate: Gate, kind: str) -> None:
    header = gate[0].openid.header(service(gate))
    assert await refused(gate, header, **{"Content-Type": kind}) == 415


async def test_too_large_is_refused(gate: Gate) -> None:
    header = gate[0].openid.header(service(gate))
    body = message(gate, text="x" * LARGEST)
    assert await refused(gate, header, body) == 413
    assert await refused(gate, None, body) == 413


async def test_a_megabyte_that_fits_is_read(gate: Gate) -> None:
    header = gate[0].openid.header(service(gate))
    body = json.dumps(message(gate, text="x" * (LARGEST - 2000))).encode()
    assert await sent(gate, header, body) == 200


async def test_packed_is_refused_unopened(gate: Gate) -> None:
    header, raw = gate[0].openid.header(service(gate)), json.dumps(message(gate)).encode()
    packed = {"Content-Encoding": "gzip"}
    assert await refused(gate, header, gzip.compress(raw), **packed) in {400, 415}
    assert await refused(gate, header, raw, **packed) in {400, 415}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_another_method_is_refused(gate: Gate, method: str) -> None:
    async with gate[0].http.session.request(method, gate[0].http.url) as answer:
        assert answer.status == 405


SIGNED_NONSENSE: list[dict[str, Any]] = [
    {"type": 7},
    {"type": None},
    {"type": "message", "from": []},
    {"type": "message", "from": None},
    {"type": "message", "conversation": {"id": 7}},
    {"type": "message", "id": None},
    {"type": "message", "recipient": "x", "conversation": {"id": "19:x", "conversationType": "channel"}},
    {"type": "message", "value": {"ritme": 7}},
    {"type": "message", "value": {"ritme": {"k": "submit"}}},
    {"type": "invoke", "name": "adaptiveCard/action", "value": {}},
    {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": "x"}},
    {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": {"type": 7, "verb": [], "data": 7}}},
    {"type": "invoke", "name": "task/fetch"},
    {"type": "invoke", "name": "task/submit", "value": {"data": {"ritme": {"k": "x"}}}},
    {"type": "invoke", "name": "application/search", "value": {"queryText": "a"}},
    {"type": "invoke", "name": "composeExtension/fetchTask", "value": {"commandContext": "message"}},
]


@pytest.mark.parametrize("nonsense", SIGNED_NONSENSE)
async def test_signed_nonsense_is_refused(gate: Gate, nonsense: dict[str, Any]) -> None:
    header, body = gate[0].openid.header(service(gate)), message(gate) | nonsense
    body["conversation"] = {"tenantId": gate[0].teams.world.tenant} | body["conversation"]
    assert await sent(gate, header, body) == 400
    assert gate[1].calls == []
