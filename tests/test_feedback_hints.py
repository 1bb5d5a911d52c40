"""Hints on feedback, as pure words: they find labels, and leave alone what somebody saw."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.feedback import Hint, Sbi, hints
from models.feedback.hints import DEGREES, LABELS, STOCK

LONG = "in de demo van dinsdag met de klant"
OPENINGS = (
    *("you are", "You're", "you\u2019re", "you were", "je bent", "Jij bent", "u bent", "je was", "ben je", "was jij"),
    "bent u",
)
SEEN = (
    # Dutch
    "je bent op tijd gekomen met je stukken",
    "je bent slim omgegaan met de boze klant",
    "je bent moeilijk te bereiken op vrijdag",
    "je bent niet slordig geweest in het verslag",
    "je bent begonnen met een vraag aan Ravi",
    "je bent de enige die het logboek las",
    "ik zag dat je was blijven zitten na de demo",
    "het verslag was slordig en kwam te laat",
    "je vroeg iedereen naar hun mening voordat je besloot",
    "ik heb nooit eerder zo'n rustige demo gezien",
    "toen was je slim-account nog niet actief",
    # English
    "you are difficult to reach on Fridays",
    "you were late for the stand-up on Monday",
    "you are the only one who read the log",
    "you are not lazy, you asked for help twice",
    "the report was sloppy and came late",
    "you are perfect for the next demo with them",
    "your slides were a mess of numbers to me",
    "we never saw the screen while you talked",
)
"""What anybody could have seen or heard, close to the words that count."""


def behaviour(text: str) -> tuple[Hint, ...]:
    return hints(Sbi("", text, ""))


@pytest.mark.parametrize("text", SEEN)
def test_what_was_seen_gets_no_hint(text: str) -> None:
    assert behaviour(text) == ()


@pytest.mark.parametrize("text", SEEN)
@given(before=st.sampled_from(("", "Dinsdag zag ik: ", "I noticed that ")), after=st.sampled_from(("", ".", ", dank!")))
def test_what_was_seen_gets_no_hint_in_a_sentence(text: str, before: str, after: str) -> None:
    assert behaviour(before + text + after) == ()


@given(
    opening=st.sampled_from(OPENINGS),
    degrees=st.lists(st.sampled_from(DEGREES), max_size=3),
    label=st.sampled_from(LABELS),
    before=st.sampled_from(("", "Lotte, ", "Ik vind: ", "In my eyes ")),
    after=st.sampled_from(("", ".", "!", " en dat weet je", ", I think", "\nDat zie ik vaak.")),
    shout=st.booleans(),
)
def test_a_label_is_found_in_its_own_words(
    *, opening: str, degrees: list[str], label: str, before: str, after: str, shout: bool
) -> None:
    said = " ".join((opening, *degrees, label))
    said = said.upper() if shout else said
    (hint,) = behaviour(before + said + after)
    assert (hint.field, hint.kind) == ("behaviour", "label")
    assert said.startswith(hint.words)
    assert hint.words.casefold().startswith(f"{opening} ".casefold())


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_gets_at_most_one_hint_a_field_in_its_own_words(a: str, b: str, c: str, d: str) -> None:
    told = Sbi(a, b, c, d)
    found = hints(told)
    fields = [hint.field for hint in found]
    assert fields == [name for name in ("situation", "behaviour", "impact", "wish") if name in fields]
    assert all(hint.words in getattr(told, hint.field) for hint in found)
    assert found == hints(told)


@given(st.lists(st.sampled_from(("vroeg", "klant", "demo", "asked", "the", "client", "samen", "rustig")), min_size=4))
def test_plain_words_get_no_hint(words: list[str]) -> None:
    assert behaviour(" ".join(words)) == ()


@pytest.mark.parametrize("text", ["top", "goed gedaan", "Well done!", "je hield vol", "You did a good job today"])
def test_too_little_to_recognise_is_vague(text: str) -> None:
    assert behaviour(text) == (Hint("behaviour", "vague"),)


@given(st.sampled_from(STOCK))
def test_a_stock_phrase_in_a_longer_story_is_fine(phrase: str) -> None:
    assert behaviour(f"{phrase}, want je vroeg de klant na elk scherm wat die ervan vond") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("You never answer my mails in time", "You never"),
        ("je komt altijd te laat in het overleg", "je komt altijd"),
        ("Nooit luister je naar Ravi in de groep", "Nooit luister je"),
        ("you're always on your phone in meetings", "you're always"),
    ],
)
def test_as_if_every_time(text: str, words: str) -> None:
    assert behaviour(text) == (Hint("behaviour", "general", words),)
    assert hints(Sbi(text, LONG, "")) == (Hint("situation", "general", words),)


def test_a_short_situation_or_effect_is_fine() -> None:
    assert hints(Sbi("gisteren", LONG, "rust")) == ()


def test_a_label_counts_before_anything_else_in_its_field() -> None:
    assert behaviour("je bent lui") == (Hint("behaviour", "label", "je bent lui"),)
    assert behaviour("je bent altijd te laat en je bent laks") == (Hint("behaviour", "label", "je bent laks"),)


def test_long_texts_are_read_at_once() -> None:
    """No pattern may take more than a moment, whatever was pasted."""
    for piece in ("je bent ", "you are a bit ", "altijd ", "you are so so ", "je bent slim en "):
        assert len(re.findall(r"\w+", piece * 400)) >= 400
        hints(Sbi(piece * 400, piece * 400, piece * 400, piece * 400))
