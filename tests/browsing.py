"""A real browser in front of the demo: Debian's chromium, driven by playwright, talking to loopback alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from bot.demo.listen import Door

CHROMIUM = Path("/usr/bin/chromium")
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = (1440, 900), (390, 844)

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}: apt-get install chromium")


@asynccontextmanager
async def served(door: Door) -> AsyncIterator[str]:
    """The demo on a free port of this machine; its address."""
    runner = web.AppRunner(door.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGS))
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Visit:
    """One visitor of the demo. `complaints` is what the browser complained about, which should stay empty."""

    page: Page
    phone: bool
    complaints: list[str] = field(default_factory=list)

    async def shows(self, pane: str) -> None:
        """On a phone, goes to a pane: chats, conversation or overview."""
        if self.phone:
            await self.page.locator(f".tabs [data-key={pane}]").click()

    async def becomes(self, name: str) -> None:
        """Looks through somebody's eyes."""
        await self.shows("chats")
        await self.page.locator(".people").get_by_role("button", name=name).click()
        await self.page.locator(".people [aria-current=true]", has_text=name).wait_for()

    async def enters(self, room: str) -> None:
        await self.shows("chats")
        await self.page.locator(".side").get_by_role("button", name=room, exact=False).first.click()
        await self.page.locator(".talk .head h1", has_text=room).wait_for()


@asynccontextmanager
async def visit(
    browser: Browser, address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light", look: str = "slack"
) -> AsyncIterator[Visit]:
    """Opens the demo in a window of this size, through this chat's eyes."""
    phone = size[0] < 760
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
        reduced_motion="reduce",
        has_touch=phone,
        is_mobile=phone,
        device_scale_factor=2 if phone else 1,
    )
    page = await context.new_page()
    page.set_default_timeout(30_000)
    visiting = Visit(page, phone)
    page.on("pageerror", lambda error: visiting.complaints.append(str(error)))
    page.on(
        "console", lambda said: visiting.complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    await page.goto(f"{address}/#look={look}")
    await page.locator(".entry").first.wait_for(state="attached")
    try:
        yield visiting
    finally:
        await context.close()
