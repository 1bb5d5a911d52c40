"""The few pages that somebody sees who adds Ritme to Slack. They load nothing, run nothing, and know nothing."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from aiohttp import web

from bot.words import Words, words

_STYLE = """
:root { color-scheme: light dark; font: 400 1.0625rem/1.6 system-ui, sans-serif; }
body { margin: 0; display: grid; place-content: center; min-height: 100vh; padding: 1.5rem; box-sizing: border-box;
  background: light-dark(#f6f7f6, #14201e); color: light-dark(#1c2b28, #e6eeec); }
main { max-width: 32rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 1rem; }
a { display: inline-block; margin-top: .5rem; padding: .7rem 1.2rem; border-radius: .6rem; text-decoration: none;
  background: light-dark(#0b6e5f, #5cc8b3); color: light-dark(#ffffff, #06231e); font-weight: 600; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",  # the address holds what Slack gave
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
{body}
</main>
</html>
"""


def speech(accepted: str) -> Words:
    """The words of a browser, by its `Accept-Language`: Dutch where it prefers that, else English."""
    weights = {"en": 0.0, "nl": 0.0}
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        language = tag.strip().casefold()[:2]
        if language in weights:
            weights[language] = max(weights[language], _weight(weight))
    return words("nl" if weights["nl"] > weights["en"] else "en", "Europe/Amsterdam")


def _weight(text: str) -> float:
    if not text:
        return 1.0
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def arrived(words: Words, workspace: str) -> web.Response:
    """It worked."""
    return _page(
        words,
        words.line("Ritme is in {workspace}.", workspace=workspace),
        words.line("One step is left: type /ritme setup in Slack."),
        words.line("Nobody hears from Ritme before you say so there."),
    )


def cancelled(words: Words, again: str) -> web.Response:
    """They did not agree."""
    return _page(
        words,
        words.line("Ritme was not added."),
        words.line("You said no to Slack, so nothing has changed and nothing was kept."),
        again=(words.line("Add Ritme to Slack"), again),
    )


def over(words: Words, again: str) -> web.Response:
    """The state is wrong, used, expired, or another browser's."""
    return _page(
        words,
        words.line("This page is no longer valid."),
        words.line("Adding Ritme counts once, within ten minutes, and in the browser where it began."),
        again=(words.line("Begin again"), again),
        status=400,
    )


def refused(words: Words, workspace: str) -> web.Response:
    """The workspace is not one of those that are served."""
    return _page(
        words,
        words.line("This Ritme is not for {workspace}.", workspace=workspace),
        words.line("Whoever runs it has listed the workspaces that it serves, and yours isn't one of them."),
        words.line("Nothing was kept, and Ritme was taken out of your workspace again."),
        status=403,
    )


def declined(words: Words, again: str) -> web.Response:
    """Slack gave nothing for the code."""
    return _page(
        words,
        words.line("Slack did not confirm it."),
        words.line("What Slack sent along was used before, or is too old. Nothing was kept."),
        again=(words.line("Begin again"), again),
        status=400,
    )


def later(words: Words, *, crowded: bool = False) -> web.Response:
    """Not now: too many at the same time, or something is out of reach."""
    return _page(
        words,
        words.line("Not just now."),
        words.line("Adding Ritme does not work at the moment. Try again in a few minutes."),
        status=429 if crowded else 503,
    )


def _page(
    words: Words, title: str, *paragraphs: str, again: tuple[str, str] | None = None, status: int = 200
) -> web.Response:
    body = [f"<p>{escape(one)}</p>" for one in paragraphs]
    if again:
        label, where = again
        body.append(f'<p><a href="{escape(where)}">{escape(label)}</a></p>')
    text = _PAGE.format(lang=words.language, title=escape(title), style=_STYLE, body="\n".join(body))
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
