"""Every sentence has its Dutch, and one thing has one name."""

from __future__ import annotations

import re

import pytest

from bot.catalogues import catalogue, path_of, sentences, sources, translations, written


def test_catalogues_stand_as_they_are_written() -> None:
    """Else the next who runs `make words` changes lines that have nothing to do with theirs."""
    known = translations()
    kept = {name: path_of(name).read_bytes() if path_of(name).exists() else b"" for name in sources()}
    assert [name for name, content in kept.items() if content != written(name, known)] == []


@pytest.mark.parametrize("name", sorted(sources()))
def test_catalogues_are_complete(name: str) -> None:
    """Every sentence has its Dutch, with the same slots, and no sentence is left over."""
    said = {s if isinstance(s, str) else s[0] for s in sentences(sources()[name])}
    kept = catalogue(name)
    translated = {}
    for message in kept:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            translated[key] = message
    assert translated.keys() == said
    for key, message in translated.items():
        forms = (message.string,) if isinstance(message.string, str) else message.string
        assert all(forms), f"no Dutch for {key!r}"
        assert not message.fuzzy
        originals = (message.id,) if isinstance(message.id, str) else message.id
        slots = {slot for original in originals for slot in re.findall(r"\{(\w+)\}", original)}
        for form in forms:
            assert set(re.findall(r"\{(\w+)\}", form)) <= slots, key


def test_a_sentence_has_one_translation() -> None:
    """Catalogues are read as one, so the same English sentence must have the same Dutch everywhere."""
    known: dict[str, tuple[str, object]] = {}
    for name in sources():
        for message in catalogue(name):
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                first = known.setdefault(key, (name, message.string))
                assert first[1] == message.string, f"{key!r} differs in {first[0]} and {name}"


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("digest", "weekbericht"),
        ("works council", "ondernemingsra"),
        ("request for feedback", "verzoek"),
        ("requests for feedback", "verzoeken"),
        ("whoever runs ritme", "draaiend houdt"),
        ("list of people", "personeelslijst"),
    ],
)
def test_one_thing_has_one_name_in_dutch(english: str, dutch: str) -> None:
    said = {str(message.id): str(message.string) for name in sources() for message in catalogue(name)}
    named = {sentence: other for sentence, other in said.items() if english in sentence.casefold()}
    assert named
    assert {other for other in named.values() if dutch not in other.casefold()} == set()
