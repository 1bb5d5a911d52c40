"""Where feedback is written, and the sheet on which it is read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import (
    Actions,
    Button,
    Choice,
    Confirm,
    DateInput,
    Element,
    Field,
    Form,
    Mention,
    Option,
    Quote,
    Say,
    Search,
    Small,
    Span,
    Text,
    TextInput,
    plain,
)
from bot.words import Words, bold
from views.feedback.facts import Ask, Asking, Giving, Hint, Line, Sbi

ONLY_SUBJECT = "subject"
"""The choice of an audience of one."""


# --- giving ------------------------------------------------------------------------------------------


def pick(text: str, words: Words) -> Form:
    """Whom it is about comes first: only then can the form say by name who will read it."""
    who = Search("to", words.line("Who is your feedback for?"), "people", placeholder=words.line("Type a name"))
    kept = _text("behaviour", words.line("What did you see or hear?"), text, optional=True) if text else None
    return Form(
        "feedback.pick",
        words.line("Give feedback"),
        words.line("Next"),
        (who, kept) if kept else (who,),
        words.line("Cancel"),
        sees=words.say("Nobody reads this yet. The next step says by name who can."),
    )


def give(giving: Giving, words: Words) -> Form:
    """Situation, behaviour, impact; the same form for a compliment and for what could be better.

    With hints it is the second look: the words as they were typed, what to look at, and the way to send them anyway.
    """
    told = {
        "situation": _text("situation", words.line("In which situation?"), giving.told.situation),
        "behaviour": _text(
            "behaviour",
            words.line("What did you see or hear?"),
            giving.told.behaviour,
            words.line("What anybody could have seen. Write nothing about health."),
        ),
        "impact": _text(
            "impact",
            words.line("What was the effect?"),
            giving.told.impact,
            words.line("On you, on the work or on others. For a compliment too."),
        ),
        "wish": _text("wish", words.line("What would you like to see, or ask?"), giving.told.wish, optional=True),
    }
    body: list[Element | Field] = list(_opening(giving, words))
    for name, field in told.items():
        body.append(field)
        body += [Small((Span(_hint(hint, words)),)) for hint in giving.hints if hint.field == name]
    if giving.choices:
        body.append(_audience(giving, words))
    return Form(
        "feedback.change" if giving.feedback else "feedback.give",
        words.line("Change feedback") if giving.feedback else words.line("Give feedback"),
        _submit(giving, words),
        tuple(body),
        words.line("Cancel"),
        _carry(giving),
        sees=_sees(giving, words),
    )


def _opening(giving: Giving, words: Words) -> tuple[Element, ...]:
    look = words.say("Have another look before it goes. Change what you like, or send it anyway.")
    second = (Say(look),) if giving.hints else ()
    if giving.request:
        line = words.say(
            "{asker} asks about {topic}:", asker=bold(giving.request.asker.name), topic=bold(giving.request.topic)
        )
        return (*second, Say(line), Quote(giving.request.question))
    name = bold(giving.to.name)
    one = words.say("Feedback is for one person at a time. This is for {name}.", name=name)
    return (*second, Say(one if giving.several else words.say("For {name}.", name=name)))


def _submit(giving: Giving, words: Words) -> str:
    if giving.hints:
        return words.line("Send anyway")
    return words.line("Save") if giving.feedback else words.line("Send")


def _carry(giving: Giving) -> dict[str, str]:
    carry = {"feedback": str(giving.feedback)} if giving.feedback else {"to": str(giving.to.person)}
    if giving.request:
        carry["request"] = str(giving.request.id)
    return carry | ({"looked": "1"} if giving.hints else {})


def _hint(hint: Hint, words: Words) -> str:
    said = hint.words[:1].upper() + hint.words[1:]
    if hint.kind == "label":
        return words.line("'{words}' is about the person. What did you see happen?", words=said)
    if hint.kind == "general":
        return words.line("'{words}': every time? Name one moment that you remember.", words=said)
    return words.line("This is still general. What exactly did you see or hear?")


def _audience(giving: Giving, words: Words) -> Choice:
    """Only the subject, or with somebody beside; chosen by person, so that nobody else can slip in later."""
    options = [Option(ONLY_SUBJECT, giving.to.name)]
    for one in giving.choices:
        both = plain(words.all_of((giving.to.name, one.name)))
        note = words.line("{name} is the manager of {subject}", name=one.name, subject=giving.to.name)
        options.append(Option(str(one.person), both, note))
    return Choice(
        "audience",
        words.line("Who may read it?"),
        tuple(options),
        ONLY_SUBJECT,
        look="buttons",
        hint=words.line("You choose now. It can't be shown to anybody else later."),
    )


def _sees(giving: Giving, words: Words) -> Text:
    name = giving.to.name
    if giving.choices:
        names = words.all_of(one.name for one in giving.choices)
        return words.say(
            "Only you and {name} can read this; {others} only if you choose so here.", name=name, others=names
        )
    return only(giving.others or (giving.to,), words)


def only(others: tuple[Mention, ...], words: Words) -> Text:
    """Who can read it, said to one of them: the others by name."""
    if len(others) == 1:
        return words.say("Only you and {name} can read this.", name=bold(others[0].name))
    return words.say("Only you, {names} can read this.", names=words.all_of(bold(one.name) for one in others))


# --- asking ------------------------------------------------------------------------------------------


def ask(asking: Asking, words: Words) -> Form:
    """One or several people, about a goal, a project or a skill, in one's own words."""
    to = Search(
        "to",
        words.line("Who would you like to ask?"),
        "people",
        tuple(Option(str(one.person), one.name) for one in asking.to),
        several=True,
        placeholder=words.line("Type a name"),
    )
    fields = (
        to,
        *_about(asking, words),
        TextInput(
            "question",
            words.line("What would you like to know?"),
            asking.question,
            hint=words.line("The more precise your question, the more useful the answer."),
            multiline=True,
            max_length=500,
        ),
        DateInput(
            "deadline",
            words.line("By when?"),
            asking.deadline,
            hint=words.line("Until {day} at most. A day off becomes a working day.", day=words.day(asking.last)),
        ),
    )
    return Form(
        "feedback.ask",
        words.line("Ask for feedback"),
        words.line("Ask"),
        fields,
        words.line("Cancel"),
        {"goal": str(asking.goal)} if asking.goal else {},
        sees=_asked_sees(asking, words),
    )


def _about(asking: Asking, words: Words) -> Iterator[Field]:
    yield TextInput(
        "topic",
        words.line("What about?"),
        asking.topic,
        hint=words.line("A project, a meeting or a skill, such as: the client day."),
        optional=bool(asking.goals),
        max_length=150,
    )
    if asking.goals:
        options = tuple(Option(str(id), title) for id, title in asking.goals)
        chosen = str(asking.goal) if asking.goal else ""
        yield Choice("goal", words.line("Or about one of your goals"), options, chosen, optional=True)


def _asked_sees(asking: Asking, words: Words) -> Text:
    if not asking.choices:
        return words.say("Only whom you ask sees your question. Only you get to read the answer.")
    names = words.all_of(one.name for one in asking.choices)
    return words.say(
        "Only whom you ask sees your question. The answer is for you, and for {names} only if its writer chooses so.",
        names=names,
    )


# --- reading -----------------------------------------------------------------------------------------


def sheet(line: Line, told: Sbi, words: Words) -> Form:
    """The words of one feedback, to read."""
    head = words.say(
        "{author} to {subject}, {day}",
        author=bold(line.author.name),
        subject=bold(line.subject.name),
        day=words.day(line.at),
    )
    body: list[Element] = [Say(head)]
    if line.topic:
        body.append(Small(words.say("About {topic}", topic=line.topic)))
    for label, text in (
        (words.line("In which situation?"), told.situation),
        (words.line("What did you see or hear?"), told.behaviour),
        (words.line("What was the effect?"), told.impact),
        (words.line("What would you like to see, or ask?"), told.wish),
    ):
        body += [Say((bold(label),)), Quote(text)] if text else []
    body += [Small(text) for text in _footnotes(line, words)]
    buttons = _buttons(line, words)
    body += [Actions(buttons)] if buttons else []
    return Form("feedback.sheet", words.line("Feedback"), "", tuple(body), words.line("Close"))


def _footnotes(line: Line, words: Words) -> tuple[Text, ...]:
    """Who can read it, and what became of it."""
    said = [only(line.others, words)]
    if line.role == "author":
        said.append(came(line, words))
    if line.role == "subject" and line.thanked:
        said.append(words.say("You thanked {name}.", name=line.author.name))
    if line.hidden and line.role == "subject":
        said.append(words.say("It's hidden from your lists. Who can read it stays the same."))
    return tuple(said)


def came(line: Line, words: Words) -> Text:
    """How far feedback came, for its author."""
    if line.thanked:
        return words.say("{name} thanks you for it", name=line.subject.name)
    if line.seen:
        return words.say("{name} has read it", name=line.subject.name)
    return words.say("not read yet")


def _buttons(line: Line, words: Words) -> tuple[Button, ...]:
    """What this reader can do with it."""
    held = {"feedback": str(line.id)}
    if line.role == "author":
        return () if line.read else author_buttons(line, words)
    if line.role != "subject":
        return ()
    thank = Button(words.line("Say thanks"), "feedback.thank", held, "primary")
    hide = Button(words.line("Hide"), "feedback.hide", held)
    show = Button(words.line("Show again"), "feedback.show", held)
    return (*(() if line.thanked else (thank,)), show if line.hidden else hide)


def author_buttons(line: Line, words: Words) -> tuple[Button, ...]:
    """As long as nobody has read it."""
    held = {"feedback": str(line.id)}
    sure = Confirm(
        words.line("Take your feedback back?"),
        words.line("Nobody can read it any more, and your words are gone."),
        words.line("Take back"),
        words.line("Keep"),
    )
    return (
        Button(words.line("Change"), "feedback.edit", held),
        Button(words.line("Take back"), "feedback.withdraw", held, "danger", sure),
    )


def about(ask: Ask, words: Words) -> Text:
    """What a request is about, and by when."""
    return words.say("About {topic}, by {day}", topic=ask.topic, day=words.day(ask.deadline))


def _text(name: str, label: str, value: str, hint: str = "", *, optional: bool = False) -> TextInput:
    return TextInput(name, label, value, hint, optional=optional, multiline=True)
