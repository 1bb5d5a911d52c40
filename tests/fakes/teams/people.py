"""What people do in Teams: type, press, fill in, send, look. Each verb makes the activity that Teams would send, hands
it to the bot, and does to the screen what the bot's answer asks."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from .limits import check_card, check_task
from .world import Activity, Conversation, Dialog, Json, World

CARD = "application/vnd.microsoft.card.adaptive"
BOT = "28:app"


class CannotSend(AssertionError):
    """Teams itself would not let this be pressed or sent."""


def cannot(why: str) -> NoReturn:
    raise CannotSend(why)


class People:
    """`door` brings activities to the bot; `after` is awaited then, for a bot that answers before it is done."""

    def __init__(self, world: World, service_url: str) -> None:
        self.world, self.service_url = world, service_url
        self.door: Any = None
        self.after: Any = None

    # typing

    async def say(self, user: str, text: str) -> Any:
        """Writes to the bot in their own conversation with it."""
        place = self.world.conversations[self.world.personal(user)]
        return await self._message(user, place, text, text)

    async def mention(self, user: str, conversation: str, text: str, *, thread: str = "") -> Any:
        """Writes "@Ritme ..." in a channel or group chat; other people are mentioned by "@Their Name"."""
        place = self.world.conversations[conversation]
        entities = [_mention("<at>Ritme</at>", BOT, "Ritme")]
        for one in self.world.people.values():
            if f"@{one.name}" in text:
                text = text.replace(f"@{one.name}", f"<at>{one.name}</at>")
                entities.append(_mention(f"<at>{one.name}</at>", one.mri, one.name))
        return await self._message(user, place, f"<at>Ritme</at> {text}", text, entities=entities, thread=thread)

    def write(self, user: str, conversation: str, text: str) -> Activity:
        """Writes where the bot does not listen; gives what was said."""
        return self.world.put(conversation, {"text": text}, author=user)

    # looking

    def see_personal(self, user: str) -> list[Activity]:
        return self.world.seen(self.world.personal(user), user)

    def see(self, conversation: str, user: str = "") -> list[Activity]:
        return self.world.seen(conversation, user)

    # pressing

    async def press(self, user: str, label: str, where: Activity | Dialog) -> Any:
        """Presses the button with this label. One that asks first shows its question, and yes is pressed there."""
        action = next((one for one in actions(shown(where, user)) if one.get("title") == label), None)
        if action is None:
            cannot(f"no button {label!r} among {labels(shown(where, user))}")
        if action["type"] == "Action.ShowCard":
            action = next(iter(actions(action["card"])), None) or cannot(f"{label!r} asks and offers no yes")
        return await self.act(user, action, where)

    async def act(self, user: str, action: Json, where: Activity | Dialog) -> Any:
        """Does what an action of a card does, with what was typed in that card's inputs."""
        if isinstance(where, Dialog):
            if action["type"] != "Action.Submit":
                cannot(f"a dialog has no {action['type']}")
            return await self._send(user, where, action)
        data = copy.deepcopy(action.get("data", {}))
        if data.get("msteams", {}).get("type") == "task/fetch":
            held = {key: value for key, value in data.items() if key != "msteams"}
            value = {"data": {"type": "task/fetch", **held}, "context": {"theme": "default"}}
            reply = await self._invoke(user, where.conversation, "task/fetch", value, answers=where.id)
            return self._opened(user, reply, where.conversation)
        typed = self._typed(user, shown(where, user), where.typed.get(user, {}), action)
        if action["type"] == "Action.Execute":
            sent = {"type": "Action.Execute", "id": action.get("id", ""), "verb": action["verb"], "data": data | typed}
            value = {"action": sent, "trigger": "manual"}
            reply = await self._invoke(user, where.conversation, "adaptiveCard/action", value, answers=where.id)
            return self._executed(user, where, reply)
        place = self.world.conversations[where.conversation.partition(";")[0]]
        return await self._message(user, place, "", "", value=data | typed, answers=where.id)

    async def refresh(self, user: str, where: Activity) -> Any:
        """Looks at a card that refreshes itself for this person."""
        (card,) = where.cards
        wanted = card["refresh"]
        if self.world.people[user].mri not in wanted["userIds"]:
            cannot("this card does not refresh for them")
        sent = {"type": "Action.Execute", "verb": wanted["action"]["verb"], "data": wanted["action"].get("data", {})}
        value = {"action": sent, "trigger": "automatic"}
        reply = await self._invoke(user, where.conversation, "adaptiveCard/action", value, answers=where.id)
        return self._executed(user, where, reply)

    # forms

    async def lookup(self, user: str, name: str, typed: str, where: Dialog | Activity) -> list[tuple[str, str]]:
        """Types in a search field; gives the options as (label, value)."""
        field = inputs(shown(where, user))[name]
        query = field["choices.data"]
        value = {"queryText": typed, "queryOptions": {"skip": 0, "top": 15}, "dataset": query["dataset"]}
        value["kind"] = "search"
        reply = await self._invoke(user, where.conversation, "application/search", value)
        body = reply.body
        assert body["type"] == "application/vnd.microsoft.search.searchResponse", body
        return [(one["title"], one["value"]) for one in body["value"]["results"]]

    def fill(self, user: str, where: Dialog | Activity, **values: Any) -> None:
        """Fills in fields by their names, several values as a list or tuple."""
        known = inputs(shown(where, user))
        typed = where.typed if isinstance(where, Dialog) else where.typed.setdefault(user, {})
        for name, value in values.items():
            if name not in known:
                cannot(f"no field {name!r} among {list(known)}")
            typed[name] = ",".join(value) if isinstance(value, list | tuple) else value

    async def submit(self, user: str, where: Dialog | Activity | None = None, **values: Any) -> Any:
        """Sends a form by its main button: the dialog that is open, or one that stands in the chat."""
        place = where or self.world.dialog(user) or cannot(f"{user} has no dialog open")
        self.fill(user, place, **values)
        action = next((one for one in actions(shown(place, user)) if _held(one).get("k") == "submit"), None)
        return await self.act(user, action or cannot("nothing to send here"), place)

    def close(self, user: str) -> None:
        self.world.dialogs[user].pop()

    # message extension

    async def compose(self, user: str, command: str, conversation: str) -> Any:
        """Chooses an action of the app where one writes."""
        value = {"commandId": command, "commandContext": "compose", "context": {"theme": "default"}}
        reply = await self._invoke(user, conversation, "composeExtension/fetchTask", value)
        return self._opened(user, reply, conversation, command)

    async def message_action(self, user: str, command: str, said: Activity) -> Any:
        """Chooses an action of the app on a message."""
        author = self.world.people[said.author]
        payload = {
            "id": said.id,
            "linkToMessage": f"https://teams.microsoft.com/l/message/{said.conversation}/{said.id}",
            "createdDateTime": "2026-11-24T09:00:00Z",
            "from": {"user": {"userIdentityType": "aadUser", "id": author.user, "displayName": author.name}},
            "body": {"contentType": "html", "content": f"<p>{html.escape(said.body['text'])}</p>"},
            "attachments": [],
            "mentions": [],
        }
        value = {"commandId": command, "commandContext": "message", "messagePayload": payload}
        reply = await self._invoke(user, said.conversation, "composeExtension/fetchTask", value)
        return self._opened(user, reply, said.conversation, command)

    # coming and going

    async def install(self, user: str) -> Any:
        """Adds the app for oneself."""
        self.world.people[user].installed, self.world.people[user].blocked = True, False
        place = self.world.conversations[self.world.personal(user)]
        return await self._deliver(self._envelope("installationUpdate", user, place) | {"action": "add"})

    async def uninstall(self, user: str) -> Any:
        self.world.people[user].installed = False
        place = self.world.conversations[self.world.personal(user)]
        return await self._deliver(self._envelope("installationUpdate", user, place) | {"action": "remove"})

    async def join(self, user: str, conversation: str) -> Any:
        """Comes into a team or group chat that has the app; the bot itself when `user` is empty."""
        place = self.world.conversations[conversation]
        someone = {"id": self.world.people[user].mri, "aadObjectId": user} if user else {"id": BOT, "name": "Ritme"}
        if user and user not in place.members:
            place.members.append(user)
        by = user or place.members[0]
        return await self._deliver(self._envelope("conversationUpdate", by, place) | {"membersAdded": [someone]})

    # inside

    def _envelope(self, kind: str, user: str, place: Conversation, *, thread: str = "") -> Json:
        """What every activity has. `conversation.tenantId` is how Teams spells it, which the SDK does not read."""
        someone, tenant = self.world.people[user], self.world.tenant
        where = f"{place.id};messageid={thread}" if thread else place.id
        data: Json = {"tenant": {"id": tenant}}
        if place.kind == "channel":
            data |= {"team": {"id": place.team}, "channel": {"id": place.id}, "teamsChannelId": place.id}
        return {
            "type": kind,
            "id": self.world.number(),
            "timestamp": "2026-11-24T09:00:00.000Z",
            "localTimezone": someone.zone,
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": someone.mri, "name": someone.name, "aadObjectId": user},
            "conversation": {
                "id": where,
                "conversationType": place.kind,
                "tenantId": tenant,
                **({"isGroup": True} if place.kind != "personal" else {}),
            },
            "recipient": {"id": BOT, "name": "Ritme"},
            "entities": [
                {
                    "type": "clientInfo",
                    "locale": someone.locale,
                    "country": someone.locale[-2:],
                    "platform": "Web",
                    "timezone": someone.zone,
                }
            ],
            "channelData": data,
            "locale": someone.locale,
        }

    async def _message(
        self, user: str, place: Conversation, text: str, shown: str, *, thread: str = "", answers: str = "", **more: Any
    ) -> Any:
        envelope = self._envelope("message", user, place, thread=thread)
        entities = envelope["entities"] + more.pop("entities", [])
        if shown:
            self.world.put(place.id, {"text": shown}, author=user)
        body = envelope | {"text": text, "textFormat": "plain", "entities": entities, **more}
        return await self._deliver(body | ({"replyToId": answers} if answers else {}))

    async def _invoke(self, user: str, conversation: str, name: str, value: Json, *, answers: str = "") -> Any:
        bare, _, thread = conversation.partition(";messageid=")
        place = self.world.conversations[bare]
        envelope = self._envelope("invoke", user, place, thread=thread)
        body = envelope | {"name": name, "value": value}
        return await self._deliver(body | ({"replyToId": answers} if answers else {}))

    async def _deliver(self, body: Json) -> Any:
        """Lets the bot finish what it began after its answer."""
        reply = await self.door.deliver(body)
        if self.after:
            await self.after()
        return reply

    async def _send(self, user: str, dialog: Dialog, action: Json) -> Any:
        """What a dialog's button does: everything typed goes along."""
        value: Json = {"data": action.get("data", {}) | self._typed(user, dialog.card, dialog.typed, action)}
        name = "task/submit"
        if dialog.extension:
            name = "composeExtension/submitAction"
            value |= {"commandId": dialog.extension, "commandContext": "compose"}
        reply = await self._invoke(user, dialog.conversation, name, value)
        if reply.good:
            pile = self.world.dialogs[user]
            pile.remove(dialog)
            self._opened(user, reply, dialog.conversation, dialog.extension)
        return reply

    def _opened(self, user: str, reply: Any, conversation: str, extension: str = "") -> Any:
        task = (reply.body or {}).get("task") if reply.good else None
        if task and task["type"] == "continue":
            check_task(task["value"])
            dialog = Dialog(user, task["value"], {}, conversation, extension)
            self.world.dialogs.setdefault(user, []).append(dialog)
        elif task:
            cannot(f"a task of type {task['type']} is not for people")
        return reply

    def _executed(self, user: str, where: Activity, reply: Any) -> Any:
        """A card in the answer is shown to who pressed."""
        if reply.good and reply.body and reply.body.get("type") == CARD:
            check_card(reply.body["value"])
            where.mine[user] = reply.body["value"]
            where.typed.pop(user, None)
        return reply

    def _typed(self, user: str, card: Json, typed: Json, action: Json) -> Json:
        """What goes along with a press: every input's value, as Teams sends it, unless Teams refuses to send it."""
        sent: Json = {}
        if action.get("associatedInputs") == "none":
            return sent
        for name, field in inputs(card).items():
            value = typed.get(name, field.get("value", ""))
            if field.get("isRequired") and not value:
                cannot(f"{name} is needed")
            if len(str(value)) > field.get("maxLength", 1_000_000):
                cannot(f"{name} is too long")
            if field["type"] == "Input.ChoiceSet" and value and "choices.data" not in field:
                offered = {one["value"]: one["value"] for one in field["choices"]}
                offered |= {one["title"]: one["value"] for one in field["choices"]}
                chosen = value.split(",") if field.get("isMultiSelect") else [value]
                if not set(chosen) <= set(offered):
                    cannot(f"{name} does not offer {value!r}")
                value = ",".join(offered[one] for one in chosen)
            sent[name] = value
        return sent


# --- reading cards -----------------------------------------------------------------------------------


def shown(where: Activity | Dialog, user: str) -> Json:
    """The card as this person sees it; several cards in one activity as one."""
    if isinstance(where, Dialog):
        return where.card
    if user in where.mine:
        return where.mine[user]
    return {"body": [part for card in where.cards for part in card.get("body", ())],
            "actions": [one for card in where.cards for one in card.get("actions", ())]}  # fmt: skip


def parts(value: Any) -> Iterator[Json]:
    """Every object in a card that has a type, in reading order; questions that are not yet shown are left out."""
    if isinstance(value, list):
        for inner in value:
            yield from parts(inner)
    elif isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        if value.get("type") != "Action.ShowCard":
            for name, inner in value.items():
                if name not in {"fallback", "data", "refresh"}:
                    yield from parts(inner)


def actions(card: Json) -> list[Json]:
    return [one for one in parts(card) if one["type"].startswith("Action.")]


def _held(action: Json) -> Json:
    """What an action of Ritme's holds."""
    held = action.get("data", {}).get("ritme", {})
    return dict(held)


def labels(card: Json) -> list[str]:
    return [one["title"] for one in actions(card) if one.get("title")]


def inputs(card: Json) -> dict[str, Json]:
    return {one["id"]: one for one in parts(card) if one["type"].startswith("Input.")}


def plain(text: str) -> str:
    """Live Markdown as the characters that people see."""
    return re.sub(r"\\([\\`*_{}\[\]()#+\-.!|~<>&])", r"\1", text)


def _mention(text: str, id: str, name: str) -> Json:
    return {"type": "mention", "text": text, "mentioned": {"id": id, "name": name}}
