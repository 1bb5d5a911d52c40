"""The floor: how large a group must be before anything is said of it. One rule for every count and every answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

SMALLEST = 3
"""No floor is lower: of two people each knows what the other said."""

MANAGERS = 3
"""What HR counts spans at least this many managers, so that no number is about one of them."""


def reached(people: ColumnElement[int], floor: Any, managers: ColumnElement[int] | None = None) -> ColumnElement[Any]:
    """The condition under which a group is shown: enough people, and for HR enough managers, counted in the query.

    `floor` is a number or a parameter.
    """
    enough = and_(people >= floor, people >= SMALLEST)
    return enough if managers is None else and_(enough, managers >= MANAGERS)
