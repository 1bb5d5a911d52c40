"""Who is mentioned in Teams, when Ritme knows them from a list only."""

from __future__ import annotations

from pathlib import Path

from models.base import core
from models.identity import Account, Conversation
from tests.doors.teams import CHANNEL, opened


async def test_who_is_only_on_the_list_is_thanked_all_the_same(tmp_path: Path) -> None:
    async with opened(tmp_path) as chat:
        world, people = chat.world, chat.door.people
        with world.scope("noor") as scope:
            scope.db.remove(Account, core(Account).c.user == "sem")
            scope.db.remove(Conversation, core(Conversation).c.user == "sem")
        reply = await people.mention("noor", CHANNEL, "kudos @Sem Bakker dank je wel")
        await chat.settle()
        assert reply.status == 200
        assert chat.channel("kudos")[-1].lines[0] == "👏 Noor bedankt Sem:"
        assert [one.lines[0] for one in chat.person("sem").dms] == ["👏 Noor bedankt je."]


async def test_a_guest_is_nobody_of_the_organisation(tmp_path: Path) -> None:
    async with opened(tmp_path) as chat:
        people = chat.door.people
        people.world.add("guest", "Gast van Buiten", email="gast@elders.example", guest=True)
        people.world.conversations[CHANNEL].members.append("guest")
        before = len(chat.world.people)
        await people.mention("noor", CHANNEL, "kudos @Gast van Buiten dank je wel")
        await chat.settle()
        with chat.world.scope("noor") as scope:
            assert scope.db.count(Account) == before
        (answer,) = [one for one in people.see(CHANNEL, "noor") if one.author == "bot"]
        assert (answer.to, answer.body["summary"]) == ("noor", "Kudos geven")  # the form says whom nobody knows
