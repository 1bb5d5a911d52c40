"""The channel that HR chooses for kudos, and what they are told of who reads along there."""

from __future__ import annotations

from bot.calls import Account, Answer, Call, Origin
from bot.messages import Say, plain
from models.identity import Channel, Installation
from tests.chat import Chat

READS_ALONG = (
    "Iedereen in dit kanaal leest wat ik hier plaats, ook gasten en mensen van andere organisaties, nu en later. Ik "
    "kan niet zien wie er meeleest. Is het alleen voor collega's bedoeld? Kies dan een kanaal waar verder niemand in "
    "zit."
)


async def test_the_channel_in_which_it_is_typed_becomes_the_kudos_channel(chat: Chat) -> None:
    world = chat.world
    who = Account(world.platform, world.team, world.user("hanna"))
    here = Origin(channel="C-THANKS")
    (said,) = await chat.dispatch.serve(Call("command", "setup", who, "one", text="kanaal kudos", origin=here))
    assert isinstance(said, Answer)
    assert [plain(one.text) for one in said.message.body if isinstance(one, Say)] == [
        "Dit is voortaan het kanaal voor kudos.",
        READS_ALONG,
    ]
    with world.scope("hanna") as scope:
        assert [(one.word, one.channel) for one in scope.db.all(Channel)] == [("kudos", "C-THANKS")]
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten kanaal kudos")
    assert hanna.sees == (
        "Er is niets veranderd, want dit is geen kanaal. Open het kanaal dat je bedoelt, voeg me daar toe en typ er "
        "/ritme inrichten kanaal kudos."
    )
    with world.scope("hanna") as scope:
        assert [one.channel for one in scope.db.all(Channel)] == ["C-THANKS"]
    await hanna.types("/ritme inrichten kanaal lunch")
    assert hanna.sees == "Ik ken geen kanaal voor 'lunch'. Je kunt kiezen: kudos."


async def test_a_channel_of_a_chat_that_is_gone_is_no_kudos_channel(chat: Chat) -> None:
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    assert any(line.startswith("Het kudoskanaal is gekozen.") for line in hanna.answered.lines)
    with chat.world.scope("hanna") as scope:
        gone = scope.db.add(Installation(platform="other", team="T-OLD", removed_at=scope.now))
        scope.db.update(Channel, installation_id=gone.id)
    await hanna.types("/ritme inrichten")
    assert any(line.startswith("Nog geen kanaal") for line in hanna.answered.lines)
