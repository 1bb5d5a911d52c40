"""What a workspace holds: people, conversations, messages, views, triggers and response addresses."""

from dataclasses import dataclass, field
from itertools import count

from .limits import Bad, check_message, check_view, need
from .patience import SECONDS, age

RESPONSE_SECONDS, RESPONSE_USES = 30 * 60, 5


@dataclass
class Message:
    """A message as a person sees it. `to` is set when only that person does."""

    ts: str
    channel: str
    text: str
    blocks: list
    author: str
    to: str = ""
    metadata: dict | None = None
    thread: str = ""

    @property
    def said(self):
        """All visible words, in reading order, a line for each block."""
        return words(self.blocks) or self.text

    @property
    def buttons(self):
        return buttons(self.blocks)

    @property
    def labels(self):
        return [button["text"]["text"] for button in self.buttons]


@dataclass
class View:
    """A form or an overview that is open before somebody."""

    id: str
    user: str
    view: dict
    hash: str
    root: str
    typed: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)

    @property
    def title(self):
        return self.view.get("title", {}).get("text", "")

    @property
    def said(self):
        return words(self.view["blocks"])

    @property
    def buttons(self):
        return buttons(self.view["blocks"])

    @property
    def labels(self):
        return [button["text"]["text"] for button in self.buttons]

    @property
    def inputs(self):
        return {block["block_id"]: block for block in self.view["blocks"] if block["type"] == "input"}


class World:
    def __init__(self, team, now):
        self.team, self.now = team, now
        self.users, self.channels = {}, {}
        self.messages, self.deleted = [], []
        self.forms, self.homes = {}, {}
        self._triggers, self._responses = {}, {}
        self._count = count(1)
        self.add_user("Ritme", bot=True, id="UBOT")

    # people and conversations

    def add_user(self, name, *, id="", email="", zone="Europe/Amsterdam", locale="nl-NL", bot=False, **more):
        id = id or f"U{next(self._count):07d}"
        handle = name.lower().replace(" ", ".")
        self.users[id] = {
            "id": id, "team_id": self.team, "name": handle, "real_name": name, "deleted": False, "is_bot": bot,
            "tz": zone, "locale": locale,
            "profile": {"real_name": name, "display_name": name.split()[0], "email": email or f"{handle}@example.com"},
            **more,
        }  # fmt: skip
        return id

    def add_channel(self, name, members=()):
        id = f"C{next(self._count):07d}"
        self.channels[id] = {"id": id, "name": name, "members": {"UBOT", *members}}
        return id

    def dm(self, user):
        """The conversation of a person with the app."""
        id = f"D{user[1:]}"
        self.channels.setdefault(id, {"id": id, "name": user, "members": {"UBOT", user}})
        return id

    def place(self, channel):
        """A conversation by its own id or by a person's. Raises Slack's errors."""
        if channel in self.users:
            user = self.users[channel]
            need(not user["deleted"], channel, "account_inactive")
            need(not user["is_bot"], channel, "cannot_dm_bot")
            return self.dm(channel)
        need(channel in self.channels, channel, "channel_not_found")
        need("UBOT" in self.channels[channel]["members"], channel, "not_in_channel")
        return channel

    # messages

    def post(self, channel, text, blocks=(), *, author="UBOT", to="", metadata=None, thread="", ts=""):
        message = Message(
            ts or self.stamp(), channel, text, list(blocks), author, to=to, metadata=metadata, thread=thread
        )
        self.messages.append(message)
        return message

    def message(self, channel, ts):
        found = [m for m in self.messages if m.channel == channel and m.ts == ts and not m.to]
        need(found, ts, "message_not_found")
        return found[0]

    def seen(self, channel, user):
        """What this person sees in a conversation."""
        return [m for m in self.messages if m.channel == channel and m.to in {"", user}]

    def stamp(self):
        return f"{int(self.now())}.{next(self._count):06d}"

    # triggers and response addresses

    def trigger(self, user):
        id = f"trigger.{next(self._count)}"
        self._triggers[id] = [user, age(self.now), False]
        return id

    def spend(self, trigger):
        """Whose trigger this is; it opens one view, and not for long."""
        need(trigger in self._triggers, trigger, "invalid_trigger")
        user, old, used = self._triggers[trigger]
        need(not used, trigger, "exchanged_trigger_id")
        need(old() <= SECONDS, trigger, "expired_trigger_id")
        self._triggers[trigger][2] = True
        return user

    def response(self, user, channel, message=None):
        id = str(next(self._count))
        self._responses[id] = [user, channel, message, self.now(), 0]
        return id

    def respond(self, id, body):
        """What a POST to a `response_url` does."""
        need(id in self._responses, id, "expired_url")
        user, channel, message, born, uses = self._responses[id]
        need(self.now() - born <= RESPONSE_SECONDS, id, "expired_url")
        need(uses < RESPONSE_USES, id, "used_url")
        text, blocks = body.get("text", ""), body.get("blocks", [])
        if body.get("delete_original"):
            self.messages.remove(message)
        else:
            check_message(text, blocks)
            if body.get("replace_original") and message in self.messages:
                message.text, message.blocks = text, blocks
            else:
                private = "" if body.get("response_type") == "in_channel" else user
                self.post(channel, text, blocks, to=private)
        self._responses[id][4] += 1

    # views

    def form(self, user):
        """The form that is open before somebody: the top of the pile."""
        pile = self.forms.get(user)
        return pile[-1] if pile else None

    def open(self, trigger, view, *, push=False):
        check_view(view, "modal")
        user = self.spend(trigger)
        pile = self.forms.setdefault(user, [])
        if push:
            need(pile, "nothing to push on", "not_found")
            need(len(pile) < 3, "three views", "push_limit_reached")
        else:
            pile.clear()
        return self.stack(user, view)

    def stack(self, user, view):
        pile = self.forms.setdefault(user, [])
        id = f"V{next(self._count):07d}"
        pile.append(View(id, user, view, self.stamp(), root=pile[0].id if pile else id))
        return pile[-1]

    def publish(self, user, view, expected=""):
        need(user in self.users, user, "invalid_arguments")
        check_view(view, "home")
        old = self.homes.get(user)
        need(not expected or (old and old.hash == expected), expected, "hash_conflict")
        id = old.id if old else f"V{next(self._count):07d}"
        self.homes[user] = View(id, user, view, self.stamp(), root=id)
        return self.homes[user]

    def update(self, id, view, expected=""):
        found = next((v for pile in self.forms.values() for v in pile if v.id == id), None)
        need(found, id, "not_found")
        need(not expected or found.hash == expected, expected, "hash_conflict")
        check_view(view, "modal")
        found.view, found.hash, found.errors = view, self.stamp(), {}
        found.typed = {name: typed for name, typed in found.typed.items() if name in found.inputs}
        return found


# --- reading blocks ------------------------------------------------------------------------------------------


def words(blocks):
    return "\n".join(line for line in map(_words, blocks) if line)


def buttons(blocks):
    found = []
    for block in blocks:
        parts = [block["accessory"]] if "accessory" in block else block.get("elements", [])
        found += [part for part in parts if part.get("type") == "button"]
    return found


def _words(block):
    match block["type"]:
        case "header" | "section":
            return "\n".join([*_plain(block.get("text")), *(w for f in block.get("fields", []) for w in _plain(f))])
        case "context":
            return "\n".join(w for each in block["elements"] for w in _plain(each))
        case "rich_text":
            return "\n".join("".join(map(_run, part["elements"])) for part in block["elements"])
        case "input":
            return block["label"]["text"]
        case "data_visualization":
            return block["title"]
        case _:
            return ""


def _plain(text):
    if not text:
        return []
    said = text["text"]
    if text["type"] == "mrkdwn":
        said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [said]


def _run(run):
    match run["type"]:
        case "user":
            return f"<@{run['user_id']}>"
        case "emoji":
            return f":{run['name']}:"
        case "link":
            return run.get("text", run["url"])
        case _:
            return run["text"]


__all__ = ["Bad", "Message", "View", "World", "buttons", "words"]
