"""Who may speak to the demo: a browser on this machine that opened this page, and nothing else.

The server listens on loopback. That keeps other machines out, but not other web pages in the same browser; so the
name in `Host` must be this machine's (a page elsewhere can point its own name here), the `Origin` must be the page
itself, and every question must carry a random key that the page got as a cookie of this site alone.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_COOKIE = "ritme_demo"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Guard:
    """Holds the key of one run of the demo."""

    def __init__(self) -> None:
        self._key = secrets.token_urlsafe(32)

    def admit(self, response: web.StreamResponse) -> None:
        """Gives this browser the key, for as long as it stays open."""
        response.set_cookie(_COOKIE, self._key, httponly=True, samesite="Strict", path="/")

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answers 403 to whoever may not speak, before anything is read of what they say."""
        refusal = self._refusal(request)
        if refusal:
            return web.json_response({"error": refusal}, status=403, headers=HEADERS)
        return await handler(request)

    def _refusal(self, request: web.Request) -> str:
        """Why this request is not answered; empty when it is."""
        host = request.headers.get("Host", "")
        if _hostname(host) not in _LOOPBACK:
            return "host"
        origin = request.headers.get("Origin")
        if origin != f"http://{host}" and not (origin is None and request.method == "GET"):
            return "origin"
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return "site"
        if not request.path.startswith("/api/"):
            return ""
        key = request.cookies.get(_COOKIE, "")
        return "" if hmac.compare_digest(key.encode(), self._key.encode()) else "key"


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
