"""An example of everything that is shown about goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.messages import Message
from views.examples import ANNA, NOW, SEM, Example
from views.goals import asking, cards, changing, ending, lists, setting, telling
from views.goals.facts import Goal, Readers, Result
from views.goals.parts import Choosing
from views.goals.sheet import Can, Changed, Story, Told, sheet

_SCORE = Result(11, "Score of the first week", "number", 8.5, 6.0, 7.0, "points", 0.4)
_GUIDE = Result(12, "The guide is published", "yesno", 1.0, 0.0, 1.0, fraction=1.0)
_COST = Result(13, "Cost of a new workplace", "currency", 900.0, 1250.5, 1100.0, "EUR", 0.43)
_SHARE = Result(14, "New colleagues with a buddy", "percentage", 100.0, 0.0, 62.5, fraction=0.625)

_GOAL = Goal(
    7,
    "New colleagues find their way within a week",
    "2026-Q4",
    NOW - timedelta(days=4),
    parent="People stay because they feel at home",
    progress=0.61,
    confidence=5,
    was=7,
    risk="falling",
    results=(_SCORE, _GUIDE, _COST, _SHARE),
)
_THEME = Goal(
    8, "More calm in our planning", "2026", NOW, theme=True, text="Nobody works on Friday evening.", fresh=True
)
_TEAM = Goal(
    9, "Releases without a night shift", "2026-Q4", NOW - timedelta(days=20), "team", "Platform", stale=True, by="Anna"
)
_YEAR = Goal(
    10, "People stay because they feel at home", "2026", NOW, "organisation", "De Molen", progress=0.4, mine=False
)
_LATE = replace(_GOAL, id=15, confidence=3, was=None, risk="low", parent="", by=SEM.name, whose=SEM.name, mine=False)
_ASKED = Can(ask=SEM.name, asked_at=NOW)
_WAITS = replace(_LATE, risk="", stale=True)
_OURS = Readers("De Molen", (ANNA.name,))
_ALL = Readers("De Molen", everyone=True)
_ALONE = Readers("De Molen")

_CHOOSING = Choosing(
    (("team:3", "Platform"), ("organisation", "De Molen")),
    ((10, "People stay because they feel at home", "2026"),),
    ("2026-Q4", "2027-Q1", "2026", "2027"),
)
_TEAMS = setting.Teams(("2026-Q4",), ((3, "Platform"), (4, "Sales")))
_MANY = setting.Teams(("2026-Q4",), tuple((n, f"Team {n}") for n in range(1, 15)), (3,))
_SHORT = Choosing(periods=_CHOOSING.periods)

_STORY = Story(
    _GOAL,
    _OURS,
    (replace(_LATE, title="A buddy for everybody who starts"),),
    (
        Told(NOW - timedelta(days=4), 0.61, "", 5, "Two buddies fell ill.", "https://chat.example/p1"),
        Changed(NOW - timedelta(days=5), "target", "", "8.0", "8.5", "The first round went better.", _SCORE),
        Changed(NOW - timedelta(days=6), "start", "", "5.0", "6.0", "We measured again.", _SCORE),
        Changed(NOW - timedelta(days=7), "title", ANNA.name, "A good start", _GOAL.title, "It was vague."),
        Changed(NOW - timedelta(days=8), "text", "", reason="In plain words."),
        Changed(NOW - timedelta(days=8), "period", "", "2026", "2026-Q4", "It can be done sooner."),
        Changed(NOW - timedelta(days=8), "parent", "", "", _YEAR.title, "It belongs there."),
        Changed(NOW - timedelta(days=8), "result", "", "First week", _SCORE.title, "Clearer.", _SCORE),
        Changed(NOW - timedelta(days=9), "added", "", "", _COST.title),
        Changed(NOW - timedelta(days=9), "dropped", "", "Hours of training", "", "It says nothing."),
        Changed(NOW - timedelta(days=9), "reopened"),
        Told(NOW - timedelta(days=11), 0.5, "", 7),
    ),
    Can(measure=True, show="everyone", remove=True),
)
_DONE = replace(_GOAL, closed=True, score=0.7, risk="")
_OVER = replace(_TEAM, closed=True, stale=False)
_CLOSED = Story(_DONE, _OURS, score=0.7, learned="Ask earlier.")


def _nothing(which: str, why: str = "") -> Example:
    page = lists.Page(which, (), "" if why == "no_team" else "Sem", why=why)
    return Example(f"goals.list of no {which} {why}".rstrip(), lambda words: lists.listing(page, words))


def _saved(done: str) -> Example:
    return Example(f"goals.{done}", lambda words: cards.saved(_GOAL, _OURS, done, words))


EXAMPLES = (
    Example("goals.ended", lambda words: ending.ended_period("2026-Q4", (_GOAL,), words)),
    Example("goals.ended with several", lambda words: ending.ended_period("2026-Q4", (_GOAL, _TEAM), words)),
    Example("goals.ended and closed", lambda words: ending.all_ended("2026-Q4", words)),
    Example("goals.list mine", lambda words: lists.listing(lists.Page("mine", (_GOAL, _THEME, _TEAM)), words)),
    Example(
        "goals.list long",
        lambda words: lists.listing(lists.Page("risk", (_GOAL, _LATE) * 4, ask={"which": "risk"}, left=3), words),
    ),
    Example("goals.list closed", lambda words: lists.listing(lists.Page("closed", (_DONE, _OVER)), words)),
    _nothing("person", "hidden"),
    _nothing("team", "no_team"),
    _nothing("stale", "none_around"),
    _nothing("orphan", "none_above"),
    *(_nothing(which) for which in ("mine", "person", "team", "organisation", "risk", "stale", "orphan", "closed")),
    Example("goals.section", lambda words: Message("Goals", lists.section((_GOAL, _TEAM), 2, words))),
    Example("goals.section empty", lambda words: Message("Goals", lists.section((), 0, words))),
    Example("goals.to update", lambda words: lists.to_update((_GOAL, _THEME), words)),
    *(_saved(done) for done in ("set", "result", "changed", "updated", "shown", "reopened")),
    Example("goals.set, one of many", lambda words: cards.saved(_THEME, _ALONE, "set", words, 4)),
    Example("goals.reached", lambda words: cards.reached(replace(_GOAL, progress=1.0, risk="", was=4), words)),
    Example("goals.closed", lambda words: cards.ended(_GOAL, 0.7, "Ask earlier.", _OURS, words)),
    Example("goals.removed", cards.removed),
    Example("goals.sheet", lambda words: sheet(_STORY, words)),
    Example("goals.sheet closed", lambda words: sheet(_CLOSED, words)),
    Example(
        "goals.sheet closed, shown to everyone",
        lambda words: sheet(replace(_CLOSED, readers=_ALL, can=Can(show="manager")), words),
    ),
    Example(
        "goals.sheet closed, of another",
        lambda words: sheet(replace(_CLOSED, goal=replace(_DONE, mine=False), score=None), words),
    ),
    Example("goals.sheet of a theme", lambda words: sheet(Story(_THEME, _ALL, can=Can(show="manager")), words)),
    Example("goals.sheet of the organisation", lambda words: sheet(Story(_YEAR, _ALL, can=Can(cascade=True)), words)),
    Example("goals.sheet to ask about", lambda words: sheet(Story(_WAITS, _OURS, can=Can(ask=SEM.name)), words)),
    Example("goals.sheet asked about", lambda words: sheet(Story(_WAITS, _OURS, can=_ASKED), words)),
    Example("goals.asked", lambda words: asking.asked(_GOAL, ANNA.name, words)),
    Example("goals.asked and told", lambda words: asking.told(_GOAL, ANNA.name, words)),
    Example("goals.answered", lambda words: asking.answered(_LATE, words)),
    Example("goals.answered, closed", lambda words: asking.answered(replace(_DONE, whose=SEM.name, mine=False), words)),
    Example("goals.new", lambda words: setting.new("", _SHORT, _OURS, words)),
    Example("goals.new for a manager", lambda words: setting.new("Present our plan", _CHOOSING, _OURS, words)),
    Example("goals.describe", lambda words: setting.describe(_THEME, _ALL, 0, words)),
    Example("goals.result first", lambda words: setting.result(_GOAL, _OURS, words, first=True, many=4)),
    Example("goals.result another", lambda words: setting.result(_GOAL, _OURS, words)),
    Example("goals.pick", lambda words: telling.pick((_GOAL, _THEME), "It is live.", "https://chat.example/p1", words)),
    Example("goals.update", lambda words: telling.update(telling.Telling(_GOAL, _OURS), words)),
    Example(
        "goals.update of a theme",
        lambda words: telling.update(
            telling.Telling(_THEME, _ALL, said=True, note="It is live.", evidence="https://chat.example/p1"), words
        ),
    ),
    Example("goals.close", lambda words: telling.close(_GOAL, _OURS, words)),
    Example("goals.change", lambda words: changing.change(_GOAL, 10, _CHOOSING, _OURS, words)),
    Example("goals.result_change", lambda words: changing.change_result(_GOAL, _COST, _OURS, words)),
    Example("goals.result_change yes or no", lambda words: changing.change_result(_GOAL, _GUIDE, _OURS, words)),
    Example("goals.result_drop", lambda words: changing.drop_result(_GOAL, _SCORE, _OURS, words)),
    Example(
        "goals.cascade",
        lambda words: setting.cascade(_YEAR, _TEAMS, _ALL, words),
    ),
    Example("goals.cascade for many teams", lambda words: setting.cascade(_YEAR, _MANY, _ALL, words)),
    Example("goals.cascaded", lambda words: lists.cascaded(_YEAR, "2026-Q4", ("Platform", "Sales"), words)),
    Example("goals.cascade_told", lambda words: lists.cascade_told("Hanna", _YEAR, (_TEAM,), words)),
)
