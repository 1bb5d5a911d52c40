"""How a figure is shown: beside its baseline, as a ratio, and whether that is what was promised."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

Row = tuple[str, float, float, float, float]
"""Name, value, baseline, ratio, target. The ratio, or the value where there is no baseline, should not be above the
target; a target of 0 promises nothing.
"""


def met(row: Row) -> bool:
    """Whether a figure is what was promised."""
    _, value, baseline, ratio, target = row
    return not target or (ratio if baseline else value) <= target


def show(rows: Iterable[Row]) -> None:
    """Prints figures as a table."""
    table = Table("figure", "value", "baseline", "ratio", "target", "")
    for column in table.columns[1:5]:
        column.justify = "right"
    for row in rows:
        name, value, baseline, ratio, target = row
        shown = [f"{baseline:,.2f}", f"{ratio:.2f}"] if baseline else ["-", "-"]
        verdict = "" if not target else "[green]met[/]" if met(row) else "[red]missed[/]"
        table.add_row(name, f"{value:,.2f}", *shown, f"{target:g}" if target else "-", verdict)
    Console(width=130).print(table)
