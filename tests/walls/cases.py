"""What can be said to Ritme, made from its routes: each with every slot that its capability reads anywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.calls import Account, Call, Origin, Profile
from bot.router import Route, Router
from tests.walls.five import House

HANDLERS = Path(__file__).parent.parent.parent / "handlers"
_READERS = {"id", "ids", "value", "chosen", "number", "day", "clock", "get"}


CALLERS = {"administrator": "bo", "somebody": "noor", "manager": "anna", "HR": "hanna"}
USED = 3
"""Which row of another organisation is named. In every table it is there."""


@dataclass(frozen=True, slots=True)
class Case:
    """One call, by somebody of one organisation, that names rows of another in these slots."""

    name: str
    by: House
    at: House
    call: Call


@cache
def slots(capability: str) -> tuple[str, ...]:
    """The names that the handlers of a capability read from what a button held on to or a form was filled with."""
    home = HANDLERS / capability
    files = sorted(home.glob("*.py")) if home.is_dir() else [home.with_suffix(".py")]
    return tuple(sorted({name for file in files for name in _read(ast.parse(file.read_text()))}))


def _read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _READERS:
            yield from (
                one.value for one in node.args[:1] if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            yield node.slice.value


def cases(router: Router, by: House, at: House, *, callers: tuple[str, ...], each: bool) -> Iterator[Case]:
    """Every route, said by each of these; with all slots naming the other organisation at once, and with `each` also
    one by one, while the others name the caller's own.
    """
    for route in router.routes:
        names = slots(route.capability)
        for who in callers if route.kind not in {"due", "event"} else callers[:1]:
            chosen = [dict.fromkeys(names, at), *({**dict.fromkeys(names, by), one: at} for one in names if each)]
            for which in chosen:
                aimed = "all" if len({*which.values()}) < 2 else next(one for one in names if which[one] is at)
                call = _call(route, by, who, {name: str(house.row(USED)) for name, house in which.items()}, at)
                yield Case(f"{route.kind} {route.name} by {who}, {aimed}: {by.id} at {at.id}", by, at, call)


def own(router: Router, by: House, *, callers: tuple[str, ...]) -> Iterator[Case]:
    """The same calls, naming rows of the caller's own organisation: what shows that they reach anything at all."""
    for case in cases(router, by, by, callers=callers, each=False):
        yield replace(case, name=f"own: {case.name}")


def _call(route: Route, by: House, who: str, ids: dict[str, str], at: House) -> Call:
    account = Account(by.platform, by.teams[-1], by.user(CALLERS[who]))
    rows = (str(at.row(USED)), str(at.row(USED + 1)))
    carry: dict[str, str] = {**ids, "org": str(by.id)} if route.kind == "due" else dict(ids)
    values: dict[str, Any] = {**ids, "rows": rows}
    told: dict[str, Any] = {}
    if route.kind == "event":
        told["profiles"] = (
            Profile(by.user("noor"), "Noor Jansen", "noor3@x.example"),
            Profile("UNEW", "Noor Jansen", "new@x.example"),
        )
    if route.kind == "shortcut":
        told["mentions"] = {"author": by.user("noor")}
    text = {"command": "@Noor Jansen dank", "lookup": "noor", "shortcut": "Wat fijn", "text": "hallo"}.get(
        route.kind, ""
    )
    origin = Origin(channel="C1", message="M1", trigger="t", view="v")
    due = None if route.kind == "due" else account
    return Call(route.kind, route.name, due, "", text=text, values=values, carry=carry, origin=origin, **told)
