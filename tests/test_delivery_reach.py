"""Where somebody is reached: at one of their accounts, at another, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.calls import Post, RefreshHome, Revise, Tell
from bot.parcels import Halted, Later, Parcel, Result, Sent, Unknown
from models.base import core
from models.identity import Account, Installation
from models.scope import Scope
from tests.mail import Mail, Office
from tests.world import World

BLOCKED = Halted("blocked", account=True)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


@pytest.fixture
async def other(office: Office) -> Mail:
    """A second chat, where Lotte has another account."""
    mail = office.platforms["other"] = Mail()
    mail.name = "other"

    def arrange(scope: Scope) -> None:
        lane = scope.db.add(Installation(platform="other", team="T2"))
        scope.db.add(Account(installation_id=lane.id, person_id=office.id("lotte"), user="lotte-2", preferred=False))

    await office.run(arrange)
    return mail


def note(office: Office, handle: str, text: str = "hello", *, nudge: bool = False) -> Tell:
    return Tell(office.id(handle), "lesson" if nudge else "note", {"text": text}, nudge=nudge)


async def _blocked(office: Office) -> list[str]:
    row = core(Account).c
    query = select(row.user).where(row.blocked_at.is_not(None)).order_by(row.user)
    return await office.world.database.read(lambda connection: list(connection.scalars(query)))


@pytest.mark.parametrize("nudge", [False, True])
async def test_who_blocked_one_chat_hears_in_the_other(office: Office, other: Mail, *, nudge: bool) -> None:
    office.mail.answers = [BLOCKED]
    await office.queue(note(office, "lotte", nudge=nudge))
    await office.flush()
    assert office.mail.boxes == {}
    assert other.said("lotte-2") == ["hello to Lotte in nl"]
    assert (await _blocked(office), await office.states()) == (["lotte"], ["sent"])
    await office.queue(note(office, "lotte", "again"))
    await office.flush()
    assert other.said("lotte-2")[1:] == ["again to Lotte in nl"]
    assert len(office.mail.parcels) == 1

    await office.run(lambda scope: scope.db.update(Account, Account.user == "lotte", blocked_at=None))
    await office.queue(note(office, "lotte", "back"))
    await office.flush()
    assert office.mail.said("lotte") == ["back to Lotte in nl"]


async def test_several_at_once_move_together(office: Office, other: Mail) -> None:
    office.mail.answers = [BLOCKED] * 3
    await office.queue(*(note(office, "lotte", str(n), nudge=True) for n in range(3)))
    await office.flush()
    assert len(other.boxes["lotte-2"]) == 1
    assert await office.states() == ["sent"] * 3


@pytest.mark.parametrize("nudge", [False, True])
async def test_whom_nothing_reaches_is_for_an_operator(office: Office, *, nudge: bool) -> None:
    office.mail.answers = [BLOCKED]
    await office.queue(note(office, "sem", nudge=nudge), note(office, "lotte", nudge=nudge))
    await office.flush()
    assert await office.states() == ["halted blocked", "sent"]
    await office.queue(note(office, "sem", "more"), RefreshHome(office.id("sem")))
    await office.flush()
    assert (await office.states())[2:] == ["halted blocked", "withdrawn blocked"]
    assert [parcel.to for parcel in office.mail.parcels].count("sem") == 1


async def test_what_changes_a_message_does_not_move(office: Office, other: Mail) -> None:
    await office.queue(note(office, "lotte"))
    await office.flush()
    office.mail.answers = [BLOCKED]
    await office.queue(Revise("note", {"text": "hello"}))
    await office.flush()
    assert await office.states() == ["sent", "halted blocked"]
    assert other.boxes == {}


async def test_a_receiver_who_has_to_wait_keeps_the_order_and_holds_up_nobody(office: Office) -> None:
    office.mail.answers = [Later(5, "ratelimited")]
    await office.queue(*(note(office, "sem", str(n)) for n in range(3)), note(office, "lotte"))
    await office.flush()
    assert list(office.mail.boxes) == ["lotte"]
    assert [row.attempts for row in await office.rows()] == [0, 0, 0, 0]
    office.clock.wait(7)
    await office.flush()
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in range(3)]


async def test_what_was_put_off_often_may_still_end_unclear_once(office: Office) -> None:
    office.mail.answers = [*[Later(1, "busy")] * 8, office.mail.lose_answer]
    await office.queue(note(office, "sem"))
    for _ in range(12):
        await office.flush()
        office.clock.wait(400)
    assert office.mail.said("sem") == ["hello to Sem in nl"]
    assert await office.states() == ["sent"]


async def test_a_blind_post_that_is_put_off_is_still_said_twice_at_most(office: Office) -> None:
    office.mail.look = lambda _: Unknown("no_lookup")
    office.mail.answers = [Unknown("timeout"), Later(1, "busy"), Later(1, "busy", lane=True), Unknown("timeout")]
    await office.queue(Post("kudos", "safe", {"text": "x"}))
    for _ in range(12):
        await office.flush()
        office.clock.wait(400)
    assert len(office.mail.parcels) == 4
    assert await office.states() == ["halted unknown: no_lookup"]


async def test_what_may_have_arrived_is_not_put_off_for_ever(office: Office) -> None:
    office.mail.look = lambda _: None
    office.mail.answers = [Unknown("timeout"), *[Later(1, "busy")] * 60]
    await office.queue(note(office, "sem"))
    for _ in range(30):
        await office.flush()
        office.clock.wait(3600)
    assert await office.states() == ["halted unreachable: busy"]


async def test_a_message_that_grows_keeps_its_new_name(office: Office) -> None:
    """A long message takes more of the platform's messages than a short one, and changes as one all the same."""

    def grown(parcel: Parcel) -> Result:
        office.mail.keep(parcel)
        return Sent(f"{parcel.sent},2")

    await office.queue(note(office, "sem", "one", nudge=True), note(office, "sem", "two", nudge=True))
    await office.flush()
    before = {row.ref for row in await office.rows()}
    office.mail.answers = [grown]
    await office.queue(Revise("lesson", {"text": "two"}))
    await office.flush()
    first, second, revised = await office.rows()
    assert {first.ref, second.ref} == {f"{ref},2" for ref in before}
    assert revised.ref == first.ref


async def test_nobody_is_blocked_by_what_concerns_one_message(office: Office) -> None:
    office.mail.answers = [Halted("too_large")]
    await office.queue(note(office, "sem"))
    await office.flush()
    count = select(func.count()).where(core(Account).c.blocked_at.is_not(None))
    assert await office.world.database.read(lambda connection: connection.execute(count).scalar()) == 0
