"""How goals look: `facts` go in, `cards`, `lists` and the `sheet` show them, the other files ask."""

from views.goals.asking import answered, asked
from views.goals.asking import told as told_asked
from views.goals.cards import ended, reached, removed, saved
from views.goals.changing import change, change_result, drop_result
from views.goals.ending import all_ended, ended_period
from views.goals.examples import EXAMPLES
from views.goals.facts import Goal, Readers, Result
from views.goals.lists import (
    Page,
    cascade_told,
    cascaded,
    compose_label,
    help,
    listing,
    section,
    shortcut_label,
    to_update,
)
from views.goals.parts import Choosing
from views.goals.refusals import REFUSALS
from views.goals.setting import Teams, cascade, describe, new, result
from views.goals.sheet import Can, Changed, Story, Told, sheet
from views.goals.telling import Telling, close, pick, update

__all__ = [
    "EXAMPLES",
    "REFUSALS",
    "Can",
    "Changed",
    "Choosing",
    "Goal",
    "Page",
    "Readers",
    "Result",
    "Story",
    "Teams",
    "Telling",
    "Told",
    "all_ended",
    "answered",
    "asked",
    "cascade",
    "cascade_told",
    "cascaded",
    "change",
    "change_result",
    "close",
    "compose_label",
    "describe",
    "drop_result",
    "ended",
    "ended_period",
    "help",
    "listing",
    "new",
    "pick",
    "reached",
    "removed",
    "result",
    "saved",
    "section",
    "sheet",
    "shortcut_label",
    "to_update",
    "told_asked",
    "update",
]
