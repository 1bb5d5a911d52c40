"""The web socket heals: it is asked to go, it is cut, it goes deaf."""

from __future__ import annotations

import asyncio

import pytest

from bot.calls import Answer
from tests.slackdoor import Recorder, opened, said


async def test_it_comes_back_when_slack_asks() -> None:
    async with opened(Recorder(Answer(said("Ja."))), socket=True) as everything:
        slack = everything.slack
        noor = slack.add_user("Noor Jansen")
        await slack.socket.disconnect()
        await slack.socket.connected(times=2)
        await slack.command(noor, "/goal")
        assert slack.see_dm(noor)[-1].said == "Ja."


@pytest.mark.parametrize("harm", ["cut", "deaf"])
async def test_it_heals(harm: str) -> None:
    serve = Recorder(Answer(said("Ja.")))
    async with opened(serve, socket=True, ping=0.1) as everything:
        slack = everything.slack
        noor = slack.add_user("Noor Jansen")
        slack.door.timeout = 0.2
        slack.socket.deaf = harm == "deaf"
        if harm == "cut":
            await slack.socket.cut()
        await slack.socket.connected(times=2)
        slack.socket.deaf = False
        async with asyncio.timeout(10):
            while not (await slack.command(noor, "/goal")).good:
                pass
        assert slack.see_dm(noor)[-1].said == "Ja."
        assert everything.socket
        assert everything.socket.alive()
