"""What follows from a change of somebody's zone, working days or leave: everything that waits for their moment."""

from __future__ import annotations

from collections.abc import Collection

from models import checkins, digest
from models.scope import Scope


def replan(scope: Scope, people: Collection[int]) -> None:
    """Plans for these people as their days are now. What is planned already keeps its place, at another moment."""
    if people:
        checkins.replan(scope, people)
        digest.moved(scope, people)
