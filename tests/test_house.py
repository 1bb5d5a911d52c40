"""Help, the nearest command, and an answer to whoever just talks."""

from __future__ import annotations

from bot.words import words
from tests.chat import Chat, Speaker

DUTCH = words("nl", "Europe/Amsterdam")


async def _offered(speaker: Speaker) -> list[str]:
    """The commands that help names, as they are typed."""
    await speaker.types("/ritme help")
    return [line.partition(":")[0] for line in speaker.answered.lines[1:-1]]


async def test_help_names_commands_in_the_readers_language_and_only_theirs(chat: Chat) -> None:
    sem, ravi, hanna, bo = (chat.person(handle) for handle in ("sem", "ravi", "hanna", "bo"))
    usual = [one for one in chat.dispatch.router.commands.values() if one.only is None]
    assert await _offered(sem) == [one.help(DUTCH).usage for one in usual]
    assert {"/ritme hulp", "/checkin", "/ritme verlof", "/doel", "/kudos"} <= set(await _offered(sem))
    assert sem.answered.lines[-1] == "Typ hulp achter een commando voor voorbeelden."
    assert {"/ritme help", "/checkin", "/ritme leave", "/goal", "/kudos"} <= set(await _offered(ravi))
    others = {"/ritme mensen", "/ritme inrichten", "/ritme berichten"}
    assert others & set(await _offered(sem)) == set()
    assert others - set(await _offered(hanna)) == {"/ritme berichten"}
    assert others - set(await _offered(bo)) == set()


async def test_every_command_that_help_names_is_understood(chat: Chat) -> None:
    for handle in ("bo", "ravi"):
        speaker = chat.person(handle)
        for typed in await _offered(speaker):
            await speaker.types(f"{typed} help")
            assert typed in speaker.answered.summary


async def test_help_with_a_command_for_others_says_for_whom_it_is(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/ritme inrichten hulp")
    assert sem.answered.lines == ("Voor HR en beheerders: richt Ritme stap voor stap in.",)


async def test_before_the_start_help_names_what_is_there_already(chat: Chat) -> None:
    sem = chat.person("sem")
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, consent="", covers="")
    now = await _offered(sem)
    assert {"/ritme hulp", "/ritme overzicht", "/ritme verlof", "/ritme instellingen"} <= set(now)
    assert {"/checkin", "/kudos", "/feedback", "/doel", "/ritme weekbericht"} & set(now) == set()
    assert now[-1] == "Er komt nog meer. Je hoort het van HR voordat het begint."
    await sem.types("/kudos help")
    assert sem.sees == "Dit staat hier nu niet aan. Je hoort het van HR voordat dat verandert."
    await sem.types("hoi, hoe werkt dit?")
    assert sem.answered.buttons == ("Alle commando's tonen",)


async def test_help_after_a_command_gives_its_examples(chat: Chat) -> None:
    sem = chat.person("sem")
    for typed in ("/kudos help", "/ritme kudos hulp", "/kudos ?", "/ritme help kudos"):
        await sem.types(typed)
        assert sem.answered.lines == (
            "Bedank een collega voor iets concreets.",
            "/kudos @Lotte dank je wel voor de snelle oplossing vanochtend",
            "/kudos @Lotte en @Ravi dankzij jullie gingen we op tijd live",
            "/kudos om een formulier in te vullen",
        )


async def test_an_unknown_word_gets_the_nearest_command(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/ritme kudo @Lotte dank")
    assert sem.sees == "Ik ken het commando kudo niet. Bedoel je kudos?"
    await sem.presses("Voorbeelden van kudos")
    assert sem.answered.lines[0] == "Bedank een collega voor iets concreets."
    await sem.types("/ritme verlofd")
    assert sem.sees == "Ik ken het commando verlofd niet. Bedoel je verlof?"
    await sem.types("/ritme leav")
    assert sem.sees == "Ik ken het commando leav niet. Bedoel je verlof?"
    await sem.types("/ritme inricht")
    assert "inrichten" not in sem.sees, "what is not for them is not offered"
    await sem.types("/ritme hulp kudo")
    assert sem.sees == "Ik ken het commando kudo niet. Bedoel je kudos?"
    await sem.types("/ritme xyzzy")
    assert sem.sees == "Ik ken het commando xyzzy niet."
    await sem.presses("Alle commando's tonen")
    assert sem.answered.lines[-1] == "Typ hulp achter een commando voor voorbeelden."


async def test_a_word_that_is_no_subcommand_is_not_swallowed(chat: Chat) -> None:
    """Ritme says so, names what may have been meant, and does nothing."""
    bo = chat.person("bo")
    for typed, said in (
        ("mensen ophale", "Ik ken 'ophale' hier niet. Bedoel je /ritme mensen ophalen?"),
        ("mensen blub", "Ik ken 'blub' hier niet. Je kunt /ritme mensen of /ritme mensen ophalen typen."),
        ("inrichten kannal kudos", "Ik ken 'kannal kudos' hier niet. Bedoel je /ritme inrichten kanaal kudos?"),
        ("inrichten kanaal", "Ik ken 'kanaal' hier niet. Bedoel je /ritme inrichten kanaal kudos?"),
        ("inrichten blub", "Ik ken 'blub' hier niet. Je kunt /ritme inrichten of /ritme inrichten kanaal kudos typen."),
        ("berichten blub", "Ik ken 'blub' hier niet. Typ alleen /ritme berichten."),
    ):
        await bo.types(f"/ritme {typed}")
        assert bo.sees == said


async def test_what_is_not_known_is_said_back_in_short(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/ritme " + "x" * 2000)
    assert sem.sees == f"Ik ken het commando {'x' * 59}… niet."
    await sem.types("/kudos @" + "y" * 2000)
    unknown = f"Ik ken geen '{'y' * 59}…'. Typ de eerste letters van de naam om iemand te kiezen."
    assert sem.form.lines[1] == unknown
    await sem.types("/goal " + "z" * 2000)
    assert sem.sees.count("z") == 199


async def test_dutch_words_are_commands_too(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("/ritme bedankt @Lotte voor het meedenken")
    assert [post.lines[1] for post in chat.channel("kudos")] == ["voor het meedenken"]


async def test_free_text_gets_a_helpful_answer_and_is_not_kept(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("hoi, hoe werkt dit?")
    assert sem.sees == "Kletsen kan ik niet, maar ik help je graag op weg. Wat wil je doen?"
    await sem.presses("Kudos geven")
    assert sem.form.summary == "Kudos geven"


async def test_a_command_may_be_said_without_a_slash(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.types("hulp kudos")
    assert sem.answered.summary == "Voorbeelden van /kudos"
    await sem.types("Kudos")
    if not sem.reading:  # Slack opens a form on a press only
        await sem.presses("Kudos geven")
    assert sem.form.summary == "Kudos geven"


async def test_a_button_of_an_older_version_says_so(chat: Chat) -> None:
    sem = chat.person("sem")
    await sem.taps("retired.button", entry="1")
    assert sem.sees == "Dit bericht is verouderd, dus de knop doet niets meer. Ga verder vanuit je overzicht."


async def test_nothing_starts_before_consent_covers_it(chat: Chat) -> None:
    """Without the works council's word on record nothing happens, and what was typed is not kept anywhere."""
    sem = chat.person("sem")
    waiting = "Dit staat hier nu niet aan. Je hoort het van HR voordat dat verandert."
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, consent="council", covers="goals")
    for typed in ("/kudos @Lotte dank", "/checkin", "/feedback @Lotte", "/ritme digest"):
        await sem.types(typed)
        assert sem.sees == waiting
    assert chat.channel("kudos") == []
    assert chat.person("lotte").dms == []
    await sem.types("/goal")
    assert sem.sees != waiting
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, consent="", covers="")
    await sem.types("/goal")
    assert sem.sees == waiting
    await sem.types("/ritme settings")
    assert sem.sees != waiting
