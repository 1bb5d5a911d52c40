"""Logging belongs to the whole process, so a test gives it back as it was."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

LAYERS = ("bot", "handlers", "models", "views", "apscheduler")


@contextmanager
def as_before() -> Iterator[None]:
    """Whatever is set up about logging inside, afterwards it is as it was."""
    root, known = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LAYERS}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)
        structlog.configure(**known)
