"""HR's list of people: read, compared, and taken over as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from bot.words import words
from models import directory
from models.base import Db
from models.directory import Difference, Listing
from models.due import Due
from models.errors import Refused
from models.identity import Absence, Account, Deputy, Organisation, Person, Team
from tests.world import CAST, START, World
from views.directory import REFUSALS

TODAY = START.date()
HEADER = "name,email,manager,roles"


def lines(*changes: str, leave_out: Iterable[str] = ()) -> str:
    """The made-up company as a list; a change replaces the row with its address, or comes at the end."""
    rows = {}
    for handle, (name, manager, _, _) in CAST.items():
        if handle not in leave_out:
            roles = {"hanna": "hr", "bo": "admin"}.get(handle, "")
            boss = "" if not manager else f"{manager}@demolen.example"
            rows[f"{handle}@demolen.example"] = f"{name},{handle}@demolen.example,{boss},{roles}"
    for change in changes:
        rows[change.split(",")[1]] = change
    return "\n".join([HEADER, *rows.values()])


def read(text: str | bytes) -> Listing:
    return directory.read(text.encode() if isinstance(text, str) else text, TODAY)


def problems(text: str | bytes, language: str = "en") -> list[str]:
    """What is wrong with a list, in words."""
    with pytest.raises(Refused) as refused:
        read(text)
    speech = words(language, "Europe/Amsterdam")
    return [REFUSALS[problem.code](problem.facts, speech) for problem in refused.value.problems]


def compare(world: World, text: str) -> Difference:
    with world.scope("bo") as scope:
        return directory.compare(scope, read(text))


def take_over(world: World, text: str) -> Difference:
    with world.scope("bo") as scope:
        listing = read(text)
        difference = directory.compare(scope, listing)
        directory.apply(scope, listing, difference)
        return difference


def person(world: World, handle: str) -> Person:
    with world.scope("bo") as scope:
        found = scope.db.one(Person, Person.email == f"{handle}@demolen.example")
        assert found is not None
        return found


# --- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"name,email\nIris Smit,iris@a.example\n",
        b"\xef\xbb\xbfname;email\r\nIris Smit;Iris@A.example\r\n",
        "Naam\tE-mailadres\nIris Smit\tiris@a.example".encode("utf-16"),
        b'"Voornaam";"Achternaam";"E-mail"\n"Iris";"Smit";"iris@a.example"\n\n',
        b"name|email|shoe size\n Iris  Smit |iris@a.example|38\n",
    ],
)
def test_a_list_is_read_however_a_spreadsheet_wrote_it(data: bytes) -> None:
    assert [(entry.name, entry.email) for entry in read(data).entries] == [("Iris Smit", "iris@a.example")]


def test_windows_accents_survive() -> None:
    assert read("naam;e-mail\nZoë Müller;zoe@a.example".encode("cp1252")).entries[0].name == "Zoë Müller"


def test_every_column_is_understood_in_dutch() -> None:
    text = (
        "Naam;E-mail;Leidinggevende;Tweede leidinggevende;Afdeling;Werkdagen;Tijdzone;Taal;In dienst;Uit dienst;Rollen;"
        "Verlof\n"
        "Joris;joris@a.example;;;;;;;;;;\n"
        "Iris;iris@a.example;joris@a.example;;Zorg;ma-do;Europe/London;Engels;1-2-2026;31-12-2027;HR, beheerder;"
        '"24 dec t/m 2 jan, 2027-05-05"'
    )
    entry = read(text).entries[1]
    assert (entry.manager, entry.team, entry.workdays) == ("joris@a.example", "Zorg", "1234")
    assert (entry.zone, entry.language) == ("Europe/London", "en")
    assert (entry.starts, entry.leaves) == (date(2026, 2, 1), date(2027, 12, 31))
    assert entry.roles == {"hr", "admin"}
    assert entry.leave == ((date(2026, 12, 24), date(2027, 1, 2)), (date(2027, 5, 5), date(2027, 5, 5)))


def test_headers_that_mean_nothing_are_told() -> None:
    assert read("name,email,shoe size\nIris,iris@a.example,38").unused == ("shoe size",)


def test_every_bad_row_is_named_by_line_and_reason() -> None:
    text = """name,email,manager,second manager,workdays,zone,language,starts,leaves,roles,leave
Anna,anna@a.example,,,,,,,,,
,iris@a.example,,,,,,,,,
Bo,bo at a,,,,,,,,,
Cas,ANNA@a.example,,,,,,,,,
Dee,dee@a.example,nobody@a.example,,,,,,,,
Eva,eva@a.example,eva@a.example,,,,,,,,
Fay,fay@a.example,,nobody@a.example,,,,,,,
Gus,gus@a.example,,,mon fun,,,,,,
Hal,hal@a.example,,,,Mars/Olympus,,,,,
Ivy,ivy@a.example,,,,,fr,,,,
Jo,jo@a.example,,,,,,31-02-2026,,,
Kai,kai@a.example,,,,,,2027-02-01,2027-01-01,,
Lin,lin@a.example,,,,,,,,boss,
Max,max@a.example,,,,,,,,,someday
Ned,ned@a.example,,,,,,,,,,too,many"""
    assert problems(text) == [
        "Line 3: the name is missing or too long.",
        "Line 4: 'bo at a' is not an e-mail address.",
        "Line 5: 'ANNA@a.example' is on line 2 too. Everybody needs an address of their own.",
        "Line 6: the manager 'nobody@a.example' is not on the list, or leaves.",
        "Line 7: nobody can be their own manager.",
        "Line 8: the second manager 'nobody@a.example' is not on the list, or leaves.",
        "Line 9: I can't read the working days 'mon fun'. Write them like 'mon tue thu'.",
        "Line 10: I don't know the time zone 'Mars/Olympus'. Write it like 'Europe/Amsterdam'.",
        "Line 11: the language 'fr' is neither nl nor en.",
        "Line 12: '31-02-2026' is not a date like 2026-12-31.",
        "Line 13: the last day lies before the first.",
        "Line 14: the role 'boss' is neither hr nor admin.",
        "Line 15: I can't read the leave 'someday'. Write it like '2026-12-24 - 2027-01-02'.",
        "Line 16: there are more cells than headers.",
    ]


def test_managers_in_a_circle_are_named_once() -> None:
    text = (
        "naam;email;leidinggevende\nAnna;anna@a.example;cas@a.example\nBo;bo@a.example;anna@a.example\n"
        "Cas;cas@a.example;bo@a.example\nDee;dee@a.example;anna@a.example"
    )
    assert problems(text, "nl") == [
        "Regel 2: de leidinggevenden wijzen in een kring naar elkaar: Anna → Cas → Bo → Anna."
    ]


def test_a_list_needs_its_columns_and_somebody_on_it() -> None:
    assert problems("naam;telefoon\nIris;1") == [
        "The list has no column 'email'. The first line should hold the headers."
    ]
    assert problems("name,email\n") == ["There's nobody on the list."]
    assert problems("") == ["The list has no column 'name'. The first line should hold the headers."]


# --- comparing and taking over -----------------------------------------------------------------------


def test_the_same_list_changes_nothing(world: World) -> None:
    difference = compare(world, lines())
    assert difference.nothing
    assert difference.unchanged == len(CAST)


def test_a_difference_says_who_comes_who_changes_and_who_leaves(world: World) -> None:
    text = lines(
        "Piet Mol,piet@demolen.example,anna@demolen.example,",
        "Iris Smit,iris@demolen.example,joris@demolen.example,",
        leave_out=["sem"],
    )
    difference = compare(world, text)
    assert [one.name for one in difference.new] == ["Piet Mol"]
    assert [(one.name, one.changes) for one in difference.changed] == [
        ("Iris Smit", (directory.Change("manager", "", "joris@demolen.example"),))
    ]
    assert [(one.name, one.orphans) for one in difference.leaving] == [("Sem Bakker", ())]
    assert difference.unchanged == len(CAST) - 2
    assert person(world, "sem").closed_at is None, "nothing is written by looking"


def test_what_was_approved_is_written_in_one_go(world: World) -> None:
    text = lines(
        "Piet Mol,piet@demolen.example,roos@demolen.example,",
        "Roos Blok,roos@demolen.example,joris@demolen.example,hr",
        leave_out=["sem"],
    )
    take_over(world, text)
    piet, roos = person(world, "piet"), person(world, "roos")
    assert (piet.manager_id, roos.manager_id) == (roos.id, world.people["joris"])
    assert (piet.short, piet.hr, roos.hr) == ("Piet", False, True)
    assert (piet.zone, piet.language) == ("Europe/Amsterdam", "nl")
    assert person(world, "sem").closed_at == START
    assert compare(world, text).nothing


def test_a_leaver_is_closed_and_their_team_named(world: World) -> None:
    """Whom Anna led: Ravi gets another manager by the list, the others have none."""
    with world.scope("anna") as scope:
        scope.db.add(Deputy(manager_id=scope.me.id, deputy_id=world.people["iris"]))
    nobody = [f"{CAST[one][0]},{one}@demolen.example,," for one in ("noor", "sem", "lotte", "maria")]
    ravi = "Ravi Patel,ravi@demolen.example,joris@demolen.example,"
    difference = take_over(world, lines(*nobody, ravi, leave_out=["anna"]))
    assert [(one.name, sorted(one.orphans)) for one in difference.leaving] == [
        ("Anna Visser", ["Lotte de Boer", "Maria Costa", "Noor Jansen", "Sem Bakker"])
    ]
    assert (person(world, "noor").manager_id, person(world, "ravi").manager_id) == (None, world.people["joris"])
    with world.scope("bo") as scope:
        accounts = scope.db.all(Account, Account.person_id == world.people["anna"])
        assert [one.closed_at for one in accounts] == [START]
        assert scope.db.all(Deputy) == []


def test_without_a_column_for_managers_a_leaver_leaves_nobody_behind_unnoticed(world: World) -> None:
    text = "name,email\n" + "\n".join(f"{CAST[one][0]},{one}@demolen.example" for one in CAST if one != "anna")
    difference = take_over(world, text)
    assert sorted(difference.leaving[0].orphans) == [
        "Lotte de Boer", "Maria Costa", "Noor Jansen", "Ravi Patel", "Sem Bakker",
    ]  # fmt: skip
    assert person(world, "noor").manager_id is None
    assert person(world, "hanna").hr, "a list without roles says nothing of roles"


def test_a_list_that_would_do_something_else_by_now_is_refused(world: World) -> None:
    listing = read(lines(leave_out=["sem"]))
    with world.scope("bo") as scope:
        approved = directory.compare(scope, listing)
    with world.scope("bo") as scope:
        scope.db.add(Person(name="Kim", short="Kim", email="kim@demolen.example"))
    with pytest.raises(Refused, match=r"people\.moved_on"), world.scope("bo") as scope:
        directory.apply(scope, listing, approved)
    assert person(world, "sem").closed_at is None


def test_who_comes_back_is_opened_again(world: World) -> None:
    take_over(world, lines(leave_out=["sem"]))
    difference = take_over(world, lines())
    assert [one.name for one in difference.returning] == ["Sem Bakker"]
    assert person(world, "sem").closed_at is None


def test_who_comes_back_on_a_list_without_roles_has_none(world: World) -> None:
    """On one with roles they have what it says."""
    take_over(world, lines(leave_out=["hanna"]))
    assert not person(world, "hanna").hr
    rows = (f"{name},{one}@demolen.example" for one, (name, *_) in CAST.items())
    difference = take_over(world, "name,email\n" + "\n".join(rows))
    assert [one.name for one in difference.returning] == ["Hanna Mulder"]
    assert (person(world, "hanna").hr, person(world, "bo").admin) == (False, True)
    take_over(world, lines())
    assert person(world, "hanna").hr


def test_a_changed_address_is_not_taken_for_a_fact(world: World) -> None:
    """Nobody inherits another's entries because they share a name; it is only pointed out."""
    text = lines("Sem Bakker,sem.bakker@demolen.example,anna@demolen.example,", leave_out=["sem"])
    assert compare(world, text).twins == (("Sem Bakker", "sem@demolen.example", "sem.bakker@demolen.example"),)


def test_a_list_that_leaves_nobody_in_charge_says_so(world: World) -> None:
    assert compare(world, lines()).managed
    text = lines("Hanna Mulder,hanna@demolen.example,,", "Bo Peters,bo@demolen.example,,")
    assert not compare(world, text).managed


def test_what_people_chose_themselves_stays(world: World) -> None:
    with world.scope("noor") as scope:
        scope.db.change(scope.me, language="en", chosen="language")
    head = "name,email,language,zone"
    rows = [f"{name},{one}@demolen.example,nl,Europe/Berlin" for one, (name, *_) in CAST.items()]
    take_over(world, "\n".join([head, *rows]))
    noor = person(world, "noor")
    assert (noor.language, noor.zone) == ("en", "Europe/Berlin")
    assert person(world, "ravi").language == "nl"


def test_first_names_stay_unique(world: World) -> None:
    take_over(world, lines("Noor Pietersen,noor2@demolen.example,anna@demolen.example,"))
    assert (person(world, "noor").short, person(world, "noor2").short) == ("Noor Jansen", "Noor Pietersen")


def test_teams_and_leave_come_along_and_go_again(world: World) -> None:
    def listed(leave: str) -> str:
        rows = [
            f'{name},{one}@demolen.example,Zorg,"{leave if one == "noor" else ""}"' for one, (name, *_) in CAST.items()
        ]
        return "\n".join(["name,email,team,leave", *rows])

    def spans(scope_of: str) -> list[tuple[date, date]]:
        with world.scope(scope_of) as scope:
            return [(one.starts, one.until) for one in scope.db.all(Absence, order=Absence.starts)]

    with world.scope("noor") as scope:
        directory.go_away(scope, date(2026, 11, 27), date(2026, 11, 27))
    own = (date(2026, 11, 27), date(2026, 11, 27))
    take_over(world, listed("2026-12-24..2027-01-02"))
    assert spans("noor") == [own, (date(2026, 12, 24), date(2027, 1, 2))]
    take_over(world, listed("2026-12-28..2027-01-02"))
    assert spans("noor") == [own, (date(2026, 12, 28), date(2027, 1, 2))]
    take_over(world, listed(""))
    assert spans("noor") == [own], "what somebody typed themselves is theirs"
    with world.scope("noor") as scope:
        team = scope.db.get(Team, scope.me.team_id or 0)
        assert team is not None
        assert team.name == "Zorg"


def test_a_leave_that_began_before_it_was_told_is_not_one_with_the_days_before(world: World) -> None:
    """What is over stays over: a deputy reads in one absence what was sent in it."""

    def takes(leave: str) -> list[tuple[str, str]]:
        rows = [f"{name},{one}@demolen.example,{leave if one == 'noor' else ''}" for one, (name, *_) in CAST.items()]
        text = "\n".join(["name,email,leave", *rows])
        take_over(world, text)
        assert compare(world, text).nothing
        with world.scope("noor") as scope:
            return [(f"{one.starts:%d-%m}", f"{one.until:%d-%m}") for one in scope.db.all(Absence, order="id")]

    assert takes("2026-11-20..2026-11-25") == [("24-11", "25-11"), ("20-11", "23-11")]
    world.clock.step(timedelta(days=1))
    assert takes("2026-11-20..2026-11-26") == [("20-11", "23-11"), ("24-11", "26-11")], "it lasts"
    world.clock.step(timedelta(days=5))
    assert takes("2026-11-20..2026-12-04") == [
        *(("20-11", "23-11"), ("24-11", "26-11"), ("30-11", "04-12"), ("20-11", "29-11")),
    ]


def test_a_last_day_to_come_is_planned_and_one_that_is_over_counts(world: World) -> None:
    text = lines().replace(HEADER, HEADER + ",leaves").splitlines()
    rows = [text[0], *(f"{row},2026-11-30" if "sem@" in row else f"{row}," for row in text[1:])]
    take_over(world, "\n".join(rows))
    with world.scope("bo") as scope:
        planned = [(row.person_id, row.at.isoformat()) for row in scope.db.all(Due, Due.kind == "directory.leaves")]
    assert planned == [(world.people["sem"], "2026-11-30T23:00:00+00:00")]
    world.clock.step(timedelta(days=8))
    assert [one.name for one in compare(world, "\n".join(rows)).leaving] == ["Sem Bakker"]


def test_a_list_of_one_organisation_touches_no_other(world: World) -> None:
    with world.database.writer.begin() as connection:
        elsewhere = Db(connection, 0).add(Organisation(name="Elders"))
        wil = Db(connection, elsewhere.id).add(Person(name="Wil", short="Wil", email="sem@demolen.example"))
    take_over(world, lines(leave_out=["sem"]))
    with world.database.reader.connect() as connection:
        found = Db(connection, elsewhere.id).get(Person, wil.id)
    assert found is not None
    assert (found.name, found.closed_at) == ("Wil", None)
