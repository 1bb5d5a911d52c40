"""What the database itself holds between organisations, whoever writes to it. `ritme db upgrade` puts it there.

*No row points across.* Where a row has a foreign key, what it points to is in the same organisation. Queries count on
that: who is joined by a key needs no condition of their own (`models.walls`).

*Row security*, a second lock, on PostgreSQL and where it is chosen. A statement sees and writes the rows of the
organisation that its transaction entered (`models.scope`), and nothing before it entered one, whatever it asks for.
It binds the tables' owner too, but no superuser and nobody with BYPASSRLS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

ALL = "*"
"""What a transaction enters that looks across organisations: the engine's few statements, and operators."""

SETTING = "ritme.org"
"""The setting of a transaction that says which organisation it entered."""


class Crossing(Exception):
    """There are rows that point at another organisation's. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows are an organisation's, and its keys to others: (column, table)."""

    name: str
    keys: tuple[tuple[str, str], ...]

    @property
    def sign(self) -> str:
        """By which what was made for it is known to be what is needed."""
        return "; ".join(f"{column} in {other}" for column, other in self.keys) or "no keys"


def build(connection: Connection) -> None:
    """Has the database hold that no row points across. Raises Crossing where one does already.

    What stands as it should is left alone, for on PostgreSQL others work in these tables meanwhile.
    """
    there = dict(_triggers(connection))
    for table in _kept(connection):
        if there.get(f"wall_{table.name}_kept") == table.sign:
            continue
        _require_none(connection, table)
        for statement in _made(connection, table):
            connection.exec_driver_sql(statement)


def lift(connection: Connection) -> None:
    """Takes it away from SQLite, which rebuilds tables to change them, and cannot while something speaks of them."""
    if connection.dialect.name == "sqlite":
        for name, _ in _triggers(connection):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def require_none_across(connection: Connection) -> None:
    """Raises Crossing where a row points across: for rows that came in while nothing looked."""
    for table in _kept(connection):
        _require_none(connection, table)


def missing(connection: Connection) -> list[str]:
    """The tables for which the database does not hold it."""
    there = dict(_triggers(connection))
    return [table.name for table in _kept(connection) if there.get(f"wall_{table.name}_kept") != table.sign]


def _kept(connection: Connection) -> list[Kept]:
    """The tables as the database has them, whatever its revision."""
    found: dict[str, list[tuple[str, str]]] = {}
    query = _KEYS_OF_SQLITE if connection.dialect.name == "sqlite" else _KEYS_OF_POSTGRESQL
    for name, column, other in connection.exec_driver_sql(query):
        found.setdefault(name, []).append((column, other))
    return [Kept(name, tuple(key for key in keys if key[1] in found)) for name, keys in found.items()]


_KEYS_OF_SQLITE = """
    SELECT tables.name, keys."from", keys."table"
    FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns ON columns.name = 'org_id'
    LEFT JOIN pragma_foreign_key_list(tables.name) AS keys
    WHERE tables.type = 'table' ORDER BY tables.name, keys."from"
"""
_KEYS_OF_POSTGRESQL = """
    SELECT tables.relname, columns.attname, others.relname
    FROM pg_class AS tables
    JOIN pg_attribute AS whose ON whose.attrelid = tables.oid AND whose.attname = 'org_id' AND NOT whose.attisdropped
    LEFT JOIN pg_constraint AS keys ON keys.conrelid = tables.oid AND keys.contype = 'f'
    LEFT JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum = keys.conkey[1]
    LEFT JOIN pg_class AS others ON others.oid = keys.confrelid
    WHERE tables.relkind = 'r' AND tables.relnamespace = current_schema()::regnamespace
    ORDER BY tables.relname, columns.attname
"""


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    """What was put there: its name, and the sign of what it was made for."""
    query = _ON_SQLITE if connection.dialect.name == "sqlite" else _ON_POSTGRESQL
    return [
        (name, (said or "").partition("/* ")[2].partition(" */")[0]) for name, said in connection.exec_driver_sql(query)
    ]


_ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 5) = 'wall_'"
_ON_POSTGRESQL = """
    SELECT tgname, prosrc FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND left(tgname, 5) = 'wall_' AND relnamespace = current_schema()::regnamespace
"""


def _require_none(connection: Connection, table: Kept) -> None:
    for column, other in table.keys:
        crossing = text(_CROSSING.format(table=table.name, column=column, other=other))
        if count := connection.execute(crossing).scalar_one():
            raise Crossing(f"{count} rows of {table.name} point at another organisation's by {column}")


_CROSSING = """
    SELECT count(*) FROM "{table}" JOIN "{other}" AS parent ON parent.id = "{table}"."{column}"
    WHERE parent.org_id <> "{table}".org_id
"""

# --- no row points across ------------------------------------------------------------------------------


def _made(connection: Connection, table: Kept) -> Iterator[str]:
    return (_on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql)(table)


def _on_sqlite(table: Kept) -> Iterator[str]:
    name = table.name
    refuse = f"BEGIN SELECT RAISE(ABORT, 'a row of {name} would belong to two organisations'); END"
    # A row that is not there yet is nobody's; the key itself sees to it that it comes.
    across = " OR ".join(
        f'EXISTS (SELECT 1 FROM "{other}" WHERE id = NEW."{column}" AND org_id <> NEW.org_id)'  # noqa: S608 - ours
        for column, other in table.keys
    )
    columns = ", ".join(f'"{column}"' for column, _ in table.keys)
    for moment in ("new", "moved", "kept"):
        yield f'DROP TRIGGER IF EXISTS "wall_{name}_{moment}"'
    if across:
        yield f'CREATE TRIGGER "wall_{name}_new" BEFORE INSERT ON "{name}" WHEN {across} {refuse}'
        yield f'CREATE TRIGGER "wall_{name}_moved" BEFORE UPDATE OF {columns} ON "{name}" WHEN {across} {refuse}'
    yield (
        f'CREATE TRIGGER "wall_{name}_kept" BEFORE UPDATE OF id, org_id ON "{name}"'
        f" WHEN NEW.org_id <> OLD.org_id OR NEW.id <> OLD.id /* {table.sign} */ {refuse}"
    )


def _on_postgresql(table: Kept) -> Iterator[str]:
    """Behind row security a row of another organisation is not there, so what counts is that it is in this one."""
    name = table.name
    here = "EXISTS (SELECT 1 FROM {1} WHERE id = NEW.{0} AND org_id = NEW.org_id)"
    across = " OR ".join(f"(NEW.{key[0]} IS NOT NULL AND NOT {here.format(*key)})" for key in table.keys)
    yield _FUNCTION.format(name=name, condition=across or "true", sign=table.sign)
    run = f'FOR EACH ROW WHEN ({{}}) EXECUTE FUNCTION "wall_{name}"()'
    if across:
        columns = ", ".join(f'"{column}"' for column, _ in table.keys)
        points = run.format(" OR ".join(f'NEW."{column}" IS NOT NULL' for column, _ in table.keys))
        # After the statement, so that its rows may come in any order, as keys allow.
        yield f'CREATE OR REPLACE TRIGGER "wall_{name}_new" AFTER INSERT ON "{name}" {points}'
        yield f'CREATE OR REPLACE TRIGGER "wall_{name}_moved" AFTER UPDATE OF {columns} ON "{name}" {points}'
    moved = run.format("NEW.org_id <> OLD.org_id OR NEW.id <> OLD.id")
    yield f'CREATE OR REPLACE TRIGGER "wall_{name}_kept" AFTER UPDATE OF id, org_id ON "{name}" {moved}'


_FUNCTION = """
    CREATE OR REPLACE FUNCTION "wall_{name}"() RETURNS trigger LANGUAGE plpgsql AS $wall$ BEGIN /* {sign} */
        IF TG_NAME = 'wall_{name}_kept' OR {condition} THEN
            RAISE EXCEPTION 'a row of {name} would belong to two organisations'
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END $wall$
"""

# --- row security --------------------------------------------------------------------------------------

_POLICY = "ritme_organisation"
_SEES = f"""
    {{whose}} = (SELECT nullif(nullif(current_setting('{SETTING}', true), ''), '{ALL}')::integer)
    OR (SELECT current_setting('{SETTING}', true)) = '{ALL}'
"""


def secure(connection: Connection, *, on: bool | None = None) -> None:
    """Gives every table its policy, or with `on=False` takes them away; as it was where nothing is said."""
    before = secured(connection)
    wanted = before if on is None else on
    if connection.dialect.name == "sqlite" or not (wanted or before):
        return
    for name, whose in _owned(connection):
        verbs = ("ENABLE", "FORCE") if wanted else ("DISABLE", "NO FORCE")
        for verb in verbs:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" {verb} ROW LEVEL SECURITY')
        connection.exec_driver_sql(f'DROP POLICY IF EXISTS {_POLICY} ON "{name}"')
        if wanted:
            connection.exec_driver_sql(f'CREATE POLICY {_POLICY} ON "{name}" USING ({_SEES.format(whose=whose)})')


def _owned(connection: Connection) -> Iterator[tuple[str, str]]:
    """Every table with rows of organisations, and the column that says whose."""
    yield from ((table.name, "org_id") for table in _kept(connection))
    if inspect(connection).has_table("organisation"):
        yield "organisation", "id"


def secured(connection: Connection) -> bool:
    """Whether row security is on."""
    return bool(connection.dialect.name != "sqlite" and connection.exec_driver_sql(IS_SECURED).scalar())


SECURED = "secured"
"""What a connection knows of itself: that row security is on."""

IS_SECURED = "SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass('organisation')"


def unsecured(connection: Connection) -> list[str]:
    """The tables without a policy that holds, where row security is on."""
    there = set(connection.exec_driver_sql(_POLICIES).scalars())
    return [name for name, _ in _owned(connection) if name not in there]


_POLICIES = """
    SELECT relname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
    WHERE polname = 'ritme_organisation' AND relrowsecurity AND relforcerowsecurity
    AND relnamespace = current_schema()::regnamespace
"""


def bypassed(connection: Connection) -> bool:
    """Whether row security does not bind who is connected."""
    query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    return bool(connection.exec_driver_sql(query).scalar())
