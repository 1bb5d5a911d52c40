"""Which addresses get our token. A message says where its answer goes; only Microsoft's own hosts are believed."""

from __future__ import annotations

import re
from collections.abc import Iterable

MICROSOFT = frozenset(
    {
        "smba.trafficmanager.net",
        "smba.infra.gcc.teams.microsoft.com",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    }
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[::1\])(:(?P<port>[0-9]{1,5}))?(?P<path>(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*)/?"
)
"""Nothing but a host, a port and plain folders: no user, no query, no escapes, no way back up."""


class Hosts:
    """The hosts that may be spoken with: Microsoft's, and those that an operator lists."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self.more = frozenset(host.strip().lower() for host in more) - MICROSOFT

    @classmethod
    def listed(cls, setting: str | None) -> Hosts:
        """By the setting's own words: names with commas between them."""
        return cls(host for host in (setting or "").split(",") if host.strip())

    def base(self, service: str) -> str | None:
        """The address without a slash at its end; None where nothing may be sent.

        HTTPS on its own port, except for this machine where it is listed by name.
        """
        found = _ADDRESS.fullmatch(service)
        if found is None or found["host"] not in MICROSOFT | self.more:
            return None
        encrypted = found["scheme"] == "https" and found["port"] in {None, "443"}
        if not encrypted and found["host"] not in LOOPBACK:
            return None
        return service.rstrip("/")
