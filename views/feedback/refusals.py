"""How feedback says no."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages import plain
from bot.router import Sentence

REFUSALS: Mapping[str, Sentence] = {
    "person.namesakes": lambda facts, words: words.line(
        "Several people here are called {name}. Choose by e-mail address whom you mean.", name=facts["name"]
    ),
    "feedback.gone": lambda _, words: words.line("This feedback is no longer there, or not for you to read."),
    "feedback.closed": lambda _, words: words.line(
        "This question is closed already, so nothing was changed. You can always give feedback by yourself: /feedback."
    ),
    "feedback.read": lambda _, words: words.line("It has been read, so the words stay as they are."),
    "feedback.self": lambda _, words: words.line("This is between you and a colleague. Choose somebody else."),
    "feedback.situation": lambda _, words: words.line("Say when or where it was. A few words are enough."),
    "feedback.behaviour": lambda _, words: words.line("Describe what you saw or heard."),
    "feedback.impact": lambda _, words: words.line("Tell what it did to you, to the work or to others."),
    "feedback.long": lambda facts, words: words.line("Keep it under {most} characters, please.", most=facts["most"]),
    "feedback.audience": lambda facts, words: words.line(
        "{name} has another manager now. Choose again who may read it.", name=facts["name"]
    ),
    "feedback.nobody": lambda _, words: words.line("Choose at least one colleague."),
    "feedback.many": lambda facts, words: words.line(
        "Ask {most} people at most at a time. A few well-chosen ones say more.", most=facts["most"]
    ),
    "feedback.full": lambda facts, words: words.many_line(
        "{names} has enough requests at the moment. Ask somebody else, or try again in a few days.",
        "{names} have enough requests at the moment. Ask somebody else, or try again in a few days.",
        len(facts["names"]),
        names=plain(words.all_of(facts["names"])),
    ),
    "feedback.away": lambda facts, words: words.many_line(
        "{names} isn't there in the coming two weeks. Ask somebody else, or try again later.",
        "{names} aren't there in the coming two weeks. Ask somebody else, or try again later.",
        len(facts["names"]),
        names=plain(words.all_of(facts["names"])),
    ),
    "feedback.topic": lambda _, words: words.line("Say what it's about: a goal, a project or a skill."),
    "feedback.question": lambda _, words: words.line("Write what you would like to know."),
    "feedback.date": lambda _, words: words.line("I can't read this date. Choose a day, such as next Friday."),
    "feedback.soon": lambda _, words: words.line("Give them a little time: choose a day from tomorrow on."),
    "feedback.late": lambda facts, words: words.line(
        "Choose {day} at the latest. After two weeks people have forgotten.", day=words.day(facts["last"])
    ),
}
