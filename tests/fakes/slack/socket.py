"""Socket Mode: says hello, hands out envelopes, waits for acks, answers pings, and asks to reconnect."""

import asyncio
import json
from itertools import count

from aiohttp import WSMsgType, web


class Socket:
    def __init__(self):
        self.base = ""
        self.connections = []
        self.opened = 0
        self.deaf = False
        self._acks = {}
        self._count = count(1)
        self._changed = asyncio.Event()

    def address(self):
        return f"ws://{self.base.removeprefix('http://')}/socket"

    def routes(self):
        return [web.get("/socket", self._serve)]

    async def _serve(self, request):
        ws = web.WebSocketResponse(autoping=False)
        await ws.prepare(request)
        self.connections.append(ws)
        self.opened += 1
        await ws.send_json({"type": "hello", "num_connections": len(self.connections)})
        self._changed.set()
        try:
            async for message in ws:
                await self._received(ws, message)
        finally:
            self.connections.remove(ws)
        return ws

    async def _received(self, ws, message):
        if message.type == WSMsgType.PING and not self.deaf:
            await ws.pong(message.data)
        elif message.type == WSMsgType.TEXT and not self.deaf:
            answer = json.loads(message.data)
            waiting = self._acks.get(answer["envelope_id"])
            if waiting and not waiting.done():
                waiting.set_result(answer.get("payload"))

    async def connected(self, times=1, seconds=10):
        """Waits until connections were opened this many times in all."""
        async with asyncio.timeout(seconds):
            while self.opened < times:
                self._changed.clear()
                await self._changed.wait()

    async def envelope(self, kind, payload, seconds, **retry):
        """Sends one envelope down any connection. Raises TimeoutError when no ack came in time."""
        id = f"envelope.{next(self._count)}"
        self._acks[id] = asyncio.get_running_loop().create_future()
        await self.connections[-1].send_json(
            {
                "envelope_id": id,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
                **retry,
            }
        )
        return await asyncio.wait_for(self._acks[id], seconds)

    async def disconnect(self, reason="refresh_requested"):
        """Asks every connection to go and come again."""
        for ws in list(self.connections):
            await ws.send_json({"type": "disconnect", "reason": reason})

    async def cut(self):
        for ws in list(self.connections):
            await ws.close()
