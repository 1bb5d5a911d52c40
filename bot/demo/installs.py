"""The demo's only installation: one made-up workspace, whose user ids are people's handles."""

from __future__ import annotations

from bot.calls import Account

PLATFORM = "demo"
TEAM = "demo"


def account(user: str) -> Account:
    """The person with this handle, as every call names them."""
    return Account(PLATFORM, TEAM, user)
