"""HR decides to erase somebody: what it reads before, and what it hears of afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.router import Withdrawn
from handlers import directory as directory_handler
from models import directory, due
from models import privacy as model
from models.base import core
from models.identity import Person
from models.kudos import Kudos
from models.privacy.tables import Erasure
from tests.chat import Chat
from tests.test_feedback_requests import alone
from tests.test_privacy_wishes import _QUESTIONS, _about, _asks_to_be_erased, _named


def _fails(erasure: Erasure) -> bool:
    raise RuntimeError(f"a text does not fit at {erasure.place}")


async def test_an_erasure_that_fails_is_heard_of_and_holds_up_no_other(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone(chat)
    noor, hanna = chat.person("noor"), chat.person("hanna")
    done, names = model.erase_step, core(Person).c.name
    monkeypatch.setattr(
        model, "erase_step", lambda scope, one: _fails(one) if one.person_id == noor.id else done(scope, one)
    )
    await _asks_to_be_erased(noor)
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills()
    with chat.world.scope("hanna") as scope:
        left = core(Person).c.id.in_([chat.person(name).id for name in ("maria", "ravi")])
        scope.db.update(Person, left, closed_at=scope.now - timedelta(days=800))
    await chat.moves(timedelta(days=3))
    with chat.world.scope("hanna") as scope:
        assert scope.db.count(Person, names.in_(("Maria Costa", "Ravi Patel"))) == 0
        [(_, code)] = model.stuck(scope)
    failed = "Noor Jansen is nog niet gewist: er ging iets mis."
    advice = (
        f"Geef code {code} door aan wie Ritme draaiend houdt. Daarmee is te vinden wat er moet gebeuren, en dan gaat "
        "het verder."
    )
    assert [dm.lines for dm in hanna.dms if dm.summary == failed] == [(failed, advice)], "once, not every night"
    await hanna.opens_home()
    at = hanna.home.lines.index(_QUESTIONS)
    assert hanna.home.lines[at + 1 : at + 3] == (failed, advice)
    monkeypatch.setattr(model, "erase_step", done)
    with chat.world.scope("hanna") as scope:
        due.unpark(scope)
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("hanna") as scope:
        assert scope.db.count(Person, names == "Noor Jansen") == 0
    assert _about(hanna) == []
    await hanna.opens_home()
    assert _QUESTIONS not in hanna.home.lines


async def test_each_kind_of_what_stays_stands_in_the_form_once(chat: Chat) -> None:
    await _asks_to_be_erased(chat.person("noor"))
    await chat.person("hanna").presses("Bekijken wat dat betekent")
    lines = chat.person("hanna").form.lines
    at = lines.index("Reacties bij check-ins van anderen")
    assert lines.count(lines[at]) == 1
    assert lines[at + 1] == (
        "Het is tegen iemand gezegd, en die mag het teruglezen. Wat is doorgegeven, blijft zichtbaar voor wie de "
        "check-in schreef."
    )


async def test_who_became_hr_later_can_refuse_too(chat: Chat) -> None:
    """They never got the message with its buttons; the overview has both answers."""
    noor, sem = chat.person("noor"), chat.person("sem")
    await _asks_to_be_erased(noor)
    with chat.world.scope("sem") as scope:
        directory.set_role(scope, scope.me, "hr", held=True)
    await sem.opens_home()
    await sem.presses("Niet wissen, want…")
    await sem.fills(reason="Er loopt een rechtszaak.")
    assert sem.sees == "Noor Jansen hoort dat er niets gewist wordt, en waarom."
    await sem.opens_home()
    assert _QUESTIONS not in sem.home.lines


async def test_hr_hears_of_a_team_whose_manager_is_erased(chat: Chat) -> None:
    """As when a manager leaves; and also once nothing names them any more."""
    alone(chat)
    anna, hanna = chat.person("anna"), chat.person("hanna")
    with chat.world.scope("hanna") as scope:
        led = [one.name for one in directory.reports(scope, anna.id)]
    assert "Noor Jansen" in led
    await _asks_to_be_erased(anna)
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills()
    await chat.moves(model.HEARS)
    for _ in range(2):
        (told,) = (dm for dm in hanna.dms if dm.summary == "Een team heeft nu geen leidinggevende.")
        said, todo = told.lines
        assert said.startswith("De leidinggevende staat niet meer in Ritme. Nu zonder leidinggevende: ")
        assert (all(name in said for name in led), "Anna" in told.text) == (True, False)
        assert todo.startswith("Geef in je personeelslijst een nieuwe leidinggevende op.")
        await chat.moves(timedelta(hours=1))
    with chat.world.scope("hanna") as scope:
        assert scope.db.get(Person, anna.id) is None
        scope.db.update(Person, core(Person).c.name.in_(led), manager_id=hanna.id)
        ids = {"led": " ".join(str(one.id) for one in directory.reports(scope, hanna.id))}
        assert isinstance(directory_handler.told_left(scope, ids), Withdrawn), "once HR saw to all of them"


async def test_hr_reads_what_stays_of_anybody_and_never_how_much_of_one(chat: Chat) -> None:
    """The same form for somebody of whom there is much and for somebody of whom there is nothing."""
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await noor.types("/kudos @Sem dank je wel")
    await noor.types("/ritme mydata")
    await noor.presses("Laten wissen")
    (at,) = (at for at, line in enumerate(noor.form.lines) if line.startswith("Gegeven kudos"))
    assert "1 item" in " ".join(noor.form.lines[at : at + 2])
    await noor.presses("Vragen om te wissen")
    await _asks_to_be_erased(sem)
    shown = []
    for somebody, name in ((noor, "Noor Jansen"), (sem, "Sem Bakker")):
        await hanna.taps("privacy.decide", **_named(chat, somebody.handle))
        shown.append(hanna.form.text.replace(name, "…"))
    assert shown[0] == shown[1]
    assert not any(each.isdigit() for each in shown[0])
    for label in ("Gegeven kudos", "Gegeven feedback", "Wat van anderen werd geopend"):
        assert label in hanna.form.text
    for mine in ("van jou", "Feedback, gegeven en gekregen", "Wie opende"):
        assert mine not in hanna.form.text


async def test_short_names_go_too_as_they_are_written(chat: Chat) -> None:
    noor, sem, hanna = chat.person("noor"), chat.person("sem"), chat.person("hanna")
    await sem.types("/kudos @Lotte Bo zei dat BO en de bo van Bob Peters, PETERS en Petersen klaar is")
    await _asks_to_be_erased(noor)
    await hanna.presses("Bekijken wat dat betekent")
    await hanna.fills(also="Peters\nB\nBo")
    said = "Eén letter, zoals B, staat in te veel teksten om weg te halen. Laat die weg, of schrijf de naam verder uit."
    assert hanna.form.errors == {"also": said}
    await hanna.fills(also="Peters\nBo")
    assert "Noor Jansen wordt gewist." in hanna.sees
    await chat.moves(timedelta(hours=1))
    with chat.world.scope("sem") as scope:
        [kudos] = scope.db.all(Kudos)
    assert kudos.text == "… zei dat BO en de bo van Bob […], PETERS en Petersen klaar is"
