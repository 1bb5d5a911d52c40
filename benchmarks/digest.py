"""The digests of all managers of a large company, from query to rendered message, beside the bare SQL.

Bare means the same statements, run by the raw driver, their rows thrown away. `python -m benchmarks.digest` prints a
table; other sizes can be given: `python -m benchmarks.digest 10000 1200`.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import sqlite

from benchmarks.digest_data import NOW, build
from benchmarks.table import Row, show
from bot.db import Database
from bot.messages import Mention
from bot.slack.render import message as blocks
from bot.words import words
from handlers.digest import facts
from models.base import ORG, Db, core
from models.digest import Brief, Digest, Edition, compose
from models.digest.composing import STREAMS
from models.digest.streams import Streams
from models.identity import Person
from models.scope import Scope, enter_org
from views.digest import weekly

PEOPLE, MANAGERS = 100_000, 12_000
LONG, SHORT = 104, 13
ROUNDS = 3
TOGETHER = 200
"""Managers whose digests are made in one call."""

_person = core(Person).c
_NAMES = select(_person.id, _person.short).where(
    _person.org_id + 0 == ORG, _person.id.in_(bindparam("ids", expanding=True))
)
_QUIETER = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}


def run(people: int = PEOPLE, managers: int = MANAGERS) -> list[Row]:
    """Builds a short and a long history, measures each in a process of its own, and compares."""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[int, dict[str, float]] = {}
        for weeks in (SHORT, LONG):
            file = Path(folder) / f"{weeks}.db"
            build(file, people, managers, weeks)
            found[weeks] = _apart(file)
            file.unlink()
    return rows(found[LONG], found[SHORT])


def rows(long: dict[str, float], short: dict[str, float]) -> list[Row]:
    """The table: long and short are what `measure` found for two years and for three months."""
    return [
        ("digests, CPU s: all at once, to bare SQL", *_ratio(long["whole"], long["bare"]), 2.0),
        ("digests, CPU s: in calls of 200, to bare SQL", *_ratio(long["calls"], long["bare calls"]), 2.0),
        ("digests, CPU s: all at once, two years to three months", *_ratio(long["whole"], short["whole"]), 1.1),
        ("digests, CPU s: in calls of 200, two years to three months", *_ratio(long["calls"], short["calls"]), 1.1),
        ("digests, peak memory in MB", long["peak"], 0.0, long["peak"], 150.0),
    ]


def _ratio(value: float, baseline: float) -> tuple[float, float, float]:
    return value, baseline, value / baseline


def _apart(file: Path) -> dict[str, float]:
    """Times and the peak in processes of their own: what makes times steadier takes memory."""
    return _child("measure", file, os.environ | _QUIETER) | _child("peak", file, dict(os.environ))


def _child(what: str, file: Path, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.digest", what, str(file)]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    found: dict[str, float] = orjson.loads(done.stdout)
    return found


# --- measuring ---------------------------------------------------------------------------------------


def measure(file: Path) -> dict[str, float]:
    """Medians of interleaved rounds, in seconds of CPU."""
    with _opened(file) as scope:
        ids = [row[0] for row in scope.db.rows(_managers())]
        parts = [ids[start : start + TOGETHER] for start in range(0, len(ids), TOGETHER)]
        every, each = statements(scope, None), [statements(scope, part) for part in parts]
        raw = sqlite3.connect(file)
        jobs: dict[str, Callable[[], Any]] = {
            "whole": lambda: _made(scope, None),
            "bare": lambda: _bare(raw, every),
            "calls": lambda: [_made(scope, part) for part in parts],
            "bare calls": lambda: [_bare(raw, some) for some in each],
        }
        taken: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(ROUNDS):
            for name, job in jobs.items():
                start = time.process_time()
                job()
                taken[name].append(time.process_time() - start)
        raw.close()
    return {name: median(times) for name, times in taken.items()}


def peak(file: Path) -> dict[str, float]:
    """The most memory that the process ever had, libraries and all, in MB."""
    with _opened(file) as scope:
        _made(scope, None)
    # Not what `resource` says: that begins with the memory of the process that started this one.
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return {"peak": int(line.split()[1]) / 1024}


@contextmanager
def _opened(file: Path) -> Iterator[Scope]:
    database = Database(f"sqlite:///{file}")
    with database.reader.connect() as connection:
        scope = enter_org(connection, 1, NOW)
        assert scope is not None
        yield scope
    database.close()


def _managers() -> Any:
    return select(_person.manager_id).where(_person.org_id == ORG, _person.manager_id.is_not(None)).distinct()


def _made(scope: Scope, managers: Sequence[int] | None) -> int:
    """Makes digests and renders them for Slack; returns how many bytes that are."""
    briefs = compose(scope, managers)
    names: dict[int, Mention] = {}
    size = 0
    while part := [brief for brief in islice(briefs, TOGETHER) if brief.new]:
        ids = {id for brief in part for line in brief.lines for id in (line.about, line.by) if id}
        for id, short in scope.db.rows(_NAMES, ids=tuple(ids - names.keys())):
            names[id] = Mention(id, short)
        size += sum(len(_rendered(brief, names)) for brief in part)
    return size


_DIGEST = Digest(id=1, manager_id=1, period="2026-W48")


def _rendered(brief: Brief, names: dict[int, Mention]) -> bytes:
    said = weekly(facts(Edition(_DIGEST, brief.lines), names), words("nl", "Europe/Amsterdam"))
    return orjson.dumps(blocks(said))


# --- the bare SQL ------------------------------------------------------------------------------------


class _Written(Db):
    """Writes a statement down instead of running it."""

    __slots__ = ()

    def stream(self, query: Any, /, **values: Any) -> Iterator[Any]:
        yield str(
            query.params(org=self.org_id, **values).compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
        )


def statements(scope: Scope, managers: Sequence[int] | None) -> list[str]:
    """Every statement that the digests of these managers take."""
    streams = Streams(replace(scope, db=_Written(scope.db.connection, scope.org.id)), managers)
    return [next(streams.of(name)) for name in ("people", *STREAMS)]


def _bare(raw: sqlite3.Connection, written: Sequence[str]) -> int:
    """Runs them and throws their rows away; returns how many there were."""
    return sum(len(part) for statement in written for part in iter(partial(raw.execute(statement).fetchmany, 500), []))


if __name__ == "__main__":
    children = {"measure": measure, "peak": peak}
    if sys.argv[1:2] and sys.argv[1] in children:
        print(orjson.dumps(children[sys.argv[1]](Path(sys.argv[2]))).decode())
    else:
        show(run(*map(int, sys.argv[1:3])))
