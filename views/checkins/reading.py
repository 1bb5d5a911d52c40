"""A check-in to read, what is said back, and how a team is doing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.messages import (
    Actions,
    Button,
    Choice,
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
    Small,
    Span,
    Text,
    TextInput,
)
from bot.words import Words, bold
from views.checkins.facts import MAX_TEXT, Line, Note, Page, Plan, Read
from views.questions import question


def sheet(read: Read, words: Words) -> Form:
    """A check-in, opened. Who may say something back finds the fields for it at the end."""
    body: list[Element | Field] = [Small(_when(read, words))]
    if read.settled:
        body.append(Heading(words.line("What came of the last plans")))
        body.extend(Item((Span(plan.text),), (Span(_outcome(plan, words)),)) for plan in read.settled)
    if read.blocker:
        body += [Heading(question("checkins", "blocker", read.turn, words)), Quote(read.blocker)]
    if read.priorities:
        body.append(Heading(words.line("Priorities")))
        body.extend(Item((Span(text),)) for text in read.priorities)
    if read.energy:
        body.append(Say(_energy(read, words)))
    for note in read.notes:
        body.extend(_note(note, words))
    body.extend(_buttons(read, words))
    body.extend(_fields(read, words))
    names = words.all_of([one.name for one in read.answer_to])
    return Form(
        "checkins.respond",
        words.line("Check-in"),
        words.line("Send") if read.answer_to else "",
        tuple(body),
        words.line("Close"),
        {"checkin": str(read.checkin), "to": as_shown(read.answer_to)},
        sees=words.say("What you write here goes only to {names}.", names=names) if read.answer_to else (),
    )


def as_shown(to: Iterable[Mention]) -> str:
    """To whom a form says that it goes, to compare with who it is at the moment of sending."""
    return ",".join(str(id) for id in sorted(one.person for one in to))


def _when(read: Read, words: Words) -> Text:
    if read.seen_by and read.mine:
        return words.say("Sent on {day}. {name} has seen it.", day=words.day(read.at), name=read.seen_by)
    if read.mine:
        return words.say("Sent on {day}.", day=words.day(read.at))
    return words.say("From {name}, sent on {day}.", name=bold(read.writer.name), day=words.day(read.at))


def _outcome(plan: Plan, words: Words) -> str:
    match plan.outcome:
        case "done":
            return words.line("Done")
        case "dropped":
            return words.line("Dropped")
        case _:
            return words.line("Taken along")


def _energy(read: Read, words: Words) -> Text:
    if not read.mine:
        return words.say("Energy: {level} of 5", level=read.energy)
    if read.energy_for:
        return words.say("Energy: {level} of 5. Only you and {name} see this.", level=read.energy, name=read.energy_for)
    return words.say("Energy: {level} of 5. Only you see this.", level=read.energy)


def _note(note: Note, words: Words) -> tuple[Element, ...]:
    match note.kind:
        case "reaction":
            return (Say(words.say("{name} reacted: {reaction}", name=bold(note.author), reaction=note.text)),)
        case "reply":
            return (Say(words.say("{name} wrote:", name=bold(note.author))), Quote(note.text))
        case _:
            line = words.say("{name} passed this on to {to}:", name=bold(note.author), to=bold(note.to))
            return (Say(line), Quote(note.text))


def _buttons(read: Read, words: Words) -> tuple[Element, ...]:
    carry = {"checkin": str(read.checkin)}
    buttons = []
    if read.changeable:
        buttons.append(Button(words.line("Change"), "checkins.edit", carry))
    if read.above:
        buttons.append(Button(words.line("Pass on to {name}", name=read.above), "checkins.pass", carry))
    return (Actions(tuple(buttons)),) if buttons else ()


def _fields(read: Read, words: Words) -> list[Field]:
    if not read.answer_to:
        return []
    reply = TextInput(
        "reply",
        words.line("Reply, or ask something"),
        hint=words.line("Don't write anything about anybody's health."),
        optional=True,
        multiline=True,
        max_length=MAX_TEXT,
    )
    if read.mine:
        return [reply]
    reactions = (
        Option("👍", words.line("👍 Good to read")),
        Option("💪", words.line("💪 Keep it up")),
        Option("🙏", words.line("🙏 Thank you")),
        Option("🎉", words.line("🎉 Well done")),
    )
    return [Choice("reaction", words.line("React"), reactions, optional=True, look="buttons"), reply]


def responded(names: Sequence[str], words: Words) -> Message:
    """To who reacted or replied."""
    line = words.say("It's with {names} now.", names=words.all_of(bold(name) for name in names))
    return Message(words.line("Your answer was sent."), (Say(line),))


def replied(author: str, checkin: int, words: Words, *, mine: bool) -> Message:
    """There is a reply to the reader's check-in, or to what they wrote below it; the words stay behind the button."""
    read = Button(words.line("Read"), "checkins.open", {"checkin": str(checkin)}, "primary")
    if mine:
        line = words.say("{name} has read your check-in and wrote something back.", name=bold(author))
        summary = words.line("{name} has read your check-in and wrote something back.", name=author)
    else:
        line = words.say("{name} answered what you wrote about the check-in.", name=bold(author))
        summary = words.line("{name} answered what you wrote about the check-in.", name=author)
    return Message(summary, (Say(line), Actions((read,))))


# --- passing on --------------------------------------------------------------------------------------


def pass_form(checkin: int, writer: str, above: Mention, words: Words) -> Form:
    """A sentence in one's own words, to one's own manager."""
    return Form(
        "checkins.passed",
        words.line("Pass on"),
        words.line("Pass on"),
        (
            Say(
                words.say(
                    "{name} doesn't get the check-in, only the sentence that you write here.", name=bold(above.name)
                )
            ),
            TextInput(
                "sentence",
                words.line("What does {name} need to know, in your own words?", name=above.name),
                multiline=True,
                max_length=MAX_TEXT,
            ),
        ),
        words.line("Cancel"),
        {"checkin": str(checkin), "to": as_shown([above])},
        sees=words.say("Only you, {above} and {writer} can read this sentence.", above=above.name, writer=writer),
    )


def passed(above: str, writer: str, words: Words) -> Message:
    """To who passed something on."""
    line = words.say("Your sentence is with {above} now, and {writer} can read it too.", above=above, writer=writer)
    return Message(words.line("Your sentence was passed on."), (Say(line),))


def passed_to(author: str, note: int, words: Words) -> Message:
    """To the manager's manager; the words stay behind the button."""
    line = words.say("{name} passes something on to you.", name=bold(author))
    read = Button(words.line("Read"), "checkins.note", {"note": str(note)}, "primary")
    return Message(words.line("{name} passes something on to you.", name=author), (Say(line), Actions((read,))))


def passed_about(author: str, above: str, checkin: int, words: Words) -> Message:
    """To the writer of the check-in."""
    line = words.say(
        "{name} passed on something from your check-in to {above}, in their own words.", name=bold(author), above=above
    )
    read = Button(words.line("Read"), "checkins.open", {"checkin": str(checkin)}, "primary")
    summary = words.line("{name} passed on something from your check-in.", name=author)
    return Message(summary, (Say(line), Actions((read,))))


def note_sheet(note: Note, others: Sequence[str], words: Words) -> Form:
    """What was passed on, to read; `others` can read it too."""
    head = words.say("{name} wrote about a check-in of {writer}:", name=bold(note.author), writer=bold(note.about))
    sees = words.say("Only you, {names} can read this sentence.", names=words.all_of(others))
    return Form(
        "checkins.note",
        words.line("Passed on to you"),
        "",
        (Say(head), Quote(note.text), Small(sees)),
        words.line("Close"),
    )


# --- a team ------------------------------------------------------------------------------------------


def team(page: Page, words: Words) -> Message:
    """How the check-ins of one's people stand."""
    title = words.line("The check-ins you can read")
    if not page.lines:
        empty = words.say("Nobody shares check-ins with you at the moment.")
        return Message(title, (Say(empty),))
    return Message(title, (Heading(title), *(_line(line, words) for line in page.lines), *_more(page, words)))


def _more(page: Page, words: Words) -> tuple[Element, ...]:
    if not page.left:
        return ()
    label = words.many_line("Show {n} more", "Show {n} more", page.left)
    return (Actions((Button(label, "checkins.team", {"start": str(page.start + len(page.lines))}),)),)


def section(lines: tuple[Line, ...], words: Words) -> tuple[Element, ...]:
    """The overview's part for who has check-ins to read."""
    if not lines:
        return ()
    everybody = Button(words.line("Whole team"), "checkins.team")
    return (
        Heading(words.line("New check-ins")),
        *(_line(line, words) for line in lines),
        Actions((everybody,)),
    )


def _line(line: Line, words: Words) -> Item:
    read = Button(words.line("Read"), "checkins.open", {"checkin": str(line.checkin)})
    return Item((bold(line.who.name),), (Span(_state(line, words)),), read if line.checkin else None)


def _state(line: Line, words: Words) -> str:
    """How it stands, and whether there is something to read, which may be of an earlier period."""
    if line.at is None:
        return _asked(line, words)
    day = words.day(line.at)
    sent = words.line("New, sent on {day}", day=day) if line.unread else words.line("Sent on {day}", day=day)
    if line.state in {"", "answered"}:
        return sent
    return f"{_asked(line, words)} · {sent}" if line.unread else _asked(line, words)


def _asked(line: Line, words: Words) -> str:
    match line.state:
        case "skipped":
            return words.line("Skipped this time")
        case "asked":
            return words.line("Not answered yet")
        case "answered":
            return words.line("Answered")
        case "off":
            return words.line("Not asked this time")
        case _:
            return words.line("Not asked yet")
