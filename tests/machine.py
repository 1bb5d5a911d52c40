"""What tests share of the machine they run on: its patience, and its ports."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from itertools import count

_LOWEST, _HIGHEST = 10_000, 32_000  # below those that Linux gives to whoever connects
_turn = count(os.getpid() * 97)


async def until(so: Callable[[], bool], seconds: float = 180, often: float = 0.01) -> None:
    """Lets everything else go on until something is so. The limit is there for what never comes."""
    async with asyncio.timeout(seconds):
        while not so():  # noqa: ASYNC110 - what is waited for knows no events, or is another process
            await asyncio.sleep(often)


def free_port() -> int:
    """A port for a process that is started, and perhaps dies and comes back: nobody is given it in between."""
    while True:
        port = _LOWEST + next(_turn) % (_HIGHEST - _LOWEST)
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
