"""Years of a company around the world, with everything that goes wrong: nobody is asked twice, nor forgotten.

Every life is drawn by its seed, and the whole of it runs through the real clock, dispatch, capabilities and way out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.base import core
from models.checkins import CheckinPeriod
from models.delivery import Delivery
from models.digest import Digest
from models.due import Due
from tests.simulation.company import Plot
from tests.simulation.life import Life
from tests.simulation.verdict import Verdict
from tests.soak.figures import Figures

SMALL = (
    Plot(seed=0, people=30, weeks=10, restarts=40, outages=3, zones=3),
    Plot(seed=1, people=12, weeks=8, restarts=20, outages=4, zones=5, attention=2),
)
LARGE = (
    Plot(seed=0, people=1000, weeks=104, restarts=500, outages=24),
    Plot(seed=1, people=100, weeks=104, restarts=500, outages=60, attention=2),
)


@pytest.mark.soak
@pytest.mark.parametrize("size", [0, 1])
async def test_nothing_is_lost_doubled_or_badly_timed(
    tmp_path: Path, size: int, *, soak: bool, seed: int, figures: Figures
) -> None:
    plot = (LARGE if soak else SMALL)[size]
    life = Life(tmp_path, replace(plot, seed=2 * seed + plot.seed))
    await life.live()
    with life.processes[0].reader.connect() as connection:
        verdict = Verdict(life, connection)
        wrong = verdict.wrong()
    life.close()
    figures(
        people=plot.people,
        weeks=plot.weeks,
        restarts=life.kills,
        outages=len(life.down),
        ticks=life.ticks,
        said=dict(life.seen),
        why=dict(verdict.reasons),
    )
    assert wrong == []
    assert life.kills >= plot.restarts
    assert verdict.reasons["asked"] > verdict.reasons["something changed"] * 5  # a reason is the exception


# --- the judge itself --------------------------------------------------------------------------------

Tampering = Callable[[Life, Connection], object]


def first(table: type, where: dict[str, object], connection: Connection) -> int:
    """The id of the first such row; of periods the one that was over first."""
    rows = core(table)
    order = rows.c.closes_at if "closes_at" in rows.c else rows.c.id
    found = select(rows.c.id).where(*(rows.c[name] == value for name, value in where.items()))
    return connection.execute(found.order_by(order)).scalars().first() or 0


def lose(table: type, **where: object) -> Tampering:
    rows = core(table)
    return lambda _, connection: connection.execute(rows.delete().where(rows.c.id == first(table, where, connection)))


def change(table: type, where: dict[str, object], **values: object) -> Tampering:
    rows = core(table)

    def changed(_: Life, connection: Connection) -> None:
        connection.execute(rows.update().where(rows.c.id == first(table, where, connection)).values(**values))

    return changed


TAMPERINGS: dict[str, Tampering] = {
    "said twice": lambda life, _: life.post.arrived.append(life.post.arrived[0]),
    "never arrived": lambda life, _: life.post.arrived.pop(),
    "no delivery": lose(Delivery, kind="checkins.ask"),
    "a delivery expired": change(Delivery, {"kind": "checkins.ask"}, state="expired"),
    "a delivery stands aside": change(Delivery, {"kind": "digest.weekly"}, state="halted"),
    "a period was left out": change(CheckinPeriod, {"state": "asked"}, state="off"),
    "a period was forgotten": change(CheckinPeriod, {"state": "asked"}, state="planned"),
    "no digest": change(Digest, {"asked": False}, period="2025-W01"),
    "work was put aside": change(Due, {"kind": "checkins.ask"}, parked="BAD1"),
    "work was never done": change(Due, {"kind": "digest.send"}, done_at=None),
}


async def test_the_judge_sees_what_is_wrong(tmp_path: Path) -> None:
    life = Life(tmp_path, Plot(seed=3, people=3, weeks=2, restarts=0, outages=0, zones=1))
    await life.live()
    arrived, seen = list(life.post.arrived), {}
    for name, tamper in {"nothing": lambda *_: None, **TAMPERINGS}.items():
        with life.processes[0].writer.connect() as connection, connection.begin() as transaction:
            tamper(life, connection)
            seen[name] = bool(Verdict(life, connection).wrong())
            transaction.rollback()
        life.post.arrived = list(arrived)
    life.close()
    assert seen == {"nothing": False, **dict.fromkeys(TAMPERINGS, True)}
