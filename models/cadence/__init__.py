"""Time rules, pure: when somebody is asked, until when, and on which days they work.

No database and no system clock: whoever calls says what day it is. `days` knows zones and working days,
`rules` how often something happens, `periods` cuts a person's time into stretches that are each asked about
once.
"""

from models.cadence.days import DAY, Span, Workweek, instant, next_allowed, week_of, zone_named
from models.cadence.periods import LONG_AGO, Period, next_periods, occurrences, planned_again
from models.cadence.rules import WEEKDAYS, Cadence

__all__ = [
    "DAY",
    "LONG_AGO",
    "WEEKDAYS",
    "Cadence",
    "Period",
    "Span",
    "Workweek",
    "instant",
    "next_allowed",
    "next_periods",
    "occurrences",
    "planned_again",
    "week_of",
    "zone_named",
]
