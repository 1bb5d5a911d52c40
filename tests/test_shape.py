"""The house keeps its shape: layers, names, sizes, organisations."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import build_router
from bot.router import Command
from bot.words import words
from models import onboarding
from models.base import MetaData
from views.deliveries import KINDS
from views.house import MANNERS
from views.onboarding.facts import capability

ROOT = Path(__file__).parent.parent
ENGLISH = words("en", "Europe/Amsterdam")
LAYERS = ("bot", "handlers", "models", "views")
TWINS = ("slack", "teams", "demo")
TWIN_FILES = {"listen.py", "parse.py", "render.py", "send.py", "installs.py"}
ROOMS = {
    "slack_bolt": "bot/slack/",
    "slack_sdk": "bot/slack/",
    "botbuilder": "bot/teams/",
    "botframework": "bot/teams/",
    "jwt": "bot/teams/",
    "apscheduler": "bot/engine/",
    "procrastinate": "bot/engine/",
    "anthropic": "bot/writer.py",
    "babel": "bot/words.py bot/catalogues.py",
    "jinja2": "bot/words.py",
    "prometheus_client": "bot/metrics.py",
    "pydantic_settings": "bot/settings.py",
}
"""Third-party libraries that live in one room; tests and benchmarks may visit."""


def _files(*layers: str) -> list[Path]:
    return [path for layer in layers for path in sorted((ROOT / layer).rglob("*.py"))]


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _breaks(path: Path, *allowed: str) -> list[str]:
    """The imports of the house's own that a file may not have."""
    own = [name for name in _imports(path) if name.split(".")[0] in LAYERS]
    return [f"{_name(path)} imports {name}" for name in own if not name.startswith(allowed)]


def test_models_know_models_and_words_only() -> None:
    broken = [line for path in _files("models") for line in _breaks(path, "models", "bot.words")]
    assert broken == []


_CHANGES = {"add", "append", "clear", "discard", "extend", "insert", "pop", "remove", "setdefault", "update"}


def _at_hand(tree: ast.Module) -> set[str]:
    """The names that a module gives a value, outside of any function."""
    given = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return {one.id for node in given for one in ast.walk(node) if isinstance(one, ast.Name) and _stores(one)}


def _stores(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _changed(path: Path) -> Iterator[str]:
    """What of their module's own the functions in a file change."""
    tree = ast.parse(path.read_text())
    own = _at_hand(tree)
    for node in (node for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) for node in ast.walk(one)):
        if isinstance(node, ast.Global):
            yield from (f"{_name(path)}: {name}" for name in node.names)
        whole = node.value if isinstance(node, ast.Subscript | ast.Attribute) and _stores(node) else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            whole = node.func.value
        if isinstance(whole, ast.Name) and whole.id in own:
            yield f"{_name(path)}: {whole.id}"


def test_models_keep_nothing_between_calls() -> None:
    """What a process has to know comes with the scope. Only the table of policies is filled, while modules load."""
    assert [one for path in _files("models") for one in _changed(path)] == ["models/policy.py: POLICIES"]


def test_views_know_messages_and_words_only() -> None:
    allowed = ("views", "bot.calls", "bot.messages", "bot.router", "bot.words")
    broken = [line for path in _files("views") for line in _breaks(path, *allowed)]
    assert broken == []


def test_handlers_know_no_platform_no_database_and_not_each_other() -> None:
    broken = []
    for path in _files("handlers"):
        capability = path.relative_to(ROOT / "handlers").parts[0].removesuffix(".py")
        allowed = ("models", "views", "bot.calls", "bot.messages", "bot.router", f"handlers.{capability}")
        broken += _breaks(path, *allowed)
        broken += [
            f"{_name(path)} imports {name}"
            for name in _imports(path)
            if name.split(".")[0] in {"sqlalchemy", "sqlmodel"} or name.startswith("models.base")
        ]
    assert broken == []


def test_platforms_know_no_capability() -> None:
    allowed = {
        platform: (
            f"bot.{platform}",
            "bot.again",
            "bot.calls",
            "bot.clock",
            "bot.drawing",
            "bot.entrance",
            "bot.messages",
            "bot.once",
            "bot.parcels",
            "bot.payload",
            "bot.router",
            "bot.serving",
            "bot.words",
        )
        for platform in TWINS
    }
    broken = [
        line
        for platform in TWINS
        for path in (ROOT / "bot" / platform).glob("*.py")
        if path.name not in {"history.py", "foresight.py"}
        for line in _breaks(path, *allowed[platform], "bot.settings", "bot.metrics", "bot.logs")
    ]
    assert broken == []


@pytest.mark.parametrize("platform", TWINS)
def test_platforms_are_twins(platform: str) -> None:
    assert TWIN_FILES - {path.name for path in (ROOT / "bot" / platform).glob("*.py")} == set()


def test_the_edge_knows_only_the_ground_of_the_models() -> None:
    ground = (
        "models.base",
        "models.enforced",
        "models.moments",
        "models.numbering",
        "models.prepared",
        "models.scope",
        "models.errors",
        "models.delivery",
        "models.due",
        "models.fence",
        "models.served",
    )
    exempt = {"app.py", "cli.py"}
    broken = [
        line
        for path in sorted((ROOT / "bot").glob("*.py"))
        if path.name not in exempt
        for line in _breaks(path, "bot", "models", "models.identity", *ground)
        if " imports bot" not in line
    ]
    capability = re.compile(
        r"imports (models\.(?!(base|enforced|moments|numbering|prepared|scope|errors|delivery|due|fence|served|identity)\b)|handlers|views)"
    )
    broken += [
        f"{_name(path)} imports {name}"
        for path in sorted((ROOT / "bot").glob("*.py"))
        if path.name not in exempt
        for name in _imports(path)
        if capability.search(f"imports {name}")
    ]
    assert broken == []


def test_libraries_stay_in_their_rooms() -> None:
    broken = [
        f"{_name(path)} imports {name}"
        for path in _files(*LAYERS)
        for name in _imports(path)
        for library, rooms in ROOMS.items()
        if name.split(".")[0] == library and not any(_name(path).startswith(room) for room in rooms.split())
    ]
    assert broken == []


def test_a_capability_has_one_name_in_every_layer() -> None:
    named = {path.stem for path in (ROOT / "handlers").iterdir() if path.suffix == ".py" or path.is_dir()}
    named -= {"__init__", "__pycache__"}
    views = {path.stem for path in (ROOT / "views").iterdir()}
    models = {path.stem for path in (ROOT / "models").iterdir()}
    tests = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
    assert named - views == set()
    assert named - models == {"house"}  # it keeps nothing
    assert {name for name in named if not any(test.startswith(f"test_{name}") for test in tests)} == set()


def test_files_stay_small() -> None:
    kinds = ("*.py", "*.js", "*.css", "*.html")
    files = [
        path for layer in (*LAYERS, "tests", "benchmarks") for kind in kinds for path in (ROOT / layer).rglob(kind)
    ]
    assert [f"{_name(path)}: {n}" for path in files if (n := len(path.read_text().splitlines())) > 400] == []


PROSE = ("views/papers/", "bot/demo/labels.py")
"""Text from top to bottom: a document for the works council, a list of labels. In parts it would read no better."""


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """The functions in a file, each with its lines below the docstring."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[ast.get_docstring(node) is not None :]
            yield node.name, (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_stay_small() -> None:
    files = [path for path in _files(*LAYERS) if not _name(path).startswith(PROSE) and "migrations" not in path.parts]
    assert [f"{_name(path)} {name}: {n}" for path in files for name, n in _functions(path) if n > 40] == []


def test_every_table_has_its_organisation() -> None:
    without = {table.name for table in MetaData.tables.values() if "org_id" not in table.columns}
    # A fence stands around all of them, and who installs the app has none yet.
    assert without == {"organisation", "fence", "install_state"}


def test_queries_start_inside_the_organisation() -> None:
    """Only the ground may use a connection; a model starts at `Db`."""
    ground = {"models/base.py", "models/prepared.py", "models/scope.py"}
    broken = [
        _name(path)
        for path in _files("models", "handlers")
        if _name(path) not in ground and "migrations" not in path.parts and ".connection" in path.read_text()
    ]
    assert broken == []


GROUND = {
    "models/base.py": "Db, which looks at what it runs",
    "models/prepared.py": "the same for what is built once",
    "models/scope.py": "entering an organisation, and the door across",
    "models/enforced.py": "what the database itself holds",
    "models/numbering.py": "how ids are given out",
    "bot/backup.py": "copies all there is",
    "bot/checkup.py": "asks the server about itself",
    "bot/copies.py": "copies all there is",
    "bot/doctor.py": "an operator's look at everything",
    "bot/engine/lock.py": "the engine's own tables",
    "bot/engine/tables.py": "the engine's own tables",
    "bot/export.py": "writes all there is out",
    "bot/postgres.py": "ends who stands still in the middle of a write",
    "bot/restore.py": "fills all there is",
    "bot/running.py": "asks whether anybody is there",
    "bot/schema.py": "the shape of the database",
    "bot/sqlite.py": "transactions",
    "bot/tokens.py": "who is on the way back from an installation belongs to nobody yet",
}
"""Where a statement is run that no organisation is around, and why. Everywhere else it is `scope.db`, or `across`."""

_RUNNING = {"execute", "scalar", "scalars", "exec_driver_sql", "stream"}


def _raw(path: Path) -> Iterator[str]:
    """The places where a file runs a statement on a bare connection."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _RUNNING:
            on = node.func.value
            name = on.attr if isinstance(on, ast.Attribute) else getattr(on, "id", "")
            if name.lstrip("_") in {"connection", "reading", "writing", "reader", "writer"}:
                yield f"{_name(path)}:{node.lineno}"


def test_only_the_ground_uses_a_bare_connection() -> None:
    files = [path for path in _files(*LAYERS) if "migrations" not in path.parts]
    used = {_name(path): list(_raw(path)) for path in files}
    assert {name: places for name, places in used.items() if places and name not in GROUND} == {}
    assert {name for name in GROUND if not used[name]} == set()


def test_only_the_ground_runs_what_is_not_walled() -> None:
    unwalled = {_name(path) for path in _files("models", "handlers", "bot") if "walled=False" in path.read_text()}
    assert unwalled == {"models/prepared.py", "models/scope.py"}


def test_nothing_that_serves_people_looks_across() -> None:
    """The engine's few questions and an operator's commands do; a capability never."""
    door = {"models.scope.across", "models.scope.Across"}
    looking = {_name(path) for path in _files(*LAYERS) if door & set(_imports(path))}
    assert looking == {
        "bot/conversations.py",
        "bot/delivery.py",
        "bot/export.py",
        "bot/fence.py",
        "bot/founding.py",
        "bot/renewals.py",
        "bot/running.py",
        "bot/tick.py",
        "models/delivery/gauges.py",
    }


def test_the_readme_lists_every_command() -> None:
    rows = [
        f"| {_typed(command)} | {', '.join(f'`{alias}`' for alias in command.aliases) or '-'} | {command.help(ENGLISH).summary} |"
        for command in build_router().commands.values()
    ]
    table = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| `/")]
    assert table == rows


def _typed(command: Command) -> str:
    return f"`/{command.name}`" if command.short else f"`/ritme {command.name}`"


def test_consent_is_asked_for_everything_that_is_gated() -> None:
    gated = {route.capability for route in build_router().routes if route.gated}
    assert gated == set(onboarding.CAPABILITIES)
    assert all(capability(name, ENGLISH) for name in gated)


def test_every_kind_of_message_has_a_name_for_administrators() -> None:
    assert set(build_router().sayings) == set(KINDS)


_KIND_AT = {"Tell": 1, "Post": 1, "Revise": 0, "Retract": 0}
"""Where the kind stands among what a durable reply is made of."""


def _kinds(path: Path) -> Iterator[str]:
    """The kinds of messages that a file names in so many letters, to say, revise or take back."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KIND_AT:
            kind = node.args[_KIND_AT[node.func.id]]
            if isinstance(kind, ast.Constant):
                yield kind.value


def test_every_kind_that_is_named_has_its_saying() -> None:
    """A revision of a kind that is misspelt finds nothing, and nobody would notice."""
    assert {kind for path in _files("handlers") for kind in _kinds(path)} - set(build_router().sayings) == set()


def test_who_stands_in_the_overview_shows_it_anew() -> None:
    """What a capability changes there is shown to whom it is about; "home" only puts together what others change."""
    names = {path: path.relative_to(ROOT / "handlers").parts[0].removesuffix(".py") for path in _files("handlers")}
    stands = {name for path, name in names.items() if ".section(" in path.read_text()}
    shows = {name for path, name in names.items() if "bot.calls.RefreshHome" in _imports(path)}
    assert stands - shows == {"home"}


def test_every_refusal_has_its_sentence() -> None:
    """Each code that a model or handler refuses with is said by the view of its capability, or by the house."""
    said = set(MANNERS.sentences) | {code for route in build_router().routes for code in route.refusals}
    assert {code for path in _files("models", "handlers") for code in _codes(path)} - said == set()


def _codes(path: Path) -> Iterator[str]:
    """The codes in `refuse("code", ...)`, `problems.add("code", ...)` and `Problem("code", ...)`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if called in {"refuse", "Problem"} or (called == "add" and owner == "problems"):
                yield node.args[0].value


IDLE = ("alembic", "anthropic", "botbuilder", "sqlalchemy.dialects.postgresql", "slack_sdk.socket_mode.aiohttp")
IDLE += ("bot.demo", "bot.teams", "bot.slack.checkup", "bot.slack.socket")
"""What a start with Slack over HTTP, on SQLite, has no use for, and so doesn't wait for."""


def test_a_start_loads_only_what_it_uses() -> None:
    start = "import sys, bot.cli, bot.app, bot.slack.part; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True, cwd=ROOT)
    assert [name for name in loaded.stdout.split() if name.startswith(IDLE)] == []
