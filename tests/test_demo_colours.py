"""The demo's colours can be read by everybody: WCAG 2.2 AA, in light and in dark."""

from __future__ import annotations

import re

import pytest

from bot.demo.listen import PAGE

_COLOUR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
PALETTE = {name: (light, dark) for name, light, dark in _COLOUR.findall((PAGE / "base.css").read_text())}

GROUNDS = ("page", "side", "raised", "hover")
TEXTS = (
    *((text, ground) for text in ("text", "muted") for ground in GROUNDS),
    *(("text", ground) for ground in ("accent-soft",)),
    *(("accent", ground) for ground in ("page", "side", "raised")),
    *(("danger", ground) for ground in ("page", "raised")),
    ("accent-strong", "accent-soft"),
    ("muted", "accent-soft"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
)
EDGES = (("edge", "page"), ("edge", "raised"), ("accent", "page"), ("accent", "hover"), ("danger", "raised"))


def _light(colour: str) -> float:
    """Relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_is_readable(text: str, ground: str, scheme: int) -> None:
    assert contrast(PALETTE[text][scheme], PALETTE[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_are_visible(edge: str, ground: str, scheme: int) -> None:
    assert contrast(PALETTE[edge][scheme], PALETTE[ground][scheme]) >= 3
