"""Whatever people type stays words, in every view, on every output, and comes back as it was typed.

Every example of every view is drawn with hostile texts wherever its facts have words (`tests/hostile/facts.py`), by every
renderer, and read by readers that know nothing of those (`slackreader.py`, `tests/cardreader.py`, and below).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from time import monotonic
from typing import Any

import pytest
from rich.console import Console

from bot.calls import Origin
from bot.demo import render as demo
from bot.demo import terminal
from bot.demo.listen import PAGE
from bot.export import cell
from bot.messages import Form, Message, mentioned
from bot.slack import render as slack
from bot.teams import render as teams
from tests.hostile import cardpage, facts, slackreader, strings
from tests.hostile.facts import Slot, Slotted, Thing, slotted
from tests.seen import buttons
from tests.soak.figures import Figures

ALL = 50_000
TOGETHER = 6
"""So many texts stand in one slot, a line each: at the start of a line most is live."""

LONGEST = 70
BLANK = re.compile(r"[\s\u00a0\u2060…\x00-\x1f\x7f-\x9f]+")


def bare(text: str) -> str:
    """Without spaces: each output folds them in its own way."""
    return BLANK.sub("", text)


# --- the outputs ---------------------------------------------------------------------------------------------------


def _slack(thing: Thing) -> None:
    accounts = {person: f"U{person:07}" for person in mentioned(thing)} if isinstance(thing, Message) else {}
    if isinstance(thing, Form):
        _equal_slack(slackreader.view(slack.form(thing, Origin("C1", "1"))), thing, {})
        return
    for native in (True, False):
        drawn = slack.message(thing, accounts, native=native)
        if not _has_chart(thing):
            _equal_slack(slackreader.message(drawn), thing, accounts)
        assert slackreader.notification(drawn) == (thing.summary if thing.summary.strip() else "-")
    slackreader.view(slack.note(thing, Origin()))


def _equal_slack(page: slackreader.Page, thing: Thing, accounts: dict[int, str]) -> None:
    names = {accounts[person]: name for person, name in facts.mentions(thing) if person in accounts}
    same(page.people, [accounts[person] for person, _ in facts.mentions(thing) if person in accounts])
    same(page.links, facts.links(thing))
    people = iter(page.people)
    flow = [slackreader.words(text, names, people) for text in page.flow if text != "-"]
    same_flow(flow, facts.flow(thing))
    _same_controls(page.controls, facts.controls(thing))


def same(found: Sequence[Any], wanted: Sequence[Any]) -> None:
    """Raises ValueError, and says where they begin to differ."""
    if found != wanted:
        at = next(
            (place for place, (one, other) in enumerate(zip(found, wanted, strict=False)) if one != other),
            min(len(found), len(wanted)),
        )
        begin = max(at - 20, 0)
        raise ValueError(f"{found[begin : at + 60]!r} instead of {wanted[begin : at + 60]!r}")


def _has_chart(thing: Thing) -> bool:
    return any(part.type == "chart" for part in thing.body)


def same_flow(shown: Iterable[str], wanted: Iterable[str]) -> None:
    """What runs is there from the first letter to the last; where a heading had no room for all of it, it says so."""
    meant, at = _undrawn("".join(wanted)), 0
    pieces = _CUT.split("".join(_undrawn(text) + ("\0" if text.endswith("…") else "") for text in shown))
    for place, piece in enumerate(pieces):
        found = meant.find(piece, at) if place else at
        same(meant[found : found + len(piece)] if found >= 0 else "", piece)
        at = found + len(piece)
    if pieces[-1]:
        same(meant[at:], "")


_CUT = re.compile("\0")


def _undrawn(text: str) -> str:
    """Without bars and sparklines."""
    return re.sub("[▁-█▰▱·]", "", bare(text))


def _same_controls(shown: Iterable[str], wanted: Iterable[str]) -> None:
    """Controls have little room, so they may be cut; what is there is as it was."""
    found = Counter(bare(text) for text in shown if text.strip() not in {"-", "…"})
    meant = Counter(bare(text) for text in wanted)
    del found[""], meant[""]
    cut, left = found - meant, meant - found
    for text in cut.elements():
        whole = next((one for one in left if left[one] and one.startswith(text) and len(text) >= 18), None)
        assert whole is not None, (text, list(left))
        left[whole] -= 1
    assert +left == Counter()


def _teams(thing: Thing) -> None:
    if isinstance(thing, Form):
        task = teams.dialog(thing, Origin("a:1", "17", "f:1"))
        _equal_cards([task["card"]["content"]], thing, title=task["title"])
        return
    _equal_cards([one["attachments"][0]["content"] for one in teams.message(thing)], thing)
    accounts = {person: f"aad-{person}" for person in mentioned(thing)}
    for activity in (*teams.message(thing, accounts), teams.home(thing, accounts, user="29:1")):
        card = activity["attachments"][0]["content"]
        cardpage.page(card)
        spoken = {entity["mentioned"]["id"] for entity in card.get("msteams", {}).get("entities", ())}
        assert spoken <= set(accounts.values())
        assert thing.summary.startswith(activity["summary"].rstrip("…")) or not thing.summary.strip()


def _equal_cards(cards: list[dict[str, Any]], thing: Thing, title: str = "") -> None:
    pages = [cardpage.page(card) for card in cards]
    same([link for page in pages for link in page.links], facts.links(thing))
    if not _has_chart(thing):
        found = [text for page in pages for text in page.flow]
        same_flow([text.replace(":", "") for text in found], [text.replace(":", "") for text in facts.flow(thing)])
    _all_there([title, *(text for page in pages for text in page.controls)], thing)


def _all_there(shown: list[str], thing: Thing) -> None:
    """Every control says what it should, and none is missing; a description stands behind its label here."""
    unsaid = {bare(button.confirm.no) for button in buttons(thing) if button.confirm} | {
        bare(getattr(thing, "close", ""))
    }
    wanted = [bare(text) for text in facts.controls(thing) if bare(text) not in unsaid]
    found, meant = "".join(map(bare, shown)), "\0".join(wanted)
    same([text for each in shown for text in bare(each).split("·") if text not in meant], [])
    if not any(text.endswith("…") for text in shown):  # what was cut may have had no room for what stands behind it
        same([text for text in wanted if text[:18] not in found], [])


def _demo(thing: Thing) -> None:
    """The page is given values, and puts them in its document as text; nothing in it is markup for anybody."""
    drawn = demo.message(thing) if isinstance(thing, Message) else demo.form(thing)
    runs = list(_runs(drawn))
    assert {run["kind"] for run in runs} <= {"span", "mention", "link"}
    assert [run["url"] for run in runs if run["kind"] == "link"] == facts.links(thing)
    assert json.loads(json.dumps(drawn)) == drawn
    said, values = facts.everything(thing), set(_values(drawn)) | {"".join(run["text"] for run in runs)}
    whole = "\0".join(values) + "\0" + "".join(run["text"] for run in runs)
    missing = [text for text in said if text not in values and text not in whole and not _labelled(text, whole)]
    assert missing == []


def _labelled(text: str, whole: str) -> bool:
    """A fact: its label stands apart from its value, and either may hold what looks like the end of a label."""
    parts = text.split(": ")
    return any(": ".join(parts[:n]) in whole and ": ".join(parts[n:]) in whole for n in range(1, len(parts)))


def _terminal(thing: Thing) -> None:
    """A terminal is told colours by us, and nothing by anybody else."""
    if isinstance(thing, Form):
        return
    console = Console(
        file=io.StringIO(), force_terminal=True, width=5000, color_system="standard", legacy_windows=False
    )
    console.print(terminal.message(thing), soft_wrap=True)
    shown = console.file.getvalue()  # type: ignore[attr-defined]  # it is the one from above
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", plain), plain
    assert shown.count("\x1b[8") == 0
    seen = bare(_PICTURES.sub("", plain))
    assert [text for text in facts.flow(thing) if bare(_PICTURES.sub("", text)) not in seen] == [] or _has_chart(thing)


def _runs(drawn: Any) -> Iterator[dict[str, Any]]:
    if isinstance(drawn, dict):
        if "kind" in drawn and "text" in drawn:
            yield drawn
        for inner in drawn.values():
            yield from _runs(inner)
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from _runs(inner)


def _values(drawn: Any) -> Iterator[str]:
    if isinstance(drawn, str):
        yield drawn
    elif isinstance(drawn, dict | list):
        for inner in drawn.values() if isinstance(drawn, dict) else drawn:
            yield from _values(inner)


_PICTURES = re.compile("[\u2400-\u243f\ufffd]")


OUTPUTS = {"slack": _slack, "teams": _teams, "demo": _demo, "terminal": _terminal}


# --- what is drawn -------------------------------------------------------------------------------------------------


def _fillings(view: Slotted, texts: tuple[str, ...], random: Random, times: int) -> Iterator[dict[Slot, str]]:
    """Texts for the slots of a view, each text once before any comes again."""
    needed = len(view.slots) * TOGETHER
    begin = random.randrange(len(texts))
    for time in range(times):
        found = [texts[(begin + time * needed + place) % len(texts)] for place in range(needed)]
        yield {slot: "\n".join(found[place :: len(view.slots)]) for place, slot in enumerate(view.slots)}


@pytest.mark.soak
@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("output", OUTPUTS)
def test_words_stay_words_in_every_view(output: str, *, soak: bool, seed: int, figures: Figures) -> None:
    texts = tuple(text for text in strings.drawn(ALL, seed) if len(text) <= LONGEST and text.strip())
    begun, drawn, wrong = monotonic(), 0, []
    for view in slotted():
        if not view.slots:
            continue
        times = -(-len(texts) // (len(view.slots) * TOGETHER)) if soak else 2
        for filling in _fillings(view, texts, Random(f"{seed} {view.name} {output}"), times):
            thing = view.filled(filling)
            drawn += 1
            try:
                OUTPUTS[output](thing)
            except (AssertionError, ValueError) as failure:
                wrong.append(f"{view.name}: {filling!r}: {type(failure).__name__} {str(failure)[:600]}")
    figures(views=len(slotted()), texts=len(texts), drawn=drawn, wrong=len(wrong), seconds=round(monotonic() - begun))
    assert wrong[:3] == []


# --- tables --------------------------------------------------------------------------------------------------------

FORMULA = re.compile("[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet begins to calculate at; those of East Asia take the wide signs as well."""


@pytest.mark.soak
def test_no_cell_is_a_formula(*, soak: bool, seed: int) -> None:
    texts = strings.drawn(100_000 if soak else 10_000, seed)
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["Zoë", cell(text), cell(text)] for text in texts])
    file.seek(0)
    rows = list(csv.reader(file))
    assert len(rows) == len(texts)
    assert [row for row in rows if FORMULA.match(row[1])] == []
    assert [
        (text, row) for text, row in zip(texts, rows, strict=True) if row[1:] != row[1:2] * 2 or uncell(row[1]) != text
    ][:3] == []


def uncell(shown: str) -> str:
    """What was typed: one apostrophe less, where one says that this is text."""
    return shown[1:] if shown.startswith("'") and FORMULA.match(shown.lstrip("'")) else shown


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_puts_no_markup_into_itself() -> None:
    """Everything that comes from the server becomes text; `require-trusted-types-for` forbids the rest as well."""
    written = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function|srcdoc"
    )
    assert [path.name for path in sorted(PAGE.glob("*.js")) if written.search(path.read_text())] == []


def test_where_codes_are_held_nobody_writes() -> None:
    """A text that shows and is also held by a control travels back to us, and may be longer than a control can hold. What
    is listed here was looked at: periods, moments, languages, zones and terms, which are our own words.
    """
    known = {
        "deliveries.status",
        "goals.new",
        "goals.change",
        "goals.cascade",
        "onboarding.company",
        "onboarding.rhythm",
        "settings.moment",
        "settings.me",
        "privacy.",
    }
    found = {view.example.name for view in slotted() for slot in view.codes}
    assert {name for name in found if not any(name.startswith(one) for one in known)} == set()
