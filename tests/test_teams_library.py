"""What botbuilder does by itself where somebody would be harmed by it, and what Ritme does.

Each test first shows the library's own way, so that it fails on the day when there is nothing left to work around.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import aiohttp
import orjson
import pytest
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.core.serializer_helper import serializer_helper
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity, ConversationAccount
from botframework.connector.auth import (
    BotFrameworkAuthenticationFactory,
    PasswordServiceClientCredentialFactory,
)
from botframework.connector.auth.jwt_token_extractor import _OpenIdMetadata

from bot.app import Parts, build
from bot.calls import Answer, CloseForm, OpenForm
from bot.parcels import Halted, Later, Parcel
from bot.settings import Settings
from bot.teams import parse
from bot.teams.verify import Keys
from tests.slackdoor import said
from tests.teamsstage import FORM, OPENS, Stage, posted, stage
from tests.test_running import QUICK
from tests.test_teams_parse import BOT, activity, executed, mention, parsed

__all__ = ["stage"]


async def turned(body: dict[str, Any], handler: TeamsActivityHandler) -> Any:
    """What botbuilder's own handler answers to an activity."""
    return await handler.on_invoke_activity(TurnContext(handler, Activity().deserialize(body)))


# 1


async def test_an_invoke_is_answered_with_json(stage: Stage) -> None:
    """The library gives a plain object to a serialiser that knows only its own classes."""
    with pytest.raises(AttributeError):
        serializer_helper({"task": {"type": "continue"}})
    door, serve, noor = stage
    serve.answers = (OpenForm(FORM),)
    opened = [
        await door.people.press(noor, "Open", await posted(stage, OPENS)),
        await door.people.compose(noor, "kudos", door.teams.world.personal(noor)),
        await door.people.submit(noor, title="x"),
    ]
    assert [(reply.status, reply.body["task"]["type"]) for reply in opened] == [(200, "continue")] * 3
    serve.answers = (CloseForm(),)
    assert (await door.people.submit(noor, title="x")).body == {}
    assert (await door.people.press(noor, "Doe", await posted(stage))).body["statusCode"] == 200


# 2


@pytest.mark.parametrize("value", [{}, {"action": None}, {"action": "x"}, {"action": {"type": "x"}}, "x", None])
async def test_a_malformed_press_is_refused(stage: Stage, value: Any) -> None:
    """The library answers with an error object in the body, of which nobody can make JSON."""
    body = executed({}) | {"value": {"action": {"type": "x"}}}
    answer = await turned(body, TeamsActivityHandler())
    with pytest.raises(TypeError):
        orjson.dumps(answer.body.value)
    door, serve, noor = stage
    await door.people.press(noor, "Doe", await posted(stage))
    assert (await door.http.deliver(door.http.last | {"value": value, "id": "another"})).status == 400
    assert len(serve.calls) == 1


# 3


async def test_a_press_is_read_as_it_came() -> None:
    """The library says that the action is a class of its own, and gives a dictionary."""
    kept: list[Any] = []

    class Keeper(TeamsActivityHandler):  # type: ignore[misc] # botbuilder has no types of its own
        async def on_adaptive_card_invoke(self, turn_context: TurnContext, invoke_value: Any) -> Any:
            kept.append(invoke_value.action)

    held = {"ritme": {"k": "press", "n": "kudos.edit", "c": {"id": "7"}}}
    await turned(executed(held), Keeper())
    assert isinstance(kept[0], dict)
    assert (parsed(executed(held)).name, parsed(executed(held)).carry) == ("kudos.edit", {"id": "7"})


# 4


async def test_a_bad_token_is_a_refusal_and_no_breakdown(stage: Stage) -> None:
    """The library stumbles over an unknown key. All bad tokens are in test_teams_verify.py."""
    door, serve, noor = stage
    await door.people.say(noor, "hoi")
    header = door.openid.header(door.teams.service, kid="unknown")
    metadata = _OpenIdMetadata(door.openid.url)
    await asyncio.to_thread(asyncio.run, metadata._refresh())
    with pytest.raises(IndexError):
        metadata._find("unknown")
    reply = await door.http.send(orjson.dumps(door.http.last), {"Authorization": header})
    assert (reply.status, len(serve.calls)) == (401, 1)


# 5


async def test_without_an_app_id_there_is_no_door(tmp_path: Any) -> None:
    """The library lets everybody in who has no token, where it has no app id."""
    stock = BotFrameworkAuthenticationFactory.create(credential_factory=PasswordServiceClientCredentialFactory())
    let_in = await stock.authenticate_request(Activity().deserialize(activity("message", text="hoi")), None)
    assert let_in.claims_identity.is_authenticated is True
    settings = Settings.model_construct(database_url=f"sqlite:///{tmp_path}/ritme.db", teams_app_id=None)
    ritme = build(settings, Parts(engine=QUICK))
    assert ritme.parts == ()
    ritme.database.close()


# 6


def test_the_tenant_is_known() -> None:
    """The library looks for "tenantID", Teams says "tenantId"."""
    body = activity("message", text="hoi")
    assert Activity().deserialize(body).conversation.tenant_id is None
    assert ConversationAccount(tenant_id="x").serialize() == {"tenantID": "x"}
    found = parse.reference(body)
    assert found is not None
    assert found.tenant == "tenant-1"


# 7


async def test_a_message_that_was_not_sent_is_not_taken_for_sent(stage: Stage) -> None:
    """With an error handler the library comes back as if nothing had been wrong."""
    seen: list[Exception] = []

    class Quiet(BotAdapter):  # type: ignore[misc] # botbuilder has no types of its own
        async def send_activities(self, context: Any, activities: Any) -> Any:
            raise PermissionError

        async def update_activity(self, context: Any, activity: Any) -> None: ...
        async def delete_activity(self, context: Any, reference: Any) -> None: ...

    async def noted(_: Any, error: Exception) -> None:
        seen.append(error)

    async def says(context: TurnContext) -> None:
        await context.send_activity("hoi")

    adapter = Quiet(noted)
    context = TurnContext(adapter, Activity().deserialize(activity("message", text="hoi")))
    await adapter.run_pipeline(context, says)
    assert [type(one) for one in seen] == [PermissionError]

    door, _, noor = stage
    await door.people.say(noor, "hoi")
    parcel = Parcel(1, "dm", door.teams.world.tenant, noor, said("Dag."))
    door.teams.faults.plan("say", "429")
    assert isinstance(await door.platform.send(parcel), Later)
    door.teams.world.people[noor].blocked = True
    assert isinstance(await door.platform.send(parcel), Halted)


# 8


async def test_no_answer_waits_for_a_thread(stage: Stage) -> None:
    """The library sends from the loop's own threads, which are few. How long sixty take is in test_teams_listen.py."""
    door, serve, noor = stage
    loop = asyncio.get_running_loop()
    busy = ThreadPoolExecutor(1)
    loop.set_default_executor(busy)
    blocked = loop.run_in_executor(None, time.sleep, 0.5)
    serve.answers = (Answer(said("Hoi.")),)
    await door.people.say(noor, "kudos")
    assert (len(door.people.see_personal(noor)), blocked.done()) == (2, False)
    await blocked


# 9


async def test_others_are_served_while_keys_are_fetched(slow: str) -> None:
    """The library asks for them in the middle of the loop, and everything waits."""
    assert await beats(_OpenIdMetadata(slow)._refresh()) == 0
    async with aiohttp.ClientSession() as http:
        assert await beats(Keys(http, slow, time.time).fetch()) > 0


async def beats(doing: Coroutine[Any, Any, None]) -> int:
    """How often something else had its turn meanwhile."""
    count = 0

    async def beat() -> None:
        nonlocal count
        while True:
            await asyncio.sleep(0.01)
            count += 1

    heart = asyncio.create_task(beat())
    with suppress(KeyError):  # there are no keys at that address
        await doing
    heart.cancel()
    return count


@pytest.fixture
def slow() -> Iterator[str]:
    """An address that takes its time, in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0.3)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/openid"
        server.shutdown()


# 10


def test_a_private_slash_command_is_heard() -> None:
    """The library puts what is newer than itself aside."""
    body = activity("message", "groupChat", text="/kudos", recipient={**BOT, "isTargeted": True}, entities=[])
    read = Activity().deserialize(body)
    assert (hasattr(read.recipient, "is_targeted"), read.recipient.additional_properties) == (
        False,
        {"isTargeted": True},
    )
    assert parsed(body).name == "kudos"
    assert parse.call(body | {"recipient": BOT, "entities": [mention("Sem", "29:Sem")]}) is None
