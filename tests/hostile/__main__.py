"""Attacks a house from the command line: so many times, or with one attack of a report again.

python -m tests.hostile --count 1000000 --seed 1 [--begin 0]
python -m tests.hostile --seed 1 --only 4711
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.hostile.requests import attack
from tests.hostile.siege import Siege, Wire, laid, shown, troubles


async def _main() -> int:
    given = argparse.ArgumentParser(prog="python -m tests.hostile")
    given.add_argument("--count", type=int, default=10_000)
    given.add_argument("--begin", type=int, default=0)
    given.add_argument("--seed", type=int, default=1)
    given.add_argument("--only", type=int)
    asked = given.parse_args()
    with TemporaryDirectory(prefix="ritme-hostile-") as folder:
        async with laid(Path(folder)) as house:
            if asked.only is not None:
                made = attack(asked.seed, asked.only, house.target)
                wire = Wire(made.port)
                print(await wire.ask(made), "to", shown(asked.seed, made))  # noqa: T201 - for who runs it
                await house.rest()
                print(house.log.read_text())  # noqa: T201 - as above
                await wire.close()
                return 0
            numbers = iter(range(asked.begin, asked.begin + asked.count))
            found = await Siege(asked.seed, house).run(numbers, min(asked.count // 4, 20_000))
    twice = [f"way {way} led through {times} times" for way, times in found.exchanged.items() if times > 1]
    wrong = [*found.wrong, *twice, *troubles(found.log)]
    print(  # noqa: T201 - as above
        f"{found.sent} sent, {found.genuine} of them genuine; {len(wrong)} wrong; slowest {found.slowest:.2f} s, {len(found.slow)} over a second at "
        f"first; memory {found.warm / 1e6:.0f} MB warm, {found.growth:+.1f} MB since; {found.seconds:.0f} s; {dict(found.statuses)}"
    )
    print("\n".join(wrong[:20]))  # noqa: T201 - as above
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
