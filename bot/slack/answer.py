"""Replies at once: what goes back in the acknowledgement, and what is done right after it.

Slack gives a command, a press or a form three seconds, and a trigger opens one view within three seconds. So what
fits in the acknowledgement travels there, and the rest is done in one call each, in order, as soon as it is sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, assert_never

import aiohttp
import orjson
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.calls import (
    Answer,
    AtOnce,
    Call,
    CloseForm,
    InsertInCompose,
    Invalid,
    OpenForm,
    Options,
    ReplaceOrigin,
    ShowHome,
    UpdateForm,
)
from bot.messages import Form, Message, Quote
from bot.slack import render
from bot.slack.parse import EPHEMERAL
from bot.slack.send import FAILURES, outcome

log = structlog.get_logger()
Json = dict[str, Any]
Left = tuple[AtOnce, ...]

# --- in the acknowledgement --------------------------------------------------------------------------


def acknowledge(call: Call, replies: Left, view: Json | None = None) -> tuple[Json, Left]:
    """The body of the acknowledgement, empty for a bare one, and the replies that are left to do.

    `view` is the form that was sent, as it came.
    """
    match call.kind:
        case "command":
            return _to_command(replies)
        case "lookup":
            found = [option for reply in replies if isinstance(reply, Options) for option in reply.options]
            return {"options": render.options(found)}, ()
        case "submit":
            return _to_form(call, replies, view or {})
        case _:
            return {}, replies


def _to_command(replies: Left) -> tuple[Json, Left]:
    for place, reply in enumerate(replies):
        said = _message(reply)
        if said is not None:
            body = {"response_type": "ephemeral", **render.message(said)}
            return body, replies[:place] + replies[place + 1 :]
    return {}, replies


def _to_form(call: Call, replies: Left, view: Json) -> tuple[Json, Left]:
    for place, reply in enumerate(replies):
        left = replies[:place] + replies[place + 1 :]
        match reply:
            case Invalid(form, wrong):
                return _invalid(call, form, wrong), left
            case OpenForm(form) | UpdateForm(form):
                return _updated(render.form(form, _came_from(call))), left
            case CloseForm():
                return _closed(call, left)
            case _:
                pass
    said = next((said for said in map(_message, replies) if said), None)
    # An answer that does not close the form is a problem; nobody should have to type twice.
    return (_updated(render.reminded(view, said)), ()) if said else ({}, replies)


def _invalid(call: Call, form: Form, wrong: Any) -> Json:
    view = render.form(form, _came_from(call), wrong)
    fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if form.problem or not wrong or not fields.issuperset(wrong):
        return _updated(view)
    return {"response_action": "errors", "errors": render.errors(wrong)}


def _closed(call: Call, left: Left) -> tuple[Json, Left]:
    """The form goes. Where there is no conversation to answer in, the answer takes its place."""
    if not (call.origin.respond or call.origin.channel):
        for place, reply in enumerate(left):
            said = _message(reply)
            if said is not None:
                return _updated(render.note(said, call.origin)), left[:place] + left[place + 1 :]
    return {"response_action": "clear"}, left


def _updated(view: Json) -> Json:
    return {"response_action": "update", "view": view}


def _message(reply: AtOnce) -> Message | None:
    """What a reply says, when it only says something."""
    match reply:
        case Answer(said):
            return said
        case InsertInCompose(text):
            return _to_copy(text)
        case _:
            return None


def _to_copy(text: str) -> Message:
    """An app cannot write in somebody's compose box here; they can take the words from this."""
    return Message(text, (Quote(text),))


def _came_from(call: Call) -> Any:
    """Where a form came from: the message that a shortcut was used on is somebody's own, and never replaced."""
    return replace(call.origin, message="") if call.kind == "shortcut" else call.origin


# --- right after it ------------------------------------------------------------------------------------


class Desk:
    """Does what is left to do for one call, with the token of its workspace."""

    def __init__(self, client: AsyncWebClient, http: aiohttp.ClientSession, call: Call) -> None:
        self._client, self._http, self._call = client, http, call
        self._origin = call.origin
        self._user = call.account.user if call.account else ""

    async def do(self, reply: AtOnce) -> None:
        """One reply. Whatever happens to it is logged, and the next is done: it was said at once or not at all."""
        try:
            await self._do(reply)
        except FAILURES as failure:
            log.warning("reply lost", reply=reply.type, call=self._call.name, reason=outcome(failure).reason)
        except Exception:
            log.exception("reply lost", reply=reply.type, call=self._call.name)

    async def _do(self, reply: AtOnce) -> None:
        match reply:
            case OpenForm(form):
                await self._open(form)
            case UpdateForm(form):
                await self._update(form, {})
            case Invalid(form, wrong):
                await self._update(form, wrong)
            case ReplaceOrigin(said):
                await self._replace(said)
            case ShowHome(said):
                await self._client.views_publish(user_id=self._user, view=render.home(said))
            case Answer(said):
                await self._say(said)
            case InsertInCompose(text):
                await self._say(_to_copy(text))
            case CloseForm() | Options():
                pass
            case _:
                assert_never(reply)

    # forms

    async def _open(self, form: Form) -> None:
        """Opens a form on the trigger, on top of an open one; where that fails, leaves a button that tries again."""
        if not self._origin.trigger:  # something was said, not pressed
            return await self._say(render.again(form, self._call))
        view = render.form(form, _came_from(self._call))
        method = "views.push" if self._origin.view else "views.open"
        try:
            await self._view(method, trigger_id=self._origin.trigger, view=view)
        except FAILURES as failure:
            log.warning("form not opened", form=form.name, reason=outcome(failure).reason)
            if self._origin.view:
                await self._view("views.update", view_id=self._origin.view, view=view)
            else:
                await self._say(render.again(form, self._call))
        return None

    async def _update(self, form: Form, wrong: Any) -> None:
        if not self._origin.view:
            return await self._open(form)
        view = render.form(form, _came_from(self._call), wrong)
        return await self._view("views.update", view_id=self._origin.view, view=view)

    async def _view(self, method: str, **given: Any) -> None:
        await self._client.api_call(method, json=given)

    # messages

    async def _say(self, said: Message) -> None:
        """To the caller alone, where they are: in the open form, in the conversation, or in a view of its own."""
        body, origin = render.message(said), self._origin
        if self._call.kind == "text":
            await self._post(origin.channel, body)
        elif self._call.kind == "press" and origin.view:
            await self._view("views.push", trigger_id=origin.trigger, view=render.note(said, origin))
        elif not (origin.respond or origin.channel) and origin.trigger:
            await self._view("views.open", trigger_id=origin.trigger, view=render.note(said, origin))
        elif not await self._respond({**body, "response_type": "ephemeral", "replace_original": False}):
            await self._whisper(body)

    async def _whisper(self, body: Json) -> None:
        """An ephemeral message, or a direct one where the app is no member."""
        try:
            given = {"channel": self._origin.channel, "user": self._user}
            await self._client.api_call("chat.postEphemeral", json=given | body)
        except SlackApiError:
            await self._post(self._user, body)

    async def _post(self, channel: str, body: Json) -> None:
        given = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        await self._client.api_call("chat.postMessage", json=given | body)

    async def _replace(self, said: Message) -> None:
        origin = self._origin
        if self._call.kind == "press" and origin.view:
            await self._view("views.update", view_id=origin.view, view=render.note(said, origin))
        elif not await self._rewrite(render.message(said)):
            await self._say(said)

    async def _rewrite(self, body: Json) -> bool:
        """The message that the button was on, by its address or, when only one person sees it, by its own way back."""
        if self._call.kind == "shortcut" or not self._origin.message:
            return False
        if self._origin.message == EPHEMERAL:
            return await self._respond({**body, "replace_original": True})
        try:
            given = {"channel": self._origin.channel, "ts": self._origin.message}
            await self._client.api_call("chat.update", json=given | body)
        except SlackApiError:
            return False
        return True

    async def _respond(self, body: Json) -> bool:
        """Through the call's `response_url`, which lives for half an hour and five uses."""
        url = self._origin.respond
        if not _of_slack(url, self._client.base_url):
            return False
        data, headers = orjson.dumps(body), {"Content-Type": "application/json; charset=utf-8"}
        async with self._http.post(
            url, data=data, headers=headers, proxy=self._client.proxy, allow_redirects=False
        ) as answer:
            return answer.status == 200


def _of_slack(url: str, api: str) -> bool:
    """Whether an answer may go there: to Slack's own address for answers, or to where its Web API is."""
    return url.startswith(("https://hooks.slack.com/", "https://hooks.slack-gov.com/", f"{_host(api)}/"))


def _host(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])
