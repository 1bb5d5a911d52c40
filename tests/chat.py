"""A test reads like a conversation:

    noor = chat.person("noor")
    await noor.types("/kudos @Lotte dank je wel voor je hulp")
    assert noor.sees.startswith("Je hebt Lotte bedankt.")
    assert chat.channel("kudos")[-1].lines[0] == "👏 Noor bedankt Lotte:"

The words go in and out by a door (`tests.doors`), so the same conversation runs on every platform.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.app import build_dispatch
from bot.delivery import Outbound
from bot.metrics import Metrics
from bot.tick import Ticker
from models.base import core
from models.identity import Person
from tests.seen import Seen
from tests.world import World


class Chat:
    """The company's chat. `world` is the database below it, for arranging what a conversation needs first."""

    def __init__(self, world: World, platform: Any) -> None:
        self.world = world
        self.platform = platform
        self.door: Any = None
        self.dispatch = build_dispatch(world.database, world.clock, {world.platform: platform})
        metrics, platforms = Metrics(), {world.platform: platform}
        self.outbound = Outbound(self.dispatch.router, world.database, world.clock, platforms, metrics)
        parts = (self.dispatch.router, world.database, world.clock, self.dispatch.serve, self.outbound, metrics)
        self.ticker = Ticker(*parts)

    def person(self, handle: str) -> Speaker:
        return Speaker(self, handle)

    def channel(self, word: str) -> list[Seen]:
        return self.door.channel(word)

    async def settle(self) -> None:
        """Sends everything that can be sent now."""
        await self.dispatch.settle()
        await self.outbound.flush()

    async def moves(self, to: datetime | timedelta) -> None:
        """Moves the clock from due instant to due instant, doing and sending what is due at each."""
        await self.ticker.advance(self._at(to))

    async def jumps(self, to: datetime | timedelta) -> None:
        """Sets the clock ahead as if Ritme had stood still until then: what fell due meanwhile is done late, at once.

        For days in which nothing happens that a test speaks of: to live through them takes far longer.
        """
        self.world.clock.move(self._at(to))
        await self.moves(self.world.clock.now())

    def only(self, *handles: str) -> None:
        """From now on these people alone, or nobody, hear what Ritme starts by itself; everybody else paused it."""
        hear = [self.world.people[handle] for handle in handles]
        with self.world.scope("bo") as scope:
            scope.db.update(Person, paused=True)
            scope.db.update(Person, core(Person).c.id.in_(hear), paused=False)

    def _at(self, to: datetime | timedelta) -> datetime:
        return self.world.clock.now() + to if isinstance(to, timedelta) else to


class Speaker:
    """One person at their keyboard."""

    def __init__(self, chat: Chat, handle: str) -> None:
        self.chat, self.handle = chat, handle

    @property
    def id(self) -> int:
        return self.chat.world.people[self.handle]

    @property
    def user(self) -> str:
        """The platform's own id of this person."""
        return self.chat.world.user(self.handle)

    # doing

    async def types(self, line: str) -> None:
        """A slash command, or free text to Ritme."""
        if line.startswith("/"):
            verb, _, rest = line[1:].partition(" ")
            await self.chat.door.command(self.user, verb, rest)
        else:
            await self.chat.door.say(self.user, line)
        await self.chat.settle()

    async def repeats(self, line: str, times: int) -> list[str]:
        """The same happening, delivered several times at once; what each delivery was answered."""
        verb, _, rest = line[1:].partition(" ")
        answers: list[str] = await self.chat.door.repeat(self.user, verb, rest, times)
        await self.chat.settle()
        return answers

    async def presses(self, label: str) -> None:
        """The newest button with this label: in the answer, the open form, the direct messages, the overview."""
        await self.chat.door.press(self.user, label)
        await self.chat.settle()

    async def taps(self, name: str, **carry: str) -> None:
        """A button that this person should not have, as an attacker would press it."""
        await self.chat.door.tap(self.user, name, carry)
        await self.chat.settle()

    async def fills(self, **values: Any) -> None:
        """Fills in these fields of the open form, leaves the others as they stand, and sends it."""
        await self.chat.door.submit(self.user, values)
        await self.chat.settle()

    async def uses(self, shortcut: str, author: str, text: str) -> None:
        """A shortcut on somebody's message."""
        await self.chat.door.shortcut(self.user, shortcut, self.chat.world.user(author), text)
        await self.chat.settle()

    async def opens_home(self) -> None:
        await self.chat.door.home(self.user)
        await self.chat.settle()

    # seeing

    @property
    def sees(self) -> str:
        """The last answer, in words."""
        return self.answered.text

    @property
    def answered(self) -> Seen:
        found: Seen | None = self.chat.door.answered(self.user)
        assert found is not None, "nothing was answered"
        return found

    @property
    def form(self) -> Seen:
        found: Seen | None = self.chat.door.form(self.user)
        assert found is not None, "no form is open"
        return found

    @property
    def reading(self) -> bool:
        """Whether a form is open."""
        return self.chat.door.form(self.user) is not None

    @property
    def home(self) -> Seen:
        found: Seen | None = self.chat.door.overview(self.user)
        assert found is not None, "the overview was never shown"
        return found

    @property
    def dms(self) -> list[Seen]:
        return self.chat.door.dms(self.user)  # type: ignore[no-any-return]
