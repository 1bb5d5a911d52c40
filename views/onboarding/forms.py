"""The forms of setting up."""

from __future__ import annotations

from datetime import date

from bot.messages import (
    Choice,
    Choices,
    DateInput,
    Element,
    Field,
    Form,
    NumberInput,
    Option,
    Say,
    Text,
    TextInput,
    TimeInput,
)
from bot.words import Words, bold
from views import settings
from views.onboarding.facts import Setup, capability


def consent_form(facts: Setup, capabilities: tuple[str, ...], words: Words) -> Form:
    """Who agreed, when, and to what. What is new is not ticked yet, and takes a new day of a works council."""
    kinds = (
        Option("council", words.line("The works council agreed")),
        Option("none", words.line("We have no works council")),
    )
    floor = NumberInput(
        "floor",
        words.line("Smallest group that is ever shown"),
        str(facts.floor),
        hint=words.line("Five is a good choice; never below three. A smaller number asks consent again."),
    )
    covers = Choices(
        "covers",
        words.line("What may Ritme begin with?"),
        tuple(_option(one, words) for one in capabilities),
        facts.covers,
        hint=words.line("What you don't tick doesn't begin, and stops where it went on."),
    )
    body: list[Element | Field] = []
    if facts.new:
        names = words.all_of(capability(one, words) for one in facts.new)
        body.append(Say(words.say("New since the last time: {names}. It begins if you tick it here.", names=names)))
    day = None if facts.new or facts.withdrawn_on else facts.consent_on  # a new consent is of a new day
    body += [
        Choice("kind", words.line("Who agreed?"), kinds, facts.consent or "council", look="buttons"),
        DateInput("agreed_on", words.line("Agreed on"), day, optional=True),
        covers,
        floor,
    ]
    sees = words.say("This is kept with your name and today's date.")
    if facts.announced_on:
        sees = words.say(
            "This is kept with your name and today's date. What begins by it, everybody hears in your name."
        )
    return _form("onboarding.record_consent", words.line("Record consent"), tuple(body), sees, words)


def withdraw_form(facts: Setup, today: date, words: Words) -> Form:
    """What stops by it and what doesn't; where there is a council, also the day on which it said so."""
    names = words.all_of(capability(one, words) for one in facts.covers)
    body: list[Element | Field] = [
        Say(words.say("This stops at once: {names}. Who waits for something of it hears nothing more.", names=names)),
        Say(
            words.say(
                "Nothing is deleted by it: what was written is kept for as long as before. Everybody still finds what "
                "is theirs with {command}.",
                command=bold(words.line("/ritme mydata")),
            )
        ),
        Say(words.say("You can record a new consent at any time. Then it goes on.")),
    ]
    if facts.consent == "council":
        body.append(DateInput("withdrawn_on", words.line("Withdrawn on"), today))
    return Form(
        "onboarding.record_withdrawal",
        words.line("Withdraw consent"),
        words.line("Stop everything"),
        tuple(body),
        words.line("Cancel"),
        sees=words.say("This is kept with your name and today's date."),
    )


def _option(name: str, words: Words) -> Option:
    called = capability(name, words)
    return Option(name, called[:1].upper() + called[1:])


def company_form(facts: Setup, words: Words) -> Form:
    body = (
        settings.language_choice(facts.language, words),
        settings.zone_search(facts.zone, words),
        settings.workday_choices(facts.workdays, words),
        NumberInput(
            "attention",
            words.line("Messages a week that I start"),
            str(facts.attention),
            hint=words.line("At most, per person. What doesn't fit waits or is said together."),
        ),
    )
    sees = words.say("People may choose another language, zone and days for themselves.")
    return _form("onboarding.set_company", words.line("Language and times"), body, sees, words)


def rhythm_form(facts: Setup, rule: str, words: Words) -> Form:
    """`rule` is the RFC 5545 rule where that is what stands."""
    every = (*settings.every_options(words), Option("rule", words.line("In another way")))
    freedom = (
        Option("nothing", words.line("Nothing, it's the same for all")),
        Option("moment", words.line("Day and time")),
        Option("often", words.line("How often, day and time")),
    )
    days = settings.day_options(facts.rhythm, facts.workdays, words)
    body = (
        Choice("every", words.line("How often?"), every, facts.rhythm.every),
        Choice("day", words.line("On which day?"), days, facts.rhythm.day or days[0].value),
        TimeInput("at", words.line("At what time?"), facts.rhythm.at),
        Choice("freedom", words.line("What do people choose themselves?"), freedom, facts.freedom),
        TextInput(
            "cadence",
            words.line("In another way"),
            rule,
            optional=True,
            max_length=200,
            placeholder="FREQ=MONTHLY;BYDAY=1TU",
            hint=words.line(
                "Only if you chose 'In another way'. Write it as calendars do: FREQ=MONTHLY;BYDAY=1TU is the first "
                "Tuesday of each month."
            ),
        ),
    )
    sees = words.say("Everybody gets it at their own local time, and never on a day off.")
    return _form("onboarding.set_rhythm", words.line("Check-ins"), body, sees, words)


def kudos_form(facts: Setup, words: Words) -> Form:
    body = (
        TextInput(
            "values",
            words.line("Our company values"),
            "\n".join(facts.values),
            optional=True,
            multiline=True,
            max_length=700,
            hint=words.line("One on each line, ten at most. A kudos can name one of them."),
        ),
        NumberInput("per_day", words.line("Kudos that somebody may give in a day"), str(facts.per_day)),
        NumberInput("per_pair", words.line("To the same person a week"), str(facts.per_pair)),
    )
    sees = words.say("Everybody sees the values when they give kudos.")
    return _form("onboarding.set_kudos", words.line("Kudos"), body, sees, words)


def start_form(proposed: date, words: Words) -> Form:
    body = (
        DateInput(
            "first",
            words.line("First day"),
            proposed,
            hint=words.line("From this day on everybody gets check-ins, each at their own moment."),
        ),
    )
    sees = words.say("Nothing is asked about the time before.")
    return Form(
        "onboarding.go",
        words.line("Choose the first day"),
        words.line("Start"),
        body,
        words.line("Cancel"),
        sees=sees,
    )


def _form(name: str, title: str, body: tuple[Element | Field, ...], sees: Text, words: Words) -> Form:
    return Form(name, title, words.line("Save"), body, words.line("Cancel"), sees=sees)
