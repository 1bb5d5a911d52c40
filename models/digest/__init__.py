"""The weekly digest: what needs a manager's attention, computed from what they may read, said about nobody in secret.

`planning` knows when each manager's comes, `streams` gets the facts, `composing` makes lines of them, and `keeping`
writes these down, so that everybody can read what was said about them.
"""

from models.digest.composing import Brief, compose
from models.digest.keeping import (
    Edition,
    about_me,
    get,
    is_mentioned,
    leads,
    make,
    now,
    saying,
    settle,
    settle_goal,
    this_week,
)
from models.digest.planning import SEND, moved, plan, replan
from models.digest.tables import POLICY, SENT, Digest, DigestLine, Line

__all__ = [
    "POLICY",
    "SEND",
    "SENT",
    "Brief",
    "Digest",
    "DigestLine",
    "Edition",
    "Line",
    "about_me",
    "compose",
    "get",
    "is_mentioned",
    "leads",
    "make",
    "moved",
    "now",
    "plan",
    "replan",
    "saying",
    "settle",
    "settle_goal",
    "this_week",
]
