"""A council's consent and what Ritme learned since: nothing new begins on an old day, or by the way."""

from __future__ import annotations

from datetime import date

from models import onboarding
from tests.chat import Chat, Speaker
from tests.test_onboarding import org


async def _is_new(chat: Chat, capabilities: str) -> Speaker:
    """Ritme can do these since the works council agreed on 1 October; HR opens the form of the consent."""
    old = [one for one in onboarding.CAPABILITIES if one not in capabilities.split()]
    with chat.world.scope("hanna") as scope:
        scope.db.change(scope.org, covers=" ".join(old))
        assert onboarding.last_agreed(scope) == date(2026, 10, 1)
    hanna = chat.person("hanna")
    await hanna.types("/ritme inrichten")
    await hanna.presses("Instemming vastleggen")
    return hanna


async def test_something_new_takes_a_day_on_which_the_council_agreed_to_it(chat: Chat) -> None:
    noor, hanna = chat.person("noor"), await _is_new(chat, "goals")
    assert "Nieuw sinds de vorige keer: doelen. Dat begint met wat je hier vastlegt." in hanna.form.lines
    await hanna.fills()
    assert hanna.form.errors == {"agreed_on": "Kies de dag waarop de ondernemingsraad instemde."}
    await hanna.fills(agreed_on="2026-10-01")
    said = (
        "De instemming van 1 oktober 2026 gaat nog niet over doelen. Leg het voor aan de ondernemingsraad, en vul de "
        "dag in waarop die ermee instemde."
    )
    assert hanna.form.errors == {"agreed_on": said}
    await noor.types("/doel nieuw Sneller")
    assert noor.sees == "Ritme is hier nog niet begonnen. Je hoort het van HR voordat het zover is."
    await hanna.fills(agreed_on="2026-10-02")
    await noor.types("/doel nieuw Sneller")
    assert noor.reading


async def test_without_a_council_only_what_is_ticked_begins(chat: Chat) -> None:
    hanna = await _is_new(chat, "goals kudos")
    await hanna.fills(kind="none")
    said = (
        "Eerder stemde een ondernemingsraad in. Vink daarom aan wat er zonder ondernemingsraad mag beginnen (doelen en "
        "kudos), of leg het aan de ondernemingsraad voor."
    )
    assert hanna.form.errors == {"without": said}
    await hanna.fills(kind="none", without=("kudos",))
    assert org(chat, "covers") == "checkins digest feedback kudos"
