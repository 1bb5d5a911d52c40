"""Running the demo: a web server on this machine alone, or a week in the terminal."""

from __future__ import annotations

import asyncio
import signal
import socket

from aiohttp import web
from rich.console import Console

from bot.demo import script
from bot.demo.desk import Desk
from bot.demo.listen import Door
from bot.entrance import server_log
from bot.words import words

HOST = "127.0.0.1"


async def serve(desk: Desk, listening: socket.socket, console: Console) -> None:
    """Serves the page until the system asks to stop or somebody does (Ctrl+C)."""
    leave = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, leave.set)
    runner = web.AppRunner(
        Door(desk).app(), shutdown_timeout=1.0, access_log=None, logger=server_log, auto_decompress=False
    )
    await runner.setup()
    await web.SockSite(runner, listening).start()
    port = listening.getsockname()[1]
    console.print(f"Open [bold]http://{HOST}:{port}[/] in a browser on this machine. Ctrl+C stops the demo.")
    await leave.wait()
    await runner.cleanup()


def listening(port: int) -> socket.socket:
    """A socket on loopback. Raises OSError where the port is taken."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((HOST, port))
    except OSError:
        opened.close()
        raise
    return opened


async def tell(desk: Desk, console: Console) -> None:
    """Plays a week in the terminal."""
    await script.run(desk, console, words("en", "Europe/Amsterdam"))
