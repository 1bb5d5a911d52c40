"""Setting up Ritme for an organisation: consent first, then the frame, the announcement, and the first day.

Nothing starts before the works council's consent, or that there is no council, is on record, and everybody was told
in the name of a person (`Organisation.begun`). Consent may be for some of the capabilities and not for others.
"""

from models.onboarding.consent import (
    CAPABILITIES,
    LARGEST,
    Consent,
    covered,
    last_agreed,
    left_out,
    may_start,
    new,
    record_consent,
    waiting,
)
from models.onboarding.frame import (
    CHANNELS,
    MOST_ATTENTION,
    MOST_VALUES,
    company_values,
    has_channel,
    set_channel,
    set_company,
    set_kudos,
    set_rhythm,
)
from models.onboarding.live import (
    STEPS,
    Announcement,
    Progress,
    announce,
    announcer,
    began,
    first_day,
    guard_start,
    progress,
    start,
    to_welcome,
)

__all__ = [
    "CAPABILITIES",
    "CHANNELS",
    "LARGEST",
    "MOST_ATTENTION",
    "MOST_VALUES",
    "STEPS",
    "Announcement",
    "Consent",
    "Progress",
    "announce",
    "announcer",
    "began",
    "company_values",
    "covered",
    "first_day",
    "guard_start",
    "has_channel",
    "last_agreed",
    "left_out",
    "may_start",
    "new",
    "progress",
    "record_consent",
    "set_channel",
    "set_company",
    "set_kudos",
    "set_rhythm",
    "start",
    "to_welcome",
    "waiting",
]
