"""A working Slack on loopback: the Web API with its limits, Socket Mode, and people who use it.

async with FakeSlack() as slack:
    noor = slack.add_user("Noor Visser")
    slack.connect_http("http://127.0.0.1:8080/slack/events")   # or slack.connect_socket()
    await slack.command(noor, "/kudos", "@Lotte de Boer thanks")
    await slack.submit(noor, message="...")
    assert slack.see_dm(noor)[-1].said == "..."
"""

import time

from aiohttp import web

from . import limits
from .api import Api, Faults
from .doors import HttpDoor, Reply, SocketDoor, encode, signed
from .limits import Bad, check_blocks, check_message, check_view
from .patience import BUSY, SECONDS
from .people import CannotSend, People
from .socket import Socket
from .world import Message, View, World


class FakeSlack(People):
    """One workspace with one app installed. `now` is the workspace's own clock, in seconds since 1970.

    `after` is awaited after everything that people do, for an app that answers before it is done.
    """

    limits = limits
    bot_token, app_token, signing_secret = "xoxb-fake", "xapp-fake", "8f742231b10e8888abcd99yyyzzz85a5"

    def __init__(self, team="T0000001", now=time.time):
        super().__init__(World(team, now), "")
        self.socket = Socket()
        self.api = Api(self.world, (self.bot_token, self.app_token), self.socket)
        self.faults = self.api.faults
        self.add_user, self.add_channel = self.world.add_user, self.world.add_channel

    @property
    def team(self):
        return self.world.team

    @property
    def url(self):
        """The Web API's base, for `RITME_SLACK_API_URL`."""
        return f"{self.base}/api/"

    def connect_http(self, url):
        """From now on the workspace talks to this request URL."""
        self.door = HttpDoor(url, self.signing_secret, self.world.now)

    def connect_socket(self, timeout=SECONDS * BUSY):
        """From now on the workspace talks down the app's web socket."""
        self.door = SocketDoor(self.socket, timeout)

    async def __aenter__(self):
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes([*self.api.routes(), *self.socket.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0]
        self.base = self.socket.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_):
        if self.door:
            await self.door.close()
        self.socket.cut()
        await self._runner.cleanup()


__all__ = [
    "Bad", "CannotSend", "FakeSlack", "Faults", "HttpDoor", "Message", "Reply", "SocketDoor", "View",
    "check_blocks", "check_message", "check_view", "encode", "signed",
]  # fmt: skip
