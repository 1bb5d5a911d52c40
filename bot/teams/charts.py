"""Charts: Teams' own where a client can draw them, else a line of blocks; the sentence stands beside either."""

from __future__ import annotations

from typing import Any

from bot.drawing import sparkline
from bot.messages import Chart, Series, Span
from bot.teams.text import DRAWN, SMALL, fit, paragraph, spaced

Json = dict[str, Any]

_THIN = "\N{THIN SPACE}"
_COLOUR = "categoricalBlue"
_TITLE, _NAME, _LABEL = 120, 40, 30


def chart(drawn: Chart) -> list[Json]:
    """The title, the chart, and its sentence."""
    return [
        *paragraph((Span(fit(drawn.title, _TITLE), "bold"),)),
        _native(drawn) if _whole(drawn) else _in_blocks(drawn),
        *spaced(paragraph((Span(drawn.sentence),), look=SMALL), "small"),
    ]


def _whole(drawn: Chart) -> bool:
    """Whether no value is missing: Teams leaves out a point without one, its label too, and the gap cannot be seen."""
    return bool(drawn.labels) and all(None not in each.values for each in drawn.series)


def _native(drawn: Chart) -> Json:
    """Teams' own chart. Several series side by side need another kind of bar chart than one."""
    shown: Json = {"fallback": _in_blocks(drawn), **_axis(drawn)}  # its title stands above, for every client
    many = [{"legend": fit(each.name, _NAME), "values": _values(drawn, each)} for each in drawn.series]
    if drawn.kind == "line":
        return {"type": "Chart.Line", "colorSet": "categorical", "data": many, **shown}
    if len(many) > 1:
        return {"type": "Chart.VerticalBar.Grouped", "colorSet": "categorical", "data": many, **shown}
    return {
        "type": "Chart.VerticalBar",
        "color": _COLOUR,
        "showBarValues": True,
        "data": _values(drawn, drawn.series[0]),
        **shown,
    }


def _points(drawn: Chart) -> list[Json]:
    return [point for series in drawn.series for point in _values(drawn, series)]


def _values(drawn: Chart, series: Series) -> list[Json]:
    pairs = zip(drawn.labels, series.values, strict=False)
    return [{"x": fit(label, _LABEL), "y": value} for label, value in pairs]


def _axis(drawn: Chart) -> Json:
    low = min(0.0, *(point["y"] for point in _points(drawn)))
    return {"yMin": low} if drawn.top is None else {"yMin": low, "yMax": drawn.top}


def _in_blocks(drawn: Chart) -> Json:
    """A line of blocks for each series, above the names of the points."""
    bars = [block for each in drawn.series for block in _bars(each, drawn)]
    names = paragraph((Span(" · ".join(fit(label, _LABEL) for label in drawn.labels)),), look=SMALL)
    return {"type": "Container", "items": [*bars, *spaced(names, "none")]}


def _bars(series: Series, drawn: Chart) -> list[Json]:
    """A series as blocks, below its name where there are several."""
    name = paragraph((Span(fit(series.name, _NAME)),), look=SMALL) if len(drawn.series) > 1 else []
    return [*name, *spaced(paragraph((Span(_THIN.join(sparkline(series, drawn.top))),), look=DRAWN), "none")]
