"""The ten cards that people meet most, drawn by Microsoft's own renderer: `make pictures`.

One sheet per card: Dutch and English, each in light and in dark. Needs node for `npm ci`, and Debian's chromium.
"""  # noqa: INP001 - a script, not a package

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Page

from bot.app import build_router
from bot.calls import Origin
from bot.messages import Form, Message, mentioned
from bot.teams import render
from bot.words import words
from tests.browsing import chromium
from tests.test_views import EXAMPLES

HERE = Path(__file__).parent
CARDS = {
    "check-in": "checkins.ask",
    "check-in-form": "checkins.form",
    "kudos": "kudos.posted",
    "kudos-form": "kudos.form",
    "feedback-request": "feedback.asked",
    "feedback": "feedback.sheet",
    "goal": "goals.sheet",
    "digest": "digest.weekly",
    "overview": "home.home",
    "welcome": "onboarding.welcome",
}
"""The name of a picture, and of the example that it shows."""


async def main() -> None:
    site = web.Application()
    site.router.add_static("/", HERE / "drawing")
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/sheet.html"
    try:
        async with chromium() as browser:
            page = await browser.new_page(viewport={"width": 2000, "height": 400})
            for name, example in CARDS.items():
                await _draw(page, address, name, example)
    finally:
        await runner.cleanup()


async def _draw(page: Page, address: str, name: str, example: str) -> None:
    await page.goto(address)
    for language in ("nl", "en"):
        shown = _shown(example, language)
        for theme in ("light", "dark"):
            await page.evaluate("([theme, shown]) => add(theme, shown)", [theme, shown])
    await page.evaluate("document.fonts.ready")
    await page.locator("body").screenshot(path=HERE / f"{name}.png")


def _shown(name: str, language: str) -> dict[str, Any]:
    """The cards of an example, with what they stand in."""
    (example,) = (each for each in EXAMPLES if each.name == name)
    thing: Message | Form = example.make(words(language, "Europe/Amsterdam"))
    if isinstance(thing, Form):
        task = render.dialog(thing, Origin())
        return {"title": task["title"], "cards": [task["card"]["content"]]}
    accounts = {person: f"aad-{person}" for person in mentioned(thing)}
    said = render.message(thing, accounts, build_router().opening)
    return {"who": "09:00", "cards": [activity["attachments"][0]["content"] for activity in said]}


if __name__ == "__main__":
    asyncio.run(main())
