"""Which revisions a version can work with, and that an addition only adds."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot import schema

ADDING = {"create_table", "create_index", "add_column"}

ADDITION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = {revision!r}, {before!r}, None, None
def upgrade():
    {step}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, to add some."""
    shutil.copytree(schema.FOLDER, tmp_path / "migrations")
    monkeypatch.setattr(schema, "FOLDER", tmp_path / "migrations")
    return tmp_path / "migrations" / "versions"


@pytest.fixture
def url(tmp_path: Path) -> str:
    schema.upgrade(found := f"sqlite:///{tmp_path / 'ritme.db'}")
    return found


def shape() -> str:
    """The newest shape, without what was added to it."""
    return schema.head().partition(".")[0]


def put(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))
    engine.dispose()


def test_a_version_works_with_its_own_revision_and_with_what_only_adds_to_it(url: str) -> None:
    schema.check(url)
    for addition in ("97", "98", "110"):
        put(url, f"{shape()}.{addition}")
        schema.check(url)


def test_it_works_with_no_other_shape_and_with_none_that_is_older(url: str, folder: Path) -> None:
    head = shape()
    put(url, f"{int(head) + 1:04}")
    with pytest.raises(schema.OutOfDate, match="newer version"):
        schema.check(url)
    put(url, f"{int(head) - 1:04}.7")
    with pytest.raises(schema.OutOfDate, match="ritme db upgrade"):
        schema.check(url)
    for number in (92, 100):
        (folder / f"{head}.{number}_more.py").touch()
    assert schema.head() == f"{head}.100"
    put(url, f"{head}.99")
    with pytest.raises(schema.OutOfDate, match="ritme db upgrade"):
        schema.check(url)


def test_an_addition_is_a_migration_like_any_other(url: str, folder: Path) -> None:
    name = f"{shape()}.99"
    step = 'op.add_column("person", sa.Column("x", sa.Integer()))'
    later = ADDITION.format(revision=name, before=schema.head(), step=step)
    (folder / f"{name}_x.py").write_text(later)
    with pytest.raises(schema.OutOfDate):
        schema.check(url)
    schema.upgrade(url)
    schema.check(url)
    assert schema.current(url) == name


def test_additions_only_add() -> None:
    """Versions that don't know them go on beside them, so nothing they use may change."""
    files = (schema.FOLDER / "versions").glob("[0-9]*.[0-9]*_*.py")
    assert [f"{path.name}: {line}" for path in files for line in _changes(path.read_text())] == []


def test_what_changes_is_told_apart() -> None:
    asked = {
        'op.add_column("person", sa.Column("x", sa.Integer()))': [],
        'op.add_column("person", sa.Column("x", sa.Integer(), nullable=False, server_default="0"))': [],
        'op.add_column("person", sa.Column("x", sa.Integer(), nullable=False))': ["add_column: not nullable"],
        'op.create_index("ix", "person", ["x"])': [],
        'op.create_index("ix", "person", ["x"], unique=True)': ["create_index: unique"],
        'op.drop_column("person", "x")': ["drop_column"],
        'op.execute("DELETE FROM person")': ["execute"],
    }
    assert {step: list(_changes(ADDITION.format(revision="1", before="0", step=step))) for step in asked} == asked


def _changes(source: str) -> Iterator[str]:
    """What a migration does that a version without it might stumble over."""
    upgrade = next(one for one in ast.parse(source).body if isinstance(one, ast.FunctionDef) and one.name == "upgrade")
    for call in (one for one in ast.walk(upgrade) if isinstance(one, ast.Call)):
        if not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in {"op", "batch_op", "batch"}):
            continue
        name, given = call.func.attr, _keywords(call)
        if name not in ADDING | {"f", "batch_alter_table"}:
            yield name
        if name == "create_index" and given.get("unique") == "True":
            yield "create_index: unique"
        column = next((one for one in call.args if ast.unparse(one).startswith("sa.Column")), None)
        if name == "add_column" and isinstance(column, ast.Call):
            given = _keywords(column)
            if given.get("nullable") == "False" and "server_default" not in given:
                yield "add_column: not nullable"


def _keywords(call: ast.Call) -> dict[str, str]:
    return {one.arg: ast.unparse(one.value) for one in call.keywords if one.arg}
