"""What is to be said finds its way, once."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from bot import delivery
from bot.calls import Post, RefreshHome, Retract, Revise, Tell
from bot.parcels import Halted, Later, Parcel, Result, Sent, Unknown
from bot.sayings import ASK_AGAIN, FOR_NEWER
from models.delivery import aside
from models.identity import Account, Channel, Installation, Person
from models.scope import Scope
from tests.mail import PAUSE, Mail, Office
from tests.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def note(office: Office, handle: str, text: str = "hello", **more) -> Tell:
    return Tell(office.id(handle), "note", {"text": text}, **more)


# --- the way -----------------------------------------------------------------------------------------


async def test_it_is_said_in_the_readers_language_and_the_channels(office: Office) -> None:
    await office.queue(note(office, "lotte"), note(office, "ravi"), Post("kudos", "post", {"text": "hurray"}))
    await office.flush()
    assert office.mail.said("lotte") == ["hello to Lotte in nl"]
    assert office.mail.said("ravi") == ["hello to Ravi in en"]
    assert office.mail.said("C-KUDOS") == ["hurray to Ritme in nl"]
    assert await office.states() == ["sent", "sent", "sent"]


async def _second(office: Office) -> Mail:
    """A second workspace, where Lotte has another account, and which has a kudos channel that speaks English."""
    other = office.platforms["other"] = Mail()
    other.name = "other"

    def arrange(scope: Scope) -> None:
        lane = scope.db.add(Installation(platform="other", team="T2"))
        scope.db.add(Account(installation_id=lane.id, person_id=office.id("lotte"), user="lotte-2", preferred=False))
        scope.db.add(Channel(installation_id=lane.id, word="kudos", channel="C2", language="en"))

    await office.run(arrange)
    return other


async def test_a_person_is_reached_at_the_preferred_account_and_a_channel_everywhere(office: Office) -> None:
    other = await _second(office)
    await office.queue(note(office, "lotte"), Post("kudos", "post", {"text": "hurray"}, once="h1"))
    await office.flush()
    assert office.mail.said("lotte") == ["hello to Lotte in nl"]
    assert office.mail.said("C-KUDOS") == ["hurray to Ritme in nl"]
    assert other.boxes.keys() == {"C2"}
    assert other.said("C2") == ["hurray to Ritme in en"]

    await office.run(lambda scope: scope.db.update(Account, Account.user == "lotte", closed_at=scope.now))
    await office.queue(note(office, "lotte", "again"))
    await office.flush()
    assert other.said("lotte-2") == ["again to Lotte in nl"]


async def test_who_has_no_account_is_for_an_operator_and_who_left_is_not(office: Office) -> None:
    await office.run(lambda scope: scope.db.update(Account, Account.user == "sem", closed_at=scope.now))
    await office.run(lambda scope: scope.db.update(Person, Person.id == office.id("ravi"), closed_at=scope.now))
    await office.queue(note(office, "sem"), note(office, "ravi"), RefreshHome(office.id("sem")))
    await office.queue(Post("birthdays", "post", {"text": "hurray"}))
    await office.flush()
    assert await office.states() == [
        "halted no_account",
        "withdrawn left",
        "withdrawn no_account",
        "withdrawn no_channel",
    ]
    assert office.mail.parcels == []


async def test_what_was_said_changes_and_goes(office: Office) -> None:
    ids = {"text": "hello"}
    await office.queue(note(office, "lotte"))
    await office.flush()
    await office.queue(Revise("note", ids))
    await office.flush()
    assert [parcel.verb for parcel in office.mail.parcels] == ["dm", "revise"]
    await office.queue(Retract("note", ids))
    await office.flush()
    assert office.mail.said("lotte") == []
    await office.queue(Revise("note", ids))  # nothing is there any more
    await office.flush()
    assert await office.states() == ["withdrawn retracted", "sent", "sent"]


async def test_what_waits_is_taken_back_before_it_is_said(office: Office) -> None:
    """Also where something else has its ids by then."""
    office.mail.answers = [Later(20, "busy")]
    await office.queue(note(office, "lotte"))
    await office.flush()
    await office.queue(Retract("note", {"text": "hello"}), note(office, "lotte"))
    office.clock.wait(21)
    await office.flush()
    assert await office.states() == ["withdrawn retracted", "sent"]
    assert office.mail.said("lotte") == ["hello to Lotte in nl"]


async def test_a_change_waits_until_its_message_has_arrived(office: Office) -> None:
    office.mail.answers = [office.mail.lose_answer]
    await office.queue(note(office, "lotte"))
    await office.flush()
    await office.queue(Retract("note", {"text": "hello"}))
    await office.flush()
    assert await office.states() == ["unknown timeout", "new"]
    office.clock.wait(31)
    await office.flush()
    await office.flush()
    assert await office.states() == ["withdrawn retracted", "sent"]
    assert office.mail.said("lotte") == []


async def test_a_kind_that_nobody_knows_is_left_for_a_newer_version_and_then_for_an_operator(office: Office) -> None:
    await office.queue(Tell(office.id("lotte"), "nobody.says", {"text": "x"}))
    await office.flush()
    office.clock.step(ASK_AGAIN)
    await office.flush()
    assert await office.states() == ["new no_saying"]
    office.clock.step(FOR_NEWER)
    await office.flush()
    assert await office.states() == ["halted no_saying"]


async def test_one_bad_row_holds_up_nobody(office: Office) -> None:
    texts = ("one", "gone", "broken", "two")
    await office.queue(*(note(office, "lotte", text) for text in texts))
    await office.queue(Tell(office.id("lotte"), "nobody.says", {"text": "x"}))
    await office.flush()
    first, gone, broken, last, unsaid = await office.states()
    assert (first, gone, last, unsaid) == ("sent", "withdrawn withdrawn", "sent", "new no_saying")
    assert broken.startswith("halted failed ")
    assert office.mail.said("lotte") == ["one to Lotte in nl", "two to Lotte in nl"]


async def test_a_message_that_cannot_be_drawn_is_halted_alone(office: Office) -> None:
    def fail(_: Parcel) -> Result:
        raise ValueError

    office.mail.answers = [fail]
    await office.queue(note(office, "lotte"), note(office, "sem"))
    await office.flush()
    halted, sent = await office.states()
    assert halted.startswith("halted failed ")
    assert sent == "sent"


# --- order and pace ----------------------------------------------------------------------------------


async def test_answers_overtake_bulk_and_one_reader_hears_in_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 5)
    everybody = list(office.world.people)
    await office.queue(*(Tell(office.id(one), "lesson", {"text": "bulk"}, nudge=True) for one in everybody))
    await office.out.route_nudges()
    await office.queue(*(note(office, "sem", str(n)) for n in range(5)))
    await office.flush()
    assert [parcel.to for parcel in office.mail.parcels[:5]] == ["sem"] * 5
    assert office.mail.said("sem")[:5] == [f"{n} to Sem in nl" for n in range(5)]


async def test_no_more_than_a_few_at_once(office: Office) -> None:
    def people(scope: Scope) -> None:
        for n in range(40):
            one = scope.db.add(Person(name=f"P{n}", short=f"P{n}", email=f"p{n}@demolen.example"))
            scope.db.add(Account(installation_id=1, person_id=one.id, user=f"p{n}"))
            office.world.people[f"p{n}"] = one.id

    await office.run(people)
    await office.queue(*(note(office, f"p{n}") for n in range(40)))
    await office.flush()
    assert office.mail.most_at_once == 16
    assert len(office.mail.boxes) == 40


async def test_a_channel_gets_one_post_a_second(office: Office) -> None:
    office.mail.post_gap = 1.0
    await office.queue(*(Post("kudos", "post", {"text": str(n)}) for n in range(3)), note(office, "sem"))
    await office.flush()
    assert (len(office.mail.said("C-KUDOS")), len(office.mail.said("sem"))) == (1, 1)
    await office.flush()
    assert len(office.mail.said("C-KUDOS")) == 1
    office.clock.wait(1.1)
    await office.flush()
    assert office.mail.said("C-KUDOS") == ["0 to Ritme in nl", "1 to Ritme in nl"]


async def test_a_rate_limit_holds_its_own_lane_and_counts_as_no_try(office: Office) -> None:
    other = await _second(office)
    office.mail.answers = [PAUSE, PAUSE]  # Sem's message and the post are on their way together
    await office.queue(*(note(office, "sem", str(n)) for n in range(3)), Post("kudos", "post", {"text": "x"}))
    await office.flush()
    assert office.mail.boxes == {}
    assert other.said("C2") == ["x to Ritme in en"]
    assert [row.attempts for row in await office.rows()] == [0] * 5
    office.clock.wait(29)
    await office.flush()
    assert office.mail.boxes == {}
    office.clock.wait(2)
    await office.flush()
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in range(3)]


async def test_what_did_not_happen_is_tried_again_each_time_later(office: Office) -> None:
    office.mail.answers = [Later(1, "busy")] * 3
    await office.queue(note(office, "sem"))
    waits = []
    for _ in range(3):
        await office.flush()
        (row,) = await office.rows()
        assert row.retry_at is not None
        waits.append((row.retry_at - office.clock.real()).total_seconds())
        office.clock.wait(waits[-1])
    assert [least <= wait <= least * 1.25 for least, wait in zip((1, 2, 4), waits, strict=True)] == [True] * 3
    await office.flush()
    assert office.mail.said("sem") == ["hello to Sem in nl"]


async def test_what_helps_nobody_any_more_is_not_said(office: Office) -> None:
    now = office.clock.now()
    await office.queue(note(office, "sem", expires=now + timedelta(hours=1)), note(office, "ravi"))
    office.clock.step(timedelta(hours=2))
    await office.flush()
    assert await office.states() == ["expired too_late", "sent"]


async def test_what_the_platform_refuses_is_for_an_operator(office: Office) -> None:
    office.mail.answers = [Halted("account_inactive")]
    await office.queue(note(office, "sem"))
    await office.flush()
    assert await office.states() == ["halted account_inactive"]
    assert b'ritme_deliveries_total{kind="note",platform="demo",result="halted"} 1.0' in office.metrics.text()


# --- nobody knows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arrived", "sends"), [("yes", 1), ("no", 2)])
async def test_an_unknown_end_is_looked_up_before_it_is_sent_again(office: Office, arrived: str, sends: int) -> None:
    office.mail.answers = [office.mail.lose_answer if arrived == "yes" else Unknown("timeout")]
    await office.queue(note(office, "sem"))
    await office.flush()
    office.clock.wait(29)
    await office.flush()
    assert office.mail.looked == []
    office.clock.wait(2)
    await office.flush()
    assert len(office.mail.looked) == 1
    assert office.mail.said("sem") == ["hello to Sem in nl"]
    assert len(office.mail.parcels) == sends
    assert await office.states() == ["sent"]


async def test_where_nobody_can_look_the_kind_decides(office: Office) -> None:
    office.mail.look = lambda _: Unknown("no_lookup")
    office.mail.answers = [Unknown("timeout"), Unknown("timeout")]
    await office.queue(Post("kudos", "post", {"text": "x"}), Post("kudos", "safe", {"text": "y"}))
    await office.flush()
    assert await office.states() == ["unknown timeout", "pending"]  # the second waits for the first
    for _ in range(2):
        office.clock.wait(31)
        await office.flush()
    assert await office.states() == ["halted unknown: no_lookup", "sent"]
    assert office.mail.said("C-KUDOS") == ["y to Ritme in nl"]


async def test_where_nobody_can_look_a_direct_message_is_said_again_unless_that_is_worse(office: Office) -> None:
    office.mail.look = lambda _: Unknown("no_lookup")
    office.mail.answers = [Unknown("timeout")] * 2
    await office.queue(note(office, "sem"), Tell(office.id("lotte"), "careful", {"text": "hello"}))
    for _ in range(2):
        await office.flush()
        office.clock.wait(31)
    assert await office.states() == ["sent", "halted unknown: no_lookup"]
    assert (office.mail.said("sem"), office.mail.said("lotte")) == (["hello to Sem in nl"], [])

    again = await office.run(lambda scope: aside.release(scope, "careful", "unknown: no_lookup"))
    assert (again.again, await office.states()) == (0, ["sent", "halted unknown: no_lookup"])
    await office.run(lambda scope: aside.release(scope, "careful", "unknown: no_lookup", blind=True))
    await office.flush()
    assert office.mail.said("lotte") == ["hello to Lotte in nl"]


async def test_what_nobody_can_look_up_is_said_twice_at_most_and_holds_up_nothing(office: Office) -> None:
    office.mail.look = lambda _: Unknown("no_lookup")
    office.mail.answers = [Unknown("timeout"), Unknown("timeout"), Sent("1")]
    await office.queue(Post("kudos", "safe", {"text": "x"}), Post("kudos", "safe", {"text": "y"}))
    for _ in range(8):
        await office.flush()
        office.clock.wait(600)
    assert await office.states() == ["halted unknown: no_lookup", "sent"]
    assert [parcel.delivery for parcel in office.mail.parcels] == [1, 1, 2]


async def test_looking_stops_some_time(office: Office) -> None:
    office.mail.look = lambda _: Unknown("timeout")
    office.mail.answers = [Unknown("timeout")]
    await office.queue(note(office, "sem"))
    for _ in range(10):
        await office.flush()
        office.clock.wait(3600)
    assert await office.states() == ["halted unknown: timeout"]
    assert len(office.mail.looked) == 5


async def test_a_claim_that_was_lost_is_found_and_its_late_end_refused(office: Office) -> None:
    """One process stops after sending and before settling; another takes over; the first wakes up."""
    first, second = office.out, office.another()
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def sleep_in_between(parcel: Parcel) -> Result:
        office.mail.keep(parcel)
        asleep.set()
        await awake.wait()
        return Halted("late")

    office.mail.answers = [sleep_in_between]
    await office.queue(note(office, "sem"), note(office, "sem", "more"))
    await first.route()
    sending = asyncio.create_task(first.drain(1))
    await asleep.wait()
    await office.run(lambda scope: None)  # after the first one looked for more
    assert await second.lanes() == []
    office.clock.wait(91)
    assert await second.lanes() == [1]
    await second.flush()
    assert await office.states() == ["sent", "sent"]
    assert office.mail.said("sem") == ["hello to Sem in nl", "more to Sem in nl"]
    awake.set()
    await sending
    assert await office.states() == ["sent", "sent"]
    assert office.mail.said("sem") == ["hello to Sem in nl", "more to Sem in nl"]
    assert office.counted("ritme_deliveries_settled_late_total", lane="1", platform="demo") == 2


async def test_stopping_gives_back_what_was_not_sent(office: Office) -> None:
    def stop(parcel: Parcel) -> Result:
        office.out.stop()
        return office.mail.keep(parcel)

    office.mail.answers = [stop]
    await office.queue(*(note(office, "sem", str(n)) for n in range(3)))
    await office.flush()
    assert await office.states() == ["sent", "pending", "pending"]
    await office.another().flush()
    assert office.mail.said("sem") == [f"{n} to Sem in nl" for n in range(3)]


@pytest.mark.parametrize("seed", range(5))
async def test_every_message_arrives_once_through_every_fault(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    faults = [office.mail.lose_answer, Unknown("reset"), Later(1, "busy"), PAUSE]
    people = list(office.world.people)
    await office.queue(*(note(office, chance.choice(people), str(n)) for n in range(200)))
    for _ in range(60):
        office.mail.answers = [chance.choice(faults) if chance.random() < 0.3 else office.mail.keep for _ in range(50)]
        await office.flush()
        office.clock.wait(chance.choice((1, 31, 91)))
    office.mail.answers = []
    for _ in range(8):
        office.clock.wait(1000)
        await office.flush()
    arrived = [text.split()[0] for to in office.mail.boxes for text in office.mail.said(to)]
    assert sorted(arrived, key=int) == [str(n) for n in range(200)]
    assert set(await office.states()) == {"sent"}
