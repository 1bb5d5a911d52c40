"""Nudges that are said in one message stay found, counted and apart, whatever becomes of one of them."""

from __future__ import annotations

import pytest

from bot.calls import RefreshHome, Tell
from bot.parcels import Unknown
from models.base import core
from models.delivery import Delivery, attention
from models.delivery.aside import release
from tests.mail import Office
from tests.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def nudge(office: Office, text: str, kind: str = "lesson") -> Tell:
    return Tell(office.id("sem"), kind, {"text": text}, nudge=True)


async def _aside(office: Office, *told: Tell) -> None:
    """These arrived together, and nobody found that out until they stood aside."""
    office.mail.look = lambda _: Unknown("timeout")
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(*told)
    for _ in range(10):
        await office.flush()
        office.clock.wait(3600)
    assert await office.states() == ["halted unknown: timeout"] * len(told)
    office.mail.look = office.mail._find


async def test_a_message_whose_first_part_was_left_out_is_found_again(office: Office) -> None:
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(nudge(office, "gone"), nudge(office, "two"))
    await office.flush()
    office.clock.wait(31)
    await office.flush()
    assert office.mail.said("sem") == ["two to Sem in nl"]
    assert await office.states() == ["withdrawn withdrawn", "sent"]


async def test_a_message_whose_first_part_went_meanwhile_is_found_again(office: Office) -> None:
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(nudge(office, "one"), nudge(office, "two"))
    await office.flush()
    row = core(Delivery).c
    await office.run(lambda scope: scope.db.update(Delivery, row.id == 1, ids='{"text":"gone"}'))
    office.clock.wait(31)
    await office.flush()
    assert office.mail.said("sem") == ["one to Sem in nl / two to Sem in nl"]


@pytest.mark.parametrize("kind", ["lesson", "checkins.ask"])
async def test_what_may_have_arrived_goes_again_by_itself(office: Office, kind: str) -> None:
    """A new nudge beside it, before or behind it in rank, is neither lost nor a reason not to look."""
    await _aside(office, nudge(office, "one"))
    await office.run(lambda scope: release(scope, "lesson", "unknown: timeout"))
    await office.queue(nudge(office, "new", kind))
    await office.flush()
    assert office.mail.said("sem") == ["one to Sem in nl", "new to Sem in nl"]
    assert await office.states() == ["sent", "sent"]


async def test_what_arrived_together_is_found_one_by_one(office: Office) -> None:
    await _aside(office, nudge(office, "one"), nudge(office, "two", "digest"))
    await office.run(lambda scope: release(scope, "digest", "unknown: timeout"))
    await office.flush()
    await office.run(lambda scope: release(scope, "lesson", "unknown: timeout"))
    await office.flush()
    assert office.mail.said("sem") == ["two to Sem in nl / one to Sem in nl"]
    assert await office.states() == ["sent", "sent"]


async def test_a_message_takes_its_place_in_the_week_whichever_part_was_left_out(office: Office) -> None:
    await office.queue(nudge(office, "gone"), nudge(office, "two"), nudge(office, "three"))
    await office.flush()
    assert await office.states() == ["withdrawn withdrawn", "sent", "sent"]
    week = (await office.rows())[1].week
    taken = await office.run(lambda scope: attention._taken(scope, [office.id("sem")]))
    assert taken == {(office.id("sem"), week): 1}


async def test_overviews_that_wait_are_shown_once(office: Office) -> None:
    sem, ravi = RefreshHome(office.id("sem")), RefreshHome(office.id("ravi"))
    await office.queue(sem, ravi, sem)
    await office.queue(ravi, *(RefreshHome(id) for id in office.world.people.values()))
    assert sorted(row.person_id or 0 for row in await office.rows()) == sorted(office.world.people.values())
    await office.flush()
    await office.queue(sem)  # what was shown is not what will be
    assert sum(row.person_id == sem.person for row in await office.rows()) == 2
