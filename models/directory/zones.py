"""The world's time zones by their IANA names."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

_NO_PLACES = ("Etc/", "SystemV/", "posix/", "right/")


@cache
def zones() -> tuple[str, ...]:
    """Every zone that is named after a place, and UTC."""
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NO_PLACES))
    return ("UTC", *sorted(places))


def find_zones(letters: str, limit: int = 20) -> list[str]:
    """The zones with a part that starts with these letters: "new y" finds America/New_York."""
    wanted = letters.strip().casefold().replace(" ", "_")
    found = (zone for zone in zones() if any(part.startswith(wanted) for part in _parts(zone)))
    return sorted(found, key=lambda zone: (not _parts(zone)[-1].startswith(wanted), zone))[:limit]


def _parts(zone: str) -> list[str]:
    return [zone.casefold(), *zone.casefold().split("/")]
