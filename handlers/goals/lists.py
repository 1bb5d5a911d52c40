"""`/goal`, and lists of goals."""

from __future__ import annotations

from bot.calls import Answer, Call, OpenForm, Replies
from bot.messages import Element, Message
from handlers.goals.facts import cards
from handlers.goals.routes import routes
from handlers.goals.setting import new_form
from handlers.goals.telling import update_form
from models import directory
from models import goals as model
from models.errors import refuse
from models.goals import Goal
from models.scope import Scope
from views import goals as view

PAGE = 10
SHOWN = 4
"""Goals in the overview."""

_ADD = {"add", "new", "nieuw", "toevoegen", "maken"}
_UPDATE = {"update", "bijwerken", "voortgang"}
_LIST = {"list", "lijst"}
_LISTS = {
    "mine": {"", "mine", "my", "mijn", "van mij"},
    "team": {"team", "my team", "mijn team"},
    "organisation": {"organisation", "organization", "organisatie", "company", "bedrijf"},
    "risk": {"risk", "at risk", "risico", "loopt risico", "lopen risico"},
    "stale": {"stale", "stil", "staat stil", "verouderd"},
    "orphan": {"orphan", "orphans", "los", "wees", "zonder doel"},
    "closed": {"closed", "gesloten", "afgesloten"},
}


@routes.command("goal", view.help, short=True, aliases=("doel", "goals", "doelen"), reads=True)
def goal(call: Call, scope: Scope) -> Replies:
    """My goals; or one of the verbs, in the words of either language."""
    verb, _, rest = call.text.strip().partition(" ")
    folded, rest = verb.casefold(), rest.strip()
    if not verb:
        return Answer(_listing(scope, "mine"))
    if folded in _ADD:
        return OpenForm(new_form(scope, rest))
    if folded in _UPDATE:
        return _to_update(scope, rest)
    if folded in _LIST:
        which, about = _asked(call, scope, rest)
        return Answer(_listing(scope, which, about))
    refuse("goals.verb", typed=verb)


@routes.press("goals.list", reads=True)
def listed(call: Call, scope: Scope) -> Replies:
    """A list by a button, or the next part of one."""
    which = call.carry.get("which", "mine")
    return Answer(_listing(scope, which, call.id("about"), call.id("start")))


@routes.section(20)
def section(scope: Scope) -> tuple[Element, ...]:
    goals = model.mine(scope)
    return view.section(cards(scope, goals[:SHOWN]), len(goals[SHOWN:]), scope.words)


def _to_update(scope: Scope, typed: str) -> Replies:
    """The form, where one goal is meant; else a question which one."""
    goals = model.mine(scope)
    meant = [goal for goal in goals if typed.casefold() in goal.title.casefold()]
    if not goals:
        refuse("goals.none")
    if not meant:
        refuse("goals.match", typed=typed)
    if len(meant) == 1:
        return OpenForm(update_form(scope, meant[0]))
    return Answer(view.to_update(cards(scope, meant[:PAGE]), scope.words))


def _asked(call: Call, scope: Scope, typed: str) -> tuple[str, int]:
    """Which list a typed text asks for, and about whom."""
    folded = typed.casefold()
    for which, ways in _LISTS.items():
        if folded in ways:
            return which, 0
    if typed.startswith("@"):
        named = directory.leading_people(scope, typed, call.mentions)
        if named.people:
            return "person", named.people[0].id
    word, _, rest = typed.partition(" ")
    team = directory.team_named(scope, rest) if word.casefold() == "team" else None
    if team is None:
        refuse("goals.list", typed=typed)
    return "team", team.id


def _listing(scope: Scope, which: str, about: int = 0, start: int = 0) -> Message:
    goals, name = _found(scope, which, about)
    shown = goals[start : start + PAGE]
    ask = {"which": which, "about": str(about)}
    why = "" if goals else _why_empty(scope, which, about)
    page = view.Page(which, cards(scope, shown), name, ask, start, len(goals) - start - len(shown), why)
    return view.listing(page, scope.words)


def _why_empty(scope: Scope, which: str, about: int) -> str:
    """What else there is to say of a list without goals; see `views.goals.Page`."""
    if which == "person":
        person = directory.person(scope, about)
        return "" if scope.me.id in {one.id for one in (person, *model.readers(scope, person))} else "hidden"
    if which == "team":
        return "" if about or model.own_teams(scope) else "no_team"
    if which in {"risk", "stale", "orphan"} and not model.around(scope):
        return "none_around"
    return "none_above" if which == "orphan" and not model.of_organisation(scope) else ""


def _found(scope: Scope, which: str, about: int) -> tuple[list[Goal], str]:  # noqa: PLR0911 - a line for each list
    """The goals of a list, and the name in its title."""
    match which:
        case "person":
            return model.of_person(scope, about), directory.person(scope, about).short
        case "team":
            own = model.own_teams(scope)
            teams = {team.id: team.name for team in model.teams_by_id(scope, [about]).values()} if about else {}
            teams = teams or {team.id: team.name for team in own}
            return model.of_teams(scope, teams), ", ".join(teams.values())
        case "organisation":
            return model.of_organisation(scope), scope.org.name
        case "risk":
            return model.at_risk(scope), ""
        case "stale":
            return model.stale_around(scope), ""
        case "orphan":
            return model.orphans(scope), ""
        case "closed":
            return model.closed(scope), ""
        case _:
            return model.mine(scope), ""
