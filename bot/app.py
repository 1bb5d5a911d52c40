"""The composition root: the one place that knows all parts. Every part has a default and can be replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.clock import Clock
from bot.db import Database
from bot.dispatch import Dispatch
from bot.parcels import Platform
from bot.router import Router, Routes
from handlers import checkins, directory, home, house, kudos
from views.house import MANNERS

CAPABILITIES: tuple[Routes, ...] = (checkins.routes, kudos.routes, directory.routes)
"""What Ritme can do. A new capability is one more entry here."""


def build_router(capabilities: tuple[Routes, ...] = CAPABILITIES) -> Router:
    """The router of these capabilities and the house around them."""
    built: list[Router] = []
    known: Callable[[], Router] = lambda: built[0]  # noqa: E731 - the house speaks of a router that it is part of
    built.append(Router((house.build(known), home.build(known), *capabilities)))
    return built[0]


def build_dispatch(
    database: Database, clock: Clock, platforms: Mapping[str, Platform], router: Router | None = None
) -> Dispatch:
    """The pipeline, with everything the house can do."""
    return Dispatch(router or build_router(), database, clock, MANNERS, platforms)
