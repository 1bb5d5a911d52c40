"""Nothing is lost and nothing is said twice: real processes, really killed. `make soak` runs the long versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from tests.postgres import Server
from tests.soak import deliveries, events
from tests.soak.figures import Figures
from tests.soak.lives import Nursery
from tests.soak.stage import opened
from tests.soak.weather import SHARES

pytestmark = pytest.mark.soak

WAYS = ("local sqlite", "local postgresql", "cluster postgresql")
RATE = 12.0
"""So much faster than the wall's runs the clock of leases, pauses and leave to look."""


@pytest.fixture(params=WAYS)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param.partition(" ")[0])


@pytest.fixture
def url(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if "sqlite" in request.node.name:
        yield f"sqlite:///{tmp_path / 'ritme.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    address = server.empty()
    yield address
    server.drop(address)


async def test_every_delivery_arrives_once(
    *, tmp_path: Path, nursery: Nursery, engine: str, url: str, soak: bool, seed: int, figures: Figures
) -> None:
    random, begun = Random(seed), monotonic()
    people = {"slack": 400, "teams": 200} if soak else {"slack": 16, "teams": 8}
    log, env = tmp_path / "ritme.log", {"RITME_ENGINE": engine}
    async with opened(url, nursery, log, random, people=people, rate=RATE, shares=SHARES, **env) as house:
        found = await deliveries.live_through(
            house,
            random,
            deliveries=10_000 if soak else 150,
            kills=300 if soak else 6,
            roles=["run"] if engine == "local" else ["run", "worker1", "worker2"],
        )
    figures(**found.figures, seconds=round(monotonic() - begun))
    assert set(found.rows) <= deliveries.FINAL
    assert (found.lost, found.missing, found.twice_planned, found.doubled_seen) == ([], [], [], [])
    assert len(found.doubled_blind) <= found.on_its_way + found.accepted + found.too_late


async def test_what_was_acknowledged_had_one_effect(
    *, tmp_path: Path, nursery: Nursery, engine: str, url: str, soak: bool, seed: int, figures: Figures
) -> None:
    random, begun = Random(seed), monotonic()
    people, log, env = {"slack": 20, "teams": 20}, tmp_path / "ritme.log", {"RITME_ENGINE": engine}
    async with opened(url, nursery, log, random, people=people, rate=1.0, shares={}, **env) as house:
        found = await events.live_through(
            house,
            random,
            events=20_000 if soak else 150,
            kills=200 if soak else 4,
            doors=1 if engine == "local" else 2,
        )
    figures(**found.figures, seconds=round(monotonic() - begun))
    assert (found.without, found.twice, found.told_twice) == ([], [], [])
