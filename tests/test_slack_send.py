"""The way out to Slack: what is sent, and what every way to fail means."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.calls import Profile
from bot.messages import Chart, Mention, Message, Say, Series, Span
from bot.parcels import Halted, Later, Parcel, Sent, Unknown
from bot.slack.send import SlackPlatform
from tests.fakes.slack import FakeSlack
from tests.slackdoor import Recorder, opened, said

CHART = Chart("Meedoen", "Vier van de vijf deden mee.", ("wk 46", "wk 47"), (Series("team", (3.0, 4.0)),))
Stage = tuple[FakeSlack, SlackPlatform, str]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with opened(Recorder()) as everything:
        yield everything.slack, everything.platform, everything.slack.add_user("Noor Jansen")


def dm(slack: FakeSlack, to: str, message: Message | None = None, **more: Any) -> Parcel:
    return Parcel(more.pop("delivery", 7), more.pop("verb", "dm"), slack.team, to, message or said("Hoi."), **more)


async def test_a_direct_message(stage: Stage) -> None:
    slack, platform, noor = stage
    sent = await platform.send(dm(slack, noor))
    (seen,) = slack.see_dm(noor)
    assert sent == Sent(f"{seen.channel}:{seen.ts}")
    assert (seen.said, seen.text, seen.to) == ("Hoi.", "Hoi.", "")
    assert seen.metadata == {"event_type": "ritme_delivery", "event_payload": {"delivery": 7}}


async def test_a_channel_post_speaks_to_people(stage: Stage) -> None:
    slack, platform, noor = stage
    channel = slack.add_channel("kudos", [noor])
    message = Message("Kudos", (Say((Mention(1, "Noor"), Span(" en "), Mention(2, "Sem"))),))
    await platform.send(dm(slack, channel, message, verb="post", accounts={1: noor}))
    assert [m.said for m in slack.see_channel(channel)] == [f"<@{noor}> en Sem"]


async def test_what_was_sent_is_revised_and_taken_back(stage: Stage) -> None:
    slack, platform, noor = stage
    sent = await platform.send(dm(slack, noor))
    assert isinstance(sent, Sent)
    assert await platform.send(dm(slack, "", said("Dag."), verb="revise", sent=sent.ref)) == sent
    assert [m.said for m in slack.see_dm(noor)] == ["Dag."]
    for _ in range(2):
        assert await platform.send(dm(slack, "", verb="retract", sent=sent.ref)) == Sent()
    assert slack.see_dm(noor) == []
    assert await platform.send(dm(slack, "", verb="revise", sent=sent.ref)) == Halted("message_not_found")


async def test_the_overview_is_refreshed(stage: Stage) -> None:
    slack, platform, noor = stage
    assert await platform.send(dm(slack, noor, verb="home")) == Sent()
    assert slack.see_home(noor).said == "Hoi."


async def test_slack_draws_charts_itself(stage: Stage) -> None:
    slack, platform, noor = stage
    await platform.send(dm(slack, noor, Message("Week", (CHART, CHART, CHART))))
    kinds = [block["type"] for block in slack.see_dm(noor)[0].blocks]
    assert kinds == [*["data_visualization", "context"] * 2, "rich_text", "context"]


async def test_charts_become_words_where_slack_does_not_know_them(stage: Stage, monkeypatch: Any) -> None:
    slack, platform, noor = stage
    monkeypatch.setitem(slack.limits.SURFACES, "message", (50, {"rich_text", "context"}))
    await platform.send(dm(slack, noor, Message("Week", (CHART,))))
    assert slack.see_dm(noor)[0].said == "Meedoen\nVier van de vijf deden mee.\n▆█  team\nwk 46 · wk 47"


# --- every way to fail -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("429", Later(30.0, "ratelimited", lane=True)),
        ("500", Unknown("internal_error")),
        ("500 done", Unknown("internal_error")),
        ("drop done", Unknown("ServerDisconnectedError")),
        ("nonsense", Unknown("SlackApiError")),
    ],
)
async def test_failures_of_a_moment(stage: Stage, kind: str, result: Any) -> None:
    slack, platform, noor = stage
    slack.faults.plan("chat.postMessage", kind)
    assert await platform.send(dm(slack, noor)) == result
    assert slack.api.calls["chat.postMessage"] == 1
    assert len(slack.see_dm(noor)) == (1 if kind.endswith("done") else 0)


async def test_no_answer_at_all(stage: Stage) -> None:
    slack, platform, noor = stage
    slack.faults.plan("chat.postMessage", "hang done")
    installed = await platform._installs.find(slack.team)
    assert installed
    assert installed.client.session
    installed.client.session._timeout = installed.client.session.timeout.__class__(total=0.2)
    assert await platform.send(dm(slack, noor)) == Unknown("TimeoutError")


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_token_of_no_use(stage: Stage, error: str) -> None:
    slack, platform, noor = stage
    slack.api.auth_error = error
    assert await platform.send(dm(slack, noor)) == Halted(error)


async def test_nowhere_to_send_to(stage: Stage) -> None:
    slack, platform, noor = stage
    assert await platform.send(dm(slack, "U9")) == Halted("channel_not_found")
    slack.world.users[noor]["deleted"] = True
    assert await platform.send(dm(slack, noor)) == Halted("account_inactive")
    private = slack.add_channel("private")
    slack.world.channels[private]["members"].clear()
    assert await platform.send(dm(slack, private, verb="post")) == Halted("not_in_channel")
    assert await platform.send(Parcel(1, "dm", "T9", noor, said("x"))) == Halted("not_installed")
    assert await platform.send(Parcel(1, "dm", slack.team, noor)) == Halted("nothing_to_say")


async def test_slack_cannot_be_reached() -> None:
    async with opened(Recorder()) as everything:
        slack, platform = everything.slack, everything.platform
        installed = await everything.installs.find(slack.team)
        assert installed
        installed.client.base_url = "http://127.0.0.1:9/api/"
        assert await platform.send(dm(slack, "U1")) == Later(30.0, "unreachable", lane=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1.0),
        ("", 30.0),
        ("soon", 30.0),
        ("9" * 400, 3600.0),
        (format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True), 1.0),
    ],
)
async def test_how_long_to_wait(stage: Stage, header: str, seconds: float) -> None:
    slack, platform, noor = stage
    slack.api.retry_after = header
    slack.faults.plan("chat.postMessage", "429")
    assert await platform.send(dm(slack, noor)) == Later(seconds, "ratelimited", lane=True)


async def test_how_long_to_wait_as_a_date(stage: Stage) -> None:
    slack, platform, noor = stage
    slack.api.retry_after = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    slack.faults.plan("chat.postMessage", "429")
    later = await platform.send(dm(slack, noor))
    assert isinstance(later, Later)
    assert 110 < later.seconds <= 120


# --- looking before sending again ------------------------------------------------------------------------


async def test_a_message_that_arrived_after_all_is_found(stage: Stage) -> None:
    slack, platform, noor = stage
    start = datetime.now(UTC)
    slack.faults.plan("chat.postMessage", "drop done", "500")
    for delivery in (7, 8):
        assert isinstance(await platform.send(dm(slack, noor, delivery=delivery)), Unknown)
    for _ in range(250):
        slack.write(noor, slack.world.dm(noor), "praat")
    first = slack.see_dm(noor)[0]
    assert await platform.find_sent(dm(slack, noor), start) == Sent(f"{first.channel}:{first.ts}")
    assert await platform.find_sent(dm(slack, noor, delivery=8), start) is None
    assert await platform.find_sent(dm(slack, noor, delivery=8, beside=(7,)), start) is not None
    assert await platform.find_sent(dm(slack, noor), start + timedelta(hours=1)) is None


async def test_looking_can_fail_too(stage: Stage) -> None:
    slack, platform, noor = stage
    limited = Later(30.0, "ratelimited", lane=True)
    for fault, found in (("429", limited), ("500", Unknown("internal_error"))):
        slack.faults.plan("conversations.history", fault)
        assert await platform.find_sent(dm(slack, noor), datetime.now(UTC)) == found


async def test_a_channel_is_not_read(stage: Stage) -> None:
    slack, platform, _ = stage
    assert await platform.find_sent(dm(slack, "C1", verb="post"), datetime.now(UTC)) == Unknown("no_lookup")
    assert await platform.find_sent(dm(slack, "", verb="revise"), datetime.now(UTC)) is None
    assert slack.api.calls["conversations.history"] == 0


async def test_a_thousand_sends_in_bad_weather_arrive_once(stage: Stage) -> None:
    """The rows of the ledger by hand: later is tried again, unknown is looked for first."""
    slack, platform, noor = stage
    start = datetime.now(UTC)
    slack.faults.chaos(random.Random(7), **{"429": 0.02, "500": 0.02, "500 done": 0.02, "drop done": 0.02})
    for delivery in range(1000):
        parcel = dm(slack, noor, delivery=delivery)
        result: Any = await platform.send(parcel)
        while not isinstance(result, Sent):
            if not isinstance(result, Unknown):
                result = await platform.send(parcel)
                continue
            looked = await platform.find_sent(parcel, start)
            result = result if isinstance(looked, Later) else looked
    arrived = [m.metadata["event_payload"]["delivery"] for m in slack.see_dm(noor)]
    assert arrived == list(range(1000))


# --- who is who ----------------------------------------------------------------------------------------------


async def test_a_profile(stage: Stage) -> None:
    slack, platform, noor = stage
    expected = Profile(noor, "Noor Jansen", "noor.jansen@example.com", "Europe/Amsterdam", "nl-NL")
    assert await platform.profile(slack.team, noor) == expected
    assert await platform.profile(slack.team, "U9") is None
    assert await platform.profile("T9", noor) is None


async def test_everybody_over_many_pages(stage: Stage) -> None:
    slack, platform, _ = stage
    for n in range(450):
        slack.add_user(f"Person {n}")
    slack.api.retry_after = "0"
    slack.faults.plan("users.list", "ok", "429", "ok")
    people = await platform.people(slack.team)
    assert len(people) == 452
    assert [one.human for one in people].count(False) == 1


async def test_half_a_list_is_no_list(stage: Stage) -> None:
    slack, platform, _ = stage
    slack.faults.plan("users.list", "500")
    with pytest.raises(Exception, match="500"):
        await platform.people(slack.team)
