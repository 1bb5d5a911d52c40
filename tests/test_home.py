"""The personal overview."""

from __future__ import annotations

from tests.chat import Chat


async def test_the_command_alone_opens_the_overview(chat: Chat) -> None:
    noor = chat.person("noor")
    await noor.types("/ritme")
    answered = noor.answered.lines
    await noor.opens_home()
    assert answered == noor.home.lines
    assert "Instellingen" in answered


async def test_every_part_speaks_the_readers_language(chat: Chat) -> None:
    ravi = chat.person("ravi")
    await ravi.types("/ritme overzicht")
    assert "Settings" in ravi.answered.lines
    assert "Instellingen" not in ravi.answered.lines


async def test_settings_come_last_and_setting_up_first(chat: Chat) -> None:
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, checkins_from=None)
    hanna = chat.person("hanna")
    await hanna.opens_home()
    assert hanna.home.lines[0] == "Inrichting"
    assert hanna.home.lines[-2] == "Instellingen"
