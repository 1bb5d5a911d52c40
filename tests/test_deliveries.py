"""An administrator asks how messages stand, and sends again what stands aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.messages import Button, Message
from bot.words import words
from models import deliveries as model
from models.base import columns, core
from models.delivery import Delivery, rates, written
from models.delivery.aside import CHUNK, Released
from models.delivery.rates import Rate
from models.fence import Fence
from models.identity import LANGUAGES, Account, Installation
from tests.chat import Chat
from tests.seen import buttons
from tests.world import START, World
from views.deliveries import EXAMPLES, kinds
from views.deliveries.reasons import why
from views.examples import Example

NEVER = datetime(2100, 1, 1, tzinfo=UTC)
DUTCH = words("nl", "Europe/Amsterdam")
COUNTS = "Alleen aantallen: voor wie een bericht is en wat erin staat, zie je hier niet."


BLANK = {name: Delivery.model_fields[name].default for name in columns(Delivery) if name not in {"id", "org_id"}}


def arranged(chat: Chat, count: int, kind: str, **values: object) -> None:
    """So many rows of a kind, which nobody claims."""
    with chat.world.scope("bo") as scope:
        to = {"verb": "dm", "installation_id": 1, "to": chat.world.user("sem"), "person_id": chat.world.people["sem"]}
        at = {"created_at": scope.now, "not_before": scope.now, "retry_at": NEVER}
        row = BLANK | to | at | {"kind": kind, "ids": written({}), "state": "pending"} | values
        scope.db.insert_all(Delivery, [row] * count)


def aside(chat: Chat, kind: str, reason: str, count: int = 1, **values: object) -> None:
    arranged(chat, count, kind, state="halted", reason=reason, **values)


def out_of_reach(chat: Chat, handle: str, *, closed: bool = True) -> None:
    """Somebody has no account in the chat, or has one again."""
    with chat.world.scope("bo") as scope:
        scope.db.update(Account, Account.user == chat.world.user(handle), closed_at=scope.now if closed else None)


# --- what waits --------------------------------------------------------------------------------------


async def test_a_quiet_day(chat: Chat) -> None:
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert bo.answered.lines == ("Wat wacht", "Er wacht niets.", "Wat bleef liggen", "Er bleef niets liggen.", COUNTS)
    assert bo.answered.buttons == ("Opnieuw kijken",)


async def test_a_bulk_is_named_and_has_an_end(chat: Chat) -> None:
    """148 invitations at one in two seconds take almost five minutes; nobody bound the overviews."""
    with chat.world.scope("bo") as scope:
        slow = Rate("say", ("dm", "post"), top=0.5, low=0.5, at=scope.now)
        scope.db.update(Installation, rates=rates.written([slow]))
    arranged(chat, 148, "checkins.ask", nudge=True)
    arranged(chat, 3, "home", verb="home")
    arranged(chat, 2, "kudos.told")
    arranged(chat, 1, "tomorrow.newer", not_before=START + timedelta(days=1), nudge=True)
    arranged(chat, 9, "checkins.reminder", state="new", installation_id=None, nudge=True, not_before=NEVER)
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert bo.answered.lines[:6] == (
        "Wat wacht",
        "148 uitnodigingen voor een check-in: klaar rond 10:05",
        "9 herinneringen aan een check-in: zodra het de ontvanger schikt",
        "3 overzichten om bij te werken: zo snel als de chat het aanneemt",
        "2 kudos, gemeld aan de ontvangers: klaar binnen een minuut",
        "1 ander bericht: klaar rond 10:06",
    )
    with chat.world.scope("bo") as scope:
        scope.db.remove(Delivery, core(Delivery).c.kind == "checkins.ask")
    await bo.presses("Opnieuw kijken")
    assert bo.answered.lines[1] == "9 herinneringen aan een check-in: zodra het de ontvanger schikt"


async def test_two_chats_count_as_one(chat: Chat) -> None:
    """The slower of two chats says when a kind is done; one that nothing binds says nothing."""
    with chat.world.scope("bo") as scope:
        lanes = [scope.db.add(Installation(platform="other", team=f"T{n}")).id for n in range(2)]
        slow = Rate("say", ("dm",), top=0.1, low=0.1, at=scope.now)
        scope.db.update(Installation, Installation.id == lanes[0], rates=rates.written([slow]))
    for lane in (1, *lanes):
        arranged(chat, 30, "digest.weekly", nudge=True, installation_id=lane)
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert bo.answered.lines[1] == "90 weekberichten: klaar rond 10:05"


def test_a_press_sends_so_many_and_says_what_is_left(world: World) -> None:
    """More in one transaction would make others wait."""
    with world.scope("bo") as scope:
        row = BLANK | {"verb": "dm", "kind": "kudos.told", "ids": "{}", "person_id": scope.me.id, "state": "halted"}
        row |= {"reason": "too_large", "created_at": scope.now, "not_before": scope.now}
        scope.db.insert_all(Delivery, [row] * (CHUNK + 2))
        assert model.send_again(scope, "kudos.told", "too_large", blind=False) == Released(CHUNK, 2)
        assert [one.halt.count for one in model.aside(scope)] == [2]
        assert model.waiting(scope) == [model.Waiting("kudos.told", CHUNK)]


async def test_what_is_not_known_here_does_not_fill_the_page(chat: Chat) -> None:
    for n in range(10):
        arranged(chat, 20 - n, f"newer.{n}")
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert bo.answered.lines[1] == "20 andere berichten: zo snel als de chat het aanneemt"
    assert bo.answered.lines[9] == "En nog 23 andere berichten."


# --- what stands aside -------------------------------------------------------------------------------


async def test_what_reached_nobody_is_sent_again(chat: Chat) -> None:
    out_of_reach(chat, "lotte")
    sem, bo, lotte = chat.person("sem"), chat.person("bo"), chat.person("lotte")
    await sem.types("/kudos @Lotte dankzij jou liep de demo")
    await bo.types("/ritme berichten")
    assert bo.answered.lines[2:5] == (
        "Wat bleef liggen",
        "1 kudos, gemeld aan de ontvanger. Van wie dit moest krijgen, ken ik geen account in de chat.",
        "Sinds di 24 nov om 10:00",
    )
    await bo.presses("Opnieuw sturen")
    assert bo.answered.lines[0] == "1 bericht gaat opnieuw op weg."
    assert bo.answered.lines[3:5] == ("Wat bleef liggen", "Er bleef niets liggen.")
    await bo.types("/ritme berichten")
    assert bo.answered.buttons == ("Opnieuw sturen", "Opnieuw kijken")  # nothing had changed
    out_of_reach(chat, "lotte", closed=False)
    await bo.presses("Opnieuw sturen")
    assert [dm.summary for dm in lotte.dms] == ["Sem bedankt je."]
    await bo.taps("deliveries.send", kind="kudos.told", reason="no_account")
    assert bo.answered.lines[0] == "Hiervan viel niets meer opnieuw te sturen."
    assert [dm.summary for dm in lotte.dms] == ["Sem bedankt je."]


async def test_a_post_may_stand_twice_only_where_somebody_was_asked(chat: Chat) -> None:
    bo = chat.person("bo")
    await chat.person("sem").types("/kudos @Lotte dank")
    with chat.world.scope("bo") as scope:
        unclear = {"state": "halted", "reason": "unknown: no_lookup", "tried_at": scope.now}
        scope.db.update(Delivery, core(Delivery).c.verb == "post", **unclear)
    await bo.types("/ritme berichten")
    assert "1 kudos in het kanaal. De chat brak halverwege af" in bo.sees
    await bo.taps("deliveries.send", kind="kudos.posted", reason="unknown: no_lookup")
    assert len(chat.channel("kudos")) == 1
    await bo.types("/ritme berichten")
    await bo.presses("Opnieuw sturen")
    assert [post.lines for post in chat.channel("kudos")] == [("👏 Sem bedankt Lotte:", "dank")] * 2


async def test_the_overview_says_so_only_where_something_stands_aside(chat: Chat) -> None:
    bo, hanna = chat.person("bo"), chat.person("hanna")
    await bo.opens_home()
    assert "Berichten" not in bo.home.lines
    out_of_reach(chat, "lotte")
    await chat.person("sem").types("/kudos @Lotte dank")
    for each in (bo, hanna):
        await each.opens_home()
    assert "1 bericht bleef liggen." in bo.home.lines
    assert "Berichten" not in hanna.home.lines
    await bo.taps("deliveries.show")
    assert bo.answered.lines[3].startswith("1 kudos, gemeld aan de ontvanger.")
    out_of_reach(chat, "lotte", closed=False)
    await bo.taps("deliveries.send", kind="kudos.told", reason="no_account")
    with chat.world.scope("bo") as scope:
        row = core(Delivery).c
        assert scope.db.count(Delivery, row.verb == "home", row.person_id == bo.id) == 1  # it is shown anew
    await bo.opens_home()
    assert "Berichten" not in bo.home.lines


async def test_more_sorts_than_fit_are_on_the_next_page(chat: Chat) -> None:
    for n in range(10):
        aside(chat, "kudos.told", f"odd{n}", 20 - n)
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert bo.answered.buttons == (*["Opnieuw sturen"] * 8, "De andere tonen", "Opnieuw kijken")
    assert "En nog 23 andere berichten." in bo.answered.lines
    await bo.presses("De andere tonen")
    assert bo.answered.buttons == ("Opnieuw sturen", "Opnieuw sturen", "De andere tonen", "Opnieuw kijken")
    first = "12 kudos, gemeld aan de ontvangers. De chat nam dit niet aan en gaf als reden odd8."
    assert bo.answered.lines[3].startswith(first)
    await bo.taps("deliveries.send", kind="kudos.told", reason="odd9", page="1")
    await bo.taps("deliveries.send", kind="kudos.told", reason="odd8", page="1")
    assert bo.answered.buttons == (*["Opnieuw sturen"] * 8, "Opnieuw kijken")


async def test_what_broke_leads_to_the_log(chat: Chat) -> None:
    aside(chat, "digest.weekly", "failed 7F3K")
    aside(chat, "digest.weekly", "failed 0A1B")
    aside(chat, "digest.weekly", "unknown: failed 99FF")
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    broke = "Er ging iets stuk in Ritme, en dat hoef jij niet op te lossen. Wie Ritme draaiend houdt, vindt de oorzaak"
    assert [line for line in bo.answered.lines if broke in line] == [
        f"2 weekberichten. {broke} in het logboek onder 7F3K.",
        f"1 weekbericht. {broke} in het logboek onder 99FF.",
    ]


async def test_behind_a_fence_nothing_is_sent_again(chat: Chat) -> None:
    aside(chat, "kudos.told", "restored")
    with chat.world.scope("bo") as scope:
        scope.db.add(Fence(why="restored from backup.db", since=scope.now))
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert bo.answered.lines[0] == (
        "Er gaat nu niets de deur uit: dit is een teruggezette kopie van de database. Wie Ritme draaiend houdt, "
        "geeft die vrij met ritme db release."
    )
    assert bo.answered.buttons == ("Opnieuw kijken",)
    await bo.taps("deliveries.send", kind="kudos.told", reason="restored")
    assert bo.sees.startswith("Er gaat nu niets de deur uit, dus er is niets opnieuw gestuurd.")


# --- who sees it, and what not -----------------------------------------------------------------------


async def test_it_is_for_administrators_of_ritme(chat: Chat) -> None:
    aside(chat, "kudos.told", "too_large")
    denied = "Welke berichten wachten, is voor de beheerders van Ritme. Mis je er een? Vraag het een van hen."
    for handle in ("hanna", "anna", "sem"):
        other = chat.person(handle)
        await other.types("/ritme berichten")
        assert other.sees == denied
        for press in ("deliveries.show", "deliveries.look", "deliveries.send"):
            await other.taps(press, kind="kudos.told", reason="too_large")
            assert other.sees == denied
    with chat.world.scope("bo") as scope:
        assert scope.db.count(Delivery, core(Delivery).c.state == "halted") == 1


async def test_it_needs_nobodys_consent(chat: Chat) -> None:
    with chat.world.scope("bo") as scope:
        scope.db.change(scope.org, consent="", covers="")
    bo = chat.person("bo")
    await bo.types("/ritme deliveries")
    assert bo.answered.lines[0] == "Wat wacht"


async def test_it_never_says_who_or_what(chat: Chat) -> None:
    out_of_reach(chat, "lotte")
    await chat.person("sem").types("/kudos @Lotte je luisterde toen het moeilijk was")
    await chat.person("sem").types("/ritme feedback @Lotte de klantdag")
    bo = chat.person("bo")
    await bo.types("/ritme berichten")
    assert "kudos, gemeld aan de ontvanger" in bo.sees
    assert not [word for word in ("Lotte", "Sem", "luisterde", "klantdag") if word in bo.sees]


# --- words -------------------------------------------------------------------------------------------


def _asked(example: Example) -> list[str]:
    made = example.make(DUTCH)
    assert isinstance(made, Message)
    confirms = [button.confirm for button in buttons(made) if isinstance(button, Button)]
    return [confirm.text for confirm in confirms if confirm]


def test_sending_again_is_asked_first_and_says_what_may_happen_twice() -> None:
    plain = "Het gaat naar wie het nu moet krijgen, en alleen als het nog zin heeft."
    often = "Misschien is dit al verstuurd nadat de kopie was gemaakt."
    asked = _asked(EXAMPLES[0])
    assert [text for text in asked if text != plain] == [
        "Niemand weet of 2 hiervan er al staan. Misschien komen ze dan twee keer aan.",
        f"{often} Waar ik dat niet kan nagaan, krijgt iemand het dan twee keer.",
    ]
    assert len(asked) == 8


def test_every_reason_has_a_sentence() -> None:
    assert why("unknown: timeout", "", DUTCH).startswith("De chat liet niet weten of dit is aangekomen.")
    assert why("unreachable: 503", "", DUTCH) == "De chat was een hele dag niet bereikbaar."
    assert why("token_revoked", "", DUTCH).startswith("De chat laat mij niet meer toe")
    assert "reden some_new_code." in why("some_new_code", "", DUTCH)


def test_what_a_kind_is_called_has_no_number() -> None:
    for language in LANGUAGES:
        said = words(language, "Europe/Amsterdam")
        called = {kind: kinds.called(kind, said) for kind in (*kinds.KINDS, "of another version")}
        assert [one for one in called.values() if any(letter.isdigit() for letter in one)] == []
