"""Many turns at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.calls import Answer
from tests.fakes.teams.connector import FakeTeams
from tests.slackdoor import Recorder, said
from tests.teamsdoor import opened

MANY = 60


class Waiting(FakeTeams):
    """A connector that takes nothing that is said before so many say something at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self.together = asyncio.Barrier(MANY)

    def _served(self, what: str, do: Any) -> Callable[[web.Request], Any]:
        serve = super()._served(what, do)

        async def held(request: web.Request) -> web.StreamResponse:
            if what == "say":
                await self.together.wait()
            return await serve(request)

        return held


async def test_sixty_are_answered_side_by_side() -> None:
    serve = Recorder()
    serve.answers = (Answer(said("Hoi.")),)
    async with opened(serve, teams=Waiting()) as door:
        world = door.teams.world
        people = [world.add(f"p{n}", f"P {n}").user for n in range(MANY)]
        door.people.after = None
        await asyncio.gather(*(door.people.say(user, "kudos") for user in people))
        await door.door.settle()
        assert [len(door.people.see_personal(user)) for user in people] == [2] * MANY  # what they said, and the answer
