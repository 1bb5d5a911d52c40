"""A demo door with something of everything in it, and no company behind it: every element, every field, every reply."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import messages as m
from bot.app import looks
from bot.calls import (
    Answer,
    AtOnce,
    Call,
    CloseForm,
    InsertInCompose,
    Invalid,
    OpenForm,
    Options,
    ReplaceOrigin,
    ShowHome,
)
from bot.demo.chat import Chat, Room, dm
from bot.demo.desk import Desk, Parts
from bot.demo.listen import Door
from bot.demo.state import Command, Menu, Move, Person
from bot.words import Words, bold

NOW = datetime(2026, 11, 23, 7, 15, tzinfo=UTC)

PEOPLE = (
    Person("noor", "Noor Visser", "nl", "Europe/Amsterdam", "Engineer"),
    Person("sem", "Sem Jansen", "nl", "Europe/Amsterdam", "Engineer"),
    Person("lotte", "Lotte de Boer", "nl", "Europe/Amsterdam", "Designer", date(2026, 12, 7)),
    Person("ravi", "Ravi Patel", "en", "Europe/London", "Engineer"),
    Person("maya", "Maya Chen", "en", "America/New_York", "Head of Sales"),
)

HOSTILE = "<img src=x onerror=alert(1)> & <b>not bold</b> javascript:alert(1)"

CARD = m.Message(
    "Doel: Klanten binnen een dag geholpen",
    (
        m.Heading("Klanten binnen een dag geholpen"),
        m.Say((m.Span("Draagt bij aan "), m.Link("Klanten die blijven", "http://127.0.0.1/#room=kudos"))),
        m.Meter(0.42, (m.Span("42% · 63 van 150 vragen"),)),
        m.Facts(
            (
                ("Vertrouwen", (m.Span("7 → 5 ↓"),)),
                ("Laatst bijgewerkt", (m.Span("do 19 nov door Sem"),)),
            )
        ),
        m.Small((m.Span("Het vertrouwen is twee keer op rij gedaald."),)),
        m.Actions(
            (
                m.Button("Bijwerken", "goal.update", {"goal": "3"}, "primary"),
                m.Button("Bekijken", "goal.show", {"goal": "3"}),
                m.Button(
                    "Verwijderen",
                    "goal.remove",
                    {"goal": "3"},
                    "danger",
                    m.Confirm("Doel verwijderen?", "De geschiedenis gaat mee.", "Verwijderen", "Toch niet"),
                ),
            )
        ),
    ),
)

CHECKIN = m.Message(
    "Hoi Noor, tijd voor je check-in. Het kost je twee minuten.",
    (
        m.Say((m.Span("Hoi Noor, tijd voor je check-in. Het kost je twee minuten."),)),
        m.Say(
            (
                m.Span("Vorige week wilde je: "),
                bold("de klantdag voorbereiden"),
                m.Span(" en "),
                bold("het testplan afronden"),
                m.Span("."),
            )
        ),
        m.Actions((m.Button("Beantwoorden", "everything", {}, "primary"), m.Button("Overslaan", "skip"))),
        m.Small((m.Span("Je kunt tot vrijdag 17:00 antwoorden. Alleen jij en Anna lezen dit."),)),
    ),
)

DIGEST = m.Message(
    "Week 47 van team Platform",
    (
        m.Heading("Week 47 · team Platform"),
        m.Say((bold("Dit vraagt je aandacht"),)),
        m.Item(
            (
                bold("Sem"),
                m.Span(": het vertrouwen in "),
                bold("Klanten binnen een dag"),
                m.Span(" daalde van 7 naar 5"),
            ),
            (m.Span("sinds do 12 nov"),),
            m.Button("Vraag ernaar", "ask", {"person": "2"}),
        ),
        m.Item(
            (bold("Ravi"), m.Span(" wacht al 9 dagen op toegang tot de testomgeving")),
            (m.Span("check-in van 16 nov"),),
            m.Button("Bekijken", "see"),
        ),
        m.Divider(),
        m.Say((bold("Wat goed ging"),)),
        m.Item((m.Mention(1, "Noor"), m.Span(" rondde "), bold("het testplan"), m.Span(" af"))),
        m.Quote("Dankzij jullie snelle herstel van de testomgeving konden we op tijd live.\nDank jullie wel!"),
        m.Chart(
            "Check-ins",
            "Vijf van de zes antwoordden deze week, één meer dan vorige week.",
            ("wk 43", "wk 44", "wk 45", "wk 46", "wk 47"),
            (m.Series("beantwoord", (3, 4, 6, 4, 5)), m.Series("gevraagd", (6, 6, 6, 5, 6))),
            "bar",
            6,
        ),
        m.Chart(
            "Energie",
            "De energie van de groep bleef rond de 3,6.",
            ("wk 43", "wk 44", "wk 45", "wk 46", "wk 47"),
            (m.Series("groep", (3.4, 3.8, None, 3.5, 3.6)),),
            "line",
            5,
        ),
        m.Small((m.Span("Wat je hier niet ziet: energie van één persoon, privékudos en feedback van collega's."),)),
        m.Actions((m.Button("Overzicht openen", "home", {}, "primary"),)),
    ),
)

HOME = m.Message(
    "Overzicht",
    (
        m.Heading("Vandaag"),
        m.Item(
            (m.Span("Je check-in van deze week"),),
            (m.Span("tot vrijdag 17:00"),),
            m.Button("Beantwoorden", "everything", {}, "primary"),
        ),
        m.Item(
            (m.Span("Lotte vraagt je om feedback over "), bold("de klantdag")),
            (m.Span("graag vóór do 26 nov"),),
            m.Button("Feedback geven", "everything"),
        ),
        m.Heading("Mijn doelen"),
        m.Meter(0.42, (bold("Klanten binnen een dag geholpen"), m.Span(" · 42%"))),
        m.Meter(0.8, (bold("Testplan af"), m.Span(" · 80%"))),
        m.Heading("Feedback en kudos"),
        m.Say((m.Span("Nog geen feedback dit kwartaal. Vraag er eens om na een mijlpaal."),)),
        m.Actions((m.Button("Feedback vragen", "everything"),)),
        m.Heading("Instellingen"),
        m.Actions((m.Button("Instellingen", "everything"), m.Button("Mijn gegevens", "everything"))),
    ),
)

SEARCHED = tuple(m.Option(str(number), person.name, person.title) for number, person in enumerate(PEOPLE, 1))

EVERYTHING = m.Form(
    "everything",
    "Je check-in",
    "Versturen",
    (
        m.Say((m.Span("Van "), bold("maandag 23 november"), m.Span("."))),
        m.Choice(
            "done",
            "De klantdag voorbereiden",
            (m.Option("done", "Gedaan"), m.Option("carry", "Neem mee"), m.Option("drop", "Laat vallen")),
            look="buttons",
        ),
        m.TextInput(
            "blocker",
            "Wat zat je in de weg?",
            hint="Schrijf niets over je gezondheid.",
            optional=True,
            multiline=True,
            max_length=120,
        ),
        m.TextInput(
            "priority", "Wat is je belangrijkste doel voor volgende week?", placeholder="Bijvoorbeeld: de planning rond"
        ),
        m.Choice(
            "energy",
            "Hoe is je energie?",
            tuple(m.Option(str(n), label) for n, label in enumerate(("1 · leeg", "2", "3", "4", "5 · vol"), 1)),
            optional=True,
            look="buttons",
        ),
        m.Choice(
            "audience",
            "Wie mag je energie zien?",
            (
                m.Option("me", "Alleen ik", "Anna ziet hem niet."),
                m.Option("both", "Ik en Anna", "Hij telt mee in het gemiddelde van de groep."),
            ),
            value="me",
            look="buttons",
        ),
        m.Search("people", "Met wie werkte je samen?", "people", SEARCHED[:1], several=True, optional=True),
        m.Search("lead", "Wie leidt dit?", "people", optional=True),
        m.Choice(
            "goal", "Hoort bij", (m.Option("1", "Klanten die blijven"), m.Option("2", "Testplan af")), optional=True
        ),
        m.Choices(
            "values",
            "Welke waarden?",
            (
                m.Option("a", "Samen sterker"),
                m.Option("b", "Gewoon doen"),
                m.Option("c", "Nieuwsgierig", "Vragen staat vrij."),
            ),
            ("a",),
            optional=True,
        ),
        m.NumberInput("progress", "Hoeveel vragen zijn geholpen?", "63", "van 150", optional=True),
        m.DateInput("due", "Wanneer is het klaar?", date(2026, 12, 4), optional=True),
        m.TimeInput("at", "Hoe laat?", time(9, 30), optional=True),
    ),
    "Annuleren",
    {"period": "7"},
    (m.Span("Alleen jij en "), bold("Anna"), m.Span(" lezen dit.")),
)


def _menu(reader: Words) -> Menu:
    return Menu(
        (
            Command("/checkin", "", "Answer your check-in"),
            Command("/kudos", "@Lotte thanks for the quick fix", "Thank a colleague"),
            Command("/feedback", "ask @Ravi", "Ask for or give feedback"),
            Command("/goal", "list", "Your goals"),
            Command("/ritme settings", "", "Language, times, working days"),
        ),
        (("kudos.this", "Give kudos for this"), ("goal.log", "Log as progress on a goal")),
    )


class Hands:
    def __init__(self, chat_of: dict[str, Chat]) -> None:
        self.at = NOW
        self._chat = chat_of

    def now(self) -> datetime:
        return self.at

    async def moves(self, zone: ZoneInfo) -> tuple[Move, ...]:
        nine = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
        return (
            Move(max(nine, self.at + timedelta(minutes=5)), "next", {"checkins.ask": 11}),
            Move(nine + timedelta(days=7), "monday", {"checkins.ask": 11, "digest.send": 2}),
            Move(self.at + timedelta(hours=1), "hour"),
            Move(self.at + timedelta(days=1), "day", {"checkins.remind": 1}),
        )

    async def move(self, to: datetime) -> None:
        self.at = to
        self._chat["chat"].say(dm("noor"), CHECKIN)


class Gallery:
    """The stand-in pipeline: remembers every call, and answers each kind of reply once. Every form opens by its name."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.forms: dict[str, m.Form] = {"everything": EVERYTHING}

    async def serve(self, call: Call) -> tuple[AtOnce, ...]:
        self.calls.append(call)
        match call.kind, call.name:
            case "home", _:
                self.calls.pop()
                return (ShowHome(HOME),)
            case "lookup", _:
                wanted = call.text.casefold()
                return (Options(tuple(each for each in SEARCHED if wanted in each.label.casefold())),)
            case "press", name if name in self.forms:
                return (OpenForm(self.forms[name]),)
            case "press", "skip":
                return (
                    ReplaceOrigin(m.Message("Overgeslagen", (m.Say((m.Span("Goed. Maandag hoor je weer van me."),)),))),
                )
            case "submit", _ if call.value("priority") == "fout":
                return (
                    Invalid(
                        EVERYTHING.filled(call.values),
                        {"priority": "Dit doel is al afgesloten. Kies een ander doel of laat het leeg."},
                    ),
                )
            case "submit", _:
                done = m.Message(
                    "Dank je wel",
                    (
                        m.Say((m.Span("Dank je wel, je check-in is binnen."),)),
                        m.Actions((m.Button("Aanpassen", "everything"),)),
                    ),
                )
                return (CloseForm(), ReplaceOrigin(done))
            case "command", "insert":
                return (InsertInCompose("/kudos @Lotte de Boer"),)
            case _:
                said = m.Message("Hoorde ik", (m.Say((m.Span(f"{call.kind} {call.name}: {call.text}"),)),))
                return (Answer(said),)


def gallery(now: datetime = NOW) -> tuple[Door, Chat, Gallery]:
    held: dict[str, Chat] = {}
    hands = Hands(held)
    chat = Chat(
        (Room("kudos", "Dank je wel zeggen, vlak bij het werk"), Room("klantdag", "Alles voor 12 november")), hands.now
    )
    held["chat"] = chat
    serving = Gallery()

    async def people() -> tuple[Person, ...]:
        return PEOPLE

    hands.at = now - timedelta(days=3)
    chat.write("klantdag", "lotte", "De presentatie staat klaar, kijken jullie nog even mee?")
    chat.write("klantdag", "lotte", "Dia 4 is nieuw.")
    chat.write("klantdag", "sem", HOSTILE)
    chat.say(dm("noor"), CARD)
    hands.at = now - timedelta(days=1)
    thanks = m.Message(
        "Sem bedankt Lotte en Ravi",
        (
            m.Say(
                (
                    m.Span("👏 "),
                    m.Mention(2, "Sem"),
                    m.Span(" bedankt "),
                    m.Mention(3, "Lotte"),
                    m.Span(" en "),
                    m.Mention(4, "Ravi"),
                    m.Span(
                        ": “dankzij jullie snelle herstel van de testomgeving konden we op tijd live.” · Samen sterker"
                    ),
                )
            ),
        ),
    )
    chat.say("kudos", thanks)
    chat.say(dm("noor"), DIGEST)
    chat.read_all(tuple(person.user for person in PEOPLE))
    hands.at = now
    chat.write("klantdag", "ravi", "Great work everyone, see you there.\nI'll bring the demo laptop.")
    chat.say(dm("noor"), CHECKIN)
    chat.say(dm("sem"), CHECKIN)
    return (
        Door(Desk(chat, Parts(serving.serve, hands, people, _menu, looks=looks(frozenset({"everything"}))))),
        chat,
        serving,
    )
