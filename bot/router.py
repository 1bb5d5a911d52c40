"""From the name of a call to the function that serves it.

Each capability fills one `Routes` in its handlers file; `Router` joins them. Names are unique over all capabilities,
so finding a handler is one dictionary look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.calls import Call, Kind, Replies
from bot.messages import Element, Form, Message
from bot.words import Words
from models.identity import Person
from models.scope import Scope

FAMILY = "ritme"
"""The word before a command that is no slash command by itself: `/ritme goal list` and `/goal list` are the same."""

Handler = Callable[[Call, Scope], Replies]
Sentence = Callable[[Mapping[str, Any], Words], str]
"""How a view says a refusal: (facts of the problem, words) -> one kind sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Help:
    """What a command is for, and its three examples, in the reader's language."""

    summary: str
    examples: tuple[str, str, str]
    """The first one begins with the command as this reader types it: "/kudos @Lotte ...", "/ritme verlof ..."."""

    @property
    def usage(self) -> str:
        """The command as this reader types it: "/kudos", "/ritme verlof"."""
        words = self.examples[0].split(" ")
        return " ".join(words[: 2 if words[0] == f"/{FAMILY}" else 1])

    @property
    def word(self) -> str:
        """The command's own word in the reader's language: "kudos", "verlof"."""
        return self.usage.removeprefix(f"/{FAMILY}").strip(" /")


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was to be said is no longer there, or no longer for this reader."""

    reason: str = "withdrawn"


@dataclass(frozen=True, slots=True)
class Manners:
    """The sentences of the pipeline itself; the views hand them in."""

    stranger: Callable[[Words], Message]
    unexpected: Callable[[str, Words], Message]
    busy: Callable[[Words], Message]
    outdated: Callable[[Words], Message]
    refused: Callable[[tuple[str, ...], Words], Message]
    missing: Callable[[Words], str]
    sentences: Mapping[str, Sentence]
    """Refusals that any capability may raise, by code."""


Saying = Callable[[Scope, Mapping[str, Any]], Message | Withdrawn]
"""How a delivery is put into words at the moment of sending: (the reader's scope, ids)."""

Planner = Callable[[Scope, datetime], bool | None]
"""Writes the due rows of an organisation up to a moment; harmless when done twice.

One call is one transaction, so for many people it plans some of them and returns True: call again, there are more.
"""

Section = Callable[[Scope], tuple[Element, ...]]
"""A capability's part of the personal overview; empty when it has nothing for this person."""

FormMaker = Callable[[Call, Scope], Form]
"""Builds the form of a submitted call again, so that a refusal can give it back filled in."""


@dataclass(frozen=True, slots=True)
class Route:
    kind: Kind
    name: str
    handler: Handler
    reads: bool
    refusals: Mapping[str, Sentence]
    form: FormMaker | None = None
    capability: str = ""
    gated: bool = False
    opens: bool = False

    def begun(self, scope: Scope) -> bool:
        """Whether the organisation has this capability: it is not gated, or consent covers it and people were told."""
        return _begun(self.capability, scope, gated=self.gated)


@dataclass(frozen=True, slots=True)
class Command:
    """A verb of `/ritme`. `short` commands also exist by themselves (`/kudos`); aliases are other words for it, the
    Dutch one first. `only` says whom help names it to; without it, everybody.
    """

    name: str
    help: Callable[[Words], Help]
    short: bool
    aliases: tuple[str, ...]
    only: Callable[[Person], bool] | None = None


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An action on somebody's message. `label` says it in the reader's language."""

    name: str
    label: Callable[[Words], str]


@dataclass(frozen=True, slots=True)
class Compose:
    """Something that a chat offers where people write, in place of a typed command: `command`, with this text."""

    command: str
    text: str
    label: Callable[[Words], str]

    @property
    def name(self) -> str:
        """As it would be typed."""
        return f"{self.command} {self.text}".strip()


@dataclass(slots=True)
class Routes:
    """The routes of one capability. `refusals` are its view's sentences for what its model refuses, by code.

    A `gated` capability is something that Ritme does with people: it serves nobody before a consent that covers it
    is on record and everybody was told. What sets Ritme up is not gated.
    """

    capability: str
    refusals: Mapping[str, Sentence] = field(default_factory=dict)
    gated: bool = field(kw_only=True)
    routes: list[Route] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    composes: list[Compose] = field(default_factory=list)
    sayings: dict[str, Saying] = field(default_factory=dict)
    repeats: set[str] = field(default_factory=set)
    careful: set[str] = field(default_factory=set)
    planners: list[Planner] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    sections: list[tuple[int, Section]] = field(default_factory=list)

    def command(
        self,
        name: str,
        help: Callable[[Words], Help],
        *,
        short: bool = False,
        aliases: tuple[str, ...] = (),
        reads: bool = False,
        only: Callable[[Person], bool] | None = None,
        form: FormMaker | None = None,
    ) -> Callable[[Handler], Handler]:
        """A typed verb. The model guards what it does; `only` keeps help from naming it to others. Where there is a
        `form`, what was typed comes back in it when something is refused.
        """
        self.commands.append(Command(name, help, short, aliases, only))
        return self._add("command", name, reads=reads, form=form)

    def shortcut(self, name: str, label: Callable[[Words], str], *, reads: bool = True) -> Callable[[Handler], Handler]:
        """An action on a message."""
        self.shortcuts.append(Shortcut(name, label))
        return self._add("shortcut", name, reads=reads)

    def compose(self, command: str, text: str, label: Callable[[Words], str]) -> None:
        """Offers one of this capability's commands where people write."""
        self.composes.append(Compose(command, text, label))

    def press(self, name: str, *, reads: bool = False, opens: bool = False) -> Callable[[Handler], Handler]:
        """A button. One that `opens` may answer with a form: some chats must know that before it is pressed."""
        return self._add("press", name, reads=reads, opens=opens)

    def submit(self, name: str, form: FormMaker) -> Callable[[Handler], Handler]:
        """A form that was sent; `form` builds it again when something in it is refused."""
        return self._add("submit", name, form=form)

    def lookup(self, name: str) -> Callable[[Handler], Handler]:
        """Options for a `Search` field."""
        return self._add("lookup", name, reads=True)

    def event(self, name: str) -> Callable[[Handler], Handler]:
        """Something that happened on the platform."""
        return self._add("event", name)

    def text(self) -> Callable[[Handler], Handler]:
        """Free text said to Ritme; one capability answers it."""
        return self._add("text", "text", reads=True)

    def home(self) -> Callable[[Handler], Handler]:
        """The personal overview; one capability shows it."""
        return self._add("home", "home", reads=True)

    def due(self, name: str, *, at_once: int = 200) -> Callable[[Handler], Handler]:
        """Planned work that fell due: `Call.ids("rows")` are up to `at_once` ids of `models.due.Due`.

        A call is one transaction, which everybody else waits for: it should take less than a tenth of a second.
        """
        self.at_once[name] = at_once
        return self._add("due", name)

    def deliver(self, kind: str, *, repeat: bool = False, careful: bool = False) -> Callable[[Saying], Saying]:
        """How deliveries of a kind are put into words.

        What becomes of one that may or may not have arrived, where nobody can look that up: a direct message is said
        again, rather twice than never, unless it is so personal that twice is worse (`careful`); a post stands before
        many, so it is sent once more only with `repeat`. Else it stands aside and an operator decides; nothing waits
        for it.

        What a gated capability had to say when it stopped, because the consent no longer covers it, is not said.
        """

        def keep(saying: Saying) -> Saying:
            def said(scope: Scope, ids: Mapping[str, Any]) -> Message | Withdrawn:
                begun = _begun(self.capability, scope, gated=self.gated)
                return saying(scope, ids) if begun else Withdrawn("not_started")

            self.sayings[kind] = said
            if repeat:
                self.repeats.add(kind)
            if careful:
                self.careful.add(kind)
            return saying

        return keep

    def plan(self) -> Callable[[Planner], Planner]:
        """Plans due work ahead, for one organisation at a time."""

        def keep(planner: Planner) -> Planner:
            self.planners.append(planner)
            return planner

        return keep

    def section(self, order: int) -> Callable[[Section], Section]:
        """A part of the personal overview; lower orders come first."""

        def keep(section: Section) -> Section:
            def shown(scope: Scope) -> tuple[Element, ...]:
                return section(scope) if _begun(self.capability, scope, gated=self.gated) else ()

            self.sections.append((order, shown))
            return section

        return keep

    def _add(
        self, kind: Kind, name: str, *, reads: bool = False, form: FormMaker | None = None, opens: bool = False
    ) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            known = (self.refusals, form, self.capability, self.gated, opens)
            self.routes.append(Route(kind, name, handler, reads, *known))
            return handler

        return keep


class Router:
    """Every route there is. Raises ValueError where two capabilities claim the same name."""

    def __init__(self, parts: Iterable[Routes]) -> None:
        self._routes: dict[tuple[str, str], Route] = {}
        self.commands: dict[str, Command] = {}
        self.shortcuts: dict[str, Shortcut] = {}
        self.composes: dict[str, Compose] = {}
        self.sayings: dict[str, Saying] = {}
        self.repeats: set[str] = set()
        self.careful: set[str] = set()
        self.planners: list[Planner] = []
        self.at_once: dict[str, int] = {}
        sections: list[tuple[int, Section]] = []
        for part in parts:
            for route in part.routes:
                _unique(self._routes, (route.kind, route.name), route)
            for command in part.commands:
                _unique(self.commands, command.name, command)
            for shortcut in part.shortcuts:
                _unique(self.shortcuts, shortcut.name, shortcut)
            for compose in part.composes:
                _unique(self.composes, compose.name, compose)
            for kind, saying in part.sayings.items():
                _unique(self.sayings, kind, saying)
            self.repeats |= part.repeats
            self.careful |= part.careful
            self.planners.extend(part.planners)
            self.at_once |= part.at_once
            sections.extend(part.sections)
        self.sections: list[Section] = [section for _, section in sorted(sections, key=lambda pair: pair[0])]
        self._verbs = {
            word: command.name for command in self.commands.values() for word in (command.name, *command.aliases)
        }

    def verb(self, word: str) -> str:
        """The command that a typed word stands for, in any language; empty when there is none."""
        return self._verbs.get(word.casefold(), "")

    @property
    def words(self) -> tuple[str, ...]:
        """Every word that is a command, aliases too."""
        return tuple(self._verbs)

    def offered(self, scope: Scope) -> tuple[Command, ...]:
        """The commands that are there for the caller now."""
        return tuple(one for one in self.commands.values() if self._offers(one, scope))

    def _offers(self, command: Command, scope: Scope) -> bool:
        allowed = command.only is None or command.only(scope.me)
        return allowed and self._routes["command", command.name].begun(scope)

    def find(self, call: Call) -> Route | None:
        return self._routes.get((call.kind, call.name))

    def has(self, kind: Kind, name: str) -> bool:
        return (kind, name) in self._routes

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(self._routes.values())

    @property
    def opening(self) -> frozenset[str]:
        """The names of the buttons that may open a form."""
        return frozenset(route.name for route in self._routes.values() if route.kind == "press" and route.opens)


def _begun(capability: str, scope: Scope, *, gated: bool) -> bool:
    return not gated or scope.org.begun(capability)


def _unique(known: dict[Any, Any], name: Any, thing: Any) -> None:
    if name in known:
        raise ValueError(f"two capabilities claim {name!r}")
    known[name] = thing
