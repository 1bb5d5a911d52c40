"""Ritme as an operator runs it: a process of its own, people from a list, and Slack and Teams on its other side."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.fakes.slack import FakeSlack
from tests.fakes.teams.connector import FakeTeams
from tests.fakes.teams.doors import HttpDoor
from tests.fakes.teams.people import People, actions, shown
from tests.fakes.teams.tokens import FakeOpenId
from tests.fakes.teams.world import World
from tests.machine import free_port, until

ROOT = Path(__file__).parents[1]
APP = "33333333-0000-4000-8000-00000000000c"
PEOPLE = """name,email,manager,language
Hanna Mulder,hanna@demolen.example,,nl
Noor Jansen,noor@demolen.example,hanna@demolen.example,nl
Ravi Patel,ravi@demolen.example,hanna@demolen.example,en
"""
CHANNEL = "19:kudos@thread.tacv2"


async def ritme(env: dict[str, str], *args: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *args, cwd=ROOT, env=os.environ | env)


async def done(env: dict[str, str], *args: str) -> None:
    assert await (await ritme(env, *args)).wait() == 0, args


async def ready(port: int) -> bool:
    try:
        async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


@asynccontextmanager
async def running(env: dict[str, str]) -> AsyncIterator[None]:
    """A Ritme that is ready; asked to leave, it leaves in order."""
    process = await ritme(env, "run")
    try:
        async with asyncio.timeout(60):
            while not await ready(int(env["RITME_PORT"])):
                assert process.returncode is None
                await asyncio.sleep(0.05)
        yield
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()


async def imported(folder: Path, env: dict[str, str]) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    await done(env, "db", "upgrade")
    await done(env, "people", "import", str(folder / "people.csv"), "--yes")
    await done(env, "people", "role", "hanna@demolen.example", "hr")


def said(people: People, user: str) -> list[Any]:
    """What Ritme says in somebody's own chat, in short."""
    return [one.body["summary"] for one in people.see_personal(user) if one.author == "bot"]


def offering(people: People, user: str, label: str) -> list[Any]:
    """What stands in somebody's own chat with this button."""
    seen = people.see_personal(user)
    return [one for one in seen if any(action.get("title") == label for action in actions(shown(one, user)))]


def posted(people: People) -> list[Any]:
    """What everybody in the channel reads."""
    return [one.body["summary"] for one in people.see(CHANNEL) if one.author == "bot" and not one.to]


async def test_a_list_a_consent_and_thanks_from_one_chat_to_the_other(tmp_path: Path) -> None:
    world, slack = World(app=APP), FakeSlack()
    async with slack, FakeTeams(world) as teams, FakeOpenId(APP) as openid:
        env = {
            "RITME_DATABASE_URL": f"sqlite:///{tmp_path / 'ritme.db'}",
            "RITME_PORT": str(free_port()),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "RITME_SLACK_API_URL": slack.url,
            "TEAMS_APP_ID": APP,
            "TEAMS_APP_PASSWORD": teams.secret,
            "TEAMS_TENANT_ID": world.tenant.upper(),
            "RITME_TEAMS_OPENID_URL": openid.url,
            "RITME_TEAMS_TOKEN_URL": teams.token_url,
            "RITME_TEAMS_SERVICE_HOSTS": "127.0.0.1",
        }
        people = People(world, teams.service)
        hanna = world.add("hanna", "Hanna Mulder", email="hanna@demolen.example").user
        noor = world.add("noor", "Noor Jansen", email="noor@demolen.example").user
        world.channel(CHANNEL, "kudos", [hanna, noor])
        ravi = slack.add_user("Ravi Patel", email="ravi@demolen.example", locale="en-GB")
        await imported(tmp_path, env)
        async with running(env):
            base = f"http://127.0.0.1:{env['RITME_PORT']}"
            people.door = HttpDoor(f"{base}/api/messages", openid.header)
            slack.connect_http(f"{base}/slack/events")
            await people.install(noor)
            await people.install(hanna)
            await until(lambda: said(people, hanna) == ["Hoi Hanna, hier ben ik."])
            await people.say(noor, "kudos @Ravi dank je wel")
            await until(lambda: bool(said(people, noor)))
            off = "Dit staat hier nu niet aan. Je hoort het van HR voordat dat verandert."
            assert said(people, noor)[0] == off  # and nothing before that

            await people.say(hanna, "inrichten")
            await until(lambda: said(people, hanna)[1:] == ["Ritme inrichten"])
            await people.press(hanna, "Instemming vastleggen", people.see_personal(hanna)[-1])
            await people.submit(hanna, kind="council", agreed_on="2026-01-05")
            for label in ("Eerst bekijken", "Aankondiging versturen"):
                await until(lambda label=label: bool(offering(people, hanna, label)))
                await people.press(hanna, label, offering(people, hanna, label)[-1])
            await people.mention(hanna, CHANNEL, "setup channel kudos")
            await slack.command(ravi, "/ritme", "help")
            await until(lambda: bool(slack.see_dm(ravi)))

            await people.say(noor, "/kudos @Ravi dank je wel voor je hulp")
            await until(lambda: "Je bedankje is onderweg." in said(people, noor))
            await until(lambda: any("Noor" in one.said for one in slack.see_dm(ravi)))
            await slack.command(ravi, "/kudos", "@Noor thanks to you, too")
            await until(lambda: "Ravi bedankt je." in said(people, noor))
            await until(lambda: posted(people) == ["Noor gaf kudos.", "Ravi gaf kudos."])
        await people.door.close()
