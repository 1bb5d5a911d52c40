"""Who reads feedback: its author, its subject, and whom the author chose. Nobody else, by any road, at any time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models import feedback as model
from models.base import core
from models.delivery import Delivery
from models.errors import Refused
from models.feedback import Feedback, FeedbackRequest
from models.identity import Absence, Deputy, Person
from tests.chat import Chat, Speaker
from tests.seen import Seen
from tests.test_feedback import gives
from tests.test_feedback_requests import asks
from tests.world import CAST

CANARY = "kanarie in de mijn"
SECRET = {"behaviour": f"Ik zag een {CANARY} bij de demo", "impact": f"Een {CANARY}", "wish": f"Geen {CANARY}"}
GONE = "Deze feedback is er niet meer, of is niet voor jou om te lezen."
NOT_FOR_YOU = (GONE, "This feedback is no longer there, or not for you to read.")


def manages(chat: Chat, handle: str, manager: str) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.db.get(Person, chat.world.people[handle]), manager_id=chat.world.people[manager])


def readers(chat: Chat, id: int = 1) -> set[str]:
    """Everybody who gets the words out of the model."""
    found = set()
    for handle in CAST:
        with chat.world.scope(handle) as scope:
            try:
                row = model.get(scope, id)
            except Refused:
                continue
            assert CANARY in row.behaviour
            found.add(handle)
    return found


def told(seen: Seen) -> str:
    return "\n".join((seen.summary, *seen.lines))


async def everything(someone: Speaker) -> str:
    """All that Ritme shows or has said to somebody without opening a sheet."""
    found = [told(dm) for dm in someone.dms]
    for line in ("/feedback", "/feedback lijst", "/ritme home", "/ritme help"):
        await someone.types(line)
        found.append(told(someone.answered))
    for part in ("received", "given", "shared", "hidden"):
        await someone.taps("feedback.part", part=part)
        found.append(told(someone.answered))
    await someone.opens_home()
    return "\n".join((*found, told(someone.home)))


async def test_only_author_and_subject_read_what_was_not_shared(chat: Chat) -> None:
    """The manager was not chosen; HR, an admin, the deputy and colleagues were never to choose."""
    with chat.world.scope("bo") as scope:
        anna = chat.world.people["anna"]
        scope.db.add(Absence(person_id=anna, starts=date(2026, 11, 20), until=date(2026, 11, 30)))
        scope.db.add(Deputy(manager_id=anna, deputy_id=chat.world.people["noor"]))
    await gives(chat, "sem", "Lotte", **SECRET)
    assert readers(chat) == {"sem", "lotte"}
    for handle in CAST.keys() - {"sem", "lotte"}:
        someone = chat.person(handle)
        for press in ("read", "thank", "hide", "show", "edit", "withdraw"):
            await someone.taps(f"feedback.{press}", feedback="1")
            assert someone.sees in NOT_FOR_YOU
            assert not someone.reading
    with chat.world.scope("lotte") as scope:
        row = model.get(scope, 1)
        assert (row.read_at, row.thanked_at, row.hidden_at) == (None, None, None)


async def test_no_message_holds_the_words(chat: Chat, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody's messages, lists, overview or digest, and no log; also not of those who may read it on the sheet."""
    anna = chat.person("anna")
    await asks(chat, "lotte", "Sem")
    sem = chat.person("sem")
    await sem.presses("Feedback geven")
    await sem.fills(**SECRET, audience=str(anna.id))
    for reader in ("lotte", "anna"):
        await chat.person(reader).presses("Lezen")
        assert CANARY in chat.person(reader).form.text
    await chat.person("lotte").presses("Bedanken")
    await chat.moves(timedelta(days=14))
    assert anna.dms != []
    for handle in CAST:
        assert CANARY not in await everything(chat.person(handle))
    with chat.world.scope("bo") as scope:
        assert scope.db.count(Delivery, core(Delivery).c.ids.contains("kanarie")) == 0
    written = capsys.readouterr()
    assert CANARY not in written.out + written.err


async def test_a_chosen_manager_reads_as_long_as_they_are_the_manager(chat: Chat) -> None:
    anna, hanna = chat.person("anna"), chat.person("hanna")
    await gives(chat, "sem", "Lotte", **SECRET, audience=str(anna.id))
    assert readers(chat) == {"sem", "lotte", "anna"}
    manages(chat, "lotte", "hanna")
    assert readers(chat) == {"sem", "lotte"}
    for someone in (anna, hanna):
        await someone.taps("feedback.read", feedback="1")
        assert someone.sees in NOT_FOR_YOU
        await someone.types("/feedback lijst")
        assert someone.answered.lines == ("Nog geen feedback. Vraag een collega hoe iets ging.",)
    await chat.person("lotte").presses("Lezen")
    assert chat.person("lotte").form.lines[-1] == "Alleen jij en Sem kunnen dit lezen."
    manages(chat, "lotte", "anna")
    assert readers(chat) == {"sem", "lotte", "anna"}


async def test_a_manager_who_came_while_it_was_written_is_not_the_one_chosen(chat: Chat) -> None:
    sem, anna = chat.person("sem"), chat.person("anna")
    await sem.types("/feedback @Lotte")
    manages(chat, "lotte", "hanna")
    await sem.fills(situation="Dinsdag in de demo", **SECRET, audience=str(anna.id))
    assert sem.form.lines[0] == "Lotte heeft nu een andere leidinggevende. Kies opnieuw wie het mag lezen."
    assert sem.form.values["behaviour"] == SECRET["behaviour"]
    assert sem.form.sees == "Alleen jij en Lotte kunnen dit lezen; Hanna alleen als je dat hier kiest."
    await sem.fills(audience="subject")
    assert readers(chat) == {"sem", "lotte"}


async def test_nobody_can_be_smuggled_into_the_audience(chat: Chat) -> None:
    for name in ("hanna", "bo", "joris", "noor"):
        with chat.world.scope("sem") as scope:
            lotte = scope.db.get(Person, chat.world.people["lotte"])
            words = model.Sbi("Dinsdag", SECRET["behaviour"], SECRET["impact"])
            with pytest.raises(Refused, match=r"feedback\.audience"):
                model.give(scope, lotte, words, (chat.world.people[name],))
    with chat.world.scope("bo") as scope:
        assert scope.db.count(Feedback) == 0


@pytest.mark.parametrize("author", sorted(CAST))
async def test_the_line_above_the_button_names_exactly_who_can_read_it(chat: Chat, author: str) -> None:
    """For every author, subject and choice: the names that were shown are the people who can read it."""
    with chat.world.scope(author) as scope:
        people = {one.id: one for one in scope.db.all(Person)}
        handles = {id: handle for handle, id in chat.world.people.items()}
        sent = []
        for subject in people.values():
            if subject.id == scope.me.id:
                continue
            words = model.Sbi("Dinsdag", SECRET["behaviour"], SECRET["impact"])
            for chosen in ((), tuple(model.choosable(scope, subject))):
                row = model.give(scope, subject, words, chosen)
                assert set(model.readers(scope, row)) == set(chosen)
                sent.append((row.id, {author, handles[subject.id], *(handles[id] for id in chosen)}))
    for id, shown in sent:
        assert readers(chat, id) == shown


async def test_the_subject_always_reads_it(chat: Chat) -> None:
    """There is no way to write about somebody behind their back, and hiding keeps it readable for them."""
    await gives(chat, "sem", "Lotte", **SECRET, audience=str(chat.person("anna").id))
    with chat.world.scope("lotte") as scope:
        model.hide(scope, 1, hidden=True)
        assert [row.id for row in model.received(scope, 5)] == []
        assert [row.id for row in model.received(scope, 5, hidden=True)] == [1]
        assert model.get(scope, 1).id == 1


async def test_a_request_is_between_two(chat: Chat) -> None:
    await asks(chat, "lotte", "Sem", topic=f"een {CANARY}", question=f"Wat is een {CANARY}?")
    for handle in CAST.keys() - {"sem", "lotte"}:
        someone = chat.person(handle)
        for press in ("answer", "decline", "recall", "ask"):
            await someone.taps(f"feedback.{press}", request="1")
            assert someone.sees in NOT_FOR_YOU
        assert CANARY not in await everything(someone)
    await chat.person("lotte").taps("feedback.decline", request="1")
    assert chat.person("lotte").sees == GONE
    await chat.person("sem").taps("feedback.recall", request="1")
    assert chat.person("sem").sees == GONE
    with chat.world.scope("sem") as scope:
        assert scope.db.one(FeedbackRequest).state == "open"


async def test_the_one_with_whom_it_was_shared_does_not_read_the_question(chat: Chat) -> None:
    anna, sem = chat.person("anna"), chat.person("sem")
    await asks(chat, "lotte", "Sem", topic=f"een {CANARY}", question=f"Wat is een {CANARY}?")
    await sem.presses("Feedback geven")
    await sem.fills(
        situation="Dinsdag", behaviour="Je vroeg iedereen om een mening", impact="Rust", audience=str(anna.id)
    )
    await anna.presses("Lezen")
    assert CANARY not in anna.form.text
    assert anna.form.lines[-1] == "Alleen jij, Lotte en Sem kunnen dit lezen."
