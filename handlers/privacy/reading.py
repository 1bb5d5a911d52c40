"""Reading everything that is kept about oneself."""

from __future__ import annotations

from dataclasses import replace

from bot.calls import Call, OpenForm, Replies, UpdateForm
from bot.messages import Element, Form
from handlers.privacy import facts
from handlers.privacy.routes import routes
from models import privacy as model
from models.scope import Scope
from views import privacy as view

PAGE = 5
"""Entries in one part of the sheet."""


@routes.command("mydata", view.help, aliases=("gegevens", "mijngegevens"), reads=True)
@routes.press("privacy.open", opens=True, reads=True)
def mydata(call: Call, scope: Scope) -> Replies:
    return OpenForm(sheet(scope), again=True)


@routes.press("privacy.mydata", reads=True)
def back(call: Call, scope: Scope) -> Replies:
    return UpdateForm(sheet(scope), again=True)


@routes.press("privacy.part", reads=True)
def part(call: Call, scope: Scope) -> Replies:
    """The entries of one table, some at a time."""
    found = model.one_table(scope, call.carry.get("table", ""))
    if found is None:
        return UpdateForm(sheet(scope), again=True)
    return UpdateForm(view.part(facts.table(scope, found, call.id("start"), PAGE), scope.words), again=True)


@routes.section(95)
def section(scope: Scope) -> tuple[Element, ...]:
    return view.section(scope.words)


def sheet(scope: Scope, *, again: bool = False) -> Form:
    """What is kept of the caller; `again` where they asked for something that was asked before."""
    tables = tuple((name, rows) for name, rows in model.counted(scope).items())
    return view.sheet(replace(facts.mine(scope, tables), again=again), scope.words)


def document(scope: Scope) -> tuple[str, tuple[Element, ...]]:
    """Everything about the caller in one document: its title, and what it says."""
    parts = tuple(model.gather(scope))
    mine = facts.mine(scope, tuple((one.name, len(one.rows)) for one in parts))
    return view.document(mine, [facts.table(scope, one) for one in parts], scope.words)
