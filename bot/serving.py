"""What the doors of all chats do alike: serve a call whatever happens, and go on after it was answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.calls import Answer, AtOnce, Call
from bot.messages import Message

log = structlog.get_logger()

Serve = Callable[[Call], Awaitable[tuple[AtOnce, ...]]]
"""The pipeline, as a door knows it: what a call is answered with at once, after the commit."""


async def served(call: Call, serve: Serve, sorry: Callable[[], Message]) -> tuple[AtOnce, ...]:
    """The replies; `sorry` where serving itself failed. An event raises then: the chat tells of it again."""
    try:
        return await serve(call)
    except Exception:
        log.exception("call not served", kind=call.kind, call=call.name)
        if call.kind == "event":
            raise
        return (Answer(sorry()),)


class Afterwards:
    """What still goes on when its caller has been answered. A task that nobody holds could be lost halfway."""

    def __init__(self) -> None:
        self._going: set[asyncio.Task[None]] = set()

    def begin(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def settle(self) -> None:
        """Waits for all of it, also for what it began itself."""
        while self._going:
            await asyncio.gather(*self._going)
