"""A document as one HTML file that needs nothing else: what views say, for reading and printing outside of a chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from bot.messages import Element, Facts, Heading, Item, Quote, Say, Small, Span, Text, plain

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1d1d1f}"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid #ccc;padding-top:1rem}"
    "small{color:#555}blockquote{margin:.3rem 0 .8rem;padding-left:.8rem;border-left:3px solid #ccc;"
    "white-space:pre-wrap}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.3rem 0}"
    "dt{color:#555}dd{margin:0}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(title: str, body: Iterable[Element], language: str) -> str:
    """The document. Whatever people wrote in it is text, and nothing in it can run or reach out."""
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
    )
    said = "\n".join(line for element in body for line in _lines(element))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>{head}</head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{said}\n</body>\n</html>\n"
    )


def _lines(element: Element) -> Iterator[str]:
    match element:
        case Heading(text):
            yield f"<h2>{escape(text)}</h2>"
        case Say(text):
            yield f"<p>{_text(text)}</p>"
        case Small(text):
            yield f"<p><small>{_text(text)}</small></p>"
        case Quote(text):
            yield f"<blockquote>{escape(text)}</blockquote>"
        case Facts(rows):
            pairs = "".join(f"<dt>{escape(label)}</dt><dd>{_text(value)}</dd>" for label, value in rows)
            yield f"<dl>{pairs}</dl>"
        case Item(text, small):
            yield f"<p>{_text(text)}<br><small>{_text(small)}</small></p>"
        case _:
            pass  # what is there to be pressed has no place on paper


def _text(text: Text) -> str:
    return "".join(_span(part) if isinstance(part, Span) else escape(plain((part,))) for part in text)


def _span(span: Span) -> str:
    tag = {"bold": "b", "italic": "i"}.get(span.style)
    return f"<{tag}>{escape(span.text)}</{tag}>" if tag else escape(span.text)
