"""How messages on their way look to an administrator: what waits, what stands aside, and how that goes again."""

from __future__ import annotations

from views.deliveries.kinds import KINDS
from views.deliveries.status import EXAMPLES, REFUSALS, Aside, Facts, Waiting, help, section, status

__all__ = ["EXAMPLES", "KINDS", "REFUSALS", "Aside", "Facts", "Waiting", "help", "section", "status"]
