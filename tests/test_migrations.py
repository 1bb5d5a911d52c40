"""The migrations lead to the models, step by step, up and down, and lose no row on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select

import models
from bot import schema
from models.base import MetaData
from tests.world import World


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ritme.db'}"


def test_every_step_up_and_down_and_up_again(url: str) -> None:
    steps = [path.stem.split("_")[0] for path in sorted((schema.FOLDER / "versions").glob("[0-9]*.py"))]
    assert steps == [f"{number:04}" for number in range(1, len(steps) + 1)]
    for step in steps:
        schema.upgrade(url, step)
    for step in reversed(["base", *steps[:-1]]):
        schema.downgrade(url, step)
    schema.upgrade(url)
    assert schema.difference(url) == []


def test_a_filled_database_keeps_its_rows(tmp_path: Path, url: str) -> None:
    """Rows of the made-up company go into the schema that the migrations make, all constraints on, and come out."""
    (tmp_path / "made").mkdir()
    world = World(tmp_path / "made")
    schema.upgrade(url)
    engine = create_engine(url)
    with world.database.writer.connect() as source, engine.begin() as target:
        for table in models.everything().sorted_tables:
            rows = [dict(row._mapping) for row in source.execute(select(table))]
            if rows:
                target.execute(table.insert(), rows)
        assert counts(target) == counts(source)
    engine.dispose()
    world.close()


def counts(connection: Connection) -> dict[str, int]:
    return {table.name: len(connection.execute(select(table)).all()) for table in MetaData.sorted_tables}
