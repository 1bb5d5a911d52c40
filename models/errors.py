"""How a model says no: a code and facts. The sentence for it belongs to the views."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not right. `field` names the form field it is about, or is empty."""

    code: str
    field: str = ""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    """Raised by models and handlers; dispatch turns it into a kind sentence and rolls the call back."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def refuse(code: str, field: str = "", **facts: Any) -> NoReturn:
    """Raises `Refused` for one problem."""
    raise Refused(Problem(code, field, facts))


class Problems:
    """Collects what is wrong with a form, so that all of it can be said at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, code: str, field: str = "", **facts: Any) -> None:
        self._found.append(Problem(code, field, facts))

    def settle(self) -> None:
        """Raises `Refused` with everything found, if anything was."""
        if self._found:
            raise Refused(*self._found)
