"""What is drawn with letters, for where a platform draws nothing by itself."""

from __future__ import annotations

from bot.messages import Series

_LENGTH = 10
_CELLS = "▁▂▃▄▅▆▇█"
_GAP = "·"


def bar(fraction: float) -> str:
    """How far something is, from 0 to 1."""
    full = round(min(max(fraction, 0.0), 1.0) * _LENGTH)
    return "▰" * full + "▱" * (_LENGTH - full)


def sparkline(series: Series, top: float | None) -> str:
    """Eight heights from the smallest of zero and the values up to `top`; a dot where a value is missing."""
    known = [value for value in series.values if value is not None]
    low, high = min([0.0, *known]), max([top or 0.0, *known])
    step = (high - low) / (len(_CELLS) - 1) or 1.0
    return "".join(_GAP if value is None else _CELLS[round((value - low) / step)] for value in series.values)
