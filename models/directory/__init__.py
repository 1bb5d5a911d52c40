"""The organisation's people: who they are, who leads them, and when they are there."""

from models.directory.finding import by_accounts, everyone, people, person, reports, search
from models.directory.naming import Named, leading_people, named, short_names, shorten

__all__ = [
    "Named",
    "by_accounts",
    "everyone",
    "leading_people",
    "named",
    "people",
    "person",
    "reports",
    "search",
    "short_names",
    "shorten",
]
