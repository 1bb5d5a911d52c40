"""Asking for one's data, or to be erased, and what the employer answers."""

from __future__ import annotations

from collections.abc import Iterable

from bot.messages import Actions, Button, Element, Form, Heading, Message, Quote, Say, Small, Span, Text, TextInput
from bot.words import Words, bold
from views.privacy import entries
from views.privacy.facts import Erasing, Mine, Wish

_SPACE = (Span(" "),)


def rights(mine: Mine, words: Words) -> Iterable[Element]:
    """The sheet's part: what one can ask for, and what became of it."""
    yield Heading(words.line("Take it along, or have it erased"))
    yield Say(
        words.say(
            "You can get all of it from {who}, as a document and as a file for other systems. Your employer also "
            "decides about erasing. You get an answer within a month.",
            who=_who(mine.deciders, words),
        )
    )
    yield from _unheard(mine.deciders, words)
    yield from _copy(mine.copy, mine.deciders, words)
    yield from _erasure(mine.erasure, mine.deciders, words)
    if mine.again:
        yield Small(words.say("It was asked of {who} once more.", who=_who(mine.deciders, words)))
    if buttons := tuple(_buttons(mine, words)):
        yield Actions(buttons)


def _buttons(mine: Mine, words: Words) -> Iterable[Button]:
    again = bool(mine.deciders) and not mine.again
    if mine.copy is None and not (mine.erasure and mine.erasure.agreed):
        yield Button(words.line("Ask for a copy"), "privacy.copy")
    elif mine.copy and mine.copy.over and again:
        yield Button(words.line("Ask for the copy again"), "privacy.copy")
    if mine.erasure is None or mine.erasure.refused_on:
        yield Button(words.line("Have it erased"), "privacy.before_asking")
        return
    if mine.erasure.agreed:
        return
    if mine.erasure.over and again:
        yield Button(words.line("Ask again to be erased"), "privacy.ask")
    yield Button(words.line("I'd rather stay"), "privacy.stay")


def _who(deciders: tuple[str, ...], words: Words) -> Text:
    """Who decides, by name; where that would be the reader alone, an operator does."""
    return words.all_of(deciders) if deciders else words.say("whoever runs Ritme")


def _unheard(deciders: tuple[str, ...], words: Words) -> Iterable[Element]:
    if not deciders:
        yield Small(
            words.say("Nobody else can decide here, so nobody hears in the chat what you ask. Get in touch yourself.")
        )


def _copy(wish: Wish | None, deciders: tuple[str, ...], words: Words) -> Iterable[Element]:
    if wish is None:
        return
    day, until = words.long_day(wish.on), words.long_day(wish.by)
    asked = words.say("You asked for a copy on {day}.", day=day)
    if wish.over:
        yield Small((*asked, *_SPACE, *_late(until, deciders, words)))
    elif not deciders:
        yield Small(asked)
    else:
        yield Small(words.say("You asked for a copy on {day}; an answer is due by {until}.", day=day, until=until))


def _late(until: str, deciders: tuple[str, ...], words: Words) -> Text:
    return words.say(
        "You should have had an answer by {until}. Ask {who} about it.", until=until, who=_who(deciders, words)
    )


def _erasure(wish: Wish | None, deciders: tuple[str, ...], words: Words) -> Iterable[Element]:
    if wish is None:
        return
    if wish.agreed:
        yield Small(words.say("Your employer decided to erase you from Ritme. It begins in a few minutes."))
        return
    day, until = words.long_day(wish.on), words.long_day(wish.by)
    asked = words.say("You asked on {day} to be erased. Before it is decided you can take it back.", day=day)
    if wish.refused_on is None and wish.over:
        yield Small((*asked, *_SPACE, *_late(until, deciders, words)))
        return
    if wish.refused_on is None and not deciders:
        yield Small(asked)
        return
    if wish.refused_on is None:
        yield Small(
            words.say(
                "You asked on {day} to be erased; an answer is due by {until}. Before that you can take it back.",
                day=day,
                until=until,
            )
        )
        return
    on = words.long_day(wish.refused_on)
    yield Small(
        words.say(
            "You asked on {day} to be erased. Your employer decided on {on} not to do so, because:", day=day, on=on
        )
    )
    yield Quote(wish.refusal)
    yield Small(
        words.say("You don't agree? Talk about it with your employer, or complain to the data protection authority.")
    )


def before_asking(stays: Iterable[tuple[str, int, str]], deciders: tuple[str, ...], words: Words) -> Form:
    """What goes, what stays and why; then one can ask for it."""
    goes = words.say(
        "All that is about you goes, and nobody can bring it back: check-ins, goals of your own, feedback received, "
        "what digests said, settings and accounts. Messages about it are taken back where the chat allows it."
    )
    decides = words.say(
        "Your wish goes to {who}. Nothing is erased before they decide, and you can take it back until then.",
        who=_who(deciders, words),
    )
    heading = words.line("What stays, without your name")
    leaves = words.say(
        "With that you leave Ritme: you hear that it begins, and after that nothing more. If you are still in the chat "
        "then and open Ritme or write to it, you get a new account, with nothing in it."
    )
    copy = words.say("Would you like a copy? Ask for it first: once you are erased nobody can make it any more.")
    body: list[Element] = [
        Say(goes),
        Say(leaves),
        Say(copy),
        *entries.staying(heading, tuple(stays), words),
        Small(decides),
    ]
    body += _unheard(deciders, words)
    ask = Button(words.line("Ask to be erased"), "privacy.ask", style="danger")
    body.append(Actions((ask, Button(words.line("Back"), "privacy.mydata"))))
    return Form("privacy.sheet", words.line("Have it erased"), "", tuple(body), words.line("Close"))


# --- what HR answers ---------------------------------------------------------------------------------


def decline_form(erasing: Erasing, longest: int, words: Words, *, hears: bool = True) -> Form:
    """To HR: not to erase somebody, and why, in `longest` characters at most. `hears` says that Ritme can tell them."""
    sees = words.say("{name} reads this, and that complaining is possible.", name=erasing.name)
    if not hears:
        sees = words.say(
            "Ritme no longer reaches {name}. You tell it yourself; after this you get the words for it.",
            name=erasing.name,
        )
    return Form(
        "privacy.decline",
        words.line("Don't erase"),
        words.line("Send"),
        (
            TextInput(
                "reason",
                words.line("Why not?"),
                multiline=True,
                max_length=longest,
                hint=words.line("The law names few reasons, such as a duty to keep it. Ask your privacy officer."),
            ),
        ),
        words.line("Cancel"),
        erasing.carry,
        sees=sees,
    )


def declined(name: str, words: Words) -> Message:
    """To HR, after that."""
    line = words.say("{name} hears that it isn't erased, and why.", name=bold(name))
    return Message(words.line("Your answer was sent."), (Say(line),))


def to_pass_on(name: str, wish: Wish, words: Words) -> Form:
    """To HR, after that, where nothing reaches who asked: what HR has to tell them, in words to pass on."""
    day, on = words.long_day(wish.on), words.long_day(wish.refused_on or wish.on)
    decided = words.line(
        "You asked on {day} to be erased from Ritme. We decided on {on} not to do so, because:", day=day, on=on
    )
    complain = words.line(
        "You don't agree? Talk about it with us, complain to the data protection authority, or go to court."
    )
    body = (
        Say(
            words.say(
                "Your answer is on record, but Ritme no longer reaches {name}. So tell {name} yourself, as soon as you "
                "can, that nothing is erased, why, and that complaining is possible. You can pass this on:",
                name=bold(name),
            )
        ),
        Quote(decided),
        Quote(wish.refusal),
        Quote(complain),
    )
    return Form("privacy.sheet", words.line("Don't erase"), "", body, words.line("Close"))


def last(words: Words) -> Message:
    """To who is erased, before it begins."""
    line = words.say(
        "You asked for it, and your employer agreed: in a few minutes all that is about you goes, and you leave Ritme."
    )
    small = words.say(
        "This is my last message, so I can't tell you when it's done. If you open Ritme or write to it after that "
        "while you are still in this chat, you get a new account, with nothing in it."
    )
    return Message(words.line("You are being erased from Ritme."), (Say(line), Small(small)))


def refused(words: Words) -> Message:
    """To who asked; why stands in the sheet."""
    line = words.say("Your employer answered your wish to be erased. What was decided, and why, stands with your data.")
    read = Button(words.line("See my data"), "privacy.open", style="primary")
    return Message(words.line("Your employer answered your wish to be erased."), (Say(line), Actions((read,))))
