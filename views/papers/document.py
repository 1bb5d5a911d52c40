"""What a paper is made of, before it is written as Markdown or as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below their heads."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """Something that only the organisation knows: what is asked, and room to answer it."""

    asked: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read: what it is, and its address."""

    title: str
    address: str


Block = str | Points | Table | Blank | Source
"""A string is a paragraph."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One paper. `name` is what its files are called."""

    name: str
    title: str
    lead: tuple[Block, ...]
    parts: tuple[Part, ...]


def points(*items: str) -> Points:
    return Points(items)


def table(head: Sequence[str], *rows: Sequence[str]) -> Table:
    return Table(tuple(head), tuple(tuple(row) for row in rows))
