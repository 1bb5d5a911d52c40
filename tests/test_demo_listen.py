"""The demo's door: who may speak to it, and what a reply does to the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.calls import Account, Call, Origin
from bot.demo.chat import Chat, dm
from bot.messages import Mention, Message, Say
from tests.demo_gallery import CHECKIN, HOSTILE, Gallery, gallery


@dataclass
class Page:
    """The browser's side of the demo, without a browser."""

    client: TestClient
    chat: Chat
    served: Gallery

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.client.port}"

    async def opened(self) -> Page:
        assert (await self.client.get("/")).status == 200
        return self

    async def post(self, path: str, body: Any, **headers: str) -> ClientResponse:
        return await self.client.post(path, json=body, headers={"Origin": self.origin, **headers})

    async def call(self, **parts: Any) -> Any:
        answer = await self.post("/api/call", {"as": "noor", "key": f"k{self.chat.version}", **parts})
        assert answer.status == 200
        return await answer.json()

    async def view(self, user: str = "noor") -> Any:
        return await (await self.client.get("/api/view", params={"as": user})).json()

    async def room(self, room: str, user: str = "noor") -> list[Any]:
        answer = await self.client.get("/api/room", params={"as": user, "room": room})
        return (await answer.json())["entries"]  # type: ignore[no-any-return]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    door, chat, served = gallery()
    async with TestClient(TestServer(door.app())) as client:
        yield Page(client, chat, served)


# --- who may speak ----------------------------------------------------------------------------------------------


async def test_the_page_answers_and_brings_the_key(page: Page) -> None:
    answer = await page.client.get("/")
    assert (answer.status, answer.content_type) == (200, "text/html")
    cookie = answer.cookies["ritme_demo"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in answer.headers["Content-Security-Policy"]


async def test_without_the_key_nothing_is_told(page: Page) -> None:
    for path in ("/api/view", "/api/room", "/api/home", "/api/events"):
        assert (await page.client.get(path)).status == 403
    assert (await page.post("/api/call", {})).status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8080", "", "[::1"])
async def test_another_name_for_this_machine_is_refused(page: Page, host: str) -> None:
    assert (await page.client.get("/", headers={"Host": host})).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"])
async def test_another_page_is_refused(page: Page, origin: str) -> None:
    await page.opened()
    answer = await page.post("/api/call", {"as": "noor", "key": "k", "kind": "home"}, Origin=origin)
    assert answer.status == 403
    assert page.served.calls == []


async def test_a_question_without_an_origin_is_refused(page: Page) -> None:
    await page.opened()
    assert (await page.client.post("/api/call", json={})).status == 403
    assert (await page.client.get("/api/view", headers={"Sec-Fetch-Site": "cross-site"})).status == 403


async def test_only_the_pages_own_files_are_served(page: Page) -> None:
    assert (await page.client.get("/page/app.js")).content_type == "text/javascript"
    for name in ("..%2Flisten.py", "..%2f..%2f..%2fpyproject.toml", "nothing.js", ".env"):
        assert (await page.client.get(f"/page/{name}")).status == 404


async def test_malformed_requests_are_refused_without_harm(page: Page) -> None:
    await page.opened()
    own = {"Origin": page.origin}
    assert (await page.client.post("/api/call", data=b"{}", headers=own)).status == 415
    json_type = {**own, "Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b'"x"', b"\xff"):
        assert (await page.client.post("/api/call", data=body, headers=json_type)).status == 400
    assert (await page.post("/api/call", {"kind": "press"})).status == 400
    assert (await page.post("/api/call", {"as": "nobody", "key": "k", "kind": "home"})).status == 404
    assert (await page.post("/api/clock", {"to": "2026-11-23T09:00"})).status == 400
    assert (await page.post("/api/clock", {"to": "soon"})).status == 400
    assert (await page.client.post("/api/call", data=b" " * 300_000, headers=json_type)).status == 413


# --- what one sees ----------------------------------------------------------------------------------------------


async def test_the_view_of_a_dutch_reader(page: Page) -> None:
    view = await (await page.opened()).view()
    assert (view["me"], view["language"]) == ("noor", "nl")
    assert view["clock"]["now"] == "ma 23 nov om 08:15"
    assert [move["label"] for move in view["clock"]["moves"]] == [
        "09:00: 11 check-ins",
        "ma 30 nov om 09:00: 11 check-ins, 2 weekberichten",
        "09:15: niets gepland",
        "morgen 08:15: herinneringen",
    ]
    assert [(room["id"], room["unread"]) for room in view["rooms"]] == [("@noor", 1), ("kudos", 0), ("klantdag", 1)]
    assert [(each["name"], each["unread"]) for each in view["people"]] == [
        ("Noor Visser", 1),
        ("Sem Jansen", 1),
        ("Lotte de Boer", 0),
        ("Ravi Patel", 0),
        ("Maya Chen", 0),
    ]
    assert view["people"][2]["away"] == "afwezig tot ma 7 dec"
    assert (view["people"][4]["time"], view["people"][4]["place"]) == ("02:15", "New York")


async def test_the_view_of_an_english_reader(page: Page) -> None:
    view = await (await page.opened()).view("maya")
    assert (view["language"], view["labels"]["people"]) == ("en", "Look through the eyes of")
    assert view["clock"]["moves"][0]["label"] == "03:00: 11 check-ins"


async def test_a_conversation_with_its_days(page: Page) -> None:
    entries = await (await page.opened()).room("klantdag")
    assert [(each["name"], each["day"], each["time"]) for each in entries] == [
        ("Lotte de Boer", "Vrijdag 20 november 2026", "08:15"),
        ("Lotte de Boer", "Vrijdag 20 november 2026", "08:15"),
        ("Sem Jansen", "Vrijdag 20 november 2026", "08:15"),
        ("Ravi Patel", "Vandaag", "08:15"),
    ]
    assert entries[2]["text"] == HOSTILE


async def test_everything_comes_in_both_looks(page: Page) -> None:
    await page.opened()
    said = (await page.room("@noor"))[-1]
    assert (said["looks"]["slack"]["text"], said["looks"]["teams"][0]["summary"]) == (CHECKIN.summary, CHECKIN.summary)
    home = await (await page.client.get("/api/home", params={"as": "noor"})).json()
    assert (home["looks"]["slack"]["type"], home["looks"]["teams"]["type"]) == ("home", "message")


async def test_who_has_an_account_is_spoken_to(page: Page) -> None:
    await page.opened()
    said = Message("x", (Say((Mention(3, "Lotte"),)),))
    page.chat.say("kudos", said, delivery=1, accounts={3: "lotte"})
    looks = (await page.room("kudos"))[-1]["looks"]
    assert looks["slack"]["blocks"][0]["elements"][0]["elements"] == [{"type": "user", "user_id": "lotte"}]
    (entity,) = looks["teams"][0]["attachments"][0]["content"]["msteams"]["entities"]
    assert entity["mentioned"] == {"id": "lotte", "name": "Lotte"}


async def test_nobody_sees_anothers_direct_messages(page: Page) -> None:
    await page.opened()
    page.chat.say(dm("sem"), CHECKIN)
    answer = await page.client.get("/api/room", params={"as": "noor", "room": "@sem"})
    assert answer.status == 404
    replies = await page.post("/api/call", {"as": "noor", "key": "k", "kind": "typed", "text": "hoi", "room": "@sem"})
    assert replies.status == 404


async def test_reading_clears_the_badge(page: Page) -> None:
    await page.opened()
    await page.post("/api/read", {"as": "noor", "room": "@noor"})
    assert [room["unread"] for room in (await page.view())["rooms"]] == [0, 0, 1]
    assert [each["unread"] for each in (await page.view())["people"]] == [0, 1, 0, 0, 0]


async def test_events_tell_of_changes(page: Page) -> None:
    await page.opened()
    stream = await page.client.get("/api/events")
    assert await stream.content.readline() == f"data: {page.chat.version}\n".encode()
    await stream.content.readline()
    page.chat.say(dm("noor"), CHECKIN)
    assert await stream.content.readline() == f"data: {page.chat.version}\n".encode()
    stream.close()


# --- what happens -----------------------------------------------------------------------------------------------


async def test_an_answer_is_seen_by_its_caller_alone_where_they_are(page: Page) -> None:
    await page.opened()
    before = len(await page.room("kudos", "sem"))
    (reply,) = await page.call(kind="typed", text="/goal list", room="kudos")
    assert (reply["type"], reply["room"]) == ("answer", "kudos")
    assert (await page.room("kudos"))[-1]["private"] is True
    assert len(await page.room("kudos", "sem")) == before


async def test_what_is_said_to_colleagues_is_not_read_by_ritme(page: Page) -> None:
    await page.opened()
    assert await page.call(kind="typed", text="lunch?", room="klantdag") == []
    assert page.served.calls == []
    assert (await page.room("klantdag", "sem"))[-1]["text"] == "lunch?"


async def test_what_is_said_to_ritme_stands_above_its_answer(page: Page) -> None:
    await page.opened()
    await page.call(kind="typed", text="hoe werkt dit?", room="@noor")
    said, answer = (await page.room("@noor"))[-2:]
    assert (said["author"], said["text"]) == ("noor", "hoe werkt dit?")
    assert answer["summary"] == "Hoorde ik"


async def test_a_pressed_message_is_replaced(page: Page) -> None:
    await page.opened()
    asked = (await page.room("@noor"))[-1]
    (reply,) = await page.call(kind="press", name="skip", room="@noor", message=asked["id"])
    assert reply == {"type": "answer", "room": "@noor", "id": asked["id"]}
    now = (await page.room("@noor"))[-1]
    assert (now["id"], now["summary"], now["edited"]) == (asked["id"], "Overgeslagen", True)


async def test_a_press_without_a_message_is_answered(page: Page) -> None:
    await page.opened()
    (reply,) = await page.call(kind="press", name="skip")
    assert (await page.room("@noor"))[-1]["id"] == reply["id"]


async def test_somebody_elses_message_cannot_be_replaced(page: Page) -> None:
    await page.opened()
    theirs = page.chat.say(dm("sem"), CHECKIN)
    (reply,) = await page.call(kind="press", name="skip", room="@noor", message=theirs.id)
    assert reply["id"] != theirs.id
    assert (await page.room("@sem", "sem"))[-1]["summary"] == CHECKIN.summary


async def test_a_form_opens_comes_back_with_errors_and_closes(page: Page) -> None:
    await page.opened()
    asked = (await page.room("@noor"))[-1]
    (opened,) = await page.call(kind="press", name="everything", room="@noor", message=asked["id"])
    assert (opened["type"], opened["form"]["title"]) == ("open_form", "Je check-in")
    assert opened["looks"]["slack"]["title"]["text"] == opened["looks"]["teams"]["title"] == "Je check-in"
    form = {"kind": "submit", "name": "everything", "carry": opened["form"]["carry"], "message": asked["id"]}
    (again,) = await page.call(**form, values={"priority": "fout"}, room="@noor")
    errors = {part["name"]: part["error"] for part in again["form"]["body"] if part.get("error")}
    assert errors == {"priority": "Dit doel is al afgesloten. Kies een ander doel of laat het leeg."}
    assert again["errors"] == again["looks"]["slack"]["errors"] == errors
    closed = await page.call(**form, values={"priority": "goed"}, room="@noor")
    assert [reply["type"] for reply in closed] == ["close_form", "answer"]
    assert (await page.room("@noor"))[-1]["summary"] == "Dank je wel"


async def test_a_shortcut_brings_the_message_and_its_author(page: Page) -> None:
    await page.opened()
    message = (await page.room("klantdag"))[-1]
    link = f"{page.origin}/#room=klantdag&message={message['id']}"
    await page.call(kind="shortcut", name="kudos.this", room="klantdag", message=message["id"], permalink=link)
    call = page.served.calls[-1]
    assert call == Call(
        "shortcut",
        "kudos.this",
        Account("demo", "demo", "noor"),
        call.key,
        text="Great work everyone, see you there.\nI'll bring the demo laptop.",
        mentions={"author": "ravi"},
        origin=Origin("klantdag", message["id"], call.key, permalink=link),
    )


async def test_a_shortcut_on_an_unseen_message_is_refused(page: Page) -> None:
    await page.opened()
    theirs = page.chat.say(dm("sem"), CHECKIN)
    body = {"as": "noor", "key": "k", "kind": "shortcut", "name": "kudos.this", "message": theirs.id}
    assert (await page.post("/api/call", body)).status == 400
    assert page.served.calls == []


async def test_letters_find_people(page: Page) -> None:
    await page.opened()
    (reply,) = await page.call(kind="lookup", name="people", text="ra")
    assert reply["options"] == [{"value": "4", "label": "Ravi Patel", "description": "Engineer"}]


async def test_a_text_for_the_box(page: Page) -> None:
    await page.opened()
    replies = await page.call(kind="typed", text="/insert", room="@noor")
    assert replies == [{"type": "insert", "text": "/kudos @Lotte de Boer"}]


async def test_the_clock_moves_forward_only(page: Page) -> None:
    await page.opened()
    to = (await page.view())["clock"]["moves"][0]["to"]
    assert (await page.post("/api/clock", {"to": to})).status == 200
    assert (await page.view())["clock"]["now"] == "ma 23 nov om 09:00"
    assert (await page.view())["rooms"][0]["unread"] == 2
    await page.post("/api/clock", {"to": "2026-11-01T09:00:00+00:00"})
    assert (await page.view())["clock"]["now"] == "ma 23 nov om 09:00"
