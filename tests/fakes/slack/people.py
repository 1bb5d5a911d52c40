"""What people do in Slack: type, press, fill in, send, look. Each verb makes the payload that Slack would send, hands
it to the app, and does to the screen what the app's answer asks."""

import json
import re
from itertools import count

from .limits import check_blocks, check_message, check_view, options
from .world import Message, View


class CannotSend(AssertionError):
    """Slack itself would not let this be pressed or sent."""


class People:
    def __init__(self, world, base):
        self.world, self.base = world, base
        self.door = None
        self.after = None
        self._count = count(1)

    # typing

    async def command(self, user, command, text="", *, channel=""):
        """Types a slash command, in the direct message with the app unless said otherwise."""
        place = channel or self.world.dm(user)
        trigger = self.world.trigger(user)
        known = self.world.channels.get(channel)
        payload = {
            "token": "old", "team_id": self.world.team, "team_domain": "example", "channel_id": place,
            "channel_name": known["name"] if known else "directmessage", "user_id": user, "user_name": self.world.users[user]["name"],
            "command": command, "text": self.escape(text), "api_app_id": "A1", "is_enterprise_install": "false",
            "response_url": self._response_url(user, place), "trigger_id": trigger,
        }  # fmt: skip
        reply = await self._deliver("slash_commands", payload)
        if reply.good and reply.body:
            said, blocks = reply.body.get("text", ""), reply.body.get("blocks", [])
            check_message(said, blocks)
            to = "" if reply.body.get("response_type") == "in_channel" else user
            self.world.post(place, said, blocks, to=to)
        return await self._settled(reply)

    async def say(self, user, text, *, gesture=""):
        """Writes to the app in the direct message."""
        place = self.world.dm(user)
        said = self.world.post(place, text, author=user)
        event = {"type": "message", "channel": place, "channel_type": "im", "user": user, "text": self.escape(text),
                 "ts": said.ts, "event_ts": said.ts, "client_msg_id": gesture or f"gesture-{next(self._count)}"}  # fmt: skip
        return await self.event(event)

    def write(self, user, channel, text):
        """Writes in a channel, where the app does not listen; gives the message."""
        return self.world.post(channel, text, author=user)

    def escape(self, text):
        """As Slack sends typed text: control characters escaped, "@Name" of a known person as a reference."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        names = {user["real_name"]: user["id"] for user in self.world.users.values()}
        if not names:
            return text
        known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.sub(f"@({known})", lambda found: f"<@{names[found[1]]}|{found[1]}>", text)

    # looking

    def see_dm(self, user):
        return self.world.seen(self.world.dm(user), user)

    def see_channel(self, channel, user=""):
        return self.world.seen(channel, user)

    def see_form(self, user):
        return self.world.form(user)

    def see_home(self, user):
        return self.world.homes.get(user)

    # pressing

    async def press(self, user, label, where=None):
        """Presses the button with this label (or route name), in a message or view; by default the form that is
        open, else the newest message with such a button in the direct message."""
        where = where or self._find(user, label)
        button = self._button(where, label)
        block = next(b for b in self._blocks(where) if button in (b.get("accessory"), *b.get("elements", ())))
        action = {"type": "button", "action_id": button["action_id"], "block_id": block.get("block_id", "b"),
                  "text": button["text"], "value": button.get("value", ""), "action_ts": self.world.stamp()}  # fmt: skip
        payload = {**self._interactive("block_actions", user), "actions": [action], **self._container(where, user)}
        return await self._settled(await self._deliver("interactive", payload))

    def _find(self, user, label):
        form = self.world.form(user)
        if form and self._has(form, label):
            return form
        found = [m for m in self.see_dm(user) if self._has(m, label)]
        if not found:
            raise CannotSend(f"{user} sees no button {label!r}")
        return found[-1]

    def _has(self, where, label):
        return any(label in (b["text"]["text"], b["action_id"].partition("#")[0]) for b in where.buttons)

    def _button(self, where, label):
        if not self._has(where, label):
            raise CannotSend(f"no button {label!r} among {where.labels}")
        return next(b for b in where.buttons if label in (b["text"]["text"], b["action_id"].partition("#")[0]))

    def _blocks(self, where):
        return where.blocks if isinstance(where, Message) else where.view["blocks"]

    def _container(self, where, user):
        if isinstance(where, View):
            return {"container": {"type": "view", "view_id": where.id}, "view": self._view(where)}
        container = {
            "type": "message",
            "message_ts": where.ts,
            "channel_id": where.channel,
            "is_ephemeral": bool(where.to),
        }
        shown = {"type": "message", "ts": where.ts, "user": where.author, "text": where.text, "blocks": where.blocks}
        found = {"container": container, "channel": {"id": where.channel, "name": "directmessage"},
                 "response_url": self._response_url(user, where.channel, where)}  # fmt: skip
        return found if where.to else {**found, "message": shown}

    # forms

    async def lookup(self, user, name, typed=""):
        """Types in a search field of the open form; gives the options as (label, value)."""
        form = self._open(user)
        element = form.inputs[name]["element"]
        payload = {**self._interactive("block_suggestion", user), "action_id": element["action_id"], "block_id": name,
                   "value": typed, **self._container(form, user)}  # fmt: skip
        payload.pop("trigger_id")
        reply = await self._deliver("interactive", payload)
        found = reply.body.get("options", []) if reply.good else []
        options(found, 100, least=0)
        form.options.setdefault(name, []).extend(found)
        return [(option["text"]["text"], option["value"]) for option in found]

    def fill(self, user, **values):
        """Fills in fields of the open form, by name; select options by label or value."""
        form = self._open(user)
        for name, value in values.items():
            if name not in form.inputs:
                raise CannotSend(f"no field {name!r} among {list(form.inputs)}")
            form.typed[name] = value

    async def submit(self, user, **values):
        """Sends the open form. Errors of fields stay visible in `see_form(user).errors`."""
        self.fill(user, **values)
        form = self._open(user)
        state = {
            name: {block["element"]["action_id"]: self._state(form, name, block)} for name, block in form.inputs.items()
        }
        view = {**self._view(form), "state": {"values": state}}
        reply = await self._deliver("interactive", {**self._interactive("view_submission", user), "view": view})
        if reply.good:
            self._submitted(user, form, reply.body)
        return await self._settled(reply)

    def close(self, user):
        """Closes the form on top."""
        self.world.forms[user].pop()

    def _open(self, user):
        form = self.world.form(user)
        if form is None:
            raise CannotSend(f"{user} has no form open")
        return form

    def _submitted(self, user, form, body):
        pile = self.world.forms[user]
        match body.get("response_action"):
            case "errors":
                unknown = set(body["errors"]) - set(form.inputs)
                if unknown:
                    raise CannotSend(f"errors for no field: {unknown}")
                form.errors = body["errors"]
            case "update":
                check_view(body["view"], "modal")
                self.world.update(form.id, body["view"])
            case "push":
                check_view(body["view"], "modal")
                self.world.stack(user, body["view"])
            case "clear":
                pile.clear()
            case None:
                pile.remove(form)

    def _state(self, form, name, block):
        element, typed = block["element"], form.typed.get(name)
        kind = element["type"]
        if kind in {"plain_text_input", "datepicker", "timepicker"}:
            initial = {"plain_text_input": "initial_value", "datepicker": "initial_date", "timepicker": "initial_time"}[
                kind
            ]
            value = element.get(initial) if typed is None else typed or None
            if value and len(value) > element.get("max_length", 3000):
                raise CannotSend(f"{name} is too long")
            found = {"plain_text_input": "value", "datepicker": "selected_date", "timepicker": "selected_time"}[kind]
            state = {"type": kind, found: value}
        elif kind in {"checkboxes", "multi_static_select", "multi_external_select"}:
            value = (
                element.get("initial_options", [])
                if typed is None
                else [self._option(form, name, element, t) for t in typed]
            )
            state = {"type": kind, "selected_options": value}
        else:
            value = (
                element.get("initial_option") if typed is None else typed and self._option(form, name, element, typed)
            )
            state = {"type": kind, "selected_option": value or None}
        if not value and not block.get("optional"):
            raise CannotSend(f"{name} is needed")
        return state

    def _option(self, form, name, element, wanted):
        initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        known = [*element.get("options", ()), *initial, *form.options.get(name, ())]
        found = [option for option in known if wanted in (option["value"], option["text"]["text"])]
        if not found:
            raise CannotSend(f"{name} does not offer {wanted!r}")
        return found[0]

    def _view(self, form):
        return {"private_metadata": "", **form.view, "id": form.id, "hash": form.hash, "root_view_id": form.root,
                "team_id": self.world.team, "app_installed_team_id": self.world.team, "state": {"values": {}}}  # fmt: skip

    # shortcuts, overview, events

    async def shortcut(self, user, name, message):
        """Uses a message shortcut on a message."""
        payload = {
            **self._interactive("message_action", user), "callback_id": name, "message_ts": message.ts,
            "channel": {"id": message.channel, "name": "general"},
            "message": {"type": "message", "user": message.author, "ts": message.ts, "text": self.escape(message.text)},
            "response_url": self._response_url(user, message.channel),
        }  # fmt: skip
        return await self._settled(await self._deliver("interactive", payload))

    async def open_home(self, user, tab="home"):
        event = {"type": "app_home_opened", "user": user, "channel": self.world.dm(user), "tab": tab}
        return await self.event(event)

    async def join(self, user):
        return await self.event({"type": "team_join", "user": self.world.users[user]})

    async def change(self, user, **new):
        """Changes a person's record in the workspace: `deleted=True`, `tz="Asia/Tokyo"`."""
        self.world.users[user].update(new)
        return await self.event({"type": "user_change", "user": self.world.users[user]})

    async def uninstall(self):
        return await self.event({"type": "app_uninstalled"})

    async def revoke(self):
        return await self.event({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}})

    async def event(self, event, *, times=1, **more):
        """An event, delivered this many times, with the retry headers that Slack would add."""
        stamp = self.world.stamp()
        payload = {
            "type": "event_callback", "token": "old", "team_id": self.world.team, "api_app_id": "A1",
            "event_id": f"Ev{next(self._count):07d}", "event_time": int(self.world.now()),
            "authorizations": [{"team_id": self.world.team, "user_id": "UBOT", "is_bot": True}],
            "event": {"event_ts": stamp, **event}, **more,
        }  # fmt: skip
        for attempt in range(times):
            retry = {"retry_attempt": attempt, "retry_reason": "timeout"} if attempt else {}
            reply = await self._settled(await self._deliver("events_api", payload, **retry))
        return reply

    # inside

    def _interactive(self, kind, user):
        known = self.world.users[user]
        return {
            "type": kind, "token": "old", "api_app_id": "A1", "team": {"id": self.world.team, "domain": "example"},
            "user": {"id": user, "username": known["name"], "name": known["name"], "team_id": self.world.team},
            "trigger_id": self.world.trigger(user), "is_enterprise_install": False, "enterprise": None,
        }  # fmt: skip

    def _response_url(self, user, channel, message=None):
        return f"{self.base}/respond/{self.world.response(user, channel, message)}"

    async def _deliver(self, kind, payload, **retry):
        payload = json.loads(json.dumps(payload))
        return await self.door.deliver(kind, payload, **retry)

    async def _settled(self, reply):
        """Lets the app finish what it began after its answer."""
        if self.after:
            await self.after()
        return reply


__all__ = ["CannotSend", "People", "check_blocks"]
