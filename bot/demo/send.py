"""The demo's way out: a parcel becomes something to see in the chat in memory."""

from __future__ import annotations

from datetime import datetime

from bot.calls import Profile
from bot.demo.chat import Chat, dm
from bot.demo.installs import PLATFORM
from bot.messages import Message
from bot.parcels import Halted, Pace, Parcel, Result, Sent


class DemoPlatform:
    """`bot.parcels.Platform` for the demo. Nothing here can fail halfway, so there is no `Unknown`."""

    name = PLATFORM
    post_gap = dm_gap = 0.0
    paces: tuple[Pace, ...] = ()

    def __init__(self, chat: Chat, profiles: tuple[Profile, ...]) -> None:
        self._chat = chat
        self._profiles = {profile.user: profile for profile in profiles}

    async def send(self, parcel: Parcel) -> Result:  # noqa: PLR0911 - a line for each verb there is
        match parcel.verb:
            case "retract":
                return Sent() if self._chat.retract(parcel.sent) else Halted("message_not_found")
            case _ if parcel.message is None:
                return Halted("nothing_to_say")
            case "dm" if parcel.to not in self._profiles:
                return Halted("user_not_found")
            case "post" if parcel.to not in {room.name for room in self._chat.rooms}:
                return Halted("channel_not_found")
            case "dm":
                return self._said(dm(parcel.to), parcel, parcel.message)
            case "post":
                return self._said(parcel.to, parcel, parcel.message)
            case "revise":
                done = self._chat.revise(parcel.sent, parcel.message, parcel.accounts)
                return Sent(parcel.sent) if done else Halted("message_not_found")
            case "home":
                self._chat.touch()  # the page asks for the overview anew, so the newest is what it shows
                return Sent()

    def _said(self, room: str, parcel: Parcel, message: Message) -> Sent:
        return Sent(self._chat.say(room, message, delivery=parcel.delivery, accounts=parcel.accounts).id)

    async def find_sent(self, parcel: Parcel, since: datetime) -> Sent | None:  # noqa: ARG002 - the chat forgets nothing
        entry = self._chat.delivered(parcel.delivery)
        return Sent(entry.id) if entry else None

    async def profile(self, team: str, user: str) -> Profile | None:  # noqa: ARG002 - there is one team
        return self._profiles.get(user)

    async def people(self, team: str) -> tuple[Profile, ...]:  # noqa: ARG002 - there is one team
        return tuple(self._profiles.values())
