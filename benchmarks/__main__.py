"""Every figure beside a baseline that was measured in the same run: `python -m benchmarks`.

A name runs one of them alone: kudos, teams, digest, planning, sending, start.

Exits 1 where one is not what was promised. A machine that does other work at the same time makes them all worse.
"""

from __future__ import annotations

import sys

from benchmarks import digest, kudos, planning, sending, start, teams
from benchmarks.table import Row, met, show

ALL = {
    "kudos": kudos.run,
    "teams": teams.run,
    "digest": digest.run,
    "planning": planning.run,
    "sending": sending.run,
    "start": start.run,
}


def main() -> int:
    rows: list[Row] = []
    for name in sys.argv[1:] or ALL:
        rows.extend(ALL[name]())
    show(rows)
    return 0 if all(map(met, rows)) else 1


if __name__ == "__main__":
    sys.exit(main())
