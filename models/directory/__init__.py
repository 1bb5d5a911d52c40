"""The organisation's people: who they are, who leads them, and when they are there."""

from models.directory.absence import away, cancel_leave, go_away, take_leave
from models.directory.changes import Change, Difference, Known, Leaver, apply, compare
from models.directory.chat import Chat, Met, chats, meet, not_reached, prefer, remove_installation, without_app
from models.directory.finding import (
    by_accounts,
    everyone,
    letters,
    people,
    person,
    reports,
    search,
    somebody,
    team_named,
)
from models.directory.leaving import Left, close, deputy_of, leave, name_deputy, rejoin, welcome
from models.directory.listing import Entry, Listing, read
from models.directory.naming import Named, known_people, leading_people, short_names, shorten, spelled
from models.directory.roles import Role, by_email, guard, may_manage, set_role
from models.directory.zones import find_zones, zones

__all__ = [
    "Change",
    "Chat",
    "Difference",
    "Entry",
    "Known",
    "Leaver",
    "Left",
    "Listing",
    "Met",
    "Named",
    "Role",
    "apply",
    "away",
    "by_accounts",
    "by_email",
    "cancel_leave",
    "chats",
    "close",
    "compare",
    "deputy_of",
    "everyone",
    "find_zones",
    "go_away",
    "guard",
    "known_people",
    "leading_people",
    "leave",
    "letters",
    "may_manage",
    "meet",
    "name_deputy",
    "not_reached",
    "people",
    "person",
    "prefer",
    "read",
    "rejoin",
    "remove_installation",
    "reports",
    "search",
    "set_role",
    "short_names",
    "shorten",
    "somebody",
    "spelled",
    "take_leave",
    "team_named",
    "welcome",
    "without_app",
    "zones",
]
