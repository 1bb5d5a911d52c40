"""Every table says what it keeps of people, and leaves nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, String
from sqlmodel import SQLModel

import handlers
import models
from models import privacy
from models.base import core
from models.identity import Person
from models.kept import TERMS, Kept, kept
from views.privacy import names
from views.privacy.whys import WHYS

models.everything()


def _tables(of: type[SQLModel] = SQLModel) -> Iterator[type[SQLModel]]:
    for one in of.__subclasses__():
        if hasattr(one, "__table__"):
            yield one
        yield from _tables(one)


TABLES = sorted(set(_tables()), key=lambda table: table.__name__)
NAMES = [table.__name__ for table in TABLES]


def _choices(table: type[SQLModel]) -> set[str]:
    """The columns that hold one of a few words, by the schema."""
    checks = [str(one.sqltext) for one in core(table).constraints if isinstance(one, CheckConstraint)]
    return {name for check in checks for name in re.findall(r"(\w+) IN \('", check)}


def _person(column: Column[object]) -> bool:
    return (column.table.name == "person" and column.name == "id") or _refers(column, "person")


def _refers(column: Column[object], table: str) -> bool:
    return any(key.column.table.name == table for key in column.foreign_keys)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_a_table_says_what_it_keeps(table: type[SQLModel]) -> None:
    assert kept(table).why.endswith(".")


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_person_and_every_text_is_covered(table: type[SQLModel]) -> None:
    """Who adds a column that names somebody, or that holds words, says what becomes of it."""
    says = kept(table)
    people = {column.name for column in core(table).columns if _person(column)}
    texts = {column.name for column in core(table).columns if isinstance(column.type, String)}
    covered = {*says.people, *says.words.split(), *says.links.split(), *says.marks.split(), *_choices(table)}
    assert people - set(says.people) == set()
    assert texts - covered == set()


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_nothing_is_declared_that_is_not_there(table: type[SQLModel]) -> None:
    says, columns = kept(table), set(core(table).columns.keys())
    columns_of = f"{says.words} {says.links} {says.changed} {says.marks}".split()
    named = {*says.people, *columns_of, *says.private, *says.private.values()}
    assert set(says.json.split()) <= set(says.words.split())
    assert named | {name for name in (says.since, says.of) if name} <= columns
    assert (says.kind in TERMS, bool(says.since)) == (bool(says.kind), bool(says.kind))
    if says.of:
        assert core(table).c[says.of].foreign_keys


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_what_is_to_be_emptied_may_be_empty(table: type[SQLModel]) -> None:
    fates = kept(table).people.items()
    assert all(core(table).c[name].nullable for name, fate in fates if fate.does == "unlink")
    assert all(fate.why.endswith(".") for _, fate in fates if fate.does == "unname")


def _ends(says: Kept, table: type[SQLModel]) -> bool:
    return bool(says.kind or says.of or any(fate.does == "remove" for fate in says.people.values()))


def test_what_people_said_ends() -> None:
    """Words have a term, or go with the entry or the person they are part of; a team is called so while it is there."""
    lasting = [table.__name__ for table in TABLES if kept(table).words and not _ends(kept(table), table)]
    assert lasting == ["Team"]


def _read_by_sayings() -> set[str]:
    """The words by which the sayings of deliveries find what they speak of."""
    sources = (path.read_text() for path in Path(handlers.__path__[0]).rglob("*.py"))
    return {word for source in sources for word in re.findall(r'\bids\["(\w+)"\]', source)}


def test_a_message_names_what_it_is_about_by_words_that_a_table_claims() -> None:
    """Else nobody finds what was said of somebody who is erased."""
    claimed = {word.rstrip("*") for table in TABLES for word in kept(table).ids.split()}
    assert _read_by_sayings() - claimed == {"reference"}  # of a failure, which is about nobody


def test_an_entry_is_named_by_one_word_of_its_own() -> None:
    words = [word for table in TABLES for word in kept(table).ids.split()]
    assert len(words) == len(set(words))


def test_what_a_message_is_about_comes_first_in_its_ids() -> None:
    """So an index finds what was said of an entry whose term is over."""
    ending = {word.rstrip("*") for table in TABLES if table is not Person for word in kept(table).ids.split()}
    sources = (path.read_text() for path in Path(handlers.__path__[0]).rglob("*.py"))
    several = [
        re.findall(r'"(\w+)": ', one) for source in sources for one in re.findall(r"\{(\"\w+\": [^{}]+)\}", source)
    ]
    named = [words for words in several if ending & set(words)]
    assert named
    assert [words for words in named if min(words) not in ending] == []


def test_what_stays_of_somebody_has_a_name_and_a_reason_for_readers() -> None:
    assert {name for name, _ in privacy.reasons()} == set(names.STAYING)
    assert {why for _, why in privacy.reasons()} == set(WHYS)
