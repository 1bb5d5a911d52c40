"""Serves a call: finds its handler, enters its scope, runs it in one transaction, and keeps it from counting twice.

Order: the handler's changes, its deliveries and the call's key are committed together; only then does the caller hear
anything. The same call again gets the first answer and has no second effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import orjson
import structlog
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from bot import logs, outbox
from bot.again import OutOfReach
from bot.calls import (
    Answer,
    AtOnce,
    Call,
    Durable,
    Fetch,
    Invalid,
    OpenForm,
    Options,
    Post,
    Profile,
    RefreshHome,
    ReplaceOrigin,
    Replies,
    Retract,
    Revise,
    Tell,
    UpdateForm,
)
from bot.clock import Clock
from bot.db import Database, Unavailable
from bot.messages import Form
from bot.metrics import Metrics
from bot.parcels import Platform
from bot.router import Manners, Route, Router
from bot.serving import Afterwards
from bot.words import Words, default_words, shortened, visible
from models import due, served
from models.delivery import lanes
from models.errors import Problem, Refused, refuse
from models.scope import Scope, enter, enter_org, enter_team

log = structlog.get_logger()
_DURABLE = (Tell, Post, Revise, Retract, RefreshHome)
_HELP = frozenset({"help", "hulp", "?"})
_LONGEST = 200
"""Characters of what somebody typed that a refusal says back to them."""


class Stranger(Exception):
    """The caller has no account here, or the installation is unknown."""


class Dispatch:
    """The one pipeline that every call goes through, whatever door it came in by."""

    def __init__(
        self,
        router: Router,
        database: Database,
        clock: Clock,
        manners: Manners,
        platforms: Mapping[str, Platform],
        metrics: Metrics | None = None,
    ) -> None:
        self.router = router
        self.database = database
        self.clock = clock
        self.manners = manners
        self.platforms = platforms
        self.metrics = metrics or Metrics()
        self._asking = Afterwards()

    async def serve(self, call: Call) -> tuple[AtOnce, ...]:
        """The replies at once, after the commit. Raises only for an event or due work that had no effect."""
        start = self.clock.monotonic()
        call = self._named(replace(call, text=visible(call.text.replace("\0", ""))))  # no database keeps a NUL
        route = self.router.find(call)
        if route is None:
            self.metrics.called(call.kind, "unknown", "unknown")
            return (Answer(self.manners.outdated(default_words())),) if call.kind != "event" else ()
        try:
            return await self._served(call, route)
        except Stranger:
            return await self._introduced(call, route)
        finally:
            self.metrics.took(call.kind, self.clock.monotonic() - start)

    async def form(self, call: Call) -> Form | None:
        """The form that a call was sent from, with what was typed in it; None where it cannot be made again."""
        route = self.router.find(call)
        if route is None or route.form is None:
            return None
        try:
            return await self.database.read(lambda connection: self._form(self._scope(connection, call), call, route))
        except Exception as failure:  # noqa: BLE001 - whatever is wrong, there is no form
            log.warning("form not made again", call=call.name, error=type(failure).__name__)
            return None

    async def settle(self) -> None:
        """Waits for everything that is still being asked of a platform."""
        await self._asking.settle()

    async def _served(self, call: Call, route: Route) -> tuple[AtOnce, ...]:
        road = self.database.read if route.reads else self.database.write
        try:
            replies = await road(lambda connection: self._run(connection, call, route))
        except Stranger:
            raise
        except Exception as failure:  # noqa: BLE001 - each kind of failure has its own answer
            outcome, replies = await self._failed(call, route, failure)
            self.metrics.called(call.kind, call.name, outcome)
            return replies
        self.metrics.called(call.kind, call.name, "ok")
        for fetch in replies:
            if isinstance(fetch, Fetch):
                self._fetching(call, fetch)
        return tuple(reply for reply in replies if not isinstance(reply, Fetch))

    def _run(self, connection: Connection, call: Call, route: Route) -> tuple[AtOnce | Fetch, ...]:
        """The transaction of one call."""
        scope = self._scope(connection, call)
        if call.account is not None and not route.begun(scope):
            refuse("not_started")  # the clock's work looks for itself
        said = tuple(self._spoken(reply, scope.words) for reply in _listed(route.handler(call, scope)))
        now: tuple[AtOnce | Fetch, ...] = tuple(reply for reply in said if not isinstance(reply, _DURABLE))
        if route.kind == "press" and not route.opens and any(isinstance(reply, OpenForm) for reply in now):
            raise TypeError(f"press {route.name} opens a form without having said so")
        if route.reads:
            if len(now) < len(said):
                raise TypeError(f"{route.kind} {route.name} only reads, so it leaves nothing to be said later")
            return now
        later: list[Durable] = [reply for reply in said if isinstance(reply, _DURABLE)]
        if any(isinstance(reply, ReplaceOrigin) for reply in now):
            now = _beside(scope, call, now, later)
        if later:
            outbox.queue(scope, later)
        if call.kind == "due":
            due.done(scope, call.ids("rows"))
        if call.key and not any(isinstance(reply, OpenForm | UpdateForm) and reply.again for reply in now):
            kept = [reply for reply in now if not isinstance(reply, Fetch) and not _private(reply)]
            served.keep(scope, call.key, orjson.dumps(kept).decode())
        return now

    async def _failed(self, call: Call, route: Route, failure: Exception) -> tuple[str, tuple[AtOnce, ...]]:
        """How it ended and what the caller hears, when the transaction was rolled back."""
        try:
            first = await self.database.read(lambda connection: self._first(connection, call))
            if first is not None:
                return "again", first
            if isinstance(failure, Refused) and call.kind != "due":
                refused = failure
                said = await self.database.read(lambda connection: self._refused(connection, call, route, refused))
                return "refused", said
        except Stranger:
            raise
        except Exception as another:  # noqa: BLE001 - the newest failure says most
            failure = another
        if call.kind in {"event", "due"}:
            self.metrics.called(call.kind, call.name, "failed")
            raise failure
        return self._unserved(call, failure, await self._speech(call))

    def _unserved(self, call: Call, failure: Exception, speech: Words) -> tuple[str, tuple[AtOnce, ...]]:
        """What the caller hears where nothing came of it, and that is not up to them."""
        if isinstance(failure, Unavailable | OutOfReach):
            log.warning("call came at a busy moment", call=call.name, error=str(failure))
            return "busy", (Answer(self.manners.busy(speech)),)
        reference = logs.reference()
        log.error("call failed", call=call.name, kind=call.kind, reference=reference, exc_info=failure)
        return "failed", (Answer(self.manners.unexpected(reference, speech)),)

    async def _speech(self, call: Call) -> Words:
        """The caller's words, as far as they can be found out when something is wrong."""
        try:
            return await self.database.read(lambda connection: self._scope(connection, call).words)
        except Exception:  # noqa: BLE001 - whatever is wrong, something is said
            return default_words()

    def _first(self, connection: Connection, call: Call) -> tuple[AtOnce, ...] | None:
        outcome = served.first_outcome(self._scope(connection, call), call.key) if call.key else None
        return None if outcome is None else _replies().validate_json(outcome)

    def _refused(self, connection: Connection, call: Call, route: Route, refused: Refused) -> tuple[AtOnce, ...]:
        """A refusal in kind sentences: in the form where it was one, or a command that has one; else as an answer."""
        scope = self._scope(connection, call)
        said = [(problem.field, self._sentence(problem, route, scope.words)) for problem in refused.problems]
        if call.kind == "lookup":
            return (Options(()),)
        form = self._form(scope, call, route)
        if form is None:
            return (Answer(self.manners.refused(tuple(text for _, text in said), scope.words)),)
        fields = {field.name for field in form.fields}
        errors = {field: text for field, text in said if field in fields}
        form = replace(form, problem=" ".join(text for field, text in said if field not in fields))
        return (OpenForm(form.noted(errors), again=True) if call.kind == "command" else Invalid(form, errors),)

    def _form(self, scope: Scope, call: Call, route: Route) -> Form | None:
        """None where there is none, what it was about is gone, or Ritme hasn't begun with what is typed here."""
        if route.form is None or (call.kind == "command" and not route.begun(scope)):
            return None
        try:
            form = route.form(call, scope).filled(call.values)
        except Refused:
            return None
        return replace(form, missing=self.manners.missing(scope.words))

    def _spoken(self, reply: Any, speech: Words) -> Any:
        """A reply whose form can say what is missing in it."""
        if not isinstance(reply, OpenForm | UpdateForm | Invalid):
            return reply
        return replace(reply, form=replace(reply.form, missing=self.manners.missing(speech)))

    def _sentence(self, problem: Problem, route: Route, speech: Words) -> str:
        sentence = route.refusals.get(problem.code) or self.manners.sentences[problem.code]
        facts = {name: shortened(one, _LONGEST) if isinstance(one, str) else one for name, one in problem.facts.items()}
        return sentence(facts, speech)

    def _fetching(self, call: Call, fetch: Fetch) -> None:
        """Asks the platform in the background: a workspace of thousands takes longer than a caller can wait."""
        self._asking.begin(self._fetched(call, fetch))

    async def _fetched(self, call: Call, fetch: Fetch) -> None:
        """Serves what the platform knows. What comes of it is said by deliveries."""
        account = call.account
        if account is None or account.platform not in self.platforms:
            return
        carry, profiles = dict(fetch.carry), tuple[Profile, ...]()
        try:
            profiles = await self.platforms[account.platform].people(account.team)
        except Exception:
            carry["failed"] = logs.reference()
            log.exception("fetching failed", then=fetch.then, reference=carry["failed"])
        then = Call("event", fetch.then, account, f"{call.key}:{fetch.then}", carry=carry, profiles=profiles)
        try:
            await self.serve(then)
        except Exception:
            log.exception("what was fetched is lost", then=fetch.then, reference=logs.reference())

    async def _introduced(self, call: Call, route: Route) -> tuple[AtOnce, ...]:
        """An account that nobody is known by: ask the platform who it is, let the directory match, try once more."""
        account, speech = call.account, default_words()
        said: tuple[AtOnce, ...]
        if account is None or account.platform not in self.platforms or call.kind == "event":
            self.metrics.called(call.kind, call.name, "stranger")
            return ()
        try:
            profile = await self.platforms[account.platform].profile(account.team, account.user)
            if profile is not None:
                speech = default_words(profile.locale)
                await self.serve(Call("event", "person.seen", account, "", profiles=(profile,)))
            return await self._served(call, route)
        except Stranger:
            outcome, said = "stranger", (Answer(self.manners.stranger(speech)),)
        except Exception as failure:  # noqa: BLE001 - as where somebody known is served
            outcome, said = self._unserved(call, failure, speech)
        self.metrics.called(call.kind, call.name, outcome)
        return said

    def _scope(self, connection: Connection, call: Call) -> Scope:
        """Raises Stranger where there is nobody to look through the eyes of."""
        now, account = self.clock.now(), call.account
        if account is None:
            scope = enter_org(connection, call.id("org"), now)
        elif call.kind == "event":
            scope = enter_team(connection, account.platform, account.team, now)
        else:
            scope = enter(connection, account.platform, account.team, account.user, now)
        if scope is None:
            raise Stranger
        return scope

    def _named(self, call: Call) -> Call:
        """A typed word as the command it stands for, in any language; help where it is asked for or needed.

        What is said to Ritme alone may begin with a command too: not every chat has slashes, nor does everybody type
        them.
        """
        if call.kind == "text":
            word, _, rest = call.text.strip().removeprefix("/").partition(" ")
            if not self.router.verb(word):
                return call
            call = replace(call, kind="command", name=word, text=rest.strip())
        if call.kind != "command":
            return call
        name = self.router.verb(call.name)
        if not name:
            return replace(call, name="help", carry={"unknown": call.name})
        if call.text.strip().casefold() in _HELP:
            return replace(call, name="help", carry={"command": name})
        return replace(call, name=name)


def _beside(
    scope: Scope, call: Call, now: tuple[AtOnce | Fetch, ...], later: list[Durable]
) -> tuple[AtOnce | Fetch, ...]:
    """Where a message says several things, one of them does not replace all: it is answered beside the message,
    which is then said as it is now.
    """
    origin = call.origin
    shared = lanes.shares_its_message(scope, origin.channel, origin.message) if origin.message else None
    if shared is None:
        return now
    again = Revise(shared.kind, orjson.loads(shared.ids))
    if again not in later:
        later.append(again)
    return tuple(Answer(reply.message) if isinstance(reply, ReplaceOrigin) else reply for reply in now)


@cache
def _replies() -> TypeAdapter[tuple[AtOnce, ...]]:
    return TypeAdapter(tuple[AtOnce, ...])


def _private(reply: AtOnce) -> bool:
    return isinstance(reply, UpdateForm) and reply.private


def _listed(replies: Replies) -> tuple[Any, ...]:
    if replies is None:
        return ()
    return tuple(replies) if isinstance(replies, tuple | list) else (replies,)
