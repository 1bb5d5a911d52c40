"""`ritme privacy`: what an operator or HR does for the duties towards a person."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from bot.document import html
from bot.messages import Quote
from models import privacy as model
from models.base import core
from models.delivery import Delivery
from models.due import Due
from models.identity import Organisation, Person
from models.kudos import Kudos, KudosReceiver
from models.privacy import ERASE
from models.scope import Scope
from tests.test_cli import Ritme, lines, ready, ritme
from tests.world import World

__all__ = ["ready", "ritme"]

pytestmark = pytest.mark.sqlite("the command line is the same on both")


@pytest.fixture
def house(ritme: Ritme, world: World, monkeypatch: pytest.MonkeyPatch) -> Ritme:
    """The command, in the made-up company."""
    with world.database.writer.begin():
        pass
    monkeypatch.setenv("RITME_DATABASE_URL", world.url)
    monkeypatch.setattr("bot.schema.check", lambda *_, **__: None)  # the world's tables come from the models
    with world.scope("sem") as scope:
        kudos = scope.db.add(Kudos(giver_id=scope.me.id, text="<script>alert(1)</script> Noor Jansen!", at=scope.now))
        scope.db.add(KudosReceiver(kudos_id=kudos.id, person_id=world.people["noor"], shown="public"))
        other = scope.db.add(Kudos(giver_id=scope.me.id, text="for somebody else", at=scope.now))
        scope.db.add(KudosReceiver(kudos_id=other.id, person_id=world.people["lotte"], shown="private"))
        scope.db.add(
            Delivery(verb="dm", kind="kudos.told", ids='{"kudos":1}', created_at=scope.now, not_before=scope.now)
        )
    return ritme


class _Text(HTMLParser):
    """The tags and the text of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_a_copy_to_read_and_one_to_take_along(house: Ritme, world: World) -> None:
    result = house("privacy export noor@demolen.example")
    assert result.exit_code == 0, result.output
    written = {path.suffix: path for path in Path().glob("ritme-*.*")}
    assert {path.stat().st_mode & 0o777 for path in written.values()} == {0o600}
    page = _Text()
    page.feed(written[".html"].read_text())
    assert "<script>alert(1)</script> Noor Jansen!" in page.said
    assert "for somebody else" not in page.said
    assert page.tags.isdisjoint({"script", "img", "link", "a", "iframe"})
    bundle = json.loads(written[".json"].read_text())
    assert bundle["person"] == {"name": "Noor Jansen", "email": "noor@demolen.example"}
    (kudos,) = bundle["entries"]["kudos"]["rows"]
    assert (kudos["giver_id"], kudos["text"]) == ("Sem Bakker", "<script>alert(1)</script> Noor Jansen!")


def test_a_copy_goes_into_a_folder_that_is_made_for_it(house: Ritme) -> None:
    result = house("privacy export noor@demolen.example copies/of-noor")
    assert result.exit_code == 0, result.output
    made = Path("copies/of-noor")
    assert lines(result) == [str(path) for path in sorted(made.iterdir())]
    assert {one.stat().st_mode & 0o777 for one in (made, *made.iterdir())} == {0o700, 0o600}
    Path("taken").write_text("a file")
    result = house("privacy export noor@demolen.example taken/of-noor")
    assert (result.exit_code, lines(result)) == (1, ["taken/of-noor: Not a directory."])


@pytest.mark.parametrize("command", ["privacy export {}", "privacy erase {} --yes", "people role {} hr"])
def test_an_address_that_nobody_has_is_said_for_a_terminal(house: Ritme, command: str) -> None:
    result = house(command.format("nobody@demolen.example"))
    said = "Nobody here has the e-mail address 'nobody@demolen.example'. ritme people list shows everybody."
    assert (result.exit_code, lines(result)) == (2, [said])


def test_erasing_says_what_stays_and_leaves_nothing(house: Ritme, world: World) -> None:
    assert house("privacy erase sem@demolen.example", input="n\n").exit_code == 1
    result = house("privacy erase sem@demolen.example --yes --also Semmie")
    assert result.exit_code == 0, result.output
    assert "stays without the name: 2 x kudos. Thanks belong to who was thanked." in lines(result)
    with world.scope("noor") as scope:
        assert scope.db.count(Person, Person.email == "sem@demolen.example") == 0
        assert scope.db.count(Kudos) == 2
        assert scope.db.all(Due, kind=ERASE) == [], "nothing is left for the clock"
    result = house("privacy erase sem@demolen.example --yes")
    assert result.exit_code == 2, result.output


def test_who_came_back_with_a_copy_is_erased_while_the_fence_stands(house: Ritme, world: World) -> None:
    assert house("db fence snapshot").exit_code == 0
    assert house("privacy erase sem@demolen.example --yes").exit_code == 0
    with world.scope("noor") as scope:
        assert scope.db.count(Person, Person.email == "sem@demolen.example") == 0


def test_a_single_letter_is_no_name_to_strike(house: Ritme, world: World) -> None:
    result = house("privacy erase sem@demolen.example --yes --also S")
    said = "One letter, like S, stands in too many texts to be struck. Leave it out, or write more of the name."
    assert (result.exit_code, lines(result)[-1]) == (2, said)
    with world.scope("noor") as scope:
        assert scope.db.one(Person, email="sem@demolen.example", closed_at=None)


def test_a_dry_run_counts_and_deletes_nothing(house: Ritme, world: World) -> None:
    with world.scope("sem") as scope:
        scope.db.update(Kudos, at=scope.now.replace(year=2023))
    result = house("privacy retention --dry-run")
    assert "kudos: 2 older than 24 months" in lines(result)
    assert "checkins: 0 older than 12 months" in lines(result)
    with world.scope("sem") as scope:
        assert scope.db.count(Kudos) == 2
    assert lines(house("privacy retention"))[-1] == "Deleted."
    with world.scope("sem") as scope:
        assert scope.db.count(Kudos) == 0


def test_leavers_go_at_once_and_one_who_cannot_holds_up_no_other(
    house: Ritme, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock tries who is left once more, and puts that aside for an operator."""
    sem, noor = world.people["sem"], world.people["noor"]
    with world.scope("hanna") as scope:
        left = core(Person).c.id.in_((sem, noor))
        scope.db.update(Person, left, closed_at=scope.now.replace(year=2023))
    done = model.erase_step

    def fails(scope: Scope, wish: model.Erasure) -> bool:
        if wish.person_id == sem:
            raise IntegrityError("a text does not fit", {}, ValueError())
        return done(scope, wish)

    monkeypatch.setattr(model, "erase_step", fails)
    result = house("privacy retention")
    assert (result.exit_code, lines(result)[-1]) == (1, "Deleted, but 1 could not be erased; ritme doctor says more.")
    monkeypatch.setattr(model, "erase_step", done)
    with world.scope("hanna") as scope:
        assert [scope.db.get(Person, one) is None for one in (sem, noor)] == [False, True]
        assert [one.person_id for one in scope.db.all(Due, kind=ERASE)] == [sem]
    assert lines(house("privacy retention"))[-1] == "Deleted."
    with world.scope("hanna") as scope:
        assert scope.db.get(Person, sem) is None


def test_who_must_hear_of_it_first_is_left_to_the_clock(house: Ritme, world: World) -> None:
    with world.scope("sem") as scope:
        asked = model.naming(model.ask(scope)[0])
    with world.scope("hanna") as scope:
        model.erase(scope, asked)
    assert lines(house("privacy retention"))[-1] == "Deleted."
    with world.scope("sem") as scope:
        assert (scope.me.name, scope.me.closed_at) == ("Sem Bakker", None)


def test_an_operator_hears_that_a_copy_is_still_waited_for(house: Ritme, world: World) -> None:
    with world.scope("sem") as scope:
        model.ask_copy(scope)
    result = house("privacy erase sem@demolen.example", input="n\n")
    waits = "asked for a copy on 2026-11-24 and doesn't have it yet: ritme privacy export sem@demolen.example"
    assert waits in lines(result)


def test_where_there_are_several_organisations_one_is_named(house: Ritme, world: World) -> None:
    with world.database.writer.begin() as connection:
        row = {name: field.default for name, field in Organisation.model_fields.items()}
        connection.execute(Organisation.__table__.insert(), row | {"id": 2, "name": "De Linde"})
    for command in ("export noor@demolen.example", "erase noor@demolen.example --yes", "retention"):
        unclear = house(f"privacy {command}")
        assert (unclear.exit_code, list(Path().glob("ritme-*.*"))) == (2, [])
        assert "1 De Molen, 2 De Linde" in " ".join(unclear.output.split())
    assert house("privacy export noor@demolen.example --organisation 2").exit_code == 2  # nobody there is called so
    assert house("privacy export noor@demolen.example --organisation 1").exit_code == 0
    assert len(list(Path().glob("ritme-*.*"))) == 2


def test_what_people_wrote_is_text_in_a_document() -> None:
    said = '"><img src=x onerror=alert(1)>\n</blockquote>&amp;'
    page = _Text()
    page.feed(html("a & b", (Quote(said),), "en"))
    assert said in page.said
    assert "img" not in page.tags
