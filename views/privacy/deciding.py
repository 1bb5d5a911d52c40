"""What HR sees: wishes to be erased or for a copy, and how long things are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from bot.messages import (
    Actions,
    Button,
    DateInput,
    Element,
    Form,
    Heading,
    Item,
    Message,
    NumberInput,
    Say,
    Small,
    Span,
    Text,
    TextInput,
)
from bot.words import Words, bold
from views.privacy import entries, names
from views.privacy.facts import Erasing, Stuck, Term, Waiting, Wish

Style = Literal["plain", "primary"]


def asked(erasing: Erasing, words: Words) -> Message:
    """To HR: somebody wants to be erased."""
    line = words.say(
        "{name} asks to be erased from Ritme. The law gives you a month to decide.", name=bold(erasing.name)
    )
    summary = words.line("{name} asks to be erased from Ritme.", name=erasing.name)
    return Message(summary, (Say(line), Actions((_look(erasing, words), _refuse(erasing, words)))))


def copy(erasing: Erasing, words: Words) -> Message:
    """To HR: somebody wants a copy of their data."""
    line = words.say(
        "{name} asks for a copy of their data. Whoever runs Ritme makes it with: {command}. The law gives you a month.",
        name=bold(erasing.name),
        command=_export(erasing),
    )
    return Message(
        words.line("{name} asks for a copy of their data.", name=erasing.name),
        (Say(line), Actions((_give(erasing, words),))),
    )


def _look(erasing: Erasing, words: Words, style: Style = "primary") -> Button:
    return Button(words.line("See what that means"), "privacy.decide", erasing.carry, style)


def _refuse(erasing: Erasing, words: Words) -> Button:
    return Button(words.line("Don't erase, because…"), "privacy.refuse", erasing.carry)


def _give(erasing: Erasing, words: Words, style: Style = "primary") -> Button:
    return Button(words.line("Copy given"), "privacy.given", erasing.carry, style)


def to_decide(waiting: Iterable[Waiting], stuck: Iterable[Stuck], words: Words) -> tuple[Element, ...]:
    """The overview's part for who decides: what waits for them, and until when; and who could not be erased."""
    failed = (Item(_failed(one, words), _advice(one, words)) for one in stuck)
    asked = (part for one in waiting for part in _item(one, words))
    return Heading(words.line("Questions about personal data")), *failed, *asked


def stuck(one: Stuck, words: Words) -> Message:
    """To HR: somebody could not be erased."""
    summary = words.line("{name} is not erased yet: something went wrong.", name=one.name)
    return Message(summary, (Say(_failed(one, words)), Say(_advice(one, words))))


def _failed(one: Stuck, words: Words) -> Text:
    return words.say("{name} is not erased yet: something went wrong.", name=bold(one.name))


def _advice(one: Stuck, words: Words) -> Text:
    return words.say(
        "Give whoever runs Ritme the code {code}. With it they find what to mend, and have it go on.",
        code=one.reference,
    )


def _item(one: Waiting, words: Words) -> Iterable[Element]:
    """Everything that can be answered: who decides since a while ago never got the message with its buttons."""
    name, due = bold(one.whose.name), _due(one, words)
    if one.copy:
        text = words.say("{name} asks for a copy of their data.", name=name)
        yield Item(text, due, _give(one.whose, words, "plain"))
        return
    yield Item(words.say("{name} asks to be erased from Ritme.", name=name), due)
    yield Actions((_look(one.whose, words, "plain"), _refuse(one.whose, words)))


def _due(one: Waiting, words: Words) -> Text:
    by = words.long_day(one.wish.by)
    return words.say("An answer was due by {day}.", day=by) if one.wish.over else words.say("Answer by {day}.", day=by)


def reminded(one: Waiting, words: Words) -> Message:
    """To HR: a wish still waits, and its day comes near or is over."""
    name, on = bold(one.whose.name), words.long_day(one.wish.on)
    if one.copy:
        summary = words.line("{name} waits for a copy of their data.", name=one.whose.name)
        line = words.say("{name} asked for a copy of their data on {day}.", name=name, day=on)
        export = words.say("Whoever runs Ritme makes it with: {command}.", command=_export(one.whose))
        return Message(summary, (Say(line), Say(_due(one, words)), Small(export), Actions((_give(one.whose, words),))))
    summary = words.line("{name} waits for an answer about being erased.", name=one.whose.name)
    line = words.say("{name} asked on {day} to be erased from Ritme.", name=name, day=on)
    buttons = Actions((_look(one.whose, words), _refuse(one.whose, words)))
    return Message(summary, (Say(line), Say(_due(one, words)), buttons))


def _export(erasing: Erasing) -> str:
    return f"ritme privacy export {erasing.email}"


def given(name: str, words: Words) -> Message:
    """To HR, after a copy was given."""
    line = words.say("It is written down that {name} has their copy.", name=bold(name))
    return Message(words.line("The copy was given."), (Say(line),))


def erase_form(
    erasing: Erasing, stays: Sequence[tuple[str, str]], words: Words, *, copy: Wish | None = None, hears: bool = True
) -> Form:
    """What goes, what stays and why, (table, why), whoever it is; sent, it begins. `copy` is theirs that waits, `hears`
    says that Ritme can tell them.
    """
    body: list[Element | TextInput] = [
        *_copy_first(erasing, copy, words),
        Say(
            words.say(
                "All that is about {name} goes, and nobody can bring it back: check-ins, goals of their own, "
                "feedback received, what digests said, settings and accounts. Messages about it are taken back where "
                "the chat allows it.",
                name=bold(erasing.name),
            )
        ),
        Say(_off_the_list(bold(erasing.name), words, hears=hears)),
        Say(
            words.say(
                "Each name that you add below goes out of everybody's texts, also where it is an ordinary word "
                "(“Will you…”). That can't be undone."
            )
        ),
        TextInput(
            "also",
            words.line("What else do others call them in texts?"),
            optional=True,
            multiline=True,
            max_length=300,
            hint=words.line(
                "One name on each line, a first name too: it goes where it has the capitals that you type. The full "
                "name and the address go anyway."
            ),
        ),
        *entries.may_stay(words.line("What stays, without the name, where there is any"), stays, words),
    ]
    return Form(
        "privacy.erase",
        words.line("Erase somebody"),
        words.line("Erase for good"),
        tuple(body),
        words.line("Cancel"),
        erasing.carry,
    )


def _off_the_list(name: Span, words: Words, *, hears: bool) -> Text:
    """Whom nothing reaches any more can go at once; who is to hear it has to be there until then."""
    if hears:
        return words.say(
            "{name} hears it from me first. Then take them off your list of people and out of the chat: whoever is "
            "still there and opens Ritme or types something comes back as somebody new.",
            name=name,
        )
    return words.say(
        "Take {name} off your list of people and out of the chat first: whoever is still there and opens Ritme or "
        "types something comes back as somebody new.",
        name=name,
    )


def _copy_first(erasing: Erasing, copy: Wish | None, words: Words) -> Iterable[Say]:
    if copy is not None:
        yield Say(
            words.say(
                "{name} asked for a copy on {day} and doesn't have it yet. Give it first: after this nobody can make "
                "it any more.",
                name=bold(erasing.name),
                day=words.long_day(copy.on),
            )
        )


def begun(name: str, words: Words, *, hears: bool = True) -> Message:
    """To HR, after that. `hears` says that Ritme can tell who is erased."""
    line = words.say(
        "{name} is being erased. It takes some minutes, and nobody has to do anything for it.", name=bold(name)
    )
    told = words.say("{name} hears it from me first, as my last message.", name=bold(name))
    if not hears:
        told = words.say("Ritme no longer reaches {name}, so tell {name} yourself that it is done.", name=bold(name))
    return Message(words.line("Erasing has begun."), (Say(line), Small(told)))


def terms(found: tuple[Term, ...], words: Words) -> Message:
    """How long each kind of entry is kept, with a button beside those that HR may change."""
    body: list[Element] = [
        Say(words.say("What is older is deleted by itself, every night. Of what was deleted only the number is kept."))
    ]
    for one in found:
        small = words.say("Usual: {months}.", months=words.many("{n} month", "{n} months", one.usual))
        if one.agreed_on:
            small = words.say("The works council agreed on {day}.", day=words.long_day(one.agreed_on))
        text = words.say(
            "{kind}: {months}",
            kind=Span(names.kind(one.kind, words), "bold"),
            months=words.many("{n} month", "{n} months", one.months),
        )
        body.append(Item(text, small, Button(words.line("Change"), "privacy.term", {"kind": one.kind})))
    return Message(words.line("How long Ritme keeps what"), tuple(body))


def term_form(one: Term, words: Words, *, council: bool) -> Form:
    """Another term. `council` says that there is a works council to ask."""
    fields: list[Element | NumberInput | DateInput] = [
        Say((Span(names.kind(one.kind, words), "bold"),)),
        NumberInput("months", words.line("Keep it for how many months?"), str(one.months)),
    ]
    if council:
        hint = words.line("Only needed for longer than the usual {n} months.", n=one.usual)
        label = words.line("When did the works council agree?")
        fields.append(DateInput("agreed_on", label, one.agreed_on, hint, optional=True))
    return Form(
        "privacy.set_term",
        words.line("How long to keep it"),
        words.line("Save"),
        tuple(fields),
        words.line("Cancel"),
        {"kind": one.kind},
        inline=True,
    )
