"""Slack as a part of a running Ritme: by which road it hears, how it is, and a worker that only speaks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.again import Pauses
from bot.running import Ritme
from bot.settings import Wrong
from bot.slack import socket
from bot.slack.socket import Timings
from tests.fakes.slack import FakeSlack
from tests.machine import until
from tests.test_running import ask, empty, running, slack_settings


def built(folder: Path, slack: FakeSlack, **values: Any) -> Ritme:
    """A Ritme that hears Slack down a web socket."""
    settings = slack_settings(folder, slack, **({"SLACK_APP_TOKEN": slack.app_token} | values))
    return empty(settings)


async def test_a_web_socket_that_goes_silent_is_seen_and_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = Timings(0.02, 0.1, 1.0, 0.2, 0.5, 0.0, lambda: Pauses(0.001, 0.01))
    monkeypatch.setattr(socket, "Socket", partial(socket.Socket, timings=quick))
    async with FakeSlack() as slack, running(built(tmp_path, slack)) as ritme:
        await until(lambda: ritme.ticker.last > 0)
        assert (await ask(ritme, "/readyz"))[0] == 200
        slack.socket.mute = True
        slack.socket.silence()
        await until(lambda: ritme.parts[0].problem() != "")
        status, body = await ask(ritme, "/readyz")
        assert (status, "the web socket" in body) == (503, True)
        slack.socket.mute = False
        await until(lambda: ritme.parts[0].problem() == "")
        assert (await ask(ritme, "/readyz"))[0] == 200


async def test_an_app_token_that_is_refused_stops_the_start(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        ritme = built(tmp_path, slack, SLACK_APP_TOKEN="xapp-somebody-elses")
        with pytest.raises(Wrong, match=r"^SLACK_APP_TOKEN: Slack refuses it \(invalid_auth\)\.$"):
            await ritme.start()
        assert slack.socket.opened == 0


async def test_a_worker_opens_no_web_socket_and_hears_nobody(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        ritme = built(tmp_path, slack, SLACK_APP_TOKEN="xapp-nobodys", SLACK_SIGNING_SECRET=None)
        await ritme.start(doors=False)
        try:
            assert (ritme.parts[0].problem(), ritme.parts[0].routes(), "slack" in ritme.platforms) == ("", [], True)
            assert slack.api.calls == {"auth.test": 1}
        finally:
            await ritme.stop()
