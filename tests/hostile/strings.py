"""What people type at its worst: markup of every output, and characters that readers stumble over."""

from __future__ import annotations

from functools import cache
from random import Random

MRKDWN = (
    "<!channel>", "<!here|here>", "<!everyone>", "<@U0000001>", "<@U0000001|noor>", "<#C0000001|general>",
    "<!subteam^S1|@leads>", "<!date^1795512000^{date}^https://evil.example/|now>", "<https://evil.example/|Ritme>",
    "<mailto:a@evil.example|mail>", "<tel:112|112>", "<slack://open>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "@channel",
    "@here", "@everyone", "*bold*", "_italic_", "~gone~", "`code`", "```block```", "> quote", ">>> all", ":tada:", ":+1:",
    "#general", "<", ">", "&", "&#60;!channel&#62;", "<!channel", "!channel>", "<|>", "<@>", "<<!here>>", "\\<!here\\>",
)  # fmt: skip
CARDS = (
    "<at>Noor Jansen</at>", '<at id="0">Noor</at>', "</at>", "<AT>Noor</AT>", "[Ritme](https://evil.example/)",
    "![x](https://evil.example/x.png)", "[a][b]", "[b]: https://evil.example/", "**bold**", "__bold__", "~~gone~~", "# head",
    "- item", "* item", "1. item", "1) item", "+ item", "---", "***", "`code`", "```", "{{DATE(2026-11-24T09:00:00Z,SHORT)}}",
    "{{TIME(2026-11-24T09:00:00Z)}}", "${user.name}", "$(1+1)", "\\", "\\*", "\\[x\\](https://evil.example/)", "| a | b |",
    "<https://evil.example/>", "https://evil.example/?q=", "www.evil.example", "a@evil.example", "&nbsp;", "&#42;&#x2a;",
    "[click](javascript:alert(1))", "[click](data:text/html,x)", "\\\\[x](https://evil.example)", "*a**b*c**", "_a__b_c__",
)  # fmt: skip
HTML = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "</textarea><b>", "<!--", "-->",
    "<a href=https://evil.example>x</a>", "<style>*{display:none}</style>", "<iframe src=//evil.example>", "&quot;&apos;", "']]>",
    "javascript:alert(1)", "</script><script>", "<meta http-equiv=refresh content=0>", '{"a":1}', "\u2028alert(1)\u2029",
)  # fmt: skip
CELLS = (
    "=1+1", '=HYPERLINK("https://evil.example","x")', "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "=cmd|'/c calc'!A0",
    ";=1", ",=1", '"=1', "'=1", " =1", "\ufeff=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "\u22121+1", "\0=1", "%0A=1",
)  # fmt: skip
TERMINAL = (
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x07x\x1b]8;;\x07", "\x1b[2J", "\x9b31m", "\x07", "\b\b\b", "\x7f",
    "[bold]x[/bold]", "[link=https://evil.example]x[/link]", "[/]", "\r\x1b[K", "\x90x\x9c", "\x1bc",
)  # fmt: skip
ODD = (
    "\0", "a\0b", "\u202eabc", "\u200b", "\u200d", "\ufeff", "\u2066<!here>\u2069", "\U000e0001", "e\u0301" * 20, "\ufffd", "\uffff",
    "\U0010ffff", "👩‍👩‍👧‍👦", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "\uff41", "ﷺ" * 10, "١٢٣", "²", "\u3000", "\x85x", "\u2028", "\x0b\x0c", "\r\n\r\n",
    "'; DROP TABLE person; --", "%s%n%x", "{giver}", "{0}", "{n", "../../etc/passwd", "${jndi:ldap://127.0.0.1/}", "NaN", "null", "-0",
    "1e309", "9" * 40, "0x7f", "true", "[]", "{}", "x" * 3001, "\u0130" * 9, "ß" * 9, "\ud7ff", "\u0600",
)  # fmt: skip
FAMILIES = (MRKDWN, CARDS, HTML, CELLS, TERMINAL, ODD)
TRICKS: tuple[str, ...] = tuple(dict.fromkeys(trick for family in FAMILIES for trick in family))

_GLUE = ("", "", "", " ", " ", "\n", "\n", "*", "_", "<", ">", "|", "\\", "!", "(", "[", "a", "1", ".", "\u00a0")
_LETTERS = "*_[]()<>&#+-.!`~\\{}|:=@^/ \t\n19aé👏\u202e\u200b\"'$%;,"


@cache
def drawn(count: int, seed: int) -> tuple[str, ...]:
    """So many different hostile strings: every trick alone, then tricks among each other and letters that are markup."""
    found = dict.fromkeys(TRICKS)
    random = Random(f"strings {seed}")
    while len(found) < count:
        found[one(random)] = None
    return tuple(found)[:count]


def one(random: Random) -> str:
    """A hostile string of some length."""
    pieces = []
    for _ in range(random.choice((1, 2, 2, 3, 4))):
        if random.random() < 0.6:
            pieces.append(random.choice(random.choice(FAMILIES)))
        else:
            pieces.append("".join(random.choices(_LETTERS, k=random.randint(1, 12))))
        pieces.append(random.choice(_GLUE))
    return "".join(pieces)
