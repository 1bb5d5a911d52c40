"""HR's list of people: a CSV file, read with patience and refused with reasons.

The delimiter, the encoding and the language of the headers are found out. Every row that can't be right is named by
its line; a list with such a row is refused as a whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.cadence import zone_named
from models.directory.days import read_span, read_weekdays
from models.errors import Problems, Refused, refuse

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "naam", "volledigenaam"),
    "first": ("firstname", "givenname", "voornaam", "roepnaam"),
    "infix": ("tussenvoegsel", "voorvoegsel"),
    "last": ("lastname", "surname", "familyname", "achternaam"),
    "email": ("email", "mail", "emailaddress", "emailadres", "mailadres"),
    "manager": ("manager", "manageremail", "leidinggevende", "emailleidinggevende", "leidinggevendeemail"),
    "second": ("secondmanager", "second", "dottedline", "tweedeleidinggevende"),
    "team": ("team", "department", "afdeling"),
    "workdays": ("workdays", "workingdays", "werkdagen"),
    "zone": ("zone", "timezone", "tijdzone"),
    "language": ("language", "taal"),
    "starts": ("starts", "start", "startdate", "startson", "begint", "startdatum", "indienst"),
    "leaves": ("leaves", "enddate", "leaveson", "lastday", "vertrekt", "einddatum", "uitdienst", "laatstedag"),
    "roles": ("roles", "role", "rollen", "rol"),
    "leave": ("leave", "absence", "away", "verlof", "afwezig"),
}
_LANGUAGES = {"nl": "nl", "dutch": "nl", "nederlands": "nl", "en": "en", "english": "en", "engels": "en"}
_ROLES = {"hr": "hr", "p&o": "hr", "admin": "admin", "administrator": "admin", "beheerder": "admin"}
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"),
    re.compile(r"(?P<day>\d\d?)[-/.](?P<month>\d\d?)[-/.](?P<year>\d{4})"),
)
LONGEST_NAME = 100

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the list has them. An empty value says nothing where the person may have a choice of their own
    (zone, language, working days), and "none" elsewhere.
    """

    line: int
    name: str
    email: str
    manager: str = ""
    second: str = ""
    team: str = ""
    workdays: str = ""
    zone: str = ""
    language: str = ""
    starts: date | None = None
    leaves: date | None = None
    roles: frozenset[str] = frozenset()
    leave: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Everybody on the list. `columns` are those that it has, `unused` the headers that mean nothing here."""

    entries: tuple[Entry, ...]
    columns: frozenset[str]
    unused: tuple[str, ...] = ()


def read(data: bytes, today: date) -> Listing:
    """Reads a list. Refused with every problem at once, each with its line: "people.line", with facts line, wrong
    and what the sentence needs; or as a whole as "people.empty" or "people.column" (facts: column).
    """
    text = _decoded(data).replace("\0", "")  # no database keeps a NUL
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    header = next(rows, [])
    columns = [_column(title) for title in header]
    known = {column for column in columns if column}
    for column in ("name", "email"):
        if column not in known and not (column == "name" and known & {"first", "last"}):
            refuse("people.column", column=column)
    reader = _Reader(today)
    before = rows.line_num
    for cells in rows:
        if any(cell.strip() for cell in cells):
            reader.row(before + 1, columns, cells)
        before = rows.line_num
    reader.settle()
    unused = tuple(title.strip() for title, column in zip(header, columns, strict=True) if not column and title.strip())
    return Listing(tuple(reader.entries), frozenset(known), unused)


def _decoded(data: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8 with or without its mark, UTF-16, or Windows' own."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t|", key=header.count)


def _column(title: str) -> str:
    """The column that a header stands for; empty for one that means nothing here."""
    folded = re.sub(r"[\s_.\-]+", "", title.casefold())
    return next((column for column, titles in HEADERS.items() if folded in titles), "")


class _Reader:
    """Collects entries, and everything that is wrong with them."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.entries: list[Entry] = []
        self._wrongs: list[dict[str, Any]] = []
        self._lines: dict[str, int] = {}

    def row(self, line: int, columns: list[str], cells: list[str]) -> None:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            self._wrong(line, "cells")
            return
        said = {column: " ".join(cell.split()) for column, cell in zip(columns, cells, strict=False) if column}
        email = said.get("email", "").casefold()
        entry = Entry(
            line,
            self._name(line, said),
            email,
            manager=said.get("manager", "").casefold(),
            second=said.get("second", "").casefold(),
            team=said.get("team", ""),
            workdays=self._workdays(line, said.get("workdays", "")),
            zone=self._zone(line, said.get("zone", "")),
            language=self._one_of(line, "language", _LANGUAGES, said.get("language", "")),
            starts=self._date(line, said.get("starts", "")),
            leaves=self._date(line, said.get("leaves", "")),
            roles=self._roles(line, said.get("roles", "")),
            leave=tuple(self._spans(line, said.get("leave", ""))),
        )
        self._email(line, said.get("email", ""))
        if entry.starts and entry.leaves and entry.leaves < entry.starts:
            self._wrong(line, "order")
        self.entries.append(entry)

    def settle(self) -> None:
        """What only shows when all rows are known; then refuses whatever was wrong."""
        here = {entry.email for entry in self.entries if not entry.leaves or entry.leaves >= self.today}
        for entry in self.entries:
            for wrong, leader in (("manager", entry.manager), ("second", entry.second)):
                if leader and leader == entry.email:
                    self._wrong(entry.line, "self", leader)
                elif leader and leader not in here:
                    self._wrong(entry.line, wrong, leader)
        self._find_circles()
        problems = Problems()
        for facts in sorted(self._wrongs, key=lambda facts: facts["line"]):
            problems.add("people.line", **facts)
        problems.settle()
        if not self.entries:
            refuse("people.empty")

    def _find_circles(self) -> None:
        """Managers who, by way of others, lead themselves; each circle is named once."""
        by_email = {entry.email: entry for entry in self.entries}
        settled: set[str] = set()
        for entry in self.entries:
            path: dict[str, Entry] = {}
            now: Entry | None = entry
            while now is not None and now.email not in settled and now.email not in path:
                path[now.email] = now
                now = by_email.get(now.manager) if now.manager != now.email else None
            if now is not None and now.email in path:
                circle = list(path.values())[list(path).index(now.email) :]
                first = min(circle, key=lambda one: one.line)
                names = tuple(one.name for one in circle)
                self._wrong(first.line, "circle", names=names)
            settled.update(path)

    def _wrong(self, line: int, wrong: str, value: str = "", **facts: Any) -> None:
        self._wrongs.append({"line": line, "wrong": wrong, "value": value, **facts})

    # cells

    def _name(self, line: int, said: Mapping[str, str]) -> str:
        parts = (said.get("first", ""), said.get("infix", ""), said.get("last", ""))
        name = said.get("name", "") or " ".join(part for part in parts if part)
        if not 0 < len(name) <= LONGEST_NAME:
            self._wrong(line, "name")
        return name

    def _email(self, line: int, typed: str) -> None:
        email = typed.casefold()
        if not _EMAIL.fullmatch(email):
            self._wrong(line, "email", typed)
        elif email in self._lines:
            self._wrong(line, "twice", typed, first=self._lines[email])
        else:
            self._lines[email] = line

    def _workdays(self, line: int, typed: str) -> str:
        days = read_weekdays(typed) if typed else ""
        if days is None:
            self._wrong(line, "workdays", typed)
        return days or ""

    def _zone(self, line: int, typed: str) -> str:
        if typed:
            try:
                zone_named(typed)
            except Refused:
                self._wrong(line, "zone", typed)
        return typed

    def _one_of(self, line: int, wrong: str, known: Mapping[str, str], typed: str) -> str:
        if typed and typed.casefold() not in known:
            self._wrong(line, wrong, typed)
        return known.get(typed.casefold(), "")

    def _date(self, line: int, typed: str) -> date | None:
        found = next((match for shape in _DATES if (match := shape.fullmatch(typed))), None)
        try:
            if found:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
        except ValueError:
            found = None
        if typed:
            self._wrong(line, "date", typed)
        return None

    def _roles(self, line: int, typed: str) -> frozenset[str]:
        words = re.split(r"[\s,;/+]+", typed)
        return frozenset(self._one_of(line, "role", _ROLES, word) for word in words if word) - {""}

    def _spans(self, line: int, typed: str) -> Iterator[Span]:
        for part in re.split(r"[,;|]", typed):
            if part.strip():
                yield from self._span(line, part.strip())

    def _span(self, line: int, typed: str) -> Iterator[Span]:
        try:
            starts, until = read_span(typed.replace("..", " - "), self.today)
        except Refused:
            self._wrong(line, "leave", typed)
            return
        if until < starts:
            self._wrong(line, "leave", typed)
            return
        yield starts, until
