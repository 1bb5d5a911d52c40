"""Every message and form can be drawn on the demo's page and in the terminal."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from bot import messages as m
from bot.demo import render, terminal
from tests.demo_gallery import CARD, CHECKIN, DIGEST, EVERYTHING, HOME, HOSTILE


def drawn(message: m.Message) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(terminal.message(message))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_message_as_the_page_gets_it() -> None:
    assert render.message(CHECKIN) == {
        "summary": "Hoi Noor, tijd voor je check-in. Het kost je twee minuten.",
        "body": [
            {"type": "say", "text": [_span("Hoi Noor, tijd voor je check-in. Het kost je twee minuten.")]},
            {
                "type": "say",
                "text": [
                    _span("Vorige week wilde je: "),
                    _span("de klantdag voorbereiden", "bold"),
                    _span(" en "),
                    _span("het testplan afronden", "bold"),
                    _span("."),
                ],
            },
            {
                "type": "actions",
                "buttons": [_button("Beantwoorden", "everything", "primary"), _button("Overslaan", "skip", "plain")],
            },
            {
                "type": "small",
                "text": [_span("Je kunt tot vrijdag 17:00 antwoorden. Alleen jij en Anna lezen dit.")],
            },
        ],
    }


def test_a_form_as_the_page_gets_it() -> None:
    form = render.form(EVERYTHING, {"priority": "Dit doel is al afgesloten."})
    fields = {part["name"]: part for part in form["body"] if "name" in part}
    assert fields["priority"]["error"] == "Dit doel is al afgesloten."
    assert fields["blocker"]["error"] == ""
    assert fields["people"]["value"] == [{"value": "1", "label": "Noor Visser", "description": "Engineer"}]
    assert (fields["due"]["value"], fields["at"]["value"]) == ("2026-12-04", "09:30")
    assert form["sees"] == [_span("Alleen jij en "), _span("Anna", "bold"), _span(" lezen dit.")]
    assert form["carry"] == {"period": "7"}


@pytest.mark.parametrize("thing", [CARD, CHECKIN, DIGEST, HOME, EVERYTHING])
def test_what_is_drawn_is_plain_json(thing: m.Message | m.Form) -> None:
    made = render.message(thing) if isinstance(thing, m.Message) else render.form(thing)
    assert json.loads(json.dumps(made)) == made


def test_text_of_people_is_not_touched() -> None:
    said = m.Message("x", (m.Quote(HOSTILE), m.Say((m.Span(HOSTILE),))))
    assert render.message(said)["body"] == [
        {"type": "quote", "text": HOSTILE},
        {"type": "say", "text": [_span(HOSTILE)]},
    ]


def test_a_card_in_the_terminal() -> None:
    assert drawn(CARD) == (
        "Klanten binnen een dag geholpen\n"
        "Draagt bij aan Klanten die blijven\n"
        "━━━━━━━━━━━━━━━━━━━━━━━━ 42% · 63 van 150 vragen\n"
        "Vertrouwen: 7 → 5 ↓\n"
        "Laatst bijgewerkt: do 19 nov door Sem\n"
        "Het vertrouwen is twee keer op rij gedaald.\n"
        "[Bijwerken] [Bekijken] [Verwijderen]\n"
    )


def test_a_chart_in_the_terminal_says_its_sentence() -> None:
    lines = drawn(DIGEST).splitlines()
    assert "Vijf van de zes antwoordden deze week, één meer dan vorige week." in lines
    assert "beantwoord ▅▆█▆▇" in lines
    assert "groep ▆▆·▆▆" in lines


def test_markup_in_a_text_stays_text_in_the_terminal() -> None:
    assert drawn(m.Message("x", (m.Say((m.Span("[bold red]niet[/] rood"),)),))) == "[bold red]niet[/] rood\n"


def _span(text: str, style: str = "plain") -> dict[str, str]:
    return {"kind": "span", "text": text, "style": style}


def _button(label: str, name: str, style: str) -> dict[str, object]:
    return {"label": label, "name": name, "carry": {}, "style": style, "confirm": None}
