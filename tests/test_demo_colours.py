"""The demo's colours can be read by everybody: WCAG 2.2 AA, in both looks, in light and in dark."""

from __future__ import annotations

import re

import pytest

from bot.demo.listen import PAGE

_COLOUR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


def _palette(look: str) -> dict[str, tuple[str, str]]:
    """The colours of a look by name, in light and in dark."""
    found = _COLOUR.findall("".join((PAGE / name).read_text() for name in ("base.css", look)))
    return {name: (light, dark) for name, light, dark in found}


PALETTES = {"slack": _palette("blocks.css"), "teams": _palette("cards.css")}

TEXTS = (
    *((text, ground) for text in ("text", "muted") for ground in ("page", "raised", "field", "hover")),
    *(("accent", ground) for ground in ("page", "raised", "field", "accent-soft")),
    *(("danger", ground) for ground in ("page", "raised")),
    ("text", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("on-primary", "primary"),
    ("on-primary", "primary-strong"),
    ("on-ritme", "ritme"),
    ("on-ritme", "ritme-strong"),
    ("on-badge", "badge"),
    *((text, ground) for text in ("side-text", "side-muted") for ground in ("side", "side-hover")),
    ("on-side-on", "side-on"),
)
EDGES = (
    *((edge, ground) for edge in ("edge", "accent") for ground in ("page", "raised", "field")),
    ("accent", "hover"),
    ("danger", "raised"),
    *((series, ground) for series in ("first", "second", "third") for ground in ("page", "raised")),
)


def _light(colour: str) -> float:
    """Relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", PALETTES)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_is_readable(text: str, ground: str, scheme: int, look: str) -> None:
    assert contrast(PALETTES[look][text][scheme], PALETTES[look][ground][scheme]) >= 4.5


@pytest.mark.parametrize("look", PALETTES)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_are_visible(edge: str, ground: str, scheme: int, look: str) -> None:
    assert contrast(PALETTES[look][edge][scheme], PALETTES[look][ground][scheme]) >= 3


def test_both_looks_have_the_same_colours() -> None:
    assert PALETTES["slack"].keys() == PALETTES["teams"].keys()
