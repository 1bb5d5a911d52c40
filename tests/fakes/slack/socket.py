"""Socket Mode: says hello, hands out envelopes, waits for acks, answers pings, and asks to reconnect.

It can also do what networks and Slack do to a connection: cut it, stop hearing it, refuse it, close it, and deliver
again what was not acknowledged where it was sent.
"""

import asyncio
import json
from itertools import count

from aiohttp import WSMsgType, web


class Connection:
    """One web socket. `silent` hears and says nothing any more, and stays open; `acks` are of this connection."""

    def __init__(self, ws, transport):
        self.ws, self.transport = ws, transport
        self.silent = False
        self.gone = asyncio.Event()
        self.acks = {}

    async def send(self, what):
        if not self.silent:
            await self.ws.send_json(what)

    async def received(self, message):
        if self.silent:
            return
        if message.type == WSMsgType.PING:
            await self.ws.pong(message.data)
        elif message.type == WSMsgType.TEXT:
            answer = json.loads(message.data)
            waiting = self.acks.get(answer["envelope_id"])
            if waiting and not waiting.done():
                waiting.set_result(answer.get("payload"))

    def cut(self):
        self.transport.abort()


class Socket:
    """`pick` says down which of the connections an envelope goes; `most` is how many there may be at once."""

    most = 10

    def __init__(self):
        self.base = ""
        self.connections = []
        self.opened = 0
        self.deaf = self.mute = False
        self.refuses = 0
        self.pick = lambda connections: connections[-1]
        self._tickets = set()
        self._count = count(1)
        self._changed = asyncio.Event()

    def address(self):
        """An address that can be used once."""
        ticket = str(next(self._count))
        self._tickets.add(ticket)
        return f"ws://{self.base.removeprefix('http://')}/socket?ticket={ticket}"

    def routes(self):
        return [web.get("/socket", self._serve)]

    async def _serve(self, request):
        ticket = request.query.get("ticket")
        if ticket not in self._tickets or self.refuses:
            self.refuses -= bool(self.refuses)
            return web.Response(status=408)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        connection = Connection(ws, request.transport)
        connection.silent = self.deaf
        if not self.mute:
            await connection.send({"type": "hello", "num_connections": len(self.connections) + 1})
        if len(self.connections) >= self.most:
            await connection.send({"type": "disconnect", "reason": "too_many_websockets"})
            return ws
        self.connections.append(connection)
        self.opened += 1
        self._changed.set()
        try:
            async for message in ws:
                await connection.received(message)
        finally:
            self.connections.remove(connection)
            connection.gone.set()
            self._changed.set()
        return ws

    async def connected(self, times=1, seconds=60):
        """Waits until connections were opened this many times in all."""
        await self._until(lambda: self.opened >= times, seconds)

    async def standing(self, number=1, seconds=60):
        """Waits until this many connections stand."""
        await self._until(lambda: len(self.connections) == number, seconds)

    async def _until(self, true, seconds):
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    # envelopes

    async def envelope(self, kind, payload, seconds, **retry):
        """Sends one envelope down any connection. Raises TimeoutError when no ack came in time."""
        return await asyncio.wait_for(self._handed(self.pick(self.connections), kind, payload, retry), seconds)

    async def insisted(self, kind, payload, seconds):
        """Sends an envelope again and again, as soon as its connection is gone or nobody acknowledged it in time.

        Gives what it was acknowledged with, and how often it was sent.
        """
        for attempt in count(1):
            await self._until(lambda: self.connections, 60)
            connection = self.pick(self.connections)
            again = {"retry_attempt": attempt - 1, "retry_reason": "timeout"} if attempt > 1 else {}
            handing = asyncio.ensure_future(self._handed(connection, kind, payload, again))
            leaving = asyncio.ensure_future(connection.gone.wait())
            try:
                await asyncio.wait({handing, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
                if handing.done() and not handing.exception():
                    return handing.result(), attempt
            finally:
                handing.cancel()
                leaving.cancel()

    async def _handed(self, connection, kind, payload, more):
        id = f"envelope.{next(self._count)}"
        acknowledged = connection.acks[id] = asyncio.get_running_loop().create_future()
        accepts = kind != "events_api"
        envelope = {"envelope_id": id, "type": kind, "payload": payload, "accepts_response_payload": accepts}
        await connection.send(envelope | more)
        return await acknowledged

    # harm

    async def disconnect(self, reason="refresh_requested"):
        """Asks every connection to go and come again."""
        for connection in list(self.connections):
            await connection.send({"type": "disconnect", "reason": reason})

    async def close(self):
        """Says goodbye to every connection."""
        for connection in list(self.connections):
            await connection.ws.close()

    def cut(self):
        """Breaks every connection off, in the middle of whatever it says."""
        for connection in list(self.connections):
            connection.cut()

    def silence(self):
        """Every connection stays open, and nothing is heard down it any more."""
        for connection in list(self.connections):
            connection.silent = True
