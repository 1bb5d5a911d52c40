"""Many organisations beside each other in one Ritme: each comes by itself, lives by itself, and goes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.backup import backup
from bot.parcels import Halted, Parcel, Sent
from bot.running import Ritme
from models.base import core
from models.delivery import Delivery
from models.identity import Account, Installation, InstallState, Organisation, Person, Token
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.market import Market
from tests.slackdoor import said
from tests.slackmarket import KEY, Browser, built, database_of, opens, running
from tests.world import Home

SAME = ("UNOOR", "USEM")
"""User ids that both workspaces have, for other people."""


@pytest.fixture
async def slack() -> AsyncIterator[Market]:
    async with Market() as market:
        for team, name, people in (("T1", "De Molen", ("Noor", "Sem")), ("T2", "Acme", ("Ada", "Bob"))):
            workspace = market.workspace(team, name)
            for id, person in zip(SAME, people, strict=True):
                mail = f"{person.lower()}@{name.replace(' ', '').lower()}.example"
                workspace.add_user(f"{person} Jansen", id=id, email=mail, locale="en-GB")
        yield market


@pytest.fixture
async def ritme(home: Home, slack: Market) -> AsyncIterator[Ritme]:
    """Both workspaces installed it."""
    async with running(built(database_of(home), slack)) as started:
        async with Browser(started) as browser:
            for team, workspace in slack.workspaces.items():
                opens(started, workspace)
                assert (await browser.installs(slack, team, "UNOOR"))[0] == 200
        yield started


def rows(ritme: Ritme, *columns: Any) -> list[Any]:
    with ritme.database.reader.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


def sees(workspace: FakeSlack, user: str) -> str:
    return "\n".join(message.said for message in workspace.see_dm(user) if message.author == "UBOT")


async def _set_up(ritme: Ritme, workspace: FakeSlack) -> None:
    """The first administrator sets it up, in the chat, as everywhere."""
    await workspace.command("UNOOR", "/ritme", "setup")
    assert "Works council" in sees(workspace, "UNOOR")
    await workspace.press("UNOOR", "onboarding.consent")
    await workspace.submit("UNOOR", kind="none", floor="5")
    await workspace.command("UNOOR", "/ritme", "people sync")
    with ritme.database.writer.begin() as connection:  # announced, and begun
        moment = ritme.clock.now()
        connection.execute(update(core(Organisation)).values(announced_at=moment, checkins_from=moment.date()))


async def test_install_people_and_a_check_in_of_two_side_by_side(ritme: Ritme, slack: Market) -> None:
    molen, acme = slack.workspaces["T1"], slack.workspaces["T2"]
    await asyncio.gather(*(_set_up(ritme, one) for one in (molen, acme)))
    person = core(Person).c
    assert rows(ritme, person.org_id, person.name, person.admin) == [
        (1, "Noor Jansen", True),
        (1, "Sem Jansen", False),
        (2, "Ada Jansen", True),
        (2, "Bob Jansen", False),
    ]
    for workspace, canary in ((molen, "canary-molen"), (acme, "canary-acme")):
        await workspace.command("USEM", "/checkin")
        form = workspace.see_form("USEM")
        assert form is not None
        wanted = {name: canary for name, block in form.inputs.items() if block["element"]["type"] == "plain_text_input"}
        await workspace.submit("USEM", **wanted)
        await workspace.command("USEM", "/kudos", "@Noor Jansen canary" if workspace is molen else "@Ada Jansen canary")
    words = rows(ritme, *_columns(ritme, "checkin"))
    assert {org for org, *_ in words} == {1, 2}
    for workspace, canary in ((molen, "canary-acme"), (acme, "canary-molen")):
        everything = str([m.blocks for m in workspace.world.messages]) + str(
            [f.view for p in workspace.world.forms.values() for f in p]
        )
        assert canary not in everything


def _columns(ritme: Ritme, table: str) -> list[Any]:
    from models.base import MetaData

    del ritme
    found = MetaData.tables[table].c
    return [found.org_id, found.id]


async def test_a_guest_of_a_workspace_is_no_colleague(ritme: Ritme, slack: Market) -> None:
    """Not whoever comes as a guest, and at the next sync not whoever is one and got in."""
    molen, person = slack.workspaces["T1"], core(Person).c
    await _set_up(ritme, molen)
    assert rows(ritme, person.name, person.closed_at) == [
        ("Ada Jansen", None),
        ("Noor Jansen", None),
        ("Sem Jansen", None),
    ]
    molen.add_user("Kees Klant", id="UKEES", email="kees@klant.example", locale="en-GB", is_restricted=True)
    await molen.event({"type": "team_join", "user": molen.world.users["UKEES"]})
    await molen.command("UKEES", "/checkin")
    await molen.command("USEM", "/checkin")
    assert (molen.see_form("UKEES"), sees(molen, "UKEES")[:21]) == (None, "I don't know you yet.")
    assert molen.see_form("USEM") is not None

    molen.world.users["USEM"] |= {"is_restricted": True, "is_ultra_restricted": True}
    await molen.command("UNOOR", "/ritme", "people sync")
    gone = {name: closed is not None for name, closed in rows(ritme, person.name, person.closed_at)}
    assert gone == {"Ada Jansen": False, "Noor Jansen": False, "Sem Jansen": True}
    assert "One account is no longer in use." in sees(molen, "UNOOR")
    await molen.command("USEM", "/ritme", "home")
    assert sees(molen, "USEM").endswith("the e-mail address of your chat account.")


async def test_a_workspace_goes_and_its_token_with_it(ritme: Ritme, slack: Market) -> None:
    molen, acme = slack.workspaces["T1"], slack.workspaces["T2"]
    slack.revoke("T1")
    assert (await molen.uninstall()).status == 200
    lane, token = core(Installation).c, core(Token).c
    assert [removed is not None for _, removed in rows(ritme, lane.team, lane.removed_at)] == [True, False]
    assert rows(ritme, token.installation_id) == [(2,)]
    assert await _send(ritme, "T1") == Halted("not_installed")
    await molen.command("UNOOR", "/ritme", "help")
    assert sees(molen, "UNOOR") == ""
    await acme.command("UNOOR", "/ritme", "help")
    assert sees(acme, "UNOOR") != ""
    async with Browser(ritme) as browser:  # and comes back to what was there
        assert (await browser.installs(slack, "T1", "USEM"))[0] == 200
    assert rows(ritme, core(Organisation).c.name) == [("Acme",), ("De Molen",)]
    assert [removed for _, removed in rows(ritme, lane.team, lane.removed_at)] == [None, None]
    await molen.event({"type": "app_uninstalled"}, event_time=1)  # told late, of before
    assert len(rows(ritme, token.installation_id)) == 2
    await molen.revoke()
    assert rows(ritme, token.installation_id) == [(2,)]


async def _send(ritme: Ritme, team: str) -> Any:
    return await ritme.platforms["slack"].send(Parcel(1, "dm", team, "UNOOR", said("x")))


async def test_a_lane_stops_when_its_workspace_goes(ritme: Ritme, slack: Market) -> None:
    molen = slack.workspaces["T1"]
    await _set_up(ritme, molen)
    with ritme.database.writer.begin() as connection:
        connection.execute(delete(core(Delivery)))
    before = len(molen.see_dm("UNOOR"))
    await molen.uninstall()
    await ritme.outbound.flush()
    assert await ritme.outbound.lanes() == []
    assert len(molen.see_dm("UNOOR")) == before


async def test_users_that_look_alike_are_strangers_elsewhere(ritme: Ritme, slack: Market) -> None:
    """In a channel that both companies share, somebody of the one presses and types at the other's app."""
    molen = slack.workspaces["T1"]
    await molen.command("UNOOR", "/ritme", "help")
    theirs = molen._interactive

    def foreign(kind: str, user: str) -> Any:
        told = theirs(kind, user)
        return {**told, "user": {**told["user"], "team_id": "T2"}}

    molen._interactive = foreign  # type: ignore[method-assign]
    button = {
        "type": "button",
        "action_id": "onboarding.show",
        "value": "{}",
        "text": {"type": "plain_text", "text": "x"},
    }
    forged = molen.world.post("C1", "", [{"type": "actions", "elements": [button]}])
    molen.world.channels["C1"] = {"id": "C1", "name": "shared", "members": {"UBOT", "UNOOR"}}
    await molen.press("UNOOR", "x", forged)
    answer = molen.world.messages[-1]
    assert (answer.channel, answer.to) == ("C1", "UNOOR")
    assert "Works council" not in answer.said
    assert "don't know" in answer.said or "kent" in answer.said or "ken" in answer.said
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "UNOOR", "text": "setup", "ts": "1.1"}
    before = rows(ritme, core(Account).c.user)
    await molen.event(
        {**event, "user_team": "T2", "source_team": "T2"}, context_team_id="T2", is_ext_shared_channel=True
    )
    stranger = {"id": "UNOOR", "team_id": "T2", "is_stranger": True, "profile": {"email": "x@x.example"}}
    await molen.event({"type": "user_change", "user": {**stranger, "deleted": True}})
    assert rows(ritme, core(Account).c.user) == before
    assert [closed for _, closed in rows(ritme, core(Account).c.id, core(Account).c.closed_at)] == [None, None]


# --- tokens nowhere in clear -------------------------------------------------------------------------


async def test_no_secret_is_in_logs_files_or_deliveries(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with Market(lives=43200) as slack:
        slack.workspace("T1", "De Molen").add_user(
            "Noor Jansen", id="UNOOR", email="noor@demolen.example", locale="en-GB"
        )
        url = database_of(home)
        async with running(built(url, slack)) as ritme:
            opens(ritme, slack.workspaces["T1"])
            async with Browser(ritme) as browser:
                assert (await browser.installs(slack, "T1", "UNOOR"))[0] == 200
                await browser.returns("code=code-canary-forged&state=x")
            await _set_up(ritme, slack.workspaces["T1"])
            slack.end("T1")  # sooner than it was said to
            await slack.workspaces["T1"].command("UNOOR", "/ritme", "people")
            assert isinstance(await _send(ritme, "T1"), Sent)
            assert slack.asked["renewed"] == 1
            backup(url, tmp_path / "copy.db")
            (told,) = (str(rows(ritme, *core(Delivery).c)),)
            states = rows(ritme, core(InstallState).c.state)
        kept = _files(tmp_path)
    secrets = [*slack.every_secret, slack.client_secret, KEY, "code-canary-forged"]
    assert len(slack.every_secret) >= 3
    logged = capsys.readouterr()
    heard = logged.out + logged.err + caplog.text + told + str(states)
    assert [one for one in secrets if one in heard] == []
    assert [(name, one) for name, data in kept.items() for one in secrets if one.encode() in data] == []
    assert "copy.db" in kept


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- Enterprise Grid ---------------------------------------------------------------------------------


async def test_a_grid_is_one_organisation_with_people_of_all_its_workspaces(home: Home, slack: Market) -> None:
    for team, person in (("T8", "Eva"), ("T9", "Finn")):
        grid = {"id": f"W{person.upper()}", "enterprise_id": "E1", "teams": [team]}
        mail = f"{person.lower()}@groot.example"
        slack.workspace(team, f"Groot {team}", grid="E1").add_user(
            f"{person} de Groot", id=f"W{person.upper()}", email=mail, enterprise_user=grid, locale="en-GB"
        )
    async with running(built(database_of(home), slack)) as ritme:
        async with Browser(ritme) as browser:
            assert (await browser.installs(slack, "E1", "WEVA"))[0] == 200
        eva, finn = slack.workspaces["T8"], slack.workspaces["T9"]
        for one in (eva, finn):
            opens(ritme, one)
            _whole(one, "E1")
        await eva.command("WEVA", "/ritme", "people sync")
        await finn.command("WFINN", "/ritme", "help")
        assert rows(ritme, core(Person).c.name, core(Person).c.org_id) == [("Eva de Groot", 1), ("Finn de Groot", 1)]
        assert sees(finn, "WFINN") != ""
        lane = core(Installation).c
        assert rows(ritme, lane.team, lane.org_id) == [("E1", 1)]
        await eva.event({"type": "app_home_opened", "user": "WEVA", "tab": "home", "channel": "D1"})
        assert eva.see_home("WEVA") is not None
        finn.add_user("Guest", id="WGUEST")
        theirs = finn._interactive
        finn._interactive = lambda kind, user: {**theirs(kind, user), "user": {"id": "WEVA", "team_id": "T1"}}  # type: ignore[method-assign]
        finn.world.users["WEVA"] = eva.world.users["WEVA"]
        button = {
            "type": "button",
            "action_id": "onboarding.show",
            "value": "{}",
            "text": {"type": "plain_text", "text": "x"},
        }
        await finn.press(
            "WEVA", "x", finn.world.post(finn.world.dm("WEVA"), "", [{"type": "actions", "elements": [button]}])
        )
        assert "Works council" not in sees(finn, "WEVA")  # she is no one of T1, which is elsewhere
        gone = {"authorizations": [], "enterprise_id": "E1"}
        await eva.event({"type": "app_uninstalled"}, **gone)  # one workspace tells so, and the token still works
        assert len(rows(ritme, core(Token).c.id)) == 1
        slack.revoke("E1")
        await eva.event({"type": "app_uninstalled"}, **gone)
        assert rows(ritme, core(Token).c.id) == []
        async with Browser(ritme) as browser:
            assert (await browser.installs(slack, "E1", "WEVA"))[0] == 200
        await eva.event({"type": "app_uninstalled"}, **gone, team_id=None)
        assert rows(ritme, core(Token).c.id) == []


def _whole(workspace: FakeSlack, grid: str) -> None:
    """Payloads as Slack sends them where the app was installed for the whole Grid."""
    deliver = workspace._deliver

    async def delivered(kind: str, payload: Any, **more: Any) -> Any:
        team = workspace.team
        if kind == "slash_commands":
            payload |= {"is_enterprise_install": "true", "enterprise_id": grid, "enterprise_name": "Groot"}
        elif kind == "events_api":
            payload = {
                "enterprise_id": grid,
                "authorizations": [{"enterprise_id": grid, "team_id": team, "user_id": "UBOT", "is_enterprise_install": True}],
                **{k: v for k, v in payload.items() if k != "authorizations" or not v},
            }  # fmt: skip
        else:
            payload |= {"is_enterprise_install": True, "team": None, "enterprise": {"id": grid, "name": "Groot"}}
        return await deliver(kind, payload, **more)

    workspace._deliver = delivered  # type: ignore[method-assign]
