"""No request breaks Ritme, whatever stands in it and whoever signed it. `tests/hostile/README.md` says how it is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.siege import WAYS, Siege, laid, troubles
from tests.soak.figures import Figures


@pytest.mark.soak
@pytest.mark.timeout(14_400)
async def test_no_request_breaks_it(tmp_path: Path, *, soak: bool, seed: int, figures: Figures) -> None:
    count = 100_000 if soak else 10_000
    async with laid(tmp_path) as house:
        siege = Siege(seed, house)
        found = await siege.run(iter(range(count)), warm=count // 4)
        doors = {path for _, path in house.target.routes}
    figures(
        sent=found.sent,
        genuine=found.genuine,
        answers=dict(found.statuses.most_common()),
        slowest=f"{found.slowest:.2f} s, {len(found.slow)} over a second at first",
        memory=f"{found.warm / 1e6:.0f} MB warm, {found.growth:+.1f} MB since",
        consents=f"{found.exchanged.total()} on {len(found.exchanged)} ways",
        seconds=round(found.seconds),
    )
    assert found.wrong == []
    assert troubles(found.log) == []
    assert found.growth < 50
    assert doors - found.routes == set()
    assert 0.4 < found.genuine / found.sent < 0.6
    assert max(found.exchanged.values()) == 1
    assert len(found.exchanged) > WAYS // 2
