"""A signed "kudos @Name ..." from Teams, to a committed reply that Teams' connector has taken.

Beside it, asked in turns: the same from Slack, whose reply travels in its answer; botbuilder's own adapter with a bot
that answers one text; and Ritme's door with one text behind it, which is what that is like. Then sixty at the same
time, while the connector takes a second for each.
"""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from statistics import median

from benchmarks import kudos
from benchmarks.asking import Server, Subject
from benchmarks.doors import PEOPLE
from benchmarks.microsoft import Microsoft
from benchmarks.table import Row, show

ROUNDS, REQUESTS, FEWER = 5, 1000, 200
TOGETHER, SLOW, TIMES = 60, 1.0, 3


def run() -> list[Row]:
    return asyncio.run(_served())


async def _served() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        async with Microsoft() as microsoft:
            servers = (
                Server("doors", folder),
                Server("teamsdoor", folder, microsoft.base, "whole"),
                Server("teamsdoor", folder, microsoft.base, "bare"),
                Server("stock", microsoft.base),
            )
            try:
                await asyncio.to_thread(lambda: [server.port for server in servers])
                return await _measured(microsoft, *servers)
            finally:
                for server in servers:
                    server.stop()


async def _measured(microsoft: Microsoft, slack: Server, *teams: Server) -> list[Row]:
    over_slack = Subject(slack, kudos.requests(), REQUESTS, kudos.thanked)
    whole, bare, stock = (
        Subject(server, microsoft.requests(name, PEOPLE), count, settled=partial(microsoft.took, name))
        for server, name, count in zip(teams, ("whole", "bare", "stock"), (REQUESTS, REQUESTS, FEWER), strict=True)
    )
    subjects = (over_slack, whole, bare, stock)
    for subject, count in zip(subjects, (REQUESTS, PEOPLE, PEOPLE, FEWER), strict=True):
        await subject.warm(count)  # once everybody has written, where they are reached is in memory
    for _ in range(ROUNDS):
        for subject in subjects:
            await subject.round()
    microsoft.slow = SLOW
    times = [[await subject.together(TOGETHER) for subject in (whole, stock)] for _ in range(TIMES)]
    return [*_paths(*subjects), *_together(*(median(column) for column in zip(*times, strict=True)))]


def _paths(slack: Subject, whole: Subject, bare: Subject, stock: Subject) -> list[Row]:
    slack_rate, rate, bare_rate, stock_rate = (one.median("rate") for one in (slack, whole, bare, stock))
    slack_cpu, cpu, bare_cpu, stock_cpu = (one.median("cpu") for one in (slack, whole, bare, stock))
    return [
        ("kudos, requests/s: Slack to Teams", slack_rate, rate, slack.to(whole, "rate"), 2.0),
        ("kudos, CPU µs a request: Teams to Slack", cpu, slack_cpu, whole.to(slack, "cpu"), 0.0),
        ("one text, requests/s: botbuilder's adapter to Ritme", stock_rate, bare_rate, stock.to(bare, "rate"), 0.05),
        ("one text, CPU µs a request: Ritme to the adapter", bare_cpu, stock_cpu, bare.to(stock, "cpu"), 0.0),
        ("requests/s: its one text to Ritme's kudos", stock_rate, rate, stock_rate / rate, 0.0),
    ]


def _together(ritme: float, stock: float) -> list[Row]:
    return [
        ("sixty at once, a connector of 1 s: seconds", ritme, 0.0, 0.0, 3.0),
        ("sixty at once, botbuilder's adapter: seconds", stock, ritme, stock / ritme, 0.0),
    ]


if __name__ == "__main__":
    show(run())
