"""What broke a door once, each as it was found."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from bot import entrance
from bot.calls import Answer
from bot.metrics import Metrics
from bot.web import Web
from tests.fakes.slack import FakeSlack, encode, signed
from tests.slackdoor import Recorder, Set, opened, said
from tests.test_slack_verify import SUBMIT

TEAM = "T0000001"


async def sent(everything: Set, kind: str, payload: dict[str, Any]) -> Any:
    raw, content_type = encode(kind, payload)
    return await everything.slack.door.send(raw, signed(FakeSlack.signing_secret, raw, content_type, time.time()))


@pytest.mark.parametrize("asked", ["1", "2147483648", "+1", ""])
async def test_slack_asks_whether_somebody_is_there(asked: str) -> None:
    async with opened(Recorder()) as everything:
        assert (await sent(everything, "slash_commands", {"ssl_check": asked, "token": "x"})).status == 200
        odd = {"type": "url_verification", "challenge": [asked]}
        reply = await sent(everything, "events_api", odd)
        assert (reply.status, reply.body) == (200, {"challenge": ""})


@pytest.mark.parametrize("blocks", [None, "x", {"a": 1}, [7, None, {"block_id": 7}], [[]]])
async def test_a_form_of_any_shape_is_given_back(blocks: Any) -> None:
    """Its words stay where they can, below what is said about them."""
    async with opened(Recorder(Answer(said("Not now.")))) as everything:
        view = {**SUBMIT["view"], "blocks": blocks}
        reply = await sent(everything, "interactive", {**SUBMIT, "view": view})
        assert (reply.status, reply.body["response_action"]) == (200, "update")


async def test_what_bolt_reads_and_nobody_needs_is_left_out() -> None:
    serve = Recorder()
    async with opened(serve) as everything:
        odd = {"team_id": TEAM, "enterprise": 7, "user": {"id": "U1"}, "channel": 7, "message": 7, "response_urls": 7}
        press = {"type": "button", "action_id": "kudos.new", "block_id": {}, "action_ts": "1"}
        payload = {"type": "block_actions", **odd, "actions": [press], "container": 7, "function_data": 7}
        assert (await sent(everything, "interactive", payload)).status == 200
        assert [call.name for call in serve.calls] == ["kudos.new"]


STRANGE = [
    "http://169.254.169.254/latest/meta-data/",
    "https://hooks.slack.com.evil.example/x",
    "https://hooks.slack.com@evil.example/x",
    "{base}@evil.example/x",
    "file:///etc/passwd",
    "//evil.example",
    "x",
]


@pytest.mark.parametrize("url", STRANGE)
async def test_an_answer_goes_nowhere_but_to_slack(url: str) -> None:
    """Even where Slack itself had signed the address. The words go by the Web API then."""
    async with opened(Recorder(Answer(said("Hi.")))) as everything:
        slack = everything.slack
        noor = slack.add_user("Noor Jansen")
        base = {"team": {"id": slack.team}, "user": {"id": noor}, "trigger_id": "1"}
        payload = {**base, "type": "message_action", "callback_id": "kudos.give", "message": {"text": "x", "ts": "1"},
                   "channel": {"id": slack.world.dm(noor)}, "response_url": url.replace("{base}", slack.base)}  # fmt: skip
        assert (await sent(everything, "interactive", payload)).status == 200
        await everything.door.settle()
        assert slack.api.calls["response_url"] == 0
        assert [one.text for one in slack.see_dm(noor)] == ["Hi."]


async def test_nothing_that_is_said_at_once_unfurls(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(Recorder(Answer(said("https://example.com")))) as everything:
        slack, asked = everything.slack, []
        answered = slack.api.chat_postMessage
        monkeypatch.setattr(slack.api, "chat_postMessage", lambda given: asked.append(given) or answered(given))
        await slack.say(slack.add_user("Noor Jansen"), "hello")
        assert [(one["unfurl_links"], one["unfurl_media"], "link_names" in one) for one in asked] == [
            (False, False, False)
        ]


async def test_what_is_not_answered_is_heard_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Bolt keeps its failures to itself."""
    async with opened(Recorder(Answer(7))) as everything:  # type: ignore[arg-type]  # a view that went wrong
        reply = await sent(
            everything,
            "slash_commands",
            {"command": "/kudos", "text": "", "trigger_id": "1", "team_id": TEAM, "user_id": "U1"},
        )
        assert reply.status == 500
        assert "call not answered" in capsys.readouterr().out


# --- the web server ------------------------------------------------------------------------------------------------

NO_HTTP = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"hello\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX-Odd: \0\r\n\r\n",
    b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"x" * 9000),
    b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n",
    b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
    b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Encoding: deflate\r\nContent-Length: 3\r\n\r\nabc",
]


@pytest.mark.parametrize("raw", NO_HTTP, ids=lambda raw: str(raw[:20]))
async def test_what_is_no_http_is_no_failure_of_ours(raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async def nothing() -> dict[str, str]:
        return {}

    async def measured() -> Metrics:
        return Metrics()

    caplog.set_level(0)
    server = Web([web.post("/x", _read)], nothing, nothing, measured)
    port = await server.start("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await server.stop()
    assert answer[:12] in {b"", b"HTTP/1.1 400", b"HTTP/1.0 400", b"HTTP/1.1 405", b"HTTP/1.1 415"}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def _read(request: web.Request) -> web.Response:
    """As a door reads."""
    try:
        await entrance.body(request)
    except entrance.Refused as refused:
        return web.Response(status=refused.status)
    raise AssertionError
