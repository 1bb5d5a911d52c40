"""Lets the world run: due work falls due, deliveries go out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from bot.calls import Call
from bot.messages import Message
from bot.parcels import Parcel, Sent
from models.base import core
from models.delivery import Delivery
from models.due import Due
from models.identity import Person
from models.scope import enter_org

if TYPE_CHECKING:
    from tests.chat import Chat


async def settle(chat: Chat) -> None:
    """Says every delivery that waits."""
    world = chat.world
    with world.database.writer.begin() as connection:
        scope = enter_org(connection, 1, world.clock.now())
        assert scope is not None
        waiting = scope.db.all(Delivery, core(Delivery).c.state == "new")
        for row in waiting:
            reader = scope if row.person_id is None else scope.as_(scope.db.get(Person, row.person_id))
            said = chat.dispatch.router.sayings[row.kind](reader, orjson.loads(row.ids))
            people = {id: handle for handle, id in world.people.items()}
            to = f"C-{row.channel.upper()}" if row.channel else people[row.person_id]
            ref = scope.db.get(Delivery, row.target_id).ref if row.target_id else ""
            message = said if isinstance(said, Message) else None
            verb = row.verb
            if message is None and verb != "retract":
                scope.db.change(row, state="withdrawn")
                continue
            result = await chat.platform.send(Parcel(row.id, verb, world.team, to, message, ref))
            assert isinstance(result, Sent)
            scope.db.change(row, state="sent", ref=result.ref)


async def moves(chat: Chat, to: datetime) -> None:
    """Moves the clock from due instant to due instant."""
    world = chat.world
    while True:
        with world.database.writer.begin() as connection:
            scope = enter_org(connection, 1, world.clock.now())
            assert scope is not None
            for planner in chat.dispatch.router.planners:
                planner(scope, to)
            open_ = scope.db.all(Due, core(Due).c.done_at.is_(None), core(Due).c.at <= to, order=core(Due).c.at)
        if not open_:
            break
        first = open_[0]
        world.clock.move(max(first.at, world.clock.now()))
        rows = tuple(str(row.id) for row in open_ if row.at <= world.clock.now() and row.kind == first.kind)
        call = Call("due", first.kind, None, "", carry={"org": "1"}, values={"rows": rows})
        await chat.dispatch.serve(call)
        await settle(chat)
    world.clock.move(to)
    await settle(chat)
