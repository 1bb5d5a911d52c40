"""A person's own data: seeing it, having it erased, and how long it is kept. All from what the tables declare."""

from models.privacy.asking import (
    answer_by,
    ask,
    ask_copy,
    asked,
    copy_asked,
    deciders,
    decline,
    erase,
    is_named,
    naming,
    take_back,
    undecided,
    waits,
    wish,
)
from models.privacy.erasing import ERASE, begin, staying
from models.privacy.erasing import step as erase_step
from models.privacy.gathering import Part, bundle, counted, gather, named, one_table, people_in, somebody, things_in
from models.privacy.keeping import KEEP, Chosen, asks_council, choosable, choose, counts, plan, terms
from models.privacy.keeping import step as keep_step
from models.privacy.messages import GONE
from models.privacy.tables import CopyWish, Deletion, Erasure, Retention

__all__ = [
    "ERASE",
    "GONE",
    "KEEP",
    "Chosen",
    "CopyWish",
    "Deletion",
    "Erasure",
    "Part",
    "Retention",
    "answer_by",
    "ask",
    "ask_copy",
    "asked",
    "asks_council",
    "begin",
    "bundle",
    "choosable",
    "choose",
    "copy_asked",
    "counted",
    "counts",
    "deciders",
    "decline",
    "erase",
    "erase_step",
    "gather",
    "is_named",
    "keep_step",
    "named",
    "naming",
    "one_table",
    "people_in",
    "plan",
    "somebody",
    "staying",
    "take_back",
    "terms",
    "things_in",
    "undecided",
    "waits",
    "wish",
]
