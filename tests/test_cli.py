"""The command line says what is wrong and what to do, and brings people in and data out."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot import cli, export, schema
from bot.commands import terminal
from bot.settings import Settings
from tests.rows import newest

Ritme = Callable[..., Result]

PEOPLE = """name,email,manager,language,roles
Anna Visser,anna@demolen.example,,nl,admin
Sem Bakker,sem@demolen.example,anna@demolen.example,nl,
Ravi Patel,ravi@demolen.example,anna@demolen.example,en,
"""


@pytest.fixture
def ritme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ritme:
    """The command, in an empty folder and an empty environment."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(line: str, **more: Any) -> Result:
        monkeypatch.setattr(terminal.console, "_file", None)
        return runner.invoke(cli.app, line.split(), **more)

    return run


@pytest.fixture
def ready(ritme: Ritme, tmp_path: Path) -> Ritme:
    """The same, with a database."""
    newest(tmp_path)
    return ritme


def lines(result: Result) -> list[str]:
    return [line.rstrip() for line in result.output.splitlines() if line.strip()]


# --- settings and start ------------------------------------------------------------------------------


def test_what_is_half_set_stops_the_start_by_name(ritme: Ritme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    result = ritme("run")
    assert result.exit_code == 2
    assert "SLACK_SIGNING_SECRET or SLACK_APP_TOKEN is missing" in result.output
    assert "canary" not in result.output


@pytest.mark.parametrize("command", ["run", "worker", "people list", "export out"])
def test_an_empty_database_says_which_command_to_run(ritme: Ritme, command: str) -> None:
    result = ritme(command)
    assert result.exit_code == 2
    assert lines(result) == ["The database is empty. Make its tables with: ritme db upgrade"]
    assert not Path("ritme.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "db upgrade",
        "people import people.csv",
        "people list",
        "privacy export sem@demolen.example",
        "export out",
    ],
)
def test_a_database_out_of_reach_is_told_in_a_sentence(
    ritme: Ritme, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    Path("people.csv").write_text(PEOPLE)
    monkeypatch.setenv("RITME_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    result = ritme(command)
    assert result.exit_code == 2
    assert lines(result)[0].startswith("The database is out of reach: connection failed: ")
    assert "Traceback" not in result.output


def test_the_doctor_says_why_a_database_is_out_of_reach(ritme: Ritme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RITME_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    said = " ".join(ritme("doctor").output.split())
    assert "postgresql://nobody@127.0.0.1:1/nothing cannot be reached: connection failed: " in said


def test_a_database_of_a_newer_version_is_left_alone(ready: Ritme) -> None:
    with sqlite3.connect("ritme.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    result = ready("run")
    assert (result.exit_code, "made by a newer version" in result.output) == (2, True)


# --- the database ------------------------------------------------------------------------------------


def test_the_newest_revision_equals_the_models(ready: Ritme) -> None:
    result = ready("db check")
    assert lines(result) == [f"sqlite:///ritme.db is at revision {schema.head()} and equals the models."]
    assert result.exit_code == 0


def test_check_sees_what_is_missing(ready: Ritme) -> None:
    with sqlite3.connect("ritme.db") as raw:
        raw.execute("DROP TABLE served")
    result = ready("db check")
    assert (result.exit_code, "served" in result.output) == (1, True)


def test_down_and_up_again(ready: Ritme) -> None:
    assert ready("db downgrade base").exit_code == 0
    assert ready("db check").exit_code == 1
    assert ready("db upgrade").exit_code == 0
    assert ready("db check").exit_code == 0


def test_a_rebuilt_parent_keeps_its_children(ready: Ritme, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Batch mode drops and rebuilds a table; with foreign keys on that would empty those that point to it."""
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    _later(
        monkeypatch,
        tmp_path,
        'op.batch_alter_table("person", recreate="always")',
        'batch.add_column(sa.Column("x", sa.Integer()))',
    )
    before = _count("person"), _count("due")
    assert ready("db upgrade").exit_code == 0
    assert (_count("person"), _count("due")) == before
    assert before[0] == 3


def test_a_migration_that_fails_changes_nothing(ready: Ritme, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    before = schema.current("sqlite:///ritme.db")
    _later(
        monkeypatch,
        tmp_path,
        'op.batch_alter_table("person", recreate="always")',
        'batch.add_column(sa.Column("x", sa.Integer())); op.execute("DELETE FROM organisation")',
    )
    result = ready("db upgrade")
    assert result.exit_code == 1
    assert "without their parent" in str(result.exception)
    assert schema.current("sqlite:///ritme.db") == before
    assert (_count("person"), _count("organisation")) == (3, 1)


def _later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, opened: str, done: str) -> None:
    """One more migration, in a copy of the folder."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, folder)
    text = f"""import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9000", {schema.head()!r}, None, None
def upgrade():
    with {opened} as batch:
        {done}
"""
    (folder / "versions" / "9000_later.py").write_text(text)
    monkeypatch.setattr(schema, "FOLDER", folder)


def _count(table: str) -> int:
    with sqlite3.connect("ritme.db") as raw:
        return raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a name of ours


# --- people ------------------------------------------------------------------------------------------


def test_people_come_in_after_a_look_and_a_yes(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE)
    shown = ready("people import people.csv --dry-run")
    assert lines(shown)[-1] == "3 come, 0 change, 0 leave, 0 stay as they are."
    assert lines(ready("people list")) == ["There is no organisation yet: ritme people import comes first."]
    assert ready("people import people.csv", input="n\n").exit_code == 1
    assert (_count("organisation"), _count("person")) == (0, 0)
    assert ready("people import people.csv --organisation Linde", input="y\n").exit_code == 0
    assert lines(ready("people list")) == [
        "Anna Visser <anna@demolen.example> (admin)",
        "Ravi Patel <ravi@demolen.example>",
        "Sem Bakker <sem@demolen.example>",
    ]


def test_the_next_list_shows_what_changes(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    rows = PEOPLE.splitlines()
    Path("people.csv").write_text(
        "\n".join([*rows[:2], rows[3].replace(",en,", ",nl,"), "Kim Vos,kim@demolen.example,,nl,"])
    )
    result = ready("people import people.csv --yes")
    assert lines(result) == [
        "+ Kim Vos <kim@demolen.example>",
        "~ Ravi Patel <ravi@demolen.example>",
        "    language: en → nl",
        "- Sem Bakker <sem@demolen.example>",
        "1 come, 1 change, 1 leave, 1 stay as they are.",
        "Done.",
    ]


def test_a_bad_row_is_named_and_nothing_is_half_applied(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE + "Kim Vos,kim@demolen.example,nobody@demolen.example,fr,\n")
    result = ready("people import people.csv --yes")
    assert result.exit_code == 2
    assert all(line.startswith("Line 5: ") for line in lines(result))
    assert _count("organisation") == 0


def test_roles_are_given_and_taken(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    assert lines(ready("people role sem@demolen.example hr")) == ["Sem Bakker is hr."]
    assert lines(ready("people role anna@demolen.example admin --take")) == ["Anna Visser is no longer admin."]
    assert [line for line in lines(ready("people list")) if "(" in line] == ["Sem Bakker <sem@demolen.example> (hr)"]
    unknown = ready("people role kim@demolen.example hr")
    assert (unknown.exit_code, "kim@demolen.example" in unknown.output) == (2, True)
    assert ready("people role sem@demolen.example boss").exit_code == 2


def test_who_is_back_is_told_by_an_operator(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    assert ready("people rejoin sem@demolen.example").exit_code == 2  # he never left
    Path("people.csv").write_text(PEOPLE.replace("Sem Bakker,sem@", "Noa Vos,noa@"))
    ready("people import people.csv --yes")
    assert ready("people rejoin sem@demolen.example").exit_code == 2, "the list says who comes back"
    Path("people.csv").write_text(PEOPLE.replace("Sem Bakker", "Sem de Wit"))
    warned = (
        "! Sem de Wit comes back under the address that Sem Bakker left with, and would read what was theirs. Is it "
        "somebody else? Then first: ritme privacy erase sem@demolen.example"
    )
    looked = lines(ready("people import people.csv --dry-run"))
    assert looked[:3] == ["< Sem de Wit <sem@demolen.example>", "- Noa Vos <noa@demolen.example>", warned]


# --- data out, and a look over -----------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "json"])
def test_everything_comes_out_in_open_files(ready: Ritme, format: str) -> None:
    Path("people.csv").write_text(PEOPLE.replace("Sem Bakker", "=1+1"))
    ready("people import people.csv --yes")
    assert ready(f"export out --format {format}").exit_code == 0
    path = Path("out") / f"person.{format}"
    if format == "csv":
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
        names = [row["name"] for row in rows]
        assert names == ["Anna Visser", "'=1+1", "Ravi Patel"]
    else:
        names = [json.loads(line)["name"] for line in path.read_text().splitlines()]
        assert names == ["Anna Visser", "=1+1", "Ravi Patel"]
    assert (path.stat().st_mode & 0o777, Path("out").stat().st_mode & 0o777) == (0o600, 0o700)
    again = ready("export out")
    assert (again.exit_code, lines(again)) == (2, ["out is not empty."])


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\0=1"])
def test_no_cell_runs_as_a_formula(typed: str) -> None:
    assert export.cell(typed) == f"'{typed}"
    assert (export.cell(-1), export.cell("1-1"), export.cell(None)) == ("-1", "1-1", "")


def test_the_doctor_says_what_to_do(ritme: Ritme, monkeypatch: pytest.MonkeyPatch) -> None:
    sick = ritme("doctor")
    assert (sick.exit_code, "ritme db upgrade" in " ".join(sick.output.split())) == (1, True)
    ritme("db upgrade")
    assert ritme("doctor").exit_code == 0
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    half = ritme("doctor")
    assert (half.exit_code, "SLACK_BOT_TOKEN is missing" in half.output) == (1, True)


def test_what_failed_is_shown_and_tried_again(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    with sqlite3.connect("ritme.db") as raw:
        raw.execute(
            "INSERT INTO due (org_id, kind, key, at, about_id, parked) VALUES (1, 'x', 'x', '2026-01-01 00:00:00.000000', 0, '7F3K')"
        )
        raw.execute("UPDATE due SET parked = '7F3K' WHERE kind = 'x'")
        raw.execute(
            "INSERT INTO due (org_id, kind, key, at, about_id, parked)"
            " SELECT org_id, 'privacy.erase', '1', at, 1, '8G4L' FROM due WHERE kind = 'x'"
        )
    sick = ready("doctor")
    said = "1 of privacy.erase failed (reference 8G4L); see the log; until then they are not erased"
    assert (sick.exit_code, "7F3K" in sick.output, said in " ".join(sick.output.split())) == (1, True, True)
    well = ready("doctor --retry")
    assert (well.exit_code, "2 pieces of work" in well.output) == (0, True)


def test_a_post_that_may_have_arrived_is_posted_when_an_operator_says_so(ready: Ritme) -> None:
    Path("people.csv").write_text(PEOPLE)
    ready("people import people.csv --yes")
    tried = "2026-11-24 09:00:00.000000"
    with sqlite3.connect("ritme.db") as raw:
        raw.execute(
            "INSERT INTO installation (org_id, platform, team, name, sender, rates)"
            " VALUES (1, 'slack', 'T1', '', '', '')"
        )
        for reason in ("unknown: no_lookup", "unknown: timeout"):
            raw.execute(
                'INSERT INTO delivery (org_id, verb, kind, ids, state, channel, installation_id, "to", nudge, week,'
                " created_at, not_before, attempts, token, tried_at, ref, reason)"
                " VALUES (1, 'post', 'kudos.posted', '{}', 'halted', 'kudos', 1, 'C1', 0, '', ?, ?, 2, 2, ?, '', ?)",
                (tried, tried, tried, reason),
            )
    said = " ".join(ready("doctor").output.split())
    assert "1 of kudos.posted halted (unknown: no_lookup); they may be there already" in said
    assert "2 messages" in ready("doctor --retry").output
    with sqlite3.connect("ritme.db") as raw:
        rows = list(raw.execute('SELECT state, installation_id, "to", attempts, tried_at FROM delivery ORDER BY id'))
    assert rows == [("pending", 1, "C1", 0, None)] * 2  # in its own channel, where others have heard it
