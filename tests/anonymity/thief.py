"""Who holds the database as it was after every single thing that happened, but not the keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url

from tests.world import World

Links = dict[int, int]
"""By person: the score that is taken for theirs."""

Row = Mapping[str, Any]
Moment = dict[str, list[Row]]
"""Every row of every table, with where it lies (`place`) and, on PostgreSQL, by which transaction (`written`)."""

LIES = {"sqlite": "rowid AS place", "postgresql": "ctid::text AS place, xmin::text::bigint AS written"}


def moment(world: World) -> Moment:
    with world.database.reader.connect() as connection:
        lies = LIES[connection.dialect.name]
        tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: [*_rows(connection, f'SELECT {lies}, * FROM "{name}"')] for name in tables}  # noqa: S608 - names of the schema


def _rows(connection: Connection, query: str) -> Iterator[Row]:
    for row in connection.exec_driver_sql(query):
        yield _placed(dict(row._mapping))


def _placed(row: Mapping[str, Any]) -> Row:
    numbers = re.findall(r"\d+", str(row["place"]))
    return {**row, "place": tuple(map(int, numbers))}


def everything(world: World) -> bytes:
    """All bytes that are on the disk: the database and its log of writes."""
    url = make_url(world.url)
    if world.database.sqlite:
        file = Path(str(url.database))
        return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))
    with world.database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        [[oid]] = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()")
    folder = Path(str(url.query["host"]))
    files = [*folder.glob(f"base/{oid}/*"), *folder.glob("pg_wal/*")]
    return b"".join(path.read_bytes() for path in sorted(files) if path.is_file())


@dataclass
class Thief:
    """Sees one opening. `said` is the table that answers can be read in, once they can be read."""

    said: str
    moments: list[Moment] = field(default_factory=list)

    def looks(self, world: World) -> None:
        self.moments.append(moment(world))

    def ways(self) -> Iterator[tuple[str, Links]]:
        """Each way of linking, with what it links."""
        yield "came along", self._came_along()
        yield "same transaction", self._same("written")
        yield "same place", self._same("place")
        yield "same id", self._same("id")
        people, rows = self._in_time(), self.moments[-1][self.said]
        orders: dict[str, Callable[[Row], Any]] = {"id": lambda row: row["id"], "place": lambda row: row["place"]}
        for name, order in orders.items():
            scores = [row["score"] for row in sorted(rows, key=order)]
            yield f"by {name}, in time", _paired(people, scores)
            yield f"by {name}, backwards", _paired(people[::-1], scores)
            yield f"by {name}, by person", _paired(sorted(people), scores)
            yield f"by {name}, as people lie", _paired(self._as_they_lay(order), scores)
            yield f"by {name}, as it waited", _paired(self._as_it_waited(order), scores)

    def lengths(self) -> set[int]:
        """How long what waits is, at any time."""
        return {len(row["body"]) for moment in self.moments for row in moment["sealed_answer"]}

    # inside

    def _answered(self, moment: Moment) -> set[int]:
        return {row["person_id"] for row in moment["participant"] if row["answered"]}

    def _in_time(self) -> list[int]:
        """People in the order in which they answered: each copy shows who is new."""
        found = list[int]()
        for one in self.moments:
            found += sorted(self._answered(one) - set(found))
        return found

    def _came_along(self) -> Links:
        """Who is new in a copy, with the one score that is new in it, wherever that stands."""
        links = Links()
        for before, after in pairwise(self.moments):
            people = self._answered(after) - self._answered(before)
            scores = [
                row["score"]
                for table, rows in after.items()
                for row in rows
                if row.get("score") is not None and row not in before.get(table, [])
            ]
            if len(people) == len(scores) == 1:
                links[people.pop()] = scores[0]
        return links

    def _same(self, column: str) -> Links:
        """Somebody's row and a score's that have this in common, at any time."""
        people, scores = dict[Any, set[int]](), dict[Any, set[int]]()
        for one in self.moments:
            for row in one["participant"]:
                if row["answered"]:
                    people.setdefault(row.get(column), set()).add(row["person_id"])
            for row in one.get(self.said, []):
                scores.setdefault(row.get(column), set()).add(row["score"])
        common = [one for one in people.keys() & scores.keys() if one is not None]
        return {
            next(iter(people[one])): next(iter(scores[one]))
            for one in common
            if len(people[one]) == len(scores[one]) == 1
        }

    def _as_they_lay(self, order: Callable[[Row], Any]) -> list[int]:
        last = next(one for one in reversed(self.moments) if one["participant"])
        return [row["person_id"] for row in sorted(last["participant"], key=order) if row["answered"]]

    def _as_it_waited(self, order: Callable[[Row], Any]) -> list[int]:
        """People in the order of the rows that came along with them, and that nobody can read."""
        whose = dict[int, int]()
        for before, after in pairwise(self.moments):
            people = self._answered(after) - self._answered(before)
            fresh = {row["id"] for row in after["sealed_answer"]} - {row["id"] for row in before["sealed_answer"]}
            if len(people) == len(fresh) == 1:
                whose[fresh.pop()] = people.pop()
        rows = max((one["sealed_answer"] for one in self.moments), key=len)
        return [whose[row["id"]] for row in sorted(rows, key=order) if row["id"] in whose]


def _paired(people: Sequence[int], scores: Sequence[int]) -> Links:
    return dict(zip(people, scores, strict=False))
