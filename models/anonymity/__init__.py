"""Asking people something so that nobody can find out who said what. Knows no capability; each that asks builds on it.

**Three kinds** (`kinds`), fixed when something opens. *Named*: readers see the author. *Confidential*: the author is
kept until answers are published, and readers see groups only. *Anonymous*: the author is never kept.

**Who attacks.** (1) A reader who sees every screen, export and digest after every answer, every leaver and through
every filter, knows who answers when, and perhaps all that one whole group said. (2) Who holds the database, its log of
writes, its copies and the program's logs, but not the keys.

**Why a reader learns nothing but what is published.** Live figures fall to subtraction: a mean of five and then of six
gives the sixth answer to the point, a department less its teams gives the team that was hidden, and enough random
filters give everybody (linear reconstruction). Rounding and thresholds for each figure by itself don't help, as each of
the two figures is harmless. So figures aren't judged one by one; there is one source for all of them:

1. The groups, the floor and the questions are locked when it opens (`Opening`, `OpeningGroup`).
2. Nothing that was said has any effect on anything that is shown, until it is published. There are no counts of who
   took part, in any form, for anybody.
3. When it closes, the answers to each question are cut into blocks of whole groups that have none in common, each
   *sound* (`blocks`): as many answers as the floor, and nothing or as many as the floor where somebody knows all of any
   one group in the tree. What fits in no block is deleted. How it is cut depends on how many answered, never on what.
   The floor counts for each question by itself, and the questions aren't linked: nobody sees a whole form.
4. Of a block the answers are known in no order. All that is ever shown, of any group, through any filter, in any
   export, is a sum of whole blocks (`results`). Blocks never change, and no answer is in two.

Swap two answers of one block, and nothing that anybody sees at any time differs. So all of a block's people are alike
to a reader: the best guess at one answer is the commonest of its block, and a difference of sums is a sum of blocks.
What `continuous` openings publish before they close is held to the same: each batch takes answers that are in no other
(point 4), at least a floor of them from one group, by the clock and never in the call that brings one (point 2).

**What is left**, and told to people: a block in which all say the same says it of everybody; people of a block who put
their answers together know the rest of it, so a floor of five holds against three who talk; a style of writing.

**Why the database doesn't link** (`tables`, `seals`). Participation is one table, what was said another; they share the
opening alone, and hold no times. That isn't enough: both are written in one transaction, so PostgreSQL's xmin, SQLite's
log of writes or two backups in a row show what came along with whom. So what waits is sealed, padded to one length,
with keys from outside the database: without keys nothing unseen can be opened. Publishing is the mix: all are opened
in memory, torn apart by question, given random ids and written in the order of those, in one transaction that removes
the sealed rows; who took part is removed with them, or, while more may come, written anew in the order of people. What
waits on is then sealed anew, too: torn apart, or, where it is confidential and none of it was published, whole and with
its author, who may still change it.
Who has the keys, the database as it was and will to do so can read what waits. That is said, too: "we don't keep who
wrote it" is a promise about what is kept.
"""

from models.anonymity.asking import Plan, answer, begin, get, has_answered, invited, parts, waiting
from models.anonymity.blocks import Block, Counts, Division, Groups, divide, is_sound, within
from models.anonymity.floors import MANAGERS, SMALLEST, reached
from models.anonymity.kinds import Kind, offered, too_small
from models.anonymity.releasing import close, release
from models.anonymity.results import Result, groups, published, summed
from models.anonymity.seals import LONGEST, Vault, ready
from models.anonymity.tables import HIGHEST, Opening

__all__ = [
    "HIGHEST",
    "LONGEST",
    "MANAGERS",
    "SMALLEST",
    "Block",
    "Counts",
    "Division",
    "Groups",
    "Kind",
    "Opening",
    "Plan",
    "Result",
    "Vault",
    "answer",
    "begin",
    "close",
    "divide",
    "get",
    "groups",
    "has_answered",
    "invited",
    "is_sound",
    "offered",
    "parts",
    "published",
    "reached",
    "ready",
    "release",
    "summed",
    "too_small",
    "waiting",
    "within",
]
