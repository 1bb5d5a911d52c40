"""The forms to change what was agreed. Each asks for a reason, which stays visible."""

from __future__ import annotations

from bot.messages import Actions, Button, Element, Field, Form, NumberInput, Say, TextInput
from bot.words import Words, bold
from views.goals.facts import Goal, Readers, Result, held, sees
from views.goals.parts import MAX_TEXT, MAX_TITLE, Choosing, parent_field, period_field, reason_field


def change(goal: Goal, parent_id: int, choosing: Choosing, readers: Readers, words: Words) -> Form:
    """Another title, description, parent or period, with a reason."""
    fields: list[Element | Field] = [
        TextInput("title", words.line("What do you want to have reached?"), goal.title, max_length=MAX_TITLE),
        TextInput("text", words.line("In more words"), goal.text, optional=True, multiline=True, max_length=MAX_TEXT),
        period_field(choosing, goal.period, words),
    ]
    if choosing.parents:
        fields.append(parent_field(choosing, parent_id, words))
    fields.append(reason_field(words))
    return _saving("goals.change", words.line("Change goal"), tuple(fields), held(goal), readers, words)


def change_result(goal: Goal, one: Result, readers: Readers, words: Words) -> Form:
    """Another wording, start or target for a key result, with a reason."""
    fields: list[Element | Field] = [
        TextInput("title", words.line("What will show that it is reached?"), one.title, max_length=MAX_TITLE)
    ]
    if one.measure != "yesno":
        fields.extend(
            (
                NumberInput("start", words.line("Where do you start?"), words.number(one.start, 2)),
                NumberInput("target", words.line("Where do you want to be?"), words.number(one.target, 2)),
            )
        )
    carry = {"result": str(one.id)}
    drop = Button(words.line("Drop this key result"), "goals.result_drop", carry)
    title = words.line("Change key result")
    body = (Say((bold(goal.title),)), *fields, reason_field(words), Actions((drop,)))
    return _saving("goals.result_change", title, body, carry, readers, words)


def drop_result(goal: Goal, one: Result, readers: Readers, words: Words) -> Form:
    """To take a key result out, with a reason."""
    line = words.say(
        "{result} no longer counts for {title}. It stays in the history.",
        result=bold(one.title),
        title=bold(goal.title),
    )
    return Form(
        "goals.result_drop",
        words.line("Drop key result"),
        words.line("Drop it"),
        (Say(line), reason_field(words)),
        words.line("Cancel"),
        {"result": str(one.id)},
        sees(readers, words),
    )


def _saving(
    name: str, title: str, body: tuple[Element | Field, ...], carry: dict[str, str], readers: Readers, words: Words
) -> Form:
    return Form(name, title, words.line("Save"), body, words.line("Cancel"), carry, sees(readers, words))
