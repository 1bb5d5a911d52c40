"""A person's own data: seeing it, having it erased, and how long it is kept. All from what the tables declare."""

from models.privacy.erasing import ask, asked, begin, staying, take_back, wish
from models.privacy.erasing import step as erase_step
from models.privacy.gathering import Part, bundle, counted, gather, named, one_table, people_in, somebody, things_in
from models.privacy.keeping import ERASE, KEEP, Chosen, asks_council, choosable, choose, counts, plan, terms
from models.privacy.keeping import step as keep_step
from models.privacy.messages import GONE
from models.privacy.tables import Deletion, Erasure, Retention

__all__ = [
    "ERASE",
    "GONE",
    "KEEP",
    "Chosen",
    "Deletion",
    "Erasure",
    "Part",
    "Retention",
    "ask",
    "asked",
    "asks_council",
    "begin",
    "bundle",
    "choosable",
    "choose",
    "counted",
    "counts",
    "erase_step",
    "gather",
    "keep_step",
    "named",
    "one_table",
    "people_in",
    "plan",
    "somebody",
    "staying",
    "take_back",
    "terms",
    "things_in",
    "wish",
]
