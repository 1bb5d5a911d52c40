"""The demo's page in a real browser, with something of everything in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.demo.chat import Chat, dm
from bot.messages import Button, Choice, Choices, Field, Form, Item, Message, Quote, Say, Span
from bot.words import words
from tests.browsing import DESKTOP, PHONE, Visit, chromium, needs_chromium, served, visit
from tests.demo_gallery import CHECKIN, HOSTILE, Gallery, gallery
from tests.test_views import EXAMPLES

pytestmark = [needs_chromium, pytest.mark.asyncio(loop_scope="module")]


@dataclass
class Shown:
    browser: Browser
    address: str
    chat: Chat
    calls: Gallery


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="module")
async def shown(browser: Browser) -> AsyncIterator[Shown]:
    door, chat, calls = gallery()
    async with served(door) as address:
        yield Shown(browser, address, chat, calls)


both = pytest.mark.parametrize("look", ["slack", "teams"])
"""What has to work whichever chat's eyes one looks through."""


SHOWN = [
    (f"{example.name} {language}", example.make(words(language, "Europe/Amsterdam")))
    for example in EXAMPLES
    for language in ("nl", "en")
]
OPEN_EACH = """async (names) => {
  const { openForm } = await import("/page/form.js");
  let fields = 0;
  for (const name of names) {
    const body = JSON.stringify({ as: "noor", key: name, kind: "press", name });
    const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body };
    const [reply] = await (await fetch("/api/call", asked)).json();
    const { element } = openForm(reply, { left: "", remove: "" }, { name: (user) => user });
    document.body.append(element);
    fields += element.querySelectorAll(".field").length;
  }
  return fields;
}"""
"""Opens these forms, one below the other, and counts their fields."""


def drawable(form: Form) -> list[Field]:
    """The fields of a form, without a choice between nothing, of which only the label is shown."""
    return [field for field in form.fields if not (isinstance(field, Choice | Choices) and not field.options)]


async def opened(seen: Visit) -> None:
    await seen.page.locator("#said").get_by_role("button", name="Beantwoorden").last.click()
    await seen.page.locator(".stage form").wait_for()


async def focused(seen: Visit) -> str:
    """What has the focus, in words."""
    found: str = await seen.page.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"
    )
    return found


@both
async def test_everything_is_drawn_without_a_complaint(shown: Shown, look: str) -> None:
    for size in (DESKTOP, PHONE):
        async with visit(shown.browser, shown.address, size, look=look) as seen:
            await opened(seen)
            assert await seen.page.locator(".field").count() == 12
            wide = await seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert (wide, seen.complaints) == (True, [])


@both
async def test_every_example_of_every_view_is_drawn(shown: Shown, look: str) -> None:
    """Nothing that a renderer makes of any message or form is unknown to the page."""
    messages = [thing for _, thing in SHOWN if isinstance(thing, Message)]
    forms = {name: thing for name, thing in SHOWN if isinstance(thing, Form)}
    shown.calls.forms |= forms
    for message in messages:
        shown.chat.say("kudos", message, delivery=1, accounts={1: "noor", 2: "sem"})
    async with visit(shown.browser, shown.address, look=look) as seen:
        await seen.enters("kudos")
        assert await seen.page.locator("#said .entry").count() == len(messages) + 1
        fields = await seen.page.evaluate(OPEN_EACH, list(forms))
        assert fields == sum(len(drawable(form)) for form in forms.values())
        assert (await seen.page.locator(".unknown").count(), seen.complaints) == (0, [])


@both
async def test_what_people_type_never_becomes_markup(shown: Shown, look: str) -> None:
    said = Message(
        "x", (Quote(HOSTILE), Say((Span(HOSTILE),)), Item((Span(HOSTILE, "bold"),), button=Button("x", "x")))
    )
    shown.chat.say("klantdag", said)
    async with visit(shown.browser, shown.address, look=look) as seen:
        await seen.enters("klantdag")
        assert await seen.page.locator(".words", has_text="onerror").inner_text() == HOSTILE
        assert (await seen.page.locator(".entry").last.inner_text()).count(HOSTILE) == 3
        assert await seen.page.locator("#said img, #said b b, #said script").count() == 0
        refused = await seen.page.evaluate("try { document.body.innerHTML = '<b>x</b>'; 'done' } catch { 'refused' }")
        assert refused == "refused"


@both
async def test_a_check_in_by_keyboard_alone(shown: Shown, look: str) -> None:
    async with visit(shown.browser, shown.address, look=look) as seen:
        keys = seen.page.keyboard
        await seen.page.locator("#said").get_by_role("button", name="Beantwoorden").last.focus()
        await keys.press("Enter")
        await seen.page.locator(".stage form").wait_for()
        assert await focused(seen) == "form-title"
        await keys.press("Tab")
        await keys.press("Tab")
        await keys.press("Space")  # "Gedaan"
        await keys.press("Tab")
        await keys.type("Niets")
        await keys.press("Tab")
        await keys.type("De planning rond")
        await keys.press("Control+Enter")
        await seen.page.locator(".stage form").wait_for(state="detached")
        sent = shown.calls.calls[-1]
        assert (sent.value("done"), sent.value("blocker"), sent.value("priority")) == (
            "done",
            "Niets",
            "De planning rond",
        )
        assert (sent.value("energy"), sent.value("audience"), sent.chosen("people")) == ("", "me", ("1",))
        assert sent.carry == {"period": "7"}
        assert await focused(seen) == "Bericht aan Ritme, of typ /"


@both
async def test_an_empty_field_is_named_before_anything_is_sent(shown: Shown, look: str) -> None:
    async with visit(shown.browser, shown.address, look=look) as seen:
        await opened(seen)
        await seen.page.get_by_role("button", name="Versturen").last.click()
        wrong = seen.page.locator(".wrong:visible")
        assert await wrong.all_inner_texts() == ["Dit is nog leeg.", "Dit is nog leeg."]
        assert [call.kind for call in shown.calls.calls] == ["press"]


@both
async def test_an_error_keeps_what_was_typed(shown: Shown, look: str) -> None:
    async with visit(shown.browser, shown.address, look=look) as seen:
        await opened(seen)
        await seen.page.get_by_role("radio", name="Gedaan").check()
        await seen.page.fill("#field-blocker", "Wachten op toegang")
        await seen.page.fill("#field-priority", "fout")
        await seen.page.get_by_role("button", name="Versturen").last.click()
        error = "Dit doel is al afgesloten. Kies een ander doel of laat het leeg."
        said = seen.page.locator({"slack": ".wrong:visible", "teams": ".stage .tone-attention"}[look])
        assert await said.all_inner_texts() == [error]
        place = "field => field.getBoundingClientRect().top"
        above = await said.evaluate(place) < await seen.page.locator("#field-priority").evaluate(place)
        assert above is (look == "teams")
        assert await seen.page.input_value("#field-blocker") == "Wachten op toegang"
        assert await focused(seen) == "field-priority"
        assert await seen.page.get_attribute("#field-priority", "aria-invalid") == "true"
        assert await seen.page.get_attribute("#field-priority", "aria-describedby") == "wrong-priority"
        assert await seen.page.locator("#wrong-priority").text_content() == error


async def test_another_pair_of_eyes_and_back_keeps_the_form(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        await opened(seen)
        await seen.page.fill("#field-blocker", "Half af")
        await seen.becomes("Maya Chen")
        assert await seen.page.locator(".desk h2").inner_text() == "Overview of Maya"
        assert await seen.page.locator("html").get_attribute("lang") == "en"
        await seen.becomes("Noor Visser")
        assert await seen.page.input_value("#field-blocker") == "Half af"


async def test_commands_are_suggested_and_people_picked(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        box = seen.page.locator("#box")
        await box.press_sequentially("/ku")
        await box.press("Enter")
        await box.press_sequentially("@lot")
        await box.press("Enter")
        await box.press_sequentially("dank je")
        await box.press("Enter")
        await seen.page.locator(".entry", has_text="command kudos").wait_for()
        call = shown.calls.calls[-1]
        assert (call.name, call.text) == ("kudos", "@Lotte de Boer dank je")
        assert call.mentions == {"@Lotte de Boer": "lotte"}


@both
async def test_the_search_field_finds_adds_and_removes(shown: Shown, look: str) -> None:
    async with visit(shown.browser, shown.address, look=look) as seen:
        await opened(seen)
        field = seen.page.get_by_role("combobox", name="Met wie werkte je samen?")
        await field.fill("ra")
        await seen.page.locator("#field-people-0").wait_for()
        await field.press("Enter")
        chips = seen.page.locator(".field", has=field).locator(".chip")
        first = {"slack": "Noor Visser", "teams": "Noor Visser · Engineer"}[look]
        assert await chips.all_inner_texts() == [first, "Ravi Patel"]
        assert shown.calls.calls[-1].carry == {"period": "7"}
        await seen.page.get_by_role("button", name=f"{first} weghalen").click()
        assert await chips.all_inner_texts() == ["Ravi Patel"]


async def test_a_confirmed_button_asks_first(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        remove = seen.page.locator("#said").get_by_role("button", name="Verwijderen")
        await remove.click()
        await seen.page.get_by_role("button", name="Toch niet").click()
        assert shown.calls.calls == []
        await remove.click()
        await seen.page.locator("dialog").get_by_role("button", name="Verwijderen").click()
        await seen.page.locator(".entry", has_text="press goal.remove").wait_for()


async def test_a_confirmed_button_unfolds_its_question_in_a_card(shown: Shown) -> None:
    async with visit(shown.browser, shown.address, look="teams") as seen:
        said = seen.page.locator("#said")
        await said.get_by_role("button", name="Verwijderen").click()
        assert await said.locator(".unfolded").all_inner_texts() == [
            "Doel verwijderen?\n\nDe geschiedenis gaat mee.\n\nVerwijderen"
        ]
        await said.get_by_role("button", name="Verwijderen").first.click()
        assert await said.locator(".unfolded").count() == 0
        await said.get_by_role("button", name="Verwijderen").click()
        assert shown.calls.calls == []
        await said.locator(".unfolded").get_by_role("button", name="Verwijderen").click()
        await seen.page.locator(".entry", has_text="press goal.remove").wait_for()
        assert shown.calls.calls[-1].carry == {"goal": "3"}


async def test_the_other_look_keeps_everything_in_its_place(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        await opened(seen)
        await seen.page.fill("#field-blocker", "Half af")
        await seen.page.get_by_role("radio", name="Neem mee").check()
        await seen.page.get_by_role("combobox", name="Wie leidt dit?").fill("ra")
        await seen.page.locator("#field-lead-0").click()
        switch = seen.page.get_by_role("group", name="Zoals het eruitziet in")
        await switch.get_by_role("button", name="Teams").click()
        assert await seen.page.locator(".stage .card").is_visible()
        assert await seen.page.input_value("#field-blocker") == "Half af"
        assert await seen.page.get_by_role("radio", name="Neem mee").is_checked()
        await seen.page.fill("#field-priority", "De planning rond")
        await switch.get_by_role("button", name="Slack").click()
        await switch.get_by_role("button", name="Teams").click()
        await seen.page.get_by_role("button", name="Versturen").last.click()
        await seen.page.locator(".entry", has_text="je check-in is binnen").wait_for()
        sent = shown.calls.calls[-1]
        assert (sent.value("done"), sent.value("blocker"), sent.value("lead")) == ("carry", "Half af", "4")
        assert (sent.value("priority"), sent.chosen("people")) == ("De planning rond", ("1",))
        await seen.page.reload()
        assert await switch.get_by_role("button", name="Teams").get_attribute("aria-pressed") == "true"
        assert seen.complaints == []


async def test_the_other_look_stays_at_the_same_message(shown: Shown) -> None:
    async with visit(shown.browser, shown.address, PHONE) as seen:
        await seen.page.locator(".entry").first.evaluate("entry => entry.scrollIntoView()")
        await seen.page.get_by_role("button", name="Teams").click()
        top = "entry => Math.round(entry.getBoundingClientRect().top - entry.parentElement.getBoundingClientRect().top)"
        assert await seen.page.locator(".entry").first.evaluate(top) == 0


async def test_the_clock_says_what_it_will_do_and_does_it(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        go = seen.page.get_by_role("button", name="Zet de klok op 09:00: 11 check-ins")
        assert await go.inner_text() == "→ 09:00: 11 check-ins"
        before = await seen.page.locator(".entry").count()
        await go.click()
        await seen.page.locator(".now", has_text="ma 23 nov om 09:00").wait_for()
        assert await seen.page.locator(".entry").count() == before + 1


async def test_news_arrives_by_itself_and_is_said_aloud(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        await seen.page.locator(".people .row", has_text="Sem Jansen").locator(".badge", has_text="1").wait_for()
        shown.chat.say(dm("sem"), CHECKIN)
        shown.chat.say(dm("noor"), CHECKIN)
        await seen.page.locator(".people .row", has_text="Sem Jansen").locator(".badge", has_text="2").wait_for()
        heard = "Nieuw voor Noor: Hoi Noor, tijd voor je check-in. Het kost je twee minuten."
        await seen.page.locator("#heard", has_text=heard).wait_for(state="attached")


async def test_a_message_menu_offers_the_shortcuts(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        await seen.enters("klantdag")
        last = seen.page.locator(".entry").last
        await last.hover()
        await last.get_by_role("button", name="Meer met dit bericht").click()
        await seen.page.get_by_role("menuitem", name="Give kudos for this").click()
        await seen.page.locator(".entry", has_text="shortcut kudos.this").wait_for()
        call = shown.calls.calls[-1]
        assert call.mentions == {"author": "ravi"}
        assert call.origin.permalink == f"{shown.address}/#room=klantdag&message={call.origin.message}"


async def test_a_reload_stays_where_it_was(shown: Shown) -> None:
    async with visit(shown.browser, shown.address) as seen:
        await seen.becomes("Ravi Patel")
        await seen.enters("kudos")
        await seen.page.reload()
        await seen.page.locator(".people [aria-current=true]", has_text="Ravi Patel").wait_for()
        assert await seen.page.locator(".talk .head h1").inner_text() == "# kudos"


async def test_one_pane_at_a_time_on_a_phone(shown: Shown) -> None:
    async with visit(shown.browser, shown.address, PHONE) as seen:
        panes = [seen.page.locator(pane) for pane in (".side", ".talk", ".desk")]
        for pane, visible in (("chats", 0), ("conversation", 1), ("overview", 2)):
            await seen.shows(pane)
            assert [await each.is_visible() for each in panes] == [index == visible for index in range(3)]
        assert await seen.page.locator(".clock .split").is_visible()


async def test_light_and_dark_can_be_chosen(shown: Shown) -> None:
    async with visit(shown.browser, shown.address, scheme="dark") as seen:
        colour = "getComputedStyle(document.body).backgroundColor"
        assert await seen.page.evaluate(colour) == "rgb(26, 29, 33)"
        await seen.page.get_by_role("button", name="Licht of donker").click()
        await seen.page.get_by_role("menuitemradio", name="Licht", exact=True).click()
        assert await seen.page.evaluate(colour) == "rgb(255, 255, 255)"
