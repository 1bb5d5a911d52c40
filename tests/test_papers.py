"""The papers say what is so: made from the policy table, the data map and the configuration, in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.commands import papers as command
from bot.commands import terminal
from bot.founding import NAMELESS
from bot.papers import docs, gather
from bot.papers.markdown import markdown
from bot.papers.page import page
from bot.settings import Settings, load
from bot.words import words
from models.identity import Organisation
from models.kept import TERMS
from models.onboarding import CAPABILITIES, record_consent
from models.policy import POLICIES
from tests.rows import revised
from tests.world import World
from views import papers
from views.papers import Blank, Document, Facts, Part, Points, Source, Table, common, data, names

LANGUAGES = ("nl", "en")
MODELS = Path(__file__).parent.parent / "models"
HOSTILE = '<script>alert(1)</script> [x](javascript:1) | `a` *b* _c_ \\ & "d"'


def test_the_documentation_says_what_the_table_says() -> None:
    """`make papers` writes these pages anew."""
    for path, text in docs.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is out of date: make papers"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_role_and_verb_has_a_name(language: str) -> None:
    said = words(language, "Europe/Amsterdam")
    granted = gather.grants()
    assert set(names.objects(said)) == set(POLICIES)
    assert set(names.roles(said)) == {(one.object, one.role) for one in granted}
    assert set(names.verbs(said)) == {(one.object, verb) for one in granted for verb in one.verbs}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_table_is_a_row_of_the_page(language: str) -> None:
    parts = papers.seeing(gather.grants(), gather.usual(), words(language, "Europe/Amsterdam")).parts
    tables = [block for part in parts for block in part.blocks if isinstance(block, Table)]
    assert len(tables) == len(POLICIES)
    assert sum(len(table.rows) for table in tables) == len(gather.grants())
    assert all(all(row) for table in tables for row in table.rows)


def test_who_thanks_takes_it_back_and_who_is_thanked_takes_themselves_out() -> None:
    said = words("nl", "Europe/Amsterdam")
    rows = {one.role: names.row(one, said)[1] for one in gather.grants() if one.object == "kudos"}
    assert rows["giver"] == "lezen; de tekst aanpassen, tien minuten lang; terugnemen"
    assert rows["receiver"] == "lezen; zichzelf eruit halen"


def test_what_an_organisation_is_called_runs_nowhere() -> None:
    blocks = (
        HOSTILE,
        Points((HOSTILE,)),
        Table((HOSTILE,), ((HOSTILE,),)),
        Blank(HOSTILE),
        Source(HOSTILE, "https://example.org/"),
    )
    paper = Document("paper", HOSTILE, blocks, (Part(HOSTILE, blocks),))
    shown = page(paper, "nl")
    assert "<script" not in shown
    text = markdown(paper)
    assert "\\<script" in text
    assert "](" not in text.replace("\\](", "")


def test_a_page_needs_nothing_from_elsewhere() -> None:
    said = words("en", "Europe/Amsterdam")
    shown = page(papers.seeing(gather.grants(), gather.usual(), said), "en")
    for way in ("src=", "<link", "@import", "url(", "<script"):
        assert way not in shown


@pytest.mark.parametrize(
    ("language", "manager", "logged"),
    [
        ("nl", "niemand anders dan de eigen leidinggevende", "Wie een check-in van een ander opent, of feedback"),
        ("en", "nobody but somebody's own manager", "Who opens somebody else's check-in, or feedback"),
    ],
)
def test_who_sees_that_somebody_did_not_answer_is_said_as_the_table_has_it(
    world: World, language: str, manager: str, logged: str
) -> None:
    readers = {one.role for one in gather.grants() if one.object == "checkin_period"}
    assert readers == {"owner", "manager"}
    opened = {file.stem for file in MODELS.rglob("*.py") if "reads.opened(" in file.read_text(encoding="utf-8")}
    assert opened == {"reading", "notes"}, "the check-in's and feedback's getters"
    text = " ".join(told(command.documents(gathered(world), language)).split())
    assert manager in text
    assert logged in text


# --- one organisation --------------------------------------------------------------------------------

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
TEAMS = {
    "TEAMS_APP_ID": "00000000-0000-0000-0000-000000000001",
    "TEAMS_APP_PASSWORD": "p",
    "TEAMS_TENANT_ID": "00000000-0000-0000-0000-000000000002",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine that the tests run on."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.chdir(tmp_path)


def gathered(world: World, **settings: str) -> Facts:
    with world.scope("hanna") as scope:
        return gather.facts(scope, load(RITME_DATABASE_URL="sqlite:///ritme.db", **settings))


def told(documents: tuple[Document, ...]) -> str:
    return "\n".join(markdown(one) for one in documents)


def changed(world: World, **values: Any) -> None:
    with world.scope("hanna") as scope:
        scope.db.change(scope.org, **values)


def test_the_papers_know_how_it_is_set_up(world: World) -> None:
    changed(world, floor=7, attention=4)
    facts = gathered(world, **SLACK)
    assert (facts.company.name, facts.company.people, facts.company.frame.floor) == ("De Molen", 10, 7)
    text = told(command.documents(facts, "nl"))
    assert "geen juridisch advies" in text
    assert "De instemming van de ondernemingsraad van 1 oktober 2026 is vastgelegd." in text
    assert "minstens 7 mensen" in text
    assert "Hooguit 4 per week per persoon" in text
    assert "elke week op maandag om 09:00" in text
    assert "xoxb" not in text


@pytest.mark.parametrize(("floor", "smaller"), [(3, False), (4, True)])
def test_a_smaller_group_is_spoken_of_only_where_there_can_be_one(world: World, floor: int, *, smaller: bool) -> None:
    changed(world, floor=floor)
    text = told(command.documents(gathered(world), "nl"))
    assert (f"Voor een kleinere groep dan {floor} is een nieuwere instemming nodig." in text) == smaller
    assert ("Voor een lager getal is opnieuw instemming" in text) == smaller
    assert (f"Het getal {floor} is een keuze van je organisatie, en lager kan niet." in text) != smaller


def test_a_part_without_consent_and_a_missing_consent_are_said(world: World) -> None:
    changed(world, covers="checkins", consent="", consent_on=None)
    text = told(command.documents(gathered(world), "en"))
    assert "Nothing is on record yet, so Ritme starts nothing with people." in text
    assert text.count("still to be asked") == len(CAPABILITIES) - 1
    assert "This is not legal advice." in text


def test_a_part_that_was_left_out_is_said_to_be_off(world: World) -> None:
    with world.scope("hanna") as scope:
        record_consent(scope, "council", date(2026, 11, 2), 5, ["checkins", "digest"])
    text = told(command.documents(gathered(world), "en"))
    assert [text.count(said) for said in ("still to be asked", "not agreed to, so it is off")] == [0, 3]


@pytest.mark.parametrize(
    ("settings", "receivers"),
    [({}, set()), (SLACK, {"Slack"}), (TEAMS, {"Microsoft Teams"}), (SLACK | TEAMS, {"Slack", "Microsoft Teams"})],
)
def test_only_what_is_connected_receives(world: World, settings: dict[str, str], receivers: set[str]) -> None:
    paper = papers.sheet(gathered(world, **settings), words("en", "Europe/Amsterdam"))
    [part] = [part for part in paper.parts if part.title == "Where it is, and who else gets it"]
    rows = [row for block in part.blocks if isinstance(block, Table) for row in block.rows]
    assert {row[0] for row in rows} == receivers
    ahead = [block for block in part.blocks if isinstance(block, str) and "not connected yet" in block]
    assert bool(ahead) == (not receivers)
    text = told(command.documents(gathered(world, **settings), "nl"))
    assert text.count("Doorgifte buiten de Europese Economische Ruimte") == 2
    assert "Ontvangers buiten de organisatie: geen" not in text
    assert ("Slack of Microsoft Teams, nog niet verbonden." in text) == (not receivers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_papers_say_which_words_stand_in_messages_and_until_when(world: World, language: str) -> None:
    facts, said = gathered(world), words(language, "Europe/Amsterdam")
    for paper in (papers.dpia(facts, said), papers.sheet(facts, said)):
        text = " ".join(markdown(paper).split())
        assert [one in text for one in common.in_messages(said)] == [True, True]


def test_who_was_not_told_the_name_leaves_room_for_it(world: World) -> None:
    """A company that brings its list before its chat has no name yet, and is not called Ritme."""
    before = told(command.documents(gathered(world), "nl"))
    assert ("| De Molen, de werkgever |" in before, "Naam van de verwerkingsverantwoordelijke" in before) == (
        True,
        False,
    )
    changed(world, name=NAMELESS)
    text = told(command.documents(gathered(world), "nl"))
    assert "| (naam van de organisatie), de werkgever |" in text
    assert "Naam van de verwerkingsverantwoordelijke" in text
    assert "Ritme bij Ritme" not in text
    assert "Ritme, de werkgever" not in text


def test_only_what_has_no_term_is_kept_as_long_as_needed(world: World) -> None:
    """The assessment says so of check-ins, feedback, goals, kudos, digests and who left; the data map of each table."""
    facts = gathered(world)
    assert {one.kind for one in facts.terms if not one.fixed} == {
        *("checkins", "feedback", "goals", "kudos", "digests", "answers", "leavers", "wishes"),
    }
    endless = {one.table for one in facts.entries if not one.kind and not one.part}
    assert endless & {"checkin", "feedback", "goal", "kudos", "digest", "person"} == set()
    assert {"consent", "deputy", "team"} <= endless
    text = " ".join(markdown(papers.dpia(facts, words("nl", "Europe/Amsterdam"))).split())
    assert "Wat in de gegevenskaart geen termijn heeft, zoals een instemming of een instelling, blijft zolang" in text
    assert "kan worden verwijderd" not in text
    assert "een late keer overslaan of het wissen van iemand, ziet een verschil van één" in text
    assert "HR ziet geen van beide op naam" in text
    assert "Daarna is die niet meer los te verwijderen" in text


@pytest.mark.parametrize(("settings", "said"), [({}, False), ({"ANTHROPIC_API_KEY": "k"}, True)])
def test_a_key_for_a_language_model_is_told(world: World, settings: dict[str, str], *, said: bool) -> None:
    text = markdown(papers.sheet(gathered(world, **settings), words("en", "Europe/Amsterdam")))
    assert ("This version sends nothing to it." in text) == said
    assert ("No language model is connected." in text) != said


def test_locks_are_only_named_where_they_are_on(world: World) -> None:
    said = words("en", "Europe/Amsterdam")
    facts = gathered(world)
    assert not facts.machine.sealed
    assert "Tokens of the chats are kept encrypted" not in markdown(papers.sheet(facts, said))


def test_every_table_and_every_term_is_in_the_sheet(world: World) -> None:
    facts = gathered(world)
    known = {data.purpose(one.why, words("nl", "Europe/Amsterdam")) for one in facts.entries}
    assert not known & {one.why for one in facts.entries}, "a purpose has no Dutch: views/papers/data.py"
    english = data.purposes(words("en", "Europe/Amsterdam"))
    assert {one.why for one in facts.entries} == set(english)
    assert [one.kind for one in facts.terms] == list(TERMS)
    text = markdown(papers.sheet(facts, words("nl", "Europe/Amsterdam")))
    assert all(f"| {one.table.replace('_', chr(92) + '_')} |" in text for one in facts.entries)


def test_both_languages_have_the_same_parts(world: World) -> None:
    facts = gathered(world, **SLACK)

    def shape(language: str) -> list[list[list[str]]]:
        return [
            [[type(block).__name__ for block in part.blocks] for part in one.parts]
            for one in command.documents(facts, language)
        ]

    assert shape("nl") == shape("en")


@pytest.mark.sqlite("the command opens the file by its address")
@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("nl", {"ai-verordening", "dpia", "ondernemingsraad", "verwerkingsoverzicht", "wie-ziet-wat"}),
        ("en", {"ai-act", "dpia", "processing-sheet", "who-sees-what", "works-council"}),
    ],
)
def test_the_command_writes_them(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, names: set[str]
) -> None:
    revised(world)
    monkeypatch.setenv("RITME_DATABASE_URL", world.url)
    monkeypatch.setattr(terminal.console, "_file", None)
    done = CliRunner().invoke(cli.app, ["papers", "--lang", language, "--out", "out"])
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        f"{name}.{kind}" for name in names for kind in ("md", "html")
    }
    assert all("De Molen" in path.read_text() for path in (tmp_path / "out").glob("*ri*"))


@pytest.mark.sqlite("the command opens the file by its address")
def test_several_organisations_are_told_apart(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    revised(world)
    with world.database.writer.begin() as connection:
        row = {name: field.default for name, field in Organisation.model_fields.items()}
        connection.execute(Organisation.__table__.insert(), row | {"id": 2, "name": "De Linde"})
    monkeypatch.setenv("RITME_DATABASE_URL", world.url)
    monkeypatch.setattr(terminal.console, "_file", None)
    asked = CliRunner().invoke(cli.app, ["papers", "--lang", "nl"])
    assert asked.exit_code != 0
    assert "1 De Molen, 2 De Linde" in " ".join(asked.output.split())
    done = CliRunner().invoke(cli.app, ["papers", "--lang", "nl", "--organisation", "De Linde"])
    assert done.exit_code == 0, done.output
    assert "De Molen" not in (tmp_path / "papers" / "verwerkingsoverzicht.md").read_text()
