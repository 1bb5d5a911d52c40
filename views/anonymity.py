"""How it is said what becomes of an author, before anything is typed; the same words for all that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bot.router import Sentence
from bot.words import Words

Kind = Literal["named", "confidential", "anonymous"]


def promise(kind: Kind, floor: int, words: Words) -> str:
    """What somebody is promised who is asked, as the who-sees-this line. `floor` is the smallest group shown."""
    if kind == "anonymous":
        return words.line(
            "Anonymous: we don't keep who wrote this, so you can't change it afterwards. It's only shown together with "
            "others, {floor} answers or more, in no order. Your style of writing can still give you away.",
            floor=floor,
        )
    if kind == "confidential":
        return words.line(
            "Confidential: it's only shown together with others, {floor} answers or more, without names. Until then we "
            "keep that it's yours, so that you can change it.",
            floor=floor,
        )
    return words.line("With your name: whoever reads this sees that it's yours.")


def hidden(floor: int, words: Words) -> str:
    """What stands below results: what is not shown, and why."""
    return words.line(
        "You don't see groups with fewer than {floor} answers, and some groups only together, so that nobody can work "
        "out who said what.",
        floor=floor,
    )


REFUSALS: Mapping[str, Sentence] = {
    "anonymity.gone": lambda _, words: words.line("This is closed, or it isn't for you. What you typed wasn't sent."),
    "anonymity.answered": lambda _, words: words.line(
        "You've answered this already. We can't find your answer among the others, so it can't be changed."
    ),
    "anonymity.score": lambda facts, words: words.line(
        "Choose a number from 1 to {highest}.", highest=facts["highest"]
    ),
    "anonymity.long": lambda facts, words: words.line(
        "Please keep this to {most} characters or fewer.", most=facts["most"]
    ),
}
"""What every capability says that asks in this way: the house has them among its own."""
