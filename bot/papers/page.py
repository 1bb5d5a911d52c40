"""Papers as one page that prints well and needs nothing else: no script, no font, no picture from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import assert_never

from views.papers import Blank, Block, Document, Points, Source, Table

STYLE = """
body { font: 11pt/1.5 Georgia, serif; color: #222; max-width: 46em; margin: 2em auto; padding: 0 1.5em; }
h1, h2, th { font-family: system-ui, sans-serif; line-height: 1.25; }
h1 { font-size: 1.8em; border-bottom: 3px solid #2f6f5e; padding-bottom: .3em; }
h2 { font-size: 1.2em; color: #2f6f5e; margin-top: 2em; break-after: avoid; }
table { border-collapse: collapse; width: 100%; margin: 1em 0; font-size: .92em; }
th, td { border: 1px solid #bbb; padding: .4em .6em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eef4f2; }
tr, li { break-inside: avoid; }
.blank { border: 1px dashed #888; border-radius: 4px; padding: .6em .8em 3.2em; margin: 1em 0; break-inside: avoid; }

@page { margin: 2cm; }
""".strip()


def page(document: Document, language: str) -> str:
    """The whole paper."""
    body = [f"<h1>{escape(document.title)}</h1>", *_blocks(document.lead)]
    for part in document.parts:
        body += [f"<section><h2>{escape(part.title)}</h2>", *_blocks(part.blocks), "</section>"]
    return "\n".join(
        (
            "<!doctype html>",
            f'<html lang="{escape(language)}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            f"<title>{escape(document.title)}</title>",
            f"<style>\n{STYLE}\n</style></head>",
            "<body>",
            *body,
            "</body></html>",
            "",
        )
    )


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case str():
                yield f"<p>{escape(block)}</p>"
            case Points(items):
                yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"
            case Table(head, rows):
                body = "\n".join(_row(cells, "td") for cells in rows)
                yield f"<table><thead>{_row(head, 'th')}</thead>\n<tbody>{body}</tbody></table>"
            case Blank(asked):
                yield f'<div class="blank">{escape(asked)}</div>'
            case Source(title, address):
                yield f'<p>{escape(title)}: <a href="{escape(address)}">{escape(address)}</a></p>'
            case _:
                assert_never(block)


def _row(cells: tuple[str, ...], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
