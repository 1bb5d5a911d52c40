"""Where processes come from that are going to be killed: it has read all of Ritme's code once, and forks.

A line of JSON in, a line of JSON out:
    {"start": role, ...} -> the id of a process that does what `ritme run` does, or `ritme worker`
    {"plan": {...}, ...} -> the id of a process as `tests.cluster` plans it
    {"wait": id}         -> how that process ended, once it has

It forks before anything is open, so a child is a whole Ritme with a memory, connections and a lock file of its own,
and what kills it leaves nothing of it behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from functools import partial
from typing import Any

from bot import logs
from bot.app import Parts, build
from bot.engine import Engine, Work
from bot.engine.cluster import ClusterEngine, Timings
from bot.engine.local import LocalEngine
from bot.settings import Settings, load
from tests import cluster
from tests.soak.clock import Pace

BEAT = 0.05
CLUSTER = Timings(beat=0.1, patience=2.0)
"""Seconds of the wall: between two beats, and until a worker that is silent counts as dead."""


def main() -> None:
    _warm()
    living: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])
            living.discard(asked["wait"])
        else:
            answer = os.fork() or _child(**asked)
            living.add(answer)
        print(json.dumps(answer), flush=True)  # noqa: T201 - that is how it answers
    for left in living:  # the tests are gone, however they went
        os.kill(left, signal.SIGKILL)


def _warm() -> None:
    """Reads what a start would read."""
    import bot.conversations
    import bot.slack.part
    import bot.teams.part  # noqa: F401


def _child(log: str, **asked: Any) -> int:
    """The whole life of a child; it never returns to its parent's work."""
    ended = 70
    try:
        _open(log)
        (cluster.live if "plan" in asked else _live)(**asked)
        ended = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(ended)


def _live(start: str, settings: dict[str, str], pace: dict[str, float], port: int) -> None:
    doors = start == "run"
    chosen = load(doors=doors, **settings, **({"RITME_PORT": port} if doors else {}))
    logs.configure(chosen.secrets)
    parts = Parts(clock=Pace(**pace).clock(), engine=partial(_engine, chosen))
    asyncio.run(build(chosen, parts).run(doors=doors))


def _engine(settings: Settings, work: Work) -> Engine:
    if settings.engine == "cluster":
        return ClusterEngine(work, settings.database_url, CLUSTER)
    return LocalEngine(work, BEAT)


def _open(log: str) -> None:
    """Nothing of its parent's in or out."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(source, target)


if __name__ == "__main__":
    main()
