"""How kudos look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.messages import (
    Actions,
    Button,
    Choice,
    Confirm,
    Element,
    Field,
    Form,
    Heading,
    Item,
    Mention,
    Message,
    Option,
    Quote,
    Say,
    Search,
    Small,
    Span,
    Text,
    TextInput,
)
from bot.router import Help, Sentence
from bot.words import Words, bold
from views.examples import LOTTE, RAVI, SEM, Example


@dataclass(frozen=True, slots=True)
class Thanks:
    """A kudos as facts. `shown` are the receivers that this reader may be told of; `value` may be empty.

    A `public` one may be read by everybody, though not that it was for those who stand `apart` among the shown.
    """

    id: int
    giver: Mention
    shown: tuple[Mention, ...]
    text: str
    value: str = ""
    public: bool = True
    channel: bool = True  # there is a kudos channel
    apart: tuple[Mention, ...] = ()
    editable: bool = False
    manager: str = ""  # the reader's manager, where thanks to the reader go there too
    together: bool = False  # others were thanked in the same words


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known when the form opens. `to` are the receivers, `values` the company's (id, name)."""

    to: tuple[Mention, ...] = ()
    text: str = ""
    values: tuple[tuple[int, str], ...] = ()
    value: int = 0
    kudos: int = 0  # the kudos that is being changed
    channel: bool = True  # there is a kudos channel


def help(words: Words) -> Help:
    return Help(
        words.line("Thank a colleague for something they did."),
        (
            words.line("/kudos @Lotte thanks for the quick fix this morning"),
            words.line("/kudos @Lotte and @Ravi thanks to you we went live on time"),
            words.line("/kudos to fill in a form"),
        ),
    )


def form(draft: Draft, words: Words) -> Form:
    """To thank somebody, or to change the words shortly after."""
    return Form(
        "kudos.change" if draft.kudos else "kudos.give",
        words.line("Change kudos") if draft.kudos else words.line("Give kudos"),
        words.line("Save") if draft.kudos else words.line("Thank"),
        tuple(_fields(draft, words)),
        words.line("Cancel"),
        {"kudos": str(draft.kudos)} if draft.kudos else {},
        sees=_sees(draft, words),
    )


def _fields(draft: Draft, words: Words) -> Iterator[Field]:
    if not draft.kudos:
        yield Search(
            "to",
            words.line("Who do you want to thank?"),
            "people",
            tuple(Option(str(one.person), one.name) for one in draft.to),
            several=True,
            placeholder=words.line("Type a name"),
        )
    yield TextInput(
        "text",
        words.line("What did they do, and what did it bring?"),
        draft.text,
        multiline=True,
        max_length=600,
        hint=words.line("Name something concrete, so that they can do it again."),
    )
    if draft.values:
        yield Choice(
            "value",
            words.line("Which of our values does it show?"),
            tuple(Option(str(id), name) for id, name in draft.values),
            str(draft.value or ""),
            optional=True,
        )


def _sees(draft: Draft, words: Words) -> Text:
    if not draft.channel:
        return words.say(
            "The receiver decides who may read it: everybody, only they, or their manager too. "
            "There's no kudos channel here yet."
        )
    return words.say(
        "The receiver decides who may read it: everybody in the kudos channel, only they, or their manager too."
    )


def sent(thanks: Thanks, words: Words) -> Message:
    """To the giver, after giving or changing."""
    buttons = [_delete(thanks, words)]
    if thanks.editable:
        buttons.insert(0, Button(words.line("Change"), "kudos.edit", {"kudos": str(thanks.id)}))
    return Message(
        words.line("Your thanks are on their way."),
        (
            Say(_where(thanks, words)),
            Quote(thanks.text),
            Small(words.say("You can change the words until ten minutes after giving, and take it back at any time.")),
            Actions(tuple(buttons)),
        ),
    )


def _where(thanks: Thanks, words: Words) -> Text:
    """Where it went, for the giver."""
    names = words.all_of(bold(one.name) for one in thanks.shown)
    if not thanks.public:
        return words.many(
            "You thanked {names}. It went the way {names} likes it, and not to the kudos channel.",
            "You thanked {names}. It went the way they like it, and not to the kudos channel.",
            len(thanks.shown),
            names=names,
        )
    if not thanks.channel:
        return words.say("You thanked {names}. It isn't posted: there's no kudos channel here yet.", names=names)
    if thanks.apart:
        named = words.all_of(bold(one.name) for one in thanks.shown if one not in thanks.apart)
        return words.say(
            "You thanked {names}. Everybody can read it in the kudos channel, where I name only {named}.",
            names=names,
            named=named,
        )
    return words.say("You thanked {names}. Everybody can read it in the kudos channel.", names=names)


def post(thanks: Thanks, words: Words) -> Message:
    """In the kudos channel: one line, the words as written, the value."""
    line = words.say("👏 {giver} thanks {receivers}:", giver=thanks.giver, receivers=words.all_of(thanks.shown))
    summary = words.line("{giver} gave kudos.", giver=thanks.giver.name)
    return Message(summary, (Say(line), Quote(thanks.text), *_value(thanks)))


def told(thanks: Thanks, words: Words) -> Message:
    """To a receiver: who thanked them, and how to say thanks back. Private words stay behind the button."""
    line = words.say("👏 {giver} thanks you.", giver=bold(thanks.giver.name))
    back = Button(words.line("Thank back"), "kudos.new", {"to": str(thanks.giver.person)})
    summary = words.line("{giver} thanks you.", giver=thanks.giver.name)
    if thanks.public:
        return Message(
            summary,
            (
                Say(line),
                Quote(thanks.text),
                *_value(thanks),
                Small(_everybody(thanks, words)),
                Actions((back, _delete(thanks, words))),
            ),
        )
    read = Button(words.line("Read"), "kudos.read", {"kudos": str(thanks.id)}, "primary")
    return Message(summary, (Say(line), Small(_readers(thanks, words)), Actions((read, back))))


def _everybody(thanks: Thanks, words: Words) -> Text:
    """Who reads public words, for one of their receivers."""
    if thanks.apart and thanks.manager:
        return words.say(
            "Everybody may read the words; that they're for you, only you, {giver} and {manager} know.",
            giver=thanks.giver.name,
            manager=thanks.manager,
        )
    if thanks.apart:
        return words.say(
            "Everybody may read the words; that they're for you, only you and {giver} know.", giver=thanks.giver.name
        )
    if not thanks.channel:
        return words.say("Everybody may read it, though there's no kudos channel here yet.")
    return words.say("Everybody can read it in the kudos channel.")


def _readers(thanks: Thanks, words: Words) -> Text:
    """Who reads private words, for one of their receivers."""
    giver, manager = thanks.giver.name, thanks.manager
    names = [words.line("you"), giver, *([manager] if manager else [])]
    if thanks.together:
        names.append(words.line("who was thanked with you"))
    return words.say("Only {names} can read it.", names=words.all_of(names))


def told_manager(thanks: Thanks, words: Words) -> Message:
    """To the manager of somebody who likes thanks to go that way."""
    names = words.all_of(bold(one.name) for one in thanks.shown)
    line = words.say("👏 {giver} thanks {names}.", giver=bold(thanks.giver.name), names=names)
    read = Button(words.line("Read"), "kudos.read", {"kudos": str(thanks.id)}, "primary")
    summary = words.line("{giver} thanks somebody in your team.", giver=thanks.giver.name)
    return Message(summary, (Say(line), Actions((read,))))


def sheet(thanks: Thanks, words: Words) -> Form:
    """The words of one kudos, to read."""
    line = words.say(
        "{giver} thanks {names}:",
        giver=bold(thanks.giver.name),
        names=words.all_of(bold(one.name) for one in thanks.shown),
    )
    return Form(
        "kudos.sheet",
        words.line("Kudos"),
        "",
        (Say(line), Quote(thanks.text), *_value(thanks), Actions((_delete(thanks, words),))),
        words.line("Close"),
    )


def removed(words: Words) -> Message:
    return Message(
        words.line("The kudos is gone."),
        (Say(words.say("The kudos is gone, from the channel and from the messages about it.")),),
    )


def section(received: tuple[Thanks, ...], words: Words) -> tuple[Element, ...]:
    """The overview's part about kudos."""
    give = Button(words.line("Give kudos"), "kudos.new")
    if not received:
        empty = words.say("No kudos yet. Who helped you this week?")
        return (Heading(words.line("Kudos")), Item(empty, button=give))
    items = tuple(
        Item(
            words.say("👏 {giver} thanked you", giver=bold(one.giver.name)),
            button=Button(words.line("Read"), "kudos.read", {"kudos": str(one.id)}),
        )
        for one in received
    )
    return (Heading(words.line("Kudos")), *items, Actions((give,)))


def compose_label(words: Words) -> str:
    return words.line("Give kudos")


def shortcut_label(words: Words) -> str:
    return words.line("Give kudos for this")


def _value(thanks: Thanks) -> tuple[Element, ...]:
    return (Small((Span(thanks.value),)),) if thanks.value else ()


def _delete(thanks: Thanks, words: Words) -> Button:
    confirm = Confirm(
        words.line("Remove this kudos?"),
        words.line("It disappears from the channel and from the messages about it."),
        words.line("Remove"),
        words.line("Keep"),
    )
    return Button(words.line("Remove"), "kudos.delete", {"kudos": str(thanks.id)}, "danger", confirm)


REFUSALS: Mapping[str, Sentence] = {
    "person.namesakes": lambda facts, words: words.line(
        "Several people here are called {name}. Choose by e-mail address whom you mean.", name=facts["name"]
    ),
    "kudos.gone": lambda _, words: words.line("This kudos is no longer there. Nothing was changed."),
    "kudos.nobody": lambda _, words: words.line("Choose at least one colleague to thank."),
    "kudos.self": lambda _, words: words.line("Thanking yourself is fine, but not here. Choose a colleague."),
    "kudos.empty": lambda _, words: words.line("Write in a few words what they did."),
    "kudos.long": lambda facts, words: words.line("Keep it under {most} characters, please.", most=facts["most"]),
    "kudos.late": lambda _, words: words.line(
        "Ten minutes have passed, so the words stay as they are. You can still remove the kudos."
    ),
    "kudos.quota": lambda facts, words: words.line(
        "You gave {most} kudos today, and that is the most for one day. Tomorrow you can give more.",
        most=facts["most"],
    ),
    "kudos.pair": lambda facts, words: words.line(
        "You thanked {name} {most} times this week. Tell them in person, that counts even more.",
        name=facts["name"],
        most=facts["most"],
    ),
}

_PUBLIC = Thanks(
    7,
    SEM,
    (LOTTE, RAVI),
    "Thanks to your quick repair of the test environment we could go live on time.",
    "Stronger together",
)
_PRIVATE = Thanks(8, SEM, (LOTTE,), "You listened when it mattered.", public=False)
_VALUES = ((1, "Stronger together"), (2, "Keep it simple"))

EXAMPLES = (
    Example("kudos.form", lambda words: form(Draft(values=_VALUES), words)),
    Example("kudos.form without a channel", lambda words: form(Draft(channel=False), words)),
    Example("kudos.form for a message", lambda words: form(Draft((LOTTE,), "The build is fixed.", _VALUES), words)),
    Example("kudos.change", lambda words: form(Draft(text=_PUBLIC.text, values=_VALUES, value=1, kudos=7), words)),
    Example("kudos.sent", lambda words: sent(_PUBLIC, words)),
    Example("kudos.sent, one of them apart", lambda words: sent(replace(_PUBLIC, apart=(RAVI,)), words)),
    Example("kudos.sent without a channel", lambda words: sent(replace(_PUBLIC, channel=False), words)),
    Example("kudos.sent privately", lambda words: sent(_PRIVATE, words)),
    Example("kudos.sent privately to two", lambda words: sent(replace(_PRIVATE, shown=(LOTTE, RAVI)), words)),
    Example("kudos.posted", lambda words: post(_PUBLIC, words)),
    Example("kudos.told", lambda words: told(_PUBLIC, words)),
    Example("kudos.told apart", lambda words: told(replace(_PUBLIC, apart=(RAVI,)), words)),
    Example(
        "kudos.told apart by a manager", lambda words: told(replace(_PUBLIC, apart=(RAVI,), manager="Anna"), words)
    ),
    Example("kudos.told without a channel", lambda words: told(replace(_PUBLIC, channel=False), words)),
    Example("kudos.told privately", lambda words: told(_PRIVATE, words)),
    Example("kudos.manager", lambda words: told_manager(_PRIVATE, words)),
    Example("kudos.sheet", lambda words: sheet(_PRIVATE, words)),
    Example("kudos.removed", removed),
)
