"""Lets the world run: due work falls due, deliveries go out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.delivery import Outbound
from bot.metrics import Metrics
from bot.tick import Ticker

if TYPE_CHECKING:
    from tests.chat import Chat


def clockwork(chat: Chat) -> Ticker:
    """The clock of a chat's world, with its way out."""
    world, dispatch, metrics = chat.world, chat.dispatch, Metrics()
    platforms = {world.platform: chat.platform}
    outbound = Outbound(dispatch.router, world.database, world.clock, platforms, metrics)
    return Ticker(dispatch.router, world.database, world.clock, dispatch.serve, outbound, metrics)


async def settle(chat: Chat) -> None:
    """Says everything that can be said now."""
    await clockwork(chat).outbound.flush()


async def moves(chat: Chat, to: datetime) -> None:
    """Moves the clock from due instant to due instant, sending in between."""
    await clockwork(chat).advance(to)
