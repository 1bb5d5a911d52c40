"""Charts: Slack's own where it can draw them, else a line of blocks; the sentence stands beside either."""

from __future__ import annotations

from typing import Any

from bot.messages import Chart, Series
from bot.slack.text import fit

Json = dict[str, Any]

MOST = 2
"""Charts of Slack's own in one message."""

_TITLE, _LABEL, _SERIES, _POINTS = 50, 20, 6, 20


def drawable(chart: Chart) -> bool:
    """Whether Slack can draw it: no gaps, not too much of anything, and no two labels alike."""
    names = [fit(series.name, _LABEL) for series in chart.series]
    labels = [fit(label, _LABEL) for label in chart.labels]
    return (
        1 <= len(names) <= _SERIES
        and 1 <= len(labels) <= _POINTS
        and len(set(names)) == len(names)
        and len(set(labels)) == len(labels)
        and all(len(series.values) == len(labels) and None not in series.values for series in chart.series)
    )


def drawn(chart: Chart) -> Json:
    """Slack's data visualisation block; the chart must be `drawable`."""
    labels = [fit(label, _LABEL) for label in chart.labels]
    return {
        "type": "data_visualization",
        "title": fit(chart.title, _TITLE),
        "chart": {
            "type": chart.kind,
            "series": [_series(series, labels) for series in chart.series],
            "axis_config": {"categories": labels},
        },
    }


def _series(series: Series, labels: list[str]) -> Json:
    points = zip(labels, series.values, strict=True)
    return {"name": fit(series.name, _LABEL), "data": [{"label": label, "value": value} for label, value in points]}
