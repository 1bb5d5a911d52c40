"""The question bank: whole in both languages, and other words each time."""

from __future__ import annotations

import pytest

from bot.words import words
from models.identity import LANGUAGES
from views.questions import BANK, question, wordings

CAPABILITIES = sorted(path.stem for path in BANK.glob("*.toml"))


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_every_question_has_as_many_wordings_in_each_language(capability: str) -> None:
    for name, known in wordings(capability).items():
        assert known.keys() == set(LANGUAGES), name
        assert len({len(known[language]) for language in LANGUAGES}) == 1, name
        assert all(len(set(known[language])) == len(known[language]) for language in LANGUAGES), name


@pytest.mark.parametrize("capability", CAPABILITIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_turn_has_other_words_than_the_one_before(capability: str, language: str) -> None:
    speech = words(language, "Europe/Amsterdam")
    for name, known in wordings(capability).items():
        asked = [question(capability, name, turn, speech) for turn in range(7, 7 + len(known[language]))]
        assert sorted(asked) == sorted(known[language])
