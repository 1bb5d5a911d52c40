"""What it means when Slack cannot be connected with: it refuses us, or it is only out of reach."""

from __future__ import annotations

from bot.again import OutOfReach
from bot.parcels import Halted, Later
from bot.settings import Wrong
from bot.slack.send import outcome


def trouble(failure: BaseException, setting: str) -> Wrong | OutOfReach:
    """What to raise, when `setting` is the token that Slack was asked with."""
    ended = outcome(failure)
    if isinstance(ended, Halted):
        return Wrong([f"{setting}: Slack refuses it ({ended.reason})."])
    seconds = ended.seconds if isinstance(ended, Later) and ended.reason == "ratelimited" else 0.0
    return OutOfReach(f"Slack is out of reach ({ended.reason})", seconds)
