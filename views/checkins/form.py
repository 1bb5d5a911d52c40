"""The check-in as a form: two minutes, everything that is known filled in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages import (
    Choice,
    Choices,
    Element,
    Field,
    Form,
    Message,
    NumberInput,
    Option,
    Quote,
    Say,
    Search,
    Span,
    Text,
    TextInput,
)
from bot.words import Words, bold
from views.checkins.asking import who_reads
from views.checkins.facts import MAX_TEXT, Draft, Plan, StaleGoal
from views.questions import question

REMOVABLE = frozenset({"second", "partner"})


def form(draft: Draft, words: Words) -> Form:
    """What came of the plans, what got in the way, what comes next, energy, and goals that need a word."""
    manager = next((reader.who.name for reader in draft.readers if reader.role == "manager"), "")
    fields: list[Element | Field] = [*_typed(draft.typed, words)] if draft.typed else []
    if draft.plans:
        fields.append(Say((bold(_ask("progress", draft, words)),)))
        fields.extend(_plan(plan, words) for plan in draft.plans)
    fields += (_blocker(draft, manager, words), _priorities(draft, words))
    fields.extend(_energy(draft, manager, words))
    for goal in draft.goals:
        fields.extend(_goal(goal, words))
    fields.extend(_readers(draft, words))
    return Form(
        "checkins.change" if draft.checkin else "checkins.send",
        words.line("Check-in"),
        words.line("Save") if draft.checkin else words.line("Send"),
        tuple(fields),
        words.line("Cancel"),
        _carry(draft),
        sees=_sees(draft, words),
    )


def _blocker(draft: Draft, manager: str, words: Words) -> TextInput:
    return TextInput(
        "blocker",
        _ask("blocker", draft, words),
        draft.blocker,
        hint=_blocker_hint(manager, words),
        optional=True,
        multiline=True,
        max_length=MAX_TEXT,
    )


def _priorities(draft: Draft, words: Words) -> TextInput:
    return TextInput(
        "priorities",
        _ask("priorities", draft, words),
        "\n".join(draft.priorities),
        hint=words.line("Up to three, one on each line. What you take along counts.")
        if draft.plans
        else words.line("Up to three, one on each line."),
        optional=True,
        multiline=True,
        max_length=700,
    )


def _typed(text: str, words: Words) -> tuple[Element, ...]:
    """What was typed after the command, which belongs somewhere in here."""
    return Say(words.say("This is what you typed. Put it where it belongs:")), Quote(text)


def beside(typed: str, said: Message, words: Words) -> Form:
    """What is said where there is no form now, with what was typed."""
    keep = Say(words.say("This is what you typed. It's kept nowhere, so copy it if you still need it:"))
    return Form("checkins.beside", words.line("Check-in"), "", (keep, Quote(typed), *said.body), words.line("Close"))


def _blocker_hint(manager: str, words: Words) -> str:
    """It may come back: the manager's digest tells of what is there for a week, but never the words."""
    if not manager:
        return words.line("Don't write anything about your health.")
    return words.line(
        "Don't write anything about your health. If it stays, {name}'s weekly digest may say after a week that "
        "something is in your way, not what.",
        name=manager,
    )


def _carry(draft: Draft) -> dict[str, str]:
    answered = {"checkin": str(draft.checkin)} if draft.checkin else {"period": str(draft.period)}
    return answered | {"readers": as_shown({reader.who.person: reader.role for reader in draft.readers})}


def as_shown(roles: Mapping[int, str]) -> str:
    """The readers that a form names, by id, to compare with those at the moment of sending: each in their role, for
    that says whether they can be left out.
    """
    return ",".join(f"{id}:{role}" for id, role in sorted(roles.items()))


def _ask(name: str, draft: Draft, words: Words) -> str:
    return question("checkins", name, draft.turn, words)


def _plan(plan: Plan, words: Words) -> Field:
    outcomes = (
        Option("done", words.line("Done")),
        Option("carried", words.line("Take along")),
        Option("dropped", words.line("Drop")),
    )
    return Choice(f"plan-{plan.id}", plan.text, outcomes, plan.outcome or "carried", look="buttons")


def _energy(draft: Draft, manager: str, words: Words) -> list[Field]:
    levels = (
        Option("1", words.line("1 (empty)")),
        *(Option(str(level), str(level)) for level in (2, 3, 4)),
        Option("5", words.line("5 (full of energy)")),
    )
    hint = "" if manager else words.line("Only you see this.")
    fields: list[Field] = [
        Choice(
            "energy",
            _ask("energy", draft, words),
            levels,
            str(draft.energy or ""),
            hint=hint,
            optional=True,
            look="buttons",
        )
    ]
    if manager:
        sharing = (
            Option("me", words.line("Only me")),
            Option("manager", words.line("Me and {name}", name=manager)),
        )
        chosen = "manager" if draft.shared else "me"
        fields.append(Choice("energy_for", words.line("Who sees your energy?"), sharing, chosen))
    return fields


def _goal(goal: StaleGoal, words: Words) -> list[Field]:
    """A line for a goal that nobody heard of lately; left empty it changes nothing."""
    fields: list[Field] = []
    if not goal.measured:
        fields.append(
            NumberInput(
                f"progress-{goal.id}",
                words.line("{goal}: how far is it, in percent?", goal=goal.title),
                hint=words.line("Now: {progress}", progress=words.percent(goal.progress)),
                optional=True,
            )
        )
    hint = "" if goal.confidence is None else words.line("Now: {n} of 10", n=goal.confidence)
    fields.append(
        NumberInput(
            f"confidence-{goal.id}",
            words.line("{goal}: how confident are you, from 0 to 10?", goal=goal.title),
            hint=hint,
            optional=True,
        )
    )
    return fields


def _readers(draft: Draft, words: Words) -> list[Field]:
    """Those whom the writer may leave out; for who has no manager, somebody to choose."""
    fields: list[Field] = []
    removable = [reader.who for reader in draft.readers if reader.role in REMOVABLE]
    if removable:
        options = tuple(Option(str(who.person), who.name) for who in removable)
        ticked = tuple(option.value for option in options)
        fields.append(Choices("also", words.line("Who may read along?"), options, ticked, optional=True))
    elif draft.alone and not draft.checkin:
        fields.append(
            Search(
                "partner",
                words.line("Who may read this with you?"),
                "people",
                hint=words.line("You have no manager here. Choose a conversation partner, or keep it to yourself."),
                optional=True,
            )
        )
    return fields


def _sees(draft: Draft, words: Words) -> Text:
    fixed = [reader for reader in draft.readers if reader.role not in REMOVABLE]
    line = who_reads(fixed, words)
    if len(fixed) < len(draft.readers):
        return (*line, Span(" "), *words.say("Whoever is ticked above can read it too."))
    if draft.alone and not draft.readers and not draft.checkin:
        return words.say("Only you can read this, and whoever you choose above.")
    return line
