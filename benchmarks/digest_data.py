"""A large made-up company in a SQLite file: people, and what they wrote week after week.

Everything follows from the ids by arithmetic, so every run has the same data. Weeks are counted back from NOW, so that
a short history is the end of a long one.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine

from models import digest, feedback  # noqa: F401 - their tables
from models.base import MetaData

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday, 09:00 in Amsterdam: when the digests go out."""

_FAST = "journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000", "temp_store = MEMORY"

_SERIES = """
CREATE TEMP TABLE week AS WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < :weeks - 1)
    SELECT :weeks - n AS back, date(:now, '-' || ((:weeks - n) * 7) || ' days') AS monday FROM n;
"""

_PEOPLE = """
INSERT INTO organisation (id, name, language, zone, workdays, cadence, freedom, checkins_from, floor, attention,
    kudos_per_day, kudos_per_pair, consent, consent_on, covers, announced_at)
SELECT 1, 'Large', 'nl', 'Europe/Amsterdam', '12345', 'weekly mon 09:00', 'moment', '2024-01-01', 5, 5,
    10, 3, 'council', '2024-01-01', 'checkins digest', '2024-01-01 09:00:00.000000';

INSERT INTO person (id, org_id, name, short, email, language, zone, workdays, cadence, manager_id, hr, admin, kudos,
    quiet_from, quiet_until, digest_day, digest_at, paused, listed, chosen, letters)
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :people)
SELECT n, 1, 'Person ' || n, 'P' || n, n || '@large.example', iif(n % 3, 'nl', 'en'), 'Europe/Amsterdam',
    iif(n % 7, '', '1234'), '',
    CASE WHEN n = 1 THEN NULL WHEN n <= :managers THEN n / 8 + 1 ELSE n * 7 % :managers + 1 END,
    0, 0, 'public', '18:00:00.000000', '08:00:00.000000', 1, '09:00:00.000000', 0, '', '', 'per' FROM n;

INSERT INTO absence (org_id, person_id, starts, until, source)
SELECT 1, id, date(:now, '-3 days'), date(:now, '+9 days'), 'person' FROM person WHERE id % 33 = 0;
"""

_CHECKINS = """
INSERT INTO checkin_period (org_id, person_id, period, starts, ends, due_at, closes_at, state, latest)
SELECT 1, id, monday, monday, date(monday, '+6 days'), monday || ' 08:00:00.000000',
    date(monday, '+4 days') || ' 16:00:00.000000',
    CASE WHEN id % 50 = 0 THEN 'asked' WHEN (id * 31 + back * 17) % 100 < 78 THEN 'answered'
        WHEN (id * 31 + back * 17) % 100 < 82 THEN 'skipped' WHEN (id * 31 + back * 17) % 100 < 85 THEN 'off'
        ELSE 'asked' END, back = 1
FROM week CROSS JOIN person;

INSERT INTO checkin (org_id, person_id, period_id, blocker, at, seen_at, seen_by_id)
SELECT 1, person_id, id,
    iif((person_id * 13 + cast(julianday(starts) AS INTEGER) / 21 * 29) % 100 < 12, 'It waits.', ''),
    date(starts, '+' || (person_id % 4) || ' days') || ' 09:' || (10 + person_id % 50) || ':00.000000',
    iif(person_id * 11 % 100 < 85 OR starts < date(:now, '-14 days'), ends || ' 09:00:00.000000', NULL), NULL
FROM checkin_period WHERE state = 'answered';

INSERT INTO audience (org_id, object, entry_id, person_id, role, about_id)
SELECT 1, 'checkin', checkin.id, manager_id, 'manager', person.id
FROM checkin CROSS JOIN person ON person.id = checkin.person_id WHERE manager_id IS NOT NULL;

INSERT INTO checkin_energy (org_id, checkin_id, person_id, value, shared)
SELECT 1, id, person_id, 1 + (person_id * 3 + id) % 5, person_id % 10 < 8 FROM checkin WHERE person_id % 10 < 9;

INSERT INTO audience (org_id, object, entry_id, person_id, role, about_id)
SELECT 1, 'checkin_energy', energy.id, manager_id, 'manager', person.id
FROM checkin_energy AS energy CROSS JOIN person ON person.id = energy.person_id
WHERE shared AND manager_id IS NOT NULL;
"""

_GOALS = """
INSERT INTO goal (org_id, level, kind, title, text, owner_id, year, quarter, shown, said, progress, confidence, was,
    falls, confident_at, created_at, updated_at, updated_by_id, reached_at, closed_at, score, learned)
SELECT 1, 'person', 'objective', 'Goal ' || back || ' of person ' || id, '', id, 2026, 4, 'manager', 0.4, 0.4,
    5 + id % 3, 6 + id % 3, iif(back <= 26 AND (id + back) % 12 = 0, 1, 0), date(:now, '-5 days') || ' 10:00:00.000000',
    monday || ' 10:00:00.000000',
    date(:now, '-' || iif((id + back) % 8, 5, 20) || ' days') || ' 10:00:00.000000', id,
    iif((id + back) % 60, NULL,
        iif(back <= 26, date(:now, '-3 days'), date(monday, '+70 days')) || ' 10:00:00.000000'),
    iif(back <= 26, NULL, date(monday, '+80 days') || ' 10:00:00.000000'), iif(back <= 26, NULL, 0.7), ''
FROM week CROSS JOIN person WHERE back % 13 = 0 OR (:weeks < 26 AND back = 1);
"""

_KUDOS = """
INSERT INTO kudos (org_id, giver_id, text, at)
SELECT 1, id, 'Thank you for the quick repair.', date(monday, '+' || (id % 5) || ' days') || ' 11:00:00.000000'
FROM week CROSS JOIN person WHERE (id + back * 3) % 5 = 0;

INSERT INTO kudos_receiver (org_id, kudos_id, person_id, shown)
SELECT 1, id, 1 + (giver_id * 7 + id) % :people,
    CASE id % 10 WHEN 0 THEN 'private' WHEN 1 THEN 'manager' ELSE 'public' END
FROM kudos;

INSERT INTO audience (org_id, object, entry_id, person_id, role, about_id)
SELECT 1, 'kudos', kudos_id, manager_id, 'manager', person.id
FROM kudos_receiver CROSS JOIN person ON person.id = kudos_receiver.person_id
WHERE shown = 'manager' AND manager_id IS NOT NULL;
"""

_DIGESTS = """
INSERT INTO digest (org_id, manager_id, period, at, asked)
SELECT 1, id, strftime('%Y-W%W', monday), monday || ' 08:00:00.000000', 0
FROM week CROSS JOIN person WHERE id <= :managers;

CREATE TEMP TABLE member AS
SELECT manager_id, id, row_number() OVER (PARTITION BY manager_id ORDER BY id) AS n FROM person;

CREATE INDEX temp.ix_member ON member (manager_id, n);

INSERT INTO digest_line (org_id, digest_id, manager_id, place, part, kind, about_id, object, entries, facts, at)
SELECT 1, digest.id, digest.manager_id, place, iif(place < 5, 'ask', 'good'), iif(place < 5, 'unseen', 'kudos'),
    member.id, 'checkin', '[1]', '{"since":"2026-11-13"}', digest.at
FROM digest CROSS JOIN (SELECT 0 AS place UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5)
CROSS JOIN member ON member.manager_id = digest.manager_id AND member.n = 1 + (digest.id + place) % 7;
"""


def build(file: Path, people: int, managers: int, weeks: int) -> None:
    """Writes the file. Indexes are made last, which is many times faster."""
    file.unlink(missing_ok=True)
    engine = create_engine(f"sqlite:///{file}")
    MetaData.create_all(engine)
    engine.dispose()
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in _FAST:
        database.execute(f"PRAGMA {pragma}")
    indexes = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name <> 'person'"
    ).fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}")
    facts = {"people": people, "managers": managers, "weeks": weeks, "now": NOW.date().isoformat()}
    database.execute("BEGIN")
    for part in (_SERIES, _PEOPLE, _CHECKINS, _GOALS, _KUDOS, _DIGESTS):
        for statement in filter(None, map(str.strip, part.split(";"))):
            database.execute(statement, facts)
    for _, sql in indexes:
        database.execute(sql)
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
