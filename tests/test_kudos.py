"""Kudos, as conversations."""

from __future__ import annotations

from datetime import timedelta

from tests.chat import Chat


async def test_one_line_thanks_two_people(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos @Lotte en @Ravi Patel dankzij jullie konden we op tijd live.")
    assert sem.answered.lines[:2] == (
        "Je hebt Lotte en Ravi bedankt. Iedereen kan het lezen in het kudoskanaal.",
        "dankzij jullie konden we op tijd live.",
    )
    assert [post.lines for post in chat.channel("kudos")] == [
        ("👏 Sem bedankt Lotte en Ravi:", "dankzij jullie konden we op tijd live."),
    ]
    assert [dm.summary for dm in chat.person("lotte").dms] == ["Sem bedankt je."]
    assert [dm.summary for dm in chat.person("ravi").dms] == ["Sem thanks you."]


async def test_the_form_keeps_what_was_typed(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos")
    await sem.fills(text="Fijn gewerkt", to=())
    assert sem.form.errors == {"to": "Kies minstens één collega om te bedanken."}
    assert sem.form.values["text"] == "Fijn gewerkt"
    await sem.fills(to=["Lotte"])
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Lotte:", "Fijn gewerkt")]


async def test_words_can_change_for_ten_minutes(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos @Lotte dank")
    await sem.presses("Aanpassen")
    await sem.fills(text="dank voor de rust vandaag")
    assert [post.lines[1] for post in chat.channel("kudos")] == ["dank voor de rust vandaag"]
    await sem.presses("Aanpassen")
    chat.world.clock.step(timedelta(minutes=11))
    await sem.fills(text="te laat")
    assert "Tien minuten" in sem.form.text
    assert [post.lines[1] for post in chat.channel("kudos")] == ["dank voor de rust vandaag"]


async def test_a_receiver_may_remove_it(chat: Chat) -> None:
    await chat.person("sem").types("/kudos @Lotte dank")
    await chat.person("lotte").presses("Verwijderen")
    assert chat.channel("kudos") == []
    assert chat.person("lotte").dms == []
