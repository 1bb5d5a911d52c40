"""Where processes come from that are going to be killed: it has read all of Ritme's code once, and forks.

A line of JSON in, a line of JSON out:
    {"start": "run", "port": 0} -> the id of a process that does what `ritme run` does ("worker": `ritme worker`)
    {"wait": id}                -> how that process ended, once it has

It forks before anything is open, so a child is a whole Ritme with a memory, connections and a lock file of its own,
and what kills it leaves nothing of it behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from typing import Any

from bot import logs
from bot.app import Parts, build
from bot.engine.local import LocalEngine
from bot.settings import load
from tests.soak.clock import Pace

BEAT = 0.05


def main() -> None:
    plan = json.loads(sys.argv[1])
    _warm()
    print(json.dumps("ready"), flush=True)  # noqa: T201 - that is how it answers
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            answer = os.fork() or _live(plan, asked["start"], asked["port"])
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1])
        print(json.dumps(answer), flush=True)  # noqa: T201 - as above


def _warm() -> None:
    """Reads what a start would read."""
    import bot.conversations
    import bot.slack.part
    import bot.teams.part  # noqa: F401


def _live(plan: dict[str, Any], role: str, port: int) -> int:
    """The whole life of a child; it never returns to its parent's work."""
    ended = 70
    try:
        _open(plan["log"])
        settings = load(**plan["settings"], RITME_PORT=port)
        logs.configure(settings.secrets)
        parts = Parts(clock=Pace(**plan["pace"]).clock(), engine=partial(LocalEngine, beat=BEAT))
        asyncio.run(build(settings, parts).run(doors=role == "run"))
        ended = 0
    finally:
        os._exit(ended)


def _open(log: str) -> None:
    """Nothing of its parent's in or out."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(source, target)


if __name__ == "__main__":
    main()
