"""The facts of the papers, as they are now: from the tables, the policy and one organisation."""

from __future__ import annotations

from models import everything
from models.home import MANAGERS
from models.identity import Organisation
from models.policy import POLICIES
from views.papers import Frame, Grant


def grants() -> tuple[Grant, ...]:
    """The policy table, with the standing of each role."""
    everything()
    return tuple(Grant(name, one.role, one.verbs) for name, policy in POLICIES.items() for one in policy.grants)


def usual() -> Frame:
    """The numbers that guard groups, where nobody chose others."""
    return Frame(Organisation.model_fields["floor"].default, MANAGERS)
