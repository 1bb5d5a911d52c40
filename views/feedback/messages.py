"""What Ritme says about feedback. Never its words: those stand on the sheet behind the button."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.messages import Actions, Button, Element, Heading, Item, Message, Quote, Say, Small, Span, Text
from bot.words import Words, bold
from views.feedback.facts import Ask, Line, Overview, Part, Verb
from views.feedback.forms import about, author_buttons, came, only

SOME, PAGE = 3, 10
"""How many lines a list shows among others, and by itself."""

# --- a request ---------------------------------------------------------------------------------------


def asked(ask: Ask, words: Words) -> Message:
    """To whom is asked."""
    line = words.say(
        "💬 {asker} asks you for feedback about {topic}:", asker=bold(ask.asker.name), topic=bold(ask.topic)
    )
    note = words.say("By {day}, if you can. Saying no is fine and needs no reason.", day=words.day(ask.deadline))
    summary = words.line("{asker} asks you for feedback.", asker=ask.asker.name)
    return Message(summary, (Say(line), Quote(ask.question), Small(note), Actions(_answers(ask, words))))


def reminded(ask: Ask, words: Words) -> Message:
    """The one reminder."""
    line = words.say(
        "💬 {asker} still likes to hear from you about {topic}:", asker=bold(ask.asker.name), topic=bold(ask.topic)
    )
    note = words.say("No time? That's fine too. I won't ask again.")
    summary = words.line("{asker} still likes to get your feedback.", asker=ask.asker.name)
    return Message(summary, (Say(line), Quote(ask.question), Small(note), Actions(_answers(ask, words))))


def _answers(ask: Ask, words: Words) -> tuple[Button, Button]:
    held = {"request": str(ask.id)}
    return (
        Button(words.line("Give feedback"), "feedback.answer", held, "primary"),
        Button(words.line("Rather not"), "feedback.decline", held),
    )


def declined(ask: Ask, words: Words) -> Message:
    """To who declined."""
    line = words.say("That's fine. I'll tell {asker} that it doesn't suit you now.", asker=ask.asker.name)
    later = Button(words.line("Give feedback after all"), "feedback.answer", {"request": str(ask.id)})
    return Message(words.line("You declined a request for feedback."), (Say(line), Actions((later,))))


def sent_requests(asks: tuple[Ask, ...], later: Mapping[int, date], words: Words) -> Message:
    """To who asked, right after asking. `later` is who gets it later: by person, the day they are back."""
    items = tuple(_own_request(ask, words) for ask in asks)
    waits = tuple(_waits(ask, later[ask.asked.person], words) for ask in asks if ask.asked.person in later)
    now = [bold(ask.asked.name) for ask in asks if ask.asked.person not in later]
    if not now:
        return Message(words.line("Your question waits."), (*waits, *items))
    line = words.say("Your question is with {names}. You hear from me when there's an answer.", names=words.all_of(now))
    return Message(words.line("Your question was asked."), (Say(line), *waits, *items))


def _waits(ask: Ask, back: date, words: Words) -> Item:
    """Somebody who isn't there now, and the way to ask somebody else."""
    line = words.say(
        "{asked} is away and back on {day}. Your question waits until then.",
        asked=bold(ask.asked.name),
        day=words.day(back),
    )
    return Item(line, button=_again(ask, words))


def _own_request(ask: Ask, words: Words) -> Item:
    """A request as its asker sees it in a list."""
    text = words.say("{asked}, about {topic}", asked=bold(ask.asked.name), topic=ask.topic)
    if ask.state != "open":
        ended = {
            "answered": words.say("answered"),
            "declined": words.say("rather not this time"),
            "lapsed": words.say("lapsed without an answer"),
            "withdrawn": words.say("taken back"),
        }
        return Item(text, ended[ask.state])
    back = Button(words.line("Take back"), "feedback.recall", {"request": str(ask.id)})
    return Item(text, words.say("by {day}", day=words.day(ask.deadline)), back)


def recalled(ask: Ask, words: Words) -> Message:
    line = words.say("Your question to {asked} about {topic} is taken back.", asked=ask.asked.name, topic=ask.topic)
    return Message(words.line("Your question is taken back."), (Say(line), Actions((_again(ask, words),))))


def told_declined(ask: Ask, words: Words) -> Message:
    """To the asker, kindly, and without a reason because there is none."""
    line = words.say(
        "It doesn't suit {asked} to give you feedback about {topic} this time.",
        asked=bold(ask.asked.name),
        topic=bold(ask.topic),
    )
    note = words.say("There can be many reasons for that. Somebody else may have seen it too.")
    summary = words.line("Feedback from {asked} doesn't suit this time.", asked=ask.asked.name)
    return Message(summary, (Say(line), Small(note), Actions((_again(ask, words),))))


def told_lapsed(asks: tuple[Ask, ...], words: Words) -> Message:
    """To the asker, once for everything that lapsed at one moment."""
    line = words.many(
        "Two weeks have passed without an answer to your question, so it has lapsed. That happens.",
        "Two weeks have passed without an answer to {n} of your questions, so they have lapsed. That happens.",
        len(asks),
    )
    items = tuple(
        Item(
            words.say("{asked}, about {topic}", asked=bold(ask.asked.name), topic=ask.topic), button=_again(ask, words)
        )
        for ask in asks
    )
    note = words.say("Do you still want to know? Ask again, or ask somebody else.")
    return Message(words.line("A request for feedback has lapsed."), (Say(line), *items, Small(note)))


def _again(ask: Ask, words: Words) -> Button:
    return Button(words.line("Ask somebody else"), "feedback.ask", {"request": str(ask.id)})


# --- feedback ----------------------------------------------------------------------------------------


def sent(line: Line, words: Words) -> Message:
    """To its author: where it went, and how to undo it."""
    where = words.say("Your feedback is with {name}.", name=bold(line.subject.name))
    read = Button(words.line("Read"), "feedback.read", {"feedback": str(line.id)})
    body: tuple[Element, ...] = (Say(where), Small(only(line.others, words)))
    if line.read:
        return Message(words.line("Your feedback is sent."), (*body, Small(came(line, words)), Actions((read,))))
    still = words.say("You can change it or take it back until it has been read.")
    return Message(
        words.line("Your feedback is sent."),
        (*body, Small(still), Actions((read, *author_buttons(line, words)))),
    )


def told(line: Line, words: Words) -> Message:
    """To its subject: that there is feedback, and from whom."""
    author = bold(line.author.name)
    text = (
        words.say("💬 {author} answered your question about {topic}.", author=author, topic=bold(line.topic))
        if line.topic
        else words.say("💬 {author} gave you feedback.", author=author)
    )
    read = Button(words.line("Read"), "feedback.read", {"feedback": str(line.id)}, "primary")
    summary = words.line("{author} gave you feedback.", author=line.author.name)
    return Message(summary, (Say(text), Small(only(line.others, words)), Actions((read,))))


def told_reader(line: Line, words: Words) -> Message:
    """To the manager with whom the author shared it."""
    text = words.say(
        "💬 {author} gave {subject} feedback, and shares it with you.",
        author=bold(line.author.name),
        subject=bold(line.subject.name),
    )
    read = Button(words.line("Read"), "feedback.read", {"feedback": str(line.id)}, "primary")
    note = words.say("{subject} knows that you can read it.", subject=line.subject.name)
    summary = words.line("{author} shares feedback with you.", author=line.author.name)
    return Message(summary, (Say(text), Small(note), Actions((read,))))


def told_thanks(line: Line, words: Words) -> Message:
    """To its author: the subject says thanks."""
    text = words.say("💬 {subject} thanks you for your feedback.", subject=bold(line.subject.name))
    read = Button(words.line("Read"), "feedback.read", {"feedback": str(line.id)})
    summary = words.line("{subject} thanks you for your feedback.", subject=line.subject.name)
    return Message(summary, (Say(text), Actions((read,))))


def withdrawn(line: Line, words: Words) -> Message:
    text = words.say("Your feedback for {name} is taken back. Nobody can read it any more.", name=line.subject.name)
    again = Button(words.line("Write again"), "feedback.new", {"to": str(line.subject.person)})
    return Message(words.line("Your feedback is taken back."), (Say(text), Actions((again,))))


# --- lists -------------------------------------------------------------------------------------------


def menu(overview: Overview, words: Words) -> Message:
    """What `/feedback` says: what waits, what is new, and what one can do."""
    line = words.say("Give feedback, or ask for it. It always stays between the people it's for.")
    everything = Button(words.line("Show everything"), "feedback.list")
    actions = Actions((*_start(words), everything))
    return Message(words.line("Give feedback, or ask for it."), (Say(line), *_news(overview, words), actions))


def unread(typed: str, near: Verb, words: Words) -> Message:
    """To who typed a word that does nothing here, but nearly is one that does."""
    buttons = {
        "ask": (words.line("/feedback ask"), Button(words.line("Ask for feedback"), "feedback.ask")),
        "list": (words.line("/feedback list"), Button(words.line("Show everything"), "feedback.list")),
        "give": (words.line("/feedback"), Button(words.line("Give feedback"), "feedback.new")),
    }
    command, button = buttons.pop(near)
    others = tuple(other for name, (_, other) in buttons.items() if name != "list")
    line = words.say("I don't know '{typed}' here. Do you mean {command}?", typed=typed, command=bold(command))
    return Message(words.line("I don't know that word."), (Say(line), Actions((button, *others))))


def section(overview: Overview, words: Words) -> tuple[Element, ...]:
    """The overview's part about feedback."""
    news = _news(overview, words)
    empty = Say(words.say("No feedback yet. Ask a colleague how something went."))
    return (Heading(words.line("Feedback")), *(news or (empty,)), Actions(_start(words)))


def _news(overview: Overview, words: Words) -> tuple[Element, ...]:
    return (
        *(_waiting(ask, words) for ask in overview.waiting),
        *(_item(line, "received", words) for line in overview.received[:SOME]),
    )


def _waiting(ask: Ask, words: Words) -> Item:
    """A request that waits for the reader."""
    text = words.say("{asker} asks you for feedback", asker=bold(ask.asker.name))
    give = Button(words.line("Give feedback"), "feedback.answer", {"request": str(ask.id)})
    return Item(text, about(ask, words), give)


def _start(words: Words) -> tuple[Button, Button]:
    return (
        Button(words.line("Give feedback"), "feedback.new"),
        Button(words.line("Ask for feedback"), "feedback.ask"),
    )


def everything(overview: Overview, words: Words) -> Message:
    """What `/feedback list` says."""
    body: list[Element] = []
    if overview.waiting:
        body.append(Heading(words.line("Waiting for you")))
        for ask in overview.waiting:
            decline = Button(words.line("Rather not"), "feedback.decline", {"request": str(ask.id)})
            body += [_waiting(ask, words), Actions((decline,))]
    if overview.asked:
        body += [Heading(words.line("You asked")), *(_own_request(ask, words) for ask in overview.asked)]
    lists: tuple[tuple[Part, tuple[Line, ...]], ...] = (
        ("received", overview.received),
        ("given", overview.given),
        ("shared", overview.shared),
    )
    for part, lines in lists:
        body += _some(part, lines, words)
    if not body:
        body.append(Say(words.say("No feedback yet. Ask a colleague how something went.")))
    hidden = Button(words.line("Show what you hid"), "feedback.part", {"part": "hidden"})
    body.append(Actions((*_start(words), *((hidden,) if overview.hidden else ()))))
    return Message(words.line("Your feedback, given and received"), tuple(body))


def _some(part: Part, lines: tuple[Line, ...], words: Words) -> list[Element]:
    if not lines:
        return []
    more = Button(words.line("Show all"), "feedback.part", {"part": part})
    shown: list[Element] = [Heading(_title(part, words)), *(_item(line, part, words) for line in lines[:SOME])]
    return [*shown, Actions((more,))] if len(lines) > SOME else shown


def page(part: Part, lines: tuple[Line, ...], start: int, words: Words) -> Message:
    """One list, ten lines at a time; one line more than that means that it goes on."""
    title = _title(part, words)
    items: tuple[Element, ...] = tuple(_item(line, part, words) for line in lines[:PAGE])
    empty = Say(words.say("There's nothing here."))
    older = Button(words.line("Show older"), "feedback.part", {"part": part, "start": str(start + PAGE)})
    more = (Actions((older,)),) if len(lines) > PAGE else ()
    return Message(title, (Heading(title), *(items or (empty,)), *more))


def _title(part: Part, words: Words) -> str:
    titles = {
        "received": words.line("You received"),
        "given": words.line("You gave"),
        "shared": words.line("Shared with you"),
        "hidden": words.line("You hid"),
    }
    return titles[part]


def _item(line: Line, part: Part, words: Words) -> Item:
    read = Button(words.line("Read"), "feedback.read", {"feedback": str(line.id)})
    day = words.day(line.at)
    if part == "given":
        small: Text = words.say("{day}, {came}", day=day, came=came(line, words))
        return Item(words.say("To {name}", name=bold(line.subject.name)), small, read)
    if part == "shared":
        author, subject = bold(line.author.name), bold(line.subject.name)
        return Item(words.say("{author} to {subject}", author=author, subject=subject), (Span(day),), read)
    new: Text = (Span(day),) if line.seen else words.say("{day}, new", day=day)
    return Item(words.say("From {name}", name=bold(line.author.name)), new, read)
