"""SQLite serves one process: who comes second is told so."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from bot.engine import AlreadyRunning


class Lock:
    """A file beside an SQLite database, held by the one process that runs on it.

    The system lets go of it when the process ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None

    def take(self) -> None:
        """Raises AlreadyRunning where another process holds it."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            database = self._path.with_suffix("")
            raise AlreadyRunning(
                f"Another Ritme (process {holder}) already runs on {database}. "
                "SQLite serves one process: stop the other one, or use PostgreSQL."
            ) from held
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def leave(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
