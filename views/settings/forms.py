"""The forms of one's own settings, each about one thing."""

from __future__ import annotations

from bot.messages import (
    Choice,
    Element,
    Field,
    Form,
    Option,
    Say,
    Search,
    Text,
    TimeInput,
)
from bot.words import Words
from views.days import WEEKDAYS, weekday
from views.settings.parts import (
    Settings,
    chat_names,
    day_options,
    every_options,
    language_choice,
    rhythm,
    workday_choices,
    zone_search,
)


def moment_form(facts: Settings, words: Words) -> Form:
    """When one is asked, as far as HR leaves that to people, and when never."""
    fields: list[Element | Field] = []
    if facts.freedom == "nothing":
        when = words.say("You get your check-in {rhythm}. HR set it that way.", rhythm=rhythm(facts.rhythm, words))
        fields.append(Say(when))
    else:
        fields.extend(_moment_fields(facts, words))
    fields.append(TimeInput("quiet_from", words.line("Quiet from"), facts.quiet_from))
    fields.append(
        TimeInput(
            "quiet_until",
            words.line("Quiet until"),
            facts.quiet_until,
            hint=words.line("Twice the same time means no quiet hours."),
        )
    )
    sees = words.say("Only you see this. I keep to it, in your own time zone.")
    return _form("settings.set_moment", words.line("Choose a moment"), fields, sees, words)


def _moment_fields(facts: Settings, words: Words) -> list[Field]:
    fields: list[Field] = []
    if facts.freedom == "often" and facts.rhythm.every != "rule":
        fields.append(Choice("every", words.line("How often?"), every_options(words), facts.rhythm.every))
    if facts.rhythm.every != "rule":
        fields.append(
            Choice(
                "day", words.line("On which day?"), day_options(facts.rhythm, facts.workdays, words), facts.rhythm.day
            )
        )
    fields.append(TimeInput("at", words.line("At what time?"), facts.rhythm.at))
    return fields


def me_form(facts: Settings, words: Words) -> Form:
    kudos = (
        Option("public", words.line("In the kudos channel")),
        Option("private", words.line("Only to me")),
        Option("manager", words.line("To me and my manager")),
    )
    fields = (
        language_choice(facts.language, words),
        zone_search(facts.zone, words),
        workday_choices(facts.workdays, words),
        Choice("kudos", words.line("How do you like to be thanked?"), kudos, facts.kudos),
    )
    sees = words.say(
        "Nobody gets a list of this. Who thanks you notices how you like it, and your days decide when I ask you "
        "something."
    )
    return _form("settings.set_me", words.line("Language and days"), fields, sees, words)


def readers_form(facts: Settings, words: Words) -> Form:
    fields: list[Element | Field] = []
    if facts.second:
        name = facts.second.name
        options = (
            Option("keep", words.line("{name} reads my check-ins too", name=name)),
            Option("remove", words.line("{name} doesn't read them any more", name=name)),
        )
        fields.append(Choice("second", words.line("Second reader"), options, "keep", look="buttons"))
    if facts.manager is None:
        partner = (Option(str(facts.partner.person), facts.partner.name),) if facts.partner else ()
        fields.append(
            Search(
                "partner",
                words.line("With whom do you want to talk?"),
                "people",
                partner,
                optional=True,
                placeholder=words.line("Type a name"),
                hint=words.line("You have no manager here. Who you choose reads your check-ins from now on."),
            )
        )
    if not fields:
        nobody = words.say(
            "Your manager reads your check-ins, and while they're away their deputy. There's nothing to choose."
        )
        fields.append(Say(nobody))
    sees = words.say("Who you take out or replace can't open what you sent before any more either.")
    return _form("settings.set_readers", words.line("Choose readers"), fields, sees, words)


def chat_form(facts: Settings, words: Words) -> Form:
    """In which chat one hears from Ritme, for who has several."""
    names = chat_names(facts.chats)
    options = tuple(Option(str(account), name) for account, name in names.items())
    now = options[0].value if options else ""
    fields = (Choice("chat", words.line("Where do you want to hear from me?"), options, now, look="buttons"),)
    sees = words.say("Only you see this. You can go on talking with me in each of them.")
    return _form("settings.set_chat", words.line("Choose a chat"), fields, sees, words)


def team_form(facts: Settings, words: Words) -> Form:
    deputy = (Option(str(facts.deputy.person), facts.deputy.name),) if facts.deputy else ()
    digits = sorted({*facts.workdays, str(facts.digest_day)})
    days = tuple(Option(digit, weekday(WEEKDAYS[int(digit) - 1], words)) for digit in digits)
    fields = (
        Choice("digest_day", words.line("On which day do you want your digest?"), days, str(facts.digest_day)),
        TimeInput("digest_at", words.line("At what time?"), facts.digest_at),
        Search(
            "deputy",
            words.line("Who is your deputy?"),
            "people",
            deputy,
            optional=True,
            placeholder=words.line("Type a name"),
            hint=words.line("Your deputy reads only what your team sends while you're on leave."),
        ),
    )
    sees = words.say("Your team can see who your deputy is before they send something.")
    return _form("settings.set_team", words.line("Digest and deputy"), fields, sees, words)


def _form(name: str, title: str, fields: list[Element | Field] | tuple[Field, ...], sees: Text, words: Words) -> Form:
    return Form(name, title, words.line("Save"), tuple(fields), words.line("Cancel"), sees=sees, inline=True)
