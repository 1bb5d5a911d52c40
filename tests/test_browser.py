"""A walk through the demo in a real browser: one week of a team, seen through several pairs of eyes.

`pytest tests/test_browser.py --screenshots DIR` walks it in both languages, through both chats' eyes, light and dark, on a
desktop and on a phone, and keeps a picture of every step.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator

from bot.app import demo
from bot.demo.desk import Desk
from bot.demo.hand import Hand
from bot.demo.listen import Door
from bot.words import words
from tests.browsing import DESKTOP, PHONE, Visit, chromium, needs_chromium, served, visit

pytestmark = needs_chromium


@dataclass(frozen=True)
class Cast:
    """Who walks, in which language, and what they say."""

    language: str
    me: str
    asker: str
    decliner: str
    manager: str
    thanked: tuple[str, str]
    thanks: str
    blocker: str
    plans: str
    topic: str
    question: str
    seen: str
    effect: str
    result: str
    value: str
    goal: str
    note: str
    team: tuple[str, ...]


NL = Cast(
    language="nl",
    me="Noor Jansen",
    asker="Lotte de Boer",
    decliner="Sem Bakker",
    manager="Anna Visser",
    thanked=("Sem Bakker", "Ravi Patel"),
    thanks="dankzij jullie kon ik de demo oefenen op echte havens.",
    blocker="Ik weet nog niet welke haven als eerste komt.",
    plans="Proefdraaien met de haven van Hull",
    topic="mijn presentatie voor de klantdag",
    question="Kwam het verhaal over zonder de plaatjes?",
    seen="Je vertelde eerst wat een schipper ziet, en pas daarna wat wij bouwden.",
    effect="Ik kon het daarna in één zin aan mijn buurman uitleggen.",
    result="Keer per maand dat iemand moest ingrijpen",
    value="3",
    goal="De testomgeving herstelt zichzelf",
    note="Na de update van vrijdag viel hij weer om.",
    team=("sem", "lotte", "ravi", "maya"),
)
EN = Cast(
    language="en",
    me="Emma Clarke",
    asker="Tom Bennett",
    decliner="Ravi Patel",
    manager="Dan Miller",
    thanked=("Tom Bennett", "Maya Chen"),
    thanks="your short guide saved me an afternoon of phone calls.",
    blocker="The contract text is still with legal.",
    plans="Seats and badges for the customer day",
    topic="my short guide",
    question="Which step is still unclear?",
    seen="You put the three most asked questions on the first page.",
    effect="Two ports told me that they found the answer themselves.",
    result="Ports that renewed",
    value="2",
    goal="Three ports renew before Christmas",
    note="Hull signed, but Aberdeen wants to wait until spring.",
    team=("tom",),
)


class Walk:
    """One walk through the week."""

    def __init__(self, cast: Cast, look: str, seen: Visit, folder: Path | None) -> None:
        self.cast, self.look, self.seen, self.page = cast, look, seen, seen.page
        self.line = words(cast.language, "Europe/Amsterdam").line
        self._folder = folder
        self._numbers = itertools.count(1)

    @property
    def me(self) -> str:
        return self.cast.me.split(maxsplit=1)[0]

    async def picture(self, what: str) -> None:
        number = next(self._numbers)
        if self._folder:
            await self.page.mouse.move(0, 0)
            await self.page.screenshot(path=self._folder / f"{number:02}-{what}.png")

    def button(self, sentence: str, within: str = "#said") -> Locator:
        return self.page.locator(within).get_by_role("button", name=self.line(sentence), exact=True)

    def newest(self, text: str) -> Locator:
        return self.page.locator(".entry", has_text=text).last

    async def moves_until(self, text: str) -> None:
        """Presses the clock's button until this is said in the conversation."""
        for _ in range(6):
            if await self.newest(text).count():
                return
            before = await self.page.locator(".now").inner_text()
            await self.page.locator("[data-key=move]").click()
            await self.page.wait_for_function(
                "before => document.querySelector('.now').innerText !== before", arg=before
            )
        raise AssertionError(f"nobody said {text!r}")

    async def types(self, text: str, *mentions: str) -> None:
        """Types in the box; an @ in the text picks the next of these people from the suggestions."""
        await self.seen.shows("conversation")
        box = self.page.locator("#box")
        names = iter(mentions)
        for index, part in enumerate(text.split("@")):
            if index:
                name = next(names)
                await box.press_sequentially(f"@{name.split()[0]}")
                await self.page.locator("#hints li", has_text=name).wait_for()
                await box.press("Enter")
            await box.press_sequentially(part)
        await self.page.keyboard.press("Escape")
        await box.press("Enter")

    async def sends(self) -> None:
        await self.page.locator(".stage form button[type=submit]").click()
        await self.page.locator(".stage form").wait_for(state="detached")

    async def fills(self, **values: str) -> None:
        for name, value in values.items():
            await self.page.fill(f"#field-{name}", value)

    # the steps

    async def check_in(self) -> None:
        hello = self.line("Hi {name}, time for your check-in. It takes you two minutes.", name=self.me)
        await self.seen.becomes(self.cast.me)
        await self.seen.shows("conversation")
        await self.picture("monday-morning")
        await self.moves_until(hello)
        await self.picture("check-in-arrives")
        await self.newest(hello).get_by_role("button", name=self.line("Answer"), exact=True).click()
        await self.page.get_by_role("radio", name=self.line("Done")).first.check()
        await self.fills(blocker=self.cast.blocker, priorities=self.cast.plans)
        await self.page.get_by_role("radio", name="4", exact=True).check()
        await self.page.select_option("#field-energy_for", "manager")
        manager = self.cast.manager.split(maxsplit=1)[0]
        assert manager in await self.page.locator(".stage form").inner_text()
        await self.picture("check-in-form")
        await self.sends()
        await self.newest(
            self.line("Thank you, your check-in is in. You can change it until {name} has read it.", name=manager)
        ).wait_for()
        await self.picture("check-in-sent")

    async def kudos(self) -> None:
        first, second = self.cast.thanked
        await self.types(f"/kudos @ @ {self.cast.thanks}", first, second)
        await self.newest(self.cast.thanks).wait_for()
        await self.picture("kudos-given")
        await self.seen.enters("kudos")
        post = self.newest(self.cast.thanks)
        assert all([name.split()[0] in await post.inner_text() for name in (self.cast.me, first, second)])
        await self.picture("kudos-channel")

    async def feedback(self) -> None:
        about = {"nl": "over", "en": "about"}[self.cast.language]
        ask = {"nl": "vraag", "en": "ask"}[self.cast.language]
        await self.seen.becomes(self.cast.asker)
        await self.seen.enters("Ritme")
        await self.types(f"/feedback {ask} @ @ {about} {self.cast.topic}", self.cast.me, self.cast.decliner)
        await self.page.locator(".stage form").wait_for()
        assert await self.page.input_value("#field-topic") == self.cast.topic
        await self.fills(question=self.cast.question)
        await self.picture("feedback-asked")
        await self.sends()
        await self.answers()
        await self.declines()

    async def answers(self) -> None:
        await self.seen.becomes(self.cast.me)
        await self.seen.enters("Ritme")
        request = self.newest(self.cast.question)
        await request.wait_for()
        await self.picture("feedback-request")
        await request.get_by_role("button", name=self.line("Give feedback"), exact=True).click()
        await self.fills(behaviour=self.cast.seen, impact=self.cast.effect)
        await self.picture("feedback-form")
        await self.sends()
        await self.newest(self.line("You can change it or take it back until it has been read.")).wait_for()
        await self.picture("feedback-given")

    async def declines(self) -> None:
        await self.seen.becomes(self.cast.decliner)
        await self.seen.enters("Ritme")
        request = self.newest(self.cast.question)
        await request.get_by_role("button", name=self.line("Rather not"), exact=True).click()
        await request.wait_for(state="detached")
        await self.picture("feedback-declined")
        await self.seen.becomes(self.cast.asker)
        await self.seen.enters("Ritme")
        await self.picture("feedback-answered-and-declined")

    async def goal(self) -> None:
        await self.seen.becomes(self.cast.me)
        await self.seen.shows("overview")
        mine = self.page.locator(".home :is(.section, .columns)", has_text=self.cast.goal)
        await mine.wait_for()
        await self.picture("overview")
        await mine.get_by_role("button", name=self.line("Update"), exact=True).click()
        await self.page.get_by_label(self.cast.result, exact=True).fill(self.cast.value)
        await self.page.select_option("#field-confidence", "4")
        await self.fills(note=self.cast.note)
        await self.picture("goal-form")
        await self.sends()
        await self.seen.shows("conversation")
        await self.newest(self.line("The update is in.")).wait_for()
        await self.picture("goal-updated")

    async def colleagues(self, desk: Desk) -> None:
        """The rest of the team answers meanwhile, without a browser."""
        await desk.parts.hands.move(desk.parts.hands.now() + timedelta(days=1))
        for user in self.cast.team:
            hand = Hand(desk, user)
            await hand.presses("checkins.answer")
            await hand.fills({"energy": "4", "energy_for": "manager"})

    async def digest(self) -> None:
        await self.seen.becomes(self.cast.manager)
        await self.seen.enters("Ritme")
        await self.page.locator("[data-key=moves]").click()
        await self.picture("other-moments")
        await self.page.get_by_role("menuitem", name=self.line("To Monday morning")).click()
        said = self.newest("Week 49")
        await said.wait_for()
        text = await said.inner_text()
        assert self.cast.goal in text
        first, _ = self.cast.thanked
        if self.cast.language == "nl":
            assert "Noor heeft sinds" in text  # the goal that fell
            assert "Sem kreeg kudos van Noor." in text
            assert "mensen mee aan de check-in." in text  # the check-in, as one of the group
            charts = await said.locator("svg[role=img]").count()
            assert (charts, "█" in text) == (2, False)
        else:
            assert "Emma has less confidence" in text
            assert f"{first.split()[0]} got kudos from Emma." in text
        await said.evaluate("entry => entry.scrollIntoView()")
        await self.picture("digest")
        await said.locator(".actions").last.scroll_into_view_if_needed()
        await self.picture("digest-end")

    async def what_it_said(self) -> None:
        await self.seen.becomes(self.cast.me)
        await self.seen.shows("overview")
        await self.page.locator(".home").get_by_role("button", name=self.line("What it said about me")).click()
        await self.page.locator(".stage form", has_text=self.cast.goal).wait_for()
        await self.picture("what-the-digest-said")


WALKS = [(NL, DESKTOP, "light", "slack"), (EN, PHONE, "dark", "teams")]
EVERY = list(itertools.product((NL, EN), (DESKTOP, PHONE), ("light", "dark"), ("slack", "teams")))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cast" not in metafunc.fixturenames:
        return
    walks = EVERY if metafunc.config.getoption("screenshots") else WALKS
    metafunc.parametrize(("cast", "size", "scheme", "look"), walks, ids=[_name(*walk) for walk in walks])


def _name(cast: Cast, size: tuple[int, int], scheme: str, look: str) -> str:
    return f"{look}-{cast.language}-{'phone' if size == PHONE else 'desktop'}-{scheme}"


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures go, if anywhere."""
    asked = request.config.getoption("screenshots")
    if not asked:
        return None
    return _made(Path(asked))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def test_a_week(cast: Cast, size: tuple[int, int], scheme: str, look: str, folder: Path | None) -> None:
    async with (
        demo() as desk,
        served(Door(desk)) as address,
        chromium() as browser,
        visit(browser, address, size, scheme, look) as seen,
    ):
        walk = Walk(cast, look, seen, folder and _made(folder / "walk" / _name(cast, size, scheme, look)))
        await walk.check_in()
        await walk.kudos()
        await walk.feedback()
        await walk.goal()
        await walk.colleagues(desk)
        await walk.digest()
        await walk.what_it_said()
        assert seen.complaints == []


async def test_a_manager_reads_the_digest_in_english(folder: Path | None) -> None:
    """Whoever changes their language gets the next digest in it, and sees it as either chat would show it.

    With `--screenshots` it makes the README's pictures.
    """
    async with demo() as desk, served(Door(desk)) as address, chromium() as browser, visit(browser, address) as seen:
        await seen.becomes("Anna Visser")
        await seen.page.locator(".home").get_by_role("button", name="Instellingen").click()
        await seen.page.locator("#said").get_by_role("button", name="Taal en werkdagen").last.click()
        await seen.page.get_by_role("radio", name="English").check()
        await seen.page.locator(".stage form button[type=submit]").click()
        await seen.page.locator(".people h2, .side h2", has_text="Look through the eyes of").wait_for()
        await seen.page.get_by_role("button", name="Move the clock to 09:00: 6 check-ins, 2 digests").click()
        digest = seen.page.locator(".entry", has_text="This needs your attention").last
        await digest.wait_for()
        for look in ("Slack", "Teams"):
            await seen.page.locator(".switch").get_by_role("button", name=look).click()
            await digest.locator("svg[role=img]").first.wait_for()
            assert "Last week 5 of 5 people took part in the check-in." in await digest.inner_text()
            if folder:
                await digest.evaluate("entry => entry.scrollIntoView()")
                await seen.page.locator(".home").evaluate("home => home.scrollTo(0, 0)")
                await seen.page.screenshot(path=folder / f"digest-{look.lower()}.png")
        assert seen.complaints == []
