"""Kudos, as conversations."""

from __future__ import annotations

from datetime import timedelta

from models import directory, privacy
from models.delivery import Delivery, written
from models.identity import Channel, Person
from models.kudos import Kudos
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
    assert [(dm.summary, dm.lines) for dm in chat.person("lotte").dms] == [
        (
            "Sem bedankt je.",
            (
                "👏 Sem bedankt je.",
                "dankzij jullie konden we op tijd live.",
                "Iedereen kan het lezen in het kudoskanaal.",
            ),
        )
    ]
    assert [dm.summary for dm in chat.person("ravi").dms] == ["Sem thanks you."]


async def test_the_form_keeps_what_was_typed(chat: Chat) -> None:
    sem = chat.person("sem")
    for _ in range(3):
        await sem.types("/kudos @Lotte dank")
    await sem.types("/kudos")
    await sem.fills(text="Fijn gewerkt", to=["Lotte"])
    too_many = "Je bedankte Lotte deze week al 3 keer. Zeg het eens persoonlijk, dat telt nog meer."
    assert sem.form.errors == {"to": too_many}
    assert sem.form.values["text"] == "Fijn gewerkt"
    await sem.fills(to=["Noor"])
    assert chat.channel("kudos")[-1].lines == ("👏 Sem bedankt Noor:", "Fijn gewerkt")
    assert not sem.reading


async def test_words_that_nobody_sees_thank_nobody(chat: Chat) -> None:
    """What copying and pasting leaves behind: a mark without width, one of direction, an empty letter."""
    sem = chat.person("sem")
    for blank in ("\u200b\u200b", "\u202e \u200f", "\u3164"):
        await sem.types(f"/kudos @Lotte {blank}")
        assert sem.form.values["text"] == ""
        await sem.fills(text=blank)
        assert sem.form.errors["text"] == "Schrijf in een paar woorden waarvoor je bedankt."
    assert chat.channel("kudos") == []
    await sem.fills(text="\U0001f469\u200d\U0001f4bb\u2764\ufe0f")
    assert [post.lines[1] for post in chat.channel("kudos")] == ["\U0001f469\u200d\U0001f4bb\u2764\ufe0f"]


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


async def test_one_whose_term_is_over_leaves_its_number_to_nobody(chat: Chat) -> None:
    """What was said of it is found by that, also by buttons that somebody still sees."""
    with chat.world.scope("hanna") as scope:
        privacy.choose(scope, "kudos", 1, None)
    sem = chat.person("sem")
    await sem.types("/kudos @Lotte dank voor je rust")
    await chat.moves(timedelta(days=45))
    assert chat.channel("kudos") == []
    await sem.types("/kudos @Lotte dank voor je hulp")
    with chat.world.scope("hanna") as scope:
        assert [(one.id, one.text) for one in scope.db.all(Kudos)] == [(2, "dank voor je hulp")]


async def test_who_is_taken_out_stands_nowhere_any_more(chat: Chat) -> None:
    await prefers(chat, "maria", "manager")
    await chat.person("sem").types("/kudos @Lotte @Noor @Maria dank")
    await chat.person("lotte").taps("kudos.delete", kudos="1")
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Noor:", "dank")]
    await chat.person("noor").taps("kudos.delete", kudos="1")
    assert chat.channel("kudos") == []
    anna = chat.person("anna")
    assert [dm.lines for dm in anna.dms] == [("👏 Sem bedankt Maria.",)]
    assert [len(chat.person(one).dms) for one in ("lotte", "noor", "maria")] == [0, 0, 1]
    await chat.person("sem").taps("kudos.delete", kudos="1")
    assert [chat.person(one).dms for one in ("lotte", "noor", "maria", "anna")] == [[], [], [], []]


async def prefers(chat: Chat, handle: str, kudos: str) -> None:
    with chat.world.scope(handle) as scope:
        scope.db.change(scope.me, kudos=kudos)


async def test_everybody_is_thanked_their_own_way(chat: Chat) -> None:
    """Lotte likes it public, Ravi private, Maria by her manager Anna; nobody learns of another's private thanks."""
    await prefers(chat, "ravi", "private")
    await prefers(chat, "maria", "manager")
    sem = chat.person("sem")
    await sem.types("/kudos @Lotte @Ravi @Maria thanks for tonight")
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Lotte:", "thanks for tonight")]
    assert sem.answered.lines[0] == (
        "Je hebt Lotte, Ravi en Maria bedankt. Iedereen kan het lezen in het kudoskanaal; daar noem ik alleen Lotte."
    )
    ravi, maria, anna = chat.person("ravi"), chat.person("maria"), chat.person("anna")
    words = "👏 Sem thanks you.", "thanks for tonight"
    assert [dm.lines for dm in ravi.dms] == [
        (*words, "Everybody may read the words; that they're for you, only you and Sem know.")
    ]
    assert [dm.lines for dm in maria.dms] == [
        (*words, "Everybody may read the words; that they're for you, only you, Sem and Anna know.")
    ]
    assert [dm.lines for dm in anna.dms] == [("👏 Sem bedankt Lotte en Maria.",)]
    await anna.presses("Lezen")
    assert anna.form.lines == ("Sem bedankt Lotte en Maria:", "thanks for tonight")


async def test_a_manager_of_two_hears_of_both_at_once(chat: Chat) -> None:
    for one in ("lotte", "noor"):
        await prefers(chat, one, "manager")
    anna, lotte, noor = (chat.person(one) for one in ("anna", "lotte", "noor"))
    await chat.person("sem").types("/kudos @Lotte @Noor dank voor jullie hulp")
    assert [dm.lines for dm in anna.dms] == [("👏 Sem bedankt Lotte en Noor.",)]
    await lotte.taps("kudos.delete", kudos="1")
    assert [dm.lines for dm in anna.dms] == [("👏 Sem bedankt Noor.",)]
    await anna.presses("Lezen")
    assert anna.form.lines[0] == "Sem bedankt Noor:"
    await noor.taps("kudos.delete", kudos="1")
    assert anna.dms == []


async def test_what_was_told_to_a_manager_of_one_receiver_alone_is_taken_back(chat: Chat) -> None:
    """Messages of before revision 0013.1 name the receiver."""
    await prefers(chat, "lotte", "manager")
    anna, lotte = chat.person("anna"), chat.person("lotte")
    await chat.person("sem").types("/kudos @Lotte dank voor je hulp")
    with chat.world.scope("anna") as scope:
        [told] = scope.db.all(Delivery, kind="kudos.manager")
        scope.db.change(told, ids=written({"kudos": 1, "to": lotte.id}))
    assert [dm.lines for dm in anna.dms] == [("👏 Sem bedankt Lotte.",)]
    await lotte.taps("kudos.delete", kudos="1")
    assert anna.dms == []


async def test_a_manager_of_one_of_two_by_now_reads_of_that_one(chat: Chat) -> None:
    for one in ("lotte", "noor"):
        await prefers(chat, one, "manager")
    anna, joris = chat.person("anna"), chat.person("joris")
    await chat.person("sem").types("/kudos @Lotte @Noor dank voor jullie hulp")
    with chat.world.scope("lotte") as scope:
        scope.db.change(scope.me, manager_id=joris.id)
    await anna.taps("kudos.read", kudos="1")
    assert anna.form.lines[0] == "Sem bedankt Noor:"
    await joris.taps("kudos.read", kudos="1")
    assert joris.sees == "Deze kudos is er niet meer. Er is niets veranderd."


async def test_private_words_stay_behind_the_button(chat: Chat) -> None:
    await prefers(chat, "lotte", "private")
    await chat.person("sem").types("/kudos @Lotte fijn dat je luisterde")
    lotte = chat.person("lotte")
    assert chat.channel("kudos") == []
    assert chat.person("sem").answered.lines[0] == (
        "Je hebt Lotte bedankt. Het ging zoals Lotte dat prettig vindt, en niet via het kudoskanaal."
    )
    assert [dm.lines for dm in lotte.dms] == [("👏 Sem bedankt je.", "Alleen jij en Sem kunnen het lezen.")]
    await lotte.presses("Lezen")
    assert lotte.form.lines == ("Sem bedankt Lotte:", "fijn dat je luisterde")


async def test_without_a_channel_nobody_is_sent_to_look_for_one(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.remove(Channel)
    sem = chat.person("sem")
    await sem.types("/kudos")
    assert sem.form.sees == (
        "De ontvanger bepaalt wie het mag lezen: iedereen, alleen de ontvanger zelf, of ook de leidinggevende. "
        "Een kudoskanaal is er hier nog niet."
    )
    await sem.fills(to=["Lotte"], text="dank voor je rust")
    assert sem.answered.lines[0] == (
        "Je hebt Lotte bedankt. Het is nergens geplaatst: er is hier nog geen kudoskanaal."
    )
    assert [dm.lines[2] for dm in chat.person("lotte").dms] == [
        "Iedereen mag het lezen, al is er hier nog geen kudoskanaal."
    ]


async def test_the_manager_who_reads_along_is_named(chat: Chat) -> None:
    await prefers(chat, "lotte", "manager")
    await chat.person("sem").types("/kudos @Lotte fijn dat je luisterde")
    await chat.person("anna").types("/kudos @Lotte fijn dat je luisterde")
    assert [dm.lines[1] for dm in chat.person("lotte").dms] == [
        "Alleen jij, Sem en Anna kunnen het lezen.",
        "Alleen jij en Anna kunnen het lezen.",
    ]


async def test_a_private_kudos_is_gone_for_others(chat: Chat) -> None:
    await prefers(chat, "lotte", "private")
    await chat.person("sem").types("/kudos @Lotte fijn dat je luisterde")
    for handle in ("noor", "anna", "hanna", "bo", "joris"):
        other = chat.person(handle)
        await other.taps("kudos.read", kudos="1")
        assert other.sees == "Deze kudos is er niet meer. Er is niets veranderd."


async def test_thanks_have_bounds_and_say_so(chat: Chat) -> None:
    sem = chat.person("sem")
    for _ in range(3):
        await sem.types("/kudos @Lotte dank")
    await sem.types("/kudos @Lotte dank")
    assert sem.form.lines[:2] == (
        "Wie wil je bedanken?",
        "Je bedankte Lotte deze week al 3 keer. Zeg het eens persoonlijk, dat telt nog meer.",
    )
    for _ in range(3):
        await sem.types("/kudos @Ravi dank")
        await sem.types("/kudos @Noor dank")
    await sem.types("/kudos @Anna dank")
    await sem.types("/kudos @Hanna dank")
    assert sem.form.values["text"] == "dank"
    assert sem.form.lines[0] == "Je gaf vandaag 10 keer kudos, en meer kan niet op één dag. Morgen kun je weer."
    assert len(chat.channel("kudos")) == 10
    await chat.moves(timedelta(days=1))
    await sem.types("/kudos @Hanna dank")
    assert len(chat.channel("kudos")) == 11


async def test_a_name_that_is_not_known_opens_the_form_with_the_words(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos @Lot dank voor je rust")
    assert sem.form.lines[:2] == ("Wie wil je bedanken?", "Ik ken geen 'Lot'. Bedoel je Lotte de Boer?")
    assert (sem.form.values["to"], sem.form.values["text"]) == ((), "dank voor je rust")
    await sem.fills(to=["Lotte"])
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Lotte:", "dank voor je rust")]


async def test_the_names_that_are_known_are_filled_in(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos @Lotte en @Rvi dankzij jullie gingen we live")
    assert sem.form.lines[1] == "Ik ken geen 'Rvi'. Typ de eerste letters van de naam om iemand te kiezen."
    assert sem.form.values["to"] == (str(chat.person("lotte").id),)
    assert sem.form.values["text"] == "dankzij jullie gingen we live"
    assert chat.channel("kudos") == []


async def test_a_name_that_several_have_is_asked_about(chat: Chat) -> None:
    sem = chat.person("sem")
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.me, name="Lotte Peters")
        directory.shorten(scope.db)
    await sem.types("/kudos @Lotte dank")
    assert sem.form.lines[1] == (
        "Er zijn meer mensen die Lotte heten. Bedoel je Lotte Peters of Lotte de Boer? Typ de hele naam."
    )
    await sem.types("/kudos @lotte de boer dank je wel")
    assert [post.lines[1] for post in chat.channel("kudos")] == ["dank je wel"]
    with chat.world.scope("bo") as scope:
        scope.db.add_all([Person(name="Kim Mol", email=f"kim{number}@demolen.example") for number in (1, 2)])
        directory.shorten(scope.db)
    await sem.types("/kudos @Kim Mol dank je wel")
    assert sem.form.lines[1] == "Er heten hier meer mensen Kim Mol. Kies op e-mailadres wie je bedoelt."
    assert sem.form.values["text"] == "dank je wel"


async def test_thanking_oneself_costs_no_words(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/kudos @Sem goed gedaan")
    assert sem.form.lines[1] == "Trots zijn op jezelf mag, maar hier bedank je een ander. Kies een collega."
    await sem.fills(to=["Noor"])
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Noor:", "goed gedaan")]


async def test_thanks_for_a_message(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.uses("kudos.message", "lotte", "De build is weer groen.")
    assert sem.form.values["text"] == "De build is weer groen."
    await sem.fills()
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Lotte:", "De build is weer groen.")]


async def test_the_same_happening_counts_once(chat: Chat) -> None:
    sem = chat.person("sem")
    first = await sem.repeats("/kudos @Lotte dank", times=4)
    assert len(first) == 4
    assert len(set(first)) == 1
    assert len(chat.channel("kudos")) == 1


async def test_thanked_together_in_private_knows_of_company(chat: Chat) -> None:
    """Who shares the words is not named, for that would tell what they prefer; that there is somebody, is."""
    for handle in ("lotte", "noor"):
        await prefers(chat, handle, "private")
    await chat.person("sem").types("/kudos @Lotte @Noor fijn dat jullie er waren")
    line = "Alleen jij, Sem en wie samen met jou is bedankt kunnen het lezen."
    assert [dm.lines for dm in chat.person("lotte").dms] == [("👏 Sem bedankt je.", line)]


async def test_what_no_database_keeps_is_left_out(chat: Chat) -> None:
    await chat.person("sem").types("/kudos @Lotte dank\x00 je wel")
    assert [post.lines[1] for post in chat.channel("kudos")] == ["dank je wel"]
