"""What can be wrong with setting up, in kind sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.messages import plain
from bot.router import Sentence
from bot.words import Words
from views import house, settings
from views.onboarding.facts import capability


def _named(capabilities: Iterable[str], words: Words) -> str:
    return plain(words.all_of(capability(one, words) for one in capabilities))


REFUSALS: Mapping[str, Sentence] = {
    **{
        code: settings.REFUSALS[code]
        for code in ("settings.language", "settings.workdays", "settings.time", "zone.unknown")
    },
    "onboarding.word": lambda facts, words: house.unknown_word(
        str(facts["typed"]), (words.line("/ritme setup"), words.line("/ritme setup channel kudos")), words
    ),
    "onboarding.kind": lambda _, words: words.line("Choose whether there is a works council."),
    "onboarding.agreed_on": lambda _, words: words.line("Choose the day on which the works council agreed."),
    "onboarding.agreed_later": lambda _, words: words.line(
        "That day is still to come. Record the consent as soon as it's given."
    ),
    "onboarding.agreed_before": lambda facts, words: words.line(
        "The works council agreed on {day}. Choose that day, or a later one.", day=words.long_day(facts["day"])
    ),
    "onboarding.floor": lambda facts, words: words.line(
        "Choose a number from {smallest} to {largest}.", smallest=facts["smallest"], largest=facts["largest"]
    ),
    "onboarding.again": lambda facts, words: words.line(
        "A group smaller than {floor} needs a new consent of the works council, and the day on which it was given.",
        floor=facts["floor"],
    ),
    "onboarding.new": lambda facts, words: words.line(
        "The consent of {day} doesn't cover {names} yet. Ask the works council about it, and fill in the day on which "
        "they agreed.",
        day=words.long_day(facts["day"]),
        names=_named(facts["names"], words),
    ),
    "onboarding.withdrawn": lambda facts, words: words.line(
        "The works council withdrew its consent on {day}. Fill in the day on which it agreed again.",
        day=words.long_day(facts["day"]),
    ),
    "onboarding.no_consent": lambda _, words: words.line("There is no consent on record, so nothing can be withdrawn."),
    "onboarding.withdrawn_on": lambda facts, words: words.line(
        "Choose a day from {day} to today.", day=words.long_day(facts["day"])
    ),
    "onboarding.covers": lambda _, words: words.line("Tick at least one thing that Ritme may begin with."),
    "onboarding.attention": lambda facts, words: words.line(
        "Choose a number from {smallest} to {largest}.", smallest=1, largest=facts["most"]
    ),
    "onboarding.freedom": lambda _, words: words.line("Choose what people may choose themselves."),
    "onboarding.values": lambda facts, words: words.line("Choose {most} values at most.", most=facts["most"]),
    "onboarding.value": lambda facts, words: words.line(
        "'{name}' is long for a value. Keep it under {most} characters.", name=facts["name"], most=facts["most"]
    ),
    "onboarding.quota": lambda _, words: words.line(
        "Choose a number from {smallest} to {largest}.", smallest=1, largest=100
    ),
    "onboarding.channel_word": lambda facts, words: words.line(
        "I don't know a channel for '{word}'. You can choose: {known}.",
        word=facts["word"],
        known=words.one_of(facts["known"]),
    ),
    "onboarding.no_channel": lambda _, words: words.line(
        "Nothing changed, because this isn't a channel. Open the channel that you mean, add me to it, and type "
        "{command} there.",
        command=words.line("/ritme setup channel kudos"),
    ),
    "onboarding.consent_first": lambda _, words: words.line(
        "Record the works council's consent first, or that there is none. Then you can send the announcement."
    ),
    "onboarding.told": lambda facts, words: words.line(
        "Everybody was told on {day} already. New colleagues hear from me by themselves.",
        day=words.long_day(facts["day"]),
    ),
    "onboarding.announce_first": lambda _, words: words.line(
        "Send the announcement first. Then you can choose the first day."
    ),
    "onboarding.began": lambda facts, words: words.line(
        "Ritme started on {day}, so the first day stands.", day=words.long_day(facts["day"])
    ),
    "onboarding.first": lambda _, words: words.line("Choose today or a day to come."),
    "cadence.unreadable": lambda _, words: words.line(
        "I can't read this. Write it like FREQ=MONTHLY;BYDAY=1TU, which is the first Tuesday of each month."
    ),
    "cadence.too_fine": lambda _, words: words.line("Once a day is the most. Choose days, weeks or months."),
    "cadence.date": lambda _, words: words.line("There's a date in it that I can't use."),
    "cadence.never": lambda _, words: words.line("No day fits this. Check the days, please."),
}
