"""The Teams app package: a manifest of what the router serves, its Dutch, and two icons, in one zip file.

The manifest is that of schema 1.30; slash triggers are in it as an extra, for chats that know them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from bot.router import Command, Compose, Router, Shortcut
from bot.words import Words, words

Json = dict[str, Any]

SCHEMA = "1.30"
ICONS = Path(__file__).parent / "icons"
COLOUR = "#0B6E5F"
DUTCH = "nl.json"

MOST_COMMANDS = 12
"""Commands in one list, by the schema."""

_SCHEMAS = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}"
_HOME = "Europe/Amsterdam"  # no sentence here has a time in it
_ABOUT, _TITLE = 128, 32


def write(file: Path, router: Router, app: str, site: str) -> None:
    """Writes the package, ready for upload.

    `app` is the id of the bot's registration, `site` a page of the operator's about Ritme, to which Teams links for
    support, privacy and terms.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", _pretty(manifest(router, app, site)))
        package.writestr(DUTCH, _pretty(dutch(router)))
        for icon in ("color.png", "outline.png"):
            package.write(ICONS / icon, icon)


def manifest(router: Router, app: str, site: str) -> Json:
    """The manifest, in English."""
    english = words("en", _HOME)
    return {
        "$schema": f"{_SCHEMAS}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": version("ritme"),
        "id": app,
        "developer": {"name": "Ritme", "websiteUrl": site, "privacyUrl": site, "termsOfUseUrl": site},
        "name": {"short": "Ritme", "full": _name(english)},
        "description": {"short": _short(english), "full": _full(english)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": COLOUR,
        "localizationInfo": {
            "defaultLanguageTag": "en",
            "additionalLanguages": [{"languageTag": "nl", "file": DUTCH}],
        },
        "defaultInstallScope": "personal",
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [],
        "bots": [
            {
                "botId": app,
                "scopes": ["personal", "team", "groupChat"],
                "supportsTargetedMessages": True,
                "commandLists": [
                    _commands(router, ["personal"], ["mention"], english),
                    _commands(router, ["team", "groupChat"], ["mention", "slash"], english),
                ],
            }
        ],
        "composeExtensions": [{"botId": app, "commands": [*_composes(router, english), *_actions(router, english)]}],
    }


def dutch(router: Router) -> Json:
    """What is said in the manifest, in Dutch, by its place there. Typed words are translated too; Ritme knows both."""
    speech = words("nl", _HOME)
    said: Json = {
        "$schema": f"{_SCHEMAS}/MicrosoftTeams.Localization.schema.json",
        "name.short": "Ritme",
        "name.full": _name(speech),
        "description.short": _short(speech),
        "description.full": _full(speech),
    }
    for listed in range(2):
        for place, command in enumerate(_listed(router)):
            where = f"bots[0].commandLists[{listed}].commands[{place}]"
            said[f"{where}.title"] = command.aliases[0] if command.aliases else command.name
            said[f"{where}.description"] = command.help(speech).summary
    offered: tuple[Compose | Shortcut, ...] = (*router.composes.values(), *router.shortcuts.values())
    for place, action in enumerate(offered):
        where = f"composeExtensions[0].commands[{place}]"
        said[f"{where}.title"] = _whole(action.label(speech), _TITLE)
        said[f"{where}.description"] = _about(router, action, speech)
    return said


# --- parts of it -------------------------------------------------------------------------------------


def _name(speech: Words) -> str:
    return speech.line("Ritme: a rhythm of small conversations")


def _short(speech: Words) -> str:
    return speech.line("Check-ins, kudos, feedback and goals, where you already work.")


def _full(speech: Words) -> str:
    return speech.line(
        "Ritme replaces the tense yearly appraisal by a rhythm of small conversations: check-ins that take two "
        "minutes, kudos, feedback, goals, and one digest a week for managers. Above every form it says, by name, who "
        "will be able to read what you write. It reads only what is sent to it, ranks nobody, and shares no private "
        "notes. It is open source and runs on your organisation's own machine."
    )


def _listed(router: Router) -> Iterable[Command]:
    """The commands that everybody has, the short ones first; the others are found by `help`."""
    everybodys = [command for command in router.commands.values() if command.only is None]
    return sorted(everybodys, key=lambda command: not command.short)[:MOST_COMMANDS]


def _commands(router: Router, scopes: list[str], triggers: list[str], speech: Words) -> Json:
    said = [{"title": one.name, "description": one.help(speech).summary} for one in _listed(router)]
    return {"scopes": scopes, "triggers": triggers, "commands": said}


def _composes(router: Router, speech: Words) -> list[Json]:
    """What is offered where people write: a dialog opens at once."""
    return [
        _action(one.name, router, one, speech) | {"context": ["compose", "commandBox"], "triggers": ["slash"]}
        for one in router.composes.values()
    ]


def _actions(router: Router, speech: Words) -> list[Json]:
    """What is offered on a message."""
    return [_action(one.name, router, one, speech) | {"context": ["message"]} for one in router.shortcuts.values()]


def _action(id: str, router: Router, one: Compose | Shortcut, speech: Words) -> Json:
    return {
        "id": id,
        "type": "action",
        "fetchTask": True,
        "title": _whole(one.label(speech), _TITLE),
        "description": _about(router, one, speech),
    }


def _about(router: Router, one: Compose | Shortcut, speech: Words) -> str:
    """What an action is for: the help of its command, or for a message its own label."""
    if isinstance(one, Compose):
        return _whole(router.commands[one.command].help(speech).summary, _ABOUT)
    return _whole(one.label(speech), _ABOUT)


def _whole(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(f"{text!r} has {len(text)} characters, Teams takes {limit}")
    return text


def _pretty(value: Json) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)
