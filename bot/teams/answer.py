"""Replies at once: what goes back in the body of an invoke, and what is sent right after it.

Teams gives an invoke a few seconds, and opens a dialog only from the body of its answer. A message has no body to
answer in; everything that it is answered with is sent into the conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import assert_never

import structlog

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
from bot.parcels import Halted, Later, Result, Sent
from bot.payload import Json
from bot.teams import render
from bot.teams.installs import Installs, Reference
from bot.teams.parse import AGAIN
from bot.teams.render import CARD
from bot.teams.send import Connector, Place, referred

log = structlog.get_logger()
Left = tuple[AtOnce, ...]

NOTHING: Json = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}
"""The answer to a press that changes nothing on its card."""

_TRIES, _LONGEST = 3, 10.0
"""How often a reply is tried again, and the seconds that it may have to wait each time."""


class Cards:
    """Draws what goes back in the body of an answer. `opening` are the buttons that may open a dialog."""

    def __init__(self, opening: frozenset[str]) -> None:
        self.opening = opening

    def dialog(self, call: Call, form: Form, wrong: Mapping[str, str] | None = None) -> Json:
        return _task(render.dialog(form, call.origin, wrong))

    def note(self, call: Call, said: Message) -> Json:
        return _task(render.note(said, call.origin))

    def inline(self, call: Call, form: Form, wrong: Mapping[str, str] | None = None) -> Json:
        return _card(render.form(form, call.origin, wrong, inline=True))

    def message(self, said: Message) -> Json:
        return _card(render.card(said, opening=self.opening))

    def home(self, said: Message, mri: str) -> Json:
        """The overview of who Teams calls by this id."""
        return _card(render.home(said, opening=self.opening, user=mri)["attachments"][0]["content"])


def _task(info: Json) -> Json:
    return {"task": {"type": "continue", "value": info}}


def _card(content: Json) -> Json:
    return {"statusCode": 200, "type": CARD, "value": content}


# --- in the body of the answer --------------------------------------------------------------------------


def acknowledge(name: str, call: Call, replies: Left, cards: Cards, mri: str) -> tuple[Json | None, Left]:
    """The body of the answer to an invoke of this name, None for a message, and the replies that are left to do.

    `mri` is what Teams calls the caller.
    """
    match name:
        case "":
            return None, _in_place(call, replies)
        case "application/search":
            found = [option for reply in replies if isinstance(reply, Options) for option in reply.options]
            return render.options(found), ()
        case "adaptiveCard/action":
            return _to_card(call, _in_place(call, replies), cards, mri)
        case _:
            return _to_dialog(call, replies, cards)


def _in_place(call: Call, replies: Left) -> Left:
    """A form in the conversation that was sent cannot be sent again: what is said of it takes its place."""
    if call.kind != "submit" or call.origin.view or not any(isinstance(reply, CloseForm) for reply in replies):
        return replies
    return _taking_the_place(tuple(reply for reply in replies if not isinstance(reply, CloseForm)))


def _taking_the_place(replies: Left) -> Left:
    """The first answer is said where the card stands."""
    if any(isinstance(reply, ReplaceOrigin) for reply in replies):
        return replies
    first = next((place for place, reply in enumerate(replies) if _message(reply)), None)
    return tuple(
        ReplaceOrigin(said) if place == first and (said := _message(reply)) else reply
        for place, reply in enumerate(replies)
    )


def _to_card(call: Call, replies: Left, cards: Cards, mri: str) -> tuple[Json, Left]:
    """A card in the answer is shown to who pressed, at once; for later it is changed where it stands, too."""
    for place, reply in enumerate(replies):
        left = replies[:place] + replies[place + 1 :]
        match reply:
            case ReplaceOrigin(said):
                return cards.message(said), replies
            case ShowHome(said):
                return cards.home(said, mri), left
            case Invalid(form, wrong):
                return cards.inline(call, form, wrong), left
            case UpdateForm(form) if form.inline:
                return cards.inline(call, form), left
            case _:
                pass
    return NOTHING, replies


def _to_dialog(call: Call, replies: Left, cards: Cards) -> tuple[Json, Left]:
    for place, reply in enumerate(replies):
        left = replies[:place] + replies[place + 1 :]
        match reply:
            case OpenForm(form) | UpdateForm(form):
                return cards.dialog(call, form), left
            case Invalid(form, wrong):
                return cards.dialog(call, form, wrong), left
            case CloseForm():
                return _closed(call, left, cards)
            case _:
                pass
    return _noted(call, replies, cards)


def _noted(call: Call, replies: Left, cards: Cards) -> tuple[Json, Left]:
    """What is said where a dialog is due is said in the dialog."""
    for place, reply in enumerate(replies):
        said = _message(reply) or (reply.message if isinstance(reply, ReplaceOrigin | ShowHome) else None)
        if said is not None:
            shown = isinstance(reply, ReplaceOrigin) and not call.origin.view
            return cards.note(call, said), replies if shown else replies[:place] + replies[place + 1 :]
    return {}, replies


def _closed(call: Call, left: Left, cards: Cards) -> tuple[Json, Left]:
    """The dialog goes. Where there is no conversation to answer in, the answer takes its place."""
    if not call.origin.channel:
        for place, reply in enumerate(left):
            said = reply.message if isinstance(reply, ReplaceOrigin) else _message(reply)
            if said is not None:
                return cards.note(call, said), left[:place] + left[place + 1 :]
    return {}, _taking_the_place(left) if call.origin.view.startswith(AGAIN) else left


def _message(reply: AtOnce) -> Message | None:
    """What a reply says, when it only says something."""
    match reply:
        case Answer(said):
            return said
        case InsertInCompose(text):
            return Message(text, (Quote(text),))  # an app cannot write in somebody's compose box; they can copy this
        case _:
            return None


def typed(call: Call) -> tuple[Quote, ...]:
    """What somebody typed in a form, to copy. Where there is no space in it, it was chosen or is soon typed again."""
    return tuple(Quote(value) for value in call.values.values() if isinstance(value, str) and " " in value.strip())


# --- right after it ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """Does what is left to do for one call. `who` is the caller where they are now."""

    connector: Connector
    installs: Installs
    opening: frozenset[str]
    call: Call
    who: Reference

    async def do(self, reply: AtOnce) -> None:
        """One reply. What the outside world does to it is logged: it was said at once or not at all."""
        try:
            result = await self._do(reply)
        except Exception:
            log.exception("reply lost", reply=reply.type, call=self.call.name)
            return
        if result is not None and not isinstance(result, Sent):
            log.warning("reply lost", reply=reply.type, call=self.call.name, reason=result.reason)

    async def _do(self, reply: AtOnce) -> Result | None:
        match reply:
            case OpenForm(form) | UpdateForm(form):
                return await self._offer(form)
            case Invalid(form, wrong):
                return await self._rewrite([render.inline(form, self.call.origin, wrong)])
            case ReplaceOrigin(said):
                return await self._rewrite(render.message(said, opening=self.opening))
            case ShowHome(said):
                return await self._show_home(said)
            case Answer() | InsertInCompose():
                words = _message(reply)
                return await self._say(render.message(words, opening=self.opening)) if words else None
            case CloseForm() | Options():
                return None
            case _:
                assert_never(reply)

    async def _offer(self, form: Form) -> Result | None:
        """A form in the conversation, or, where it may hold something sensitive, a button that opens it."""
        here = form.inline and self.who.kind == "personal"
        origin = self.call.origin
        return await self._say([render.inline(form, origin) if here else render.again(form, self.call)])

    async def _show_home(self, said: Message) -> Result | None:
        """The overview, which from now on is the one that is kept as things are."""
        result = await self._say([render.home(said, opening=self.opening, user=self.who.mri)])
        if isinstance(result, Sent) and self.who.kind == "personal":
            await self.installs.pin(self.who.tenant, self.who.user, referred(result.ref)[1][0])
        return result

    # messages

    async def _say(self, activities: list[Json]) -> Result | None:
        """To the caller alone, where they are; where nothing private can be said there, in their own chat.

        What happened to a room, and not to a person, is answered to all who are in it.
        """
        here, alone = self._here(), self.who.kind == "personal" or self.call.kind == "event"
        place, to = here or await self._own(), "" if alone or not here else self.who.mri
        result: Result | None = None
        for activity in activities:
            result = await self._told(place, activity, to)
            if isinstance(result, Halted) and to:
                place, to = await self._own(), ""
                result = await self._told(place, activity, to)
            if not isinstance(result, Sent):
                break
        return result

    async def _told(self, place: Place | None, activity: Json, to: str) -> Result:
        if place is None:
            return Halted("no_conversation")
        return await _patiently(partial(self.connector.say, place, activity, to=to))

    async def _rewrite(self, activities: list[Json]) -> Result | None:
        """The message that the button was on.

        What others see, too, is never changed because one person's card says so: its capability revises it.
        """
        here, message, private = self._here(), self.call.origin.message, self.who.kind != "personal"
        if here and message:
            first, *rest = activities
            result = await _patiently(partial(self.connector.update, here, message, first, targeted=private))
            if isinstance(result, Sent):
                return await self._say(rest) if rest else result
            if private and self.call.kind == "press" and not self.call.origin.view:
                return None  # whoever pressed sees it already, in the answer to the press
        return await self._say(activities)

    def _here(self) -> Place | None:
        """The conversation that the call came from; what came from where Ritme is not has none."""
        origin = self.call.origin
        return Place(origin.respond, origin.channel) if origin.channel else None

    async def _own(self) -> Place | None:
        """The caller's own chat with Ritme, where there is one."""
        own = await self.installs.find(self.who.tenant, self.who.user)
        return own.place if own and own.conversation else None


async def _patiently(ask: Callable[[], Awaitable[Result]]) -> Result:
    """Tries again what surely was not done, for as long as somebody still waits for it."""
    result = await ask()
    for _ in range(_TRIES):
        if not isinstance(result, Later) or result.seconds > _LONGEST:
            break
        await asyncio.sleep(result.seconds)
        result = await ask()
    return result
