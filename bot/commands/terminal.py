"""How the command line speaks: one line at a time, and what is wrong on the error stream."""

from __future__ import annotations

from typing import Any, NoReturn

import typer
from rich.console import Console

from bot.settings import Settings, Wrong, load

console = Console()


def say(sentence: str) -> None:
    """A line, whole, however narrow the terminal is."""
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def refuse(*sentences: str, code: int = 2) -> NoReturn:
    """Says what is wrong, and ends the command."""
    complaints = Console(stderr=True)
    for sentence in sentences:
        complaints.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code)


def settings(*, doors: bool = True, **values: Any) -> Settings:
    """The settings, or the reasons why there are none and the end of the command."""
    try:
        return load(doors=doors, **values)
    except Wrong as wrong:
        refuse(*wrong.problems)
