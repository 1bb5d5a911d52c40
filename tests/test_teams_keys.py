"""Microsoft's keys are there beforehand, are asked for seldom, and a token that was good is not checked again."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from bot.teams.verify import Callers, Keys
from tests.slackdoor import Recorder
from tests.teamsdoor import Memory, opened
from tests.test_teams_verify import HOUR, Gate, gate, sent, service

__all__ = ["gate"]


async def test_a_token_is_checked_once(gate: Gate) -> None:
    header = gate[0].openid.header(service(gate))
    checked: list[str] = []
    callers = gate[0].door._verifier._callers
    assert callers is not None
    first = callers._checked

    async def counted(header: str) -> Any:
        checked.append(header)
        return await first(header)

    callers._checked = counted  # type: ignore[method-assign]
    for _ in range(3):
        assert await sent(gate, header) == 200
    assert checked == [header]


async def test_a_remembered_token_ends_when_it_ends() -> None:
    now = time.time()
    clock = [now]
    async with opened(Recorder(), now=lambda: clock[0]) as everything:
        everything.teams.world.add("noor", "Noor Jansen")
        gate = (everything, Recorder(), Memory())
        header = everything.openid.header(everything.teams.service, exp=int(now) + 1)
        assert await sent(gate, header) == 200
        callers = everything.door._verifier._callers
        assert callers is not None
        clock[0] = now + 2
        checked = await callers.caller(header)  # within the five minutes that clocks may differ
        assert checked.until == int(now) + 1


async def test_what_is_remembered_is_bounded(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.verify._MOST", 2)
    callers = gate[0].door._verifier._callers
    assert callers is not None
    for exp in range(5):
        await callers.caller(gate[0].openid.header(service(gate), exp=int(time.time()) + HOUR + exp))
    assert len(callers._good) == 2


async def test_the_keys_are_there_before_the_first_activity(gate: Gate) -> None:
    assert gate[0].openid.fetched == 1
    for _ in range(3):
        assert await sent(gate, gate[0].openid.header(service(gate))) == 200
    assert gate[0].openid.fetched == 1


async def test_a_new_key_is_fetched_at_once_and_strange_names_do_not_hammer() -> None:
    clock = [time.time()]
    async with opened(Recorder(), now=lambda: clock[0]) as everything:
        everything.teams.world.add("noor", "Noor Jansen")
        gate = (everything, Recorder(), Memory())
        openid = everything.openid
        openid.listed["new"] = ["msteams"]
        clock[0] += 61
        strangers = [openid.header(everything.teams.service, kid=f"k{n}", signed="one") for n in range(5)]
        good = openid.header(everything.teams.service, kid="new")
        found = await asyncio.gather(*(sent(gate, header) for header in (good, *strangers)))
        assert found == [200, 401, 401, 401, 401, 401]
        assert openid.fetched == 2


async def test_without_microsofts_keys_nobody_is_let_in_and_nothing_breaks() -> None:
    clock = [time.time()]
    async with opened(Recorder(), now=lambda: clock[0], prefetched=False) as everything:
        everything.teams.world.add("noor", "Noor Jansen")
        gate = (everything, Recorder(), Memory())
        header = everything.openid.header(everything.teams.service)
        everything.openid.down = True
        assert await sent(gate, header) == 401
        everything.openid.down = False
        assert await sent(gate, header) == 401  # asked a moment ago
        clock[0] += 61
        assert await sent(gate, header) == 200


async def test_old_keys_stay_good_while_microsoft_is_out_of_reach() -> None:
    clock = [time.time()]
    async with opened(Recorder(), now=lambda: clock[0]) as everything:
        everything.teams.world.add("noor", "Noor Jansen")
        gate = (everything, Recorder(), Memory())
        everything.openid.down = True
        clock[0] += 2 * 86_400
        assert await sent(gate, everything.openid.header(everything.teams.service)) == 200
        everything.openid.down = False
        everything.openid.listed = {"fresh": ["msteams"]}
        clock[0] += 61
        assert await sent(gate, everything.openid.header(everything.teams.service, exp=int(time.time()) + 99)) == 401


@pytest.mark.parametrize(
    "listed", [b"", b"[]", b"{}", b'{"keys": 7}', b'{"keys": [7]}', b'{"keys": [{"kty": "RSA"}]}', b"\xff"]
)
async def test_an_endpoint_that_talks_nonsense_is_as_good_as_none(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, listed: bytes
) -> None:
    async def answer(*_: Any) -> Any:
        return json.loads(listed or b"{") if listed != b"\xff" else listed.decode()

    keys: Keys = gate[0].keys
    monkeypatch.setattr(keys, "_json", answer)
    await keys.fetch()
    assert keys.known is True


def test_an_empty_app_id_is_no_lock() -> None:
    for app in ("", "  "):
        with pytest.raises(ValueError, match="empty"):
            Callers(app, None, time.time)  # type: ignore[arg-type] # it does not come to the keys
