"""The papers say what is so: made from the policy table, the data map and the configuration, in both languages."""

from __future__ import annotations

import pytest

from bot.papers import docs, gather
from bot.papers.markdown import markdown
from bot.papers.page import page
from bot.words import words
from models.policy import POLICIES
from views import papers
from views.papers import Blank, Document, Part, Points, Source, Table, names

LANGUAGES = ("nl", "en")
HOSTILE = '<script>alert(1)</script> [x](javascript:1) | `a` *b* _c_ \\ & "d"'


def test_the_documentation_says_what_the_table_says() -> None:
    """`make papers` writes these pages anew."""
    for path, text in docs.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is out of date: make papers"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_role_and_verb_has_a_name(language: str) -> None:
    said = words(language, "Europe/Amsterdam")
    granted = gather.grants()
    assert set(names.objects(said)) == set(POLICIES)
    assert set(names.roles(said)) == {(one.object, one.role) for one in granted}
    assert set(names.verbs(said)) == {(one.object, verb) for one in granted for verb in one.verbs}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_table_is_a_row_of_the_page(language: str) -> None:
    parts = papers.seeing(gather.grants(), gather.usual(), words(language, "Europe/Amsterdam")).parts
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert len(tables) == len(POLICIES)
    assert sum(len(table.rows) for table in tables) == len(gather.grants())
    assert all(all(row) for table in tables for row in table.rows)


def test_what_an_organisation_is_called_runs_nowhere() -> None:
    blocks = (
        HOSTILE,
        Points((HOSTILE,)),
        Table((HOSTILE,), ((HOSTILE,),)),
        Blank(HOSTILE),
        Source(HOSTILE, "https://example.org/"),
    )
    paper = Document("paper", HOSTILE, blocks, (Part(HOSTILE, blocks),))
    shown = page(paper, "nl")
    assert "<script" not in shown
    text = markdown(paper)
    assert "\\<script" in text
    assert "](" not in text.replace("\\](", "")


def test_a_page_needs_nothing_from_elsewhere() -> None:
    said = words("en", "Europe/Amsterdam")
    shown = page(papers.seeing(gather.grants(), gather.usual(), said), "en")
    for way in ("src=", "<link", "@import", "url(", "<script"):
        assert way not in shown
