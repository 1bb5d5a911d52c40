"""Every payload that Slack sends, as the call that it means."""

from __future__ import annotations

from typing import Any

import pytest

from bot.calls import Account, Call, Origin, Profile
from bot.slack import parse

ME = Account("slack", "T1", "U1")
COMMAND = {
    "command": "/ritme",
    "text": "goal  list ",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "trigger",
    "response_url": "https://hooks.example/1",
}
INTERACTIVE = {
    "team": {"id": "T1", "domain": "example"},
    "user": {"id": "U1", "team_id": "T1"},
    "trigger_id": "trigger",
    "response_url": "https://hooks.example/1",
}
VIEW = {
    "id": "V1",
    "hash": "h",
    "type": "modal",
    "callback_id": "kudos.give",
    "app_installed_team_id": "T1",
    "private_metadata": parse.remember({"goal": "7"}, Origin("C1", "1.2", "old", "", "https://hooks.example/0")),
}


def event(kind: str, /, **more: Any) -> dict[str, Any]:
    envelope = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "authorizations": [{"team_id": "T1"}]}
    return {**envelope, "event": {"type": kind, **more}}


def press(**more: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": "kudos.edit#2", "value": '{"kudos":"7"}', "action_ts": "9.9"}
    container = {"type": "message", "message_ts": "1.2", "channel_id": "D1"}
    held = {"type": "block_actions", "actions": [action], "container": container, "channel": {"id": "D1"}}
    return {**INTERACTIVE, **held, **more}


def submit(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {**VIEW, "state": {"values": values}, **more}
    return {**INTERACTIVE, "type": "view_submission", "view": view}


# --- commands ----------------------------------------------------------------------------------------


def test_a_command_of_the_family() -> None:
    origin = Origin("C1", "", "trigger", "", "https://hooks.example/1")
    assert parse.call(COMMAND) == Call("command", "goal", ME, "command:trigger", text="list", origin=origin)


@pytest.mark.parametrize(
    ("name", "direct"), [("directmessage", True), ("mpdm-noor--sem-1", True), ("kudos", False), ("privategroup", False)]
)
def test_a_command_among_a_few_people_is_in_no_channel(name: str, *, direct: bool) -> None:
    call = parse.call({**COMMAND, "channel_name": name})
    assert call is not None
    assert call.origin.direct is direct


@pytest.mark.parametrize(
    ("command", "text", "name", "rest"),
    [
        ("/kudos", "@Lotte dank je", "kudos", "@Lotte dank je"),
        ("/Kudos", "", "kudos", ""),
        ("/ritme", "", "home", ""),
        ("/ritme", "  BEDANK  @Lotte", "bedank", "@Lotte"),
        ("/ritme", "kudos\n dank\nje", "kudos", "dank\nje"),
    ],
)
def test_short_forms_and_the_family_are_one(command: str, text: str, name: str, rest: str) -> None:
    call = parse.call({**COMMAND, "command": command, "text": text})
    assert call
    assert (call.name, call.text) == (name, rest)


@pytest.mark.parametrize(
    ("escaped", "text", "mentions"),
    [
        ("<@U2|lotte> dank", "@lotte dank", {"@lotte": "U2"}),
        ("<@U2> dank", "@U2 dank", {"@U2": "U2"}),
        ("<@U2|lotte> <@U3|lotte>", "@lotte @U3", {"@lotte": "U2", "@U3": "U3"}),
        ("<@U2|lotte> <@U2|lotte>", "@lotte @lotte", {"@lotte": "U2"}),
        ("a &amp; b &lt;@U9|x&gt;", "a & b <@U9|x>", {}),
        ("<@U2|R&amp;D>", "@R&D", {"@R&D": "U2"}),
        ("<#C1|general> <https://a.example|a.example> <https://b.example>", "#general a.example https://b.example", {}),
        ("<!here> <!subteam^S1|@team>", "here @team", {}),
        ("a\0b", "ab", {}),
    ],
)
def test_what_was_typed_is_what_was_seen(escaped: str, text: str, mentions: dict[str, str]) -> None:
    call = parse.call({**COMMAND, "command": "/kudos", "text": escaped})
    assert call
    assert (call.text, call.mentions) == (text, mentions)


# --- buttons -------------------------------------------------------------------------------------------


def test_a_button_on_a_message() -> None:
    origin = Origin("D1", "1.2", "trigger", "", "https://hooks.example/1")
    key = "press:U1:D1:1.2:kudos.edit:9.9"
    assert parse.call(press()) == Call("press", "kudos.edit", ME, key, carry={"kudos": "7"}, origin=origin)


def test_a_button_that_only_one_person_sees() -> None:
    container = {"type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": True}
    call = parse.call(press(container=container))
    assert call
    assert call.origin.message == parse.EPHEMERAL


def test_a_button_in_a_form_knows_where_the_form_came_from() -> None:
    call = parse.call(press(container={"type": "view", "view_id": "V1"}, view=VIEW, channel=None))
    assert call
    assert call.origin == Origin("C1", "1.2", "trigger", "V1", "https://hooks.example/0")
    assert call.key == "press:U1:V1:kudos.edit:9.9"


def test_a_button_in_the_overview_has_only_its_trigger() -> None:
    home = {"id": "V9", "type": "home", "private_metadata": ""}
    payload = press(container={"type": "view", "view_id": "V9"}, view=home, channel=None)
    del payload["response_url"]
    call = parse.call(payload)
    assert call
    assert call.origin == Origin(trigger="trigger")


def test_other_actions_are_no_calls() -> None:
    assert parse.call(press(actions=[{"type": "static_select", "action_id": "x"}])) is None


# --- forms ---------------------------------------------------------------------------------------------

STATE = {
    "text": {"a": {"type": "plain_text_input", "value": "Dank & hulde\0"}},
    "left": {"a": {"type": "plain_text_input", "value": None}},
    "day": {"a": {"type": "datepicker", "selected_date": "2026-11-24"}},
    "time": {"a": {"type": "timepicker", "selected_time": "09:00"}},
    "one": {"a": {"type": "static_select", "selected_option": {"value": "x"}}},
    "few": {"a": {"type": "radio_buttons", "selected_option": None}},
    "some": {"a": {"type": "checkboxes", "selected_options": [{"value": "1"}, {"value": "2"}]}},
    "none": {"a": {"type": "checkboxes", "selected_options": []}},
    "who": {"people": {"type": "external_select", "selected_option": {"value": "4"}}},
    "all": {"people": {"type": "multi_external_select", "selected_options": [{"value": "4"}, {"value": "5"}]}},
}
VALUES = {
    "text": "Dank & hulde",
    "left": "",
    "day": "2026-11-24",
    "time": "09:00",
    "one": "x",
    "few": "",
    "some": ("1", "2"),
    "none": (),
    "who": "4",
    "all": ("4", "5"),
}


def test_a_form_that_was_sent() -> None:
    call = parse.call(submit(STATE))
    assert call
    assert (call.kind, call.name, call.account) == ("submit", "kudos.give", ME)
    assert call.values == VALUES
    assert call.carry == {"goal": "7"}
    assert call.origin == Origin("C1", "1.2", "trigger", "V1", "https://hooks.example/0")


def test_a_form_sent_again_is_the_same_and_a_corrected_one_is_not() -> None:
    def key(**more: Any) -> str:
        payload = submit({"text": {"a": {"type": "plain_text_input", "value": more.pop("said", "a")}}}, **more)
        call = parse.call({**payload, "trigger_id": more.get("trigger", "t")})
        assert call
        return call.key

    assert key() == key(trigger="another")
    assert len({key(), key(said="b"), key(hash="h2"), key(id="V2")}) == 4


def test_letters_in_a_search_field() -> None:
    asked = {"type": "block_suggestion", "action_id": "people#1a2b", "block_id": "who", "value": "lo", "view": VIEW}
    call = parse.call({**INTERACTIVE, **asked})
    assert call
    assert (call.kind, call.name, call.text, call.carry) == ("lookup", "people", "lo", {"goal": "7"})


def test_closing_a_form_is_no_call() -> None:
    assert parse.call({**INTERACTIVE, "type": "view_closed", "view": VIEW}) is None


# --- shortcuts, overview, words, events ------------------------------------------------------------------


def test_a_shortcut_on_a_message() -> None:
    message = {"type": "message", "user": "U2", "ts": "1700000000.000100", "text": "Klaar &amp; live <@U3|Sem>"}
    payload = {**INTERACTIVE, "type": "message_action", "callback_id": "kudos.message", "message": message}
    call = parse.call({**payload, "channel": {"id": "C1"}})
    assert call
    assert (call.kind, call.name, call.text) == ("shortcut", "kudos.message", "Klaar & live @Sem")
    assert call.mentions == {"@Sem": "U3", "author": "U2"}
    assert call.origin.permalink == "https://example.slack.com/archives/C1/p1700000000000100"


def test_a_shortcut_in_a_thread() -> None:
    message = {"user": "U2", "ts": "2.2", "thread_ts": "1.1", "text": ""}
    payload = {**INTERACTIVE, "type": "message_action", "callback_id": "x", "message": message}
    call = parse.call({**payload, "channel": {"id": "C1"}})
    assert call
    assert call.origin.permalink == "https://example.slack.com/archives/C1/p22?thread_ts=1.1&cid=C1"


def test_the_overview() -> None:
    assert parse.call(event("app_home_opened", user="U1", tab="home")) == Call("home", "home", ME, "event:Ev1")
    assert parse.call(event("app_home_opened", user="U1", tab="messages")) is None


def test_words_said_to_ritme() -> None:
    said = {"channel": "D1", "channel_type": "im", "user": "U1", "text": "hoi", "ts": "1.1"}
    expected = Call("text", "text", ME, "event:Ev1", text="hoi", origin=Origin("D1"))
    assert parse.call(event("message", **said)) == expected
    twice = [parse.call({**event("message", **said, client_msg_id="m"), "event_id": id}) for id in ("Ev1", "Ev2")]
    assert [call.key for call in twice if call] == ["text:U1:m", "text:U1:m"]


@pytest.mark.parametrize(
    "other",
    [{"channel_type": "channel"}, {"subtype": "message_changed"}, {"subtype": "bot_message"}, {"bot_id": "B1"}],
)
def test_what_was_not_said_to_ritme_is_not_read(other: dict[str, str]) -> None:
    said = {"channel": "D1", "channel_type": "im", "user": "U1", "text": "hoi", **other}
    assert parse.call(event("message", **said)) is None


USER = {
    "id": "U2",
    "team_id": "T1",
    "name": "lotte",
    "real_name": "Lotte",
    "deleted": False,
    "tz": "Europe/Amsterdam",
    "locale": "nl-NL",
    "profile": {"real_name": "Lotte de Boer", "email": "lotte@example.com"},
}
LOTTE = Profile("U2", "Lotte de Boer", "lotte@example.com", "Europe/Amsterdam", "nl-NL")


@pytest.mark.parametrize(("kind", "name"), [("user_change", "person.changed"), ("team_join", "person.joined")])
def test_somebody_joined_or_changed(kind: str, name: str) -> None:
    expected = Call("event", name, Account("slack", "T1", "U2"), "event:Ev1", profiles=(LOTTE,))
    assert parse.call(event(kind, user=USER)) == expected


@pytest.mark.parametrize(
    ("more", "active", "human"),
    [
        ({"deleted": True}, False, True),
        ({"is_bot": True}, True, False),
        ({"is_stranger": True}, True, False),
        ({"id": "USLACKBOT"}, True, False),
        ({"team_id": "T9"}, True, False),
        ({"team_id": "T9", "enterprise_user": {"teams": ["T1", "T9"]}}, True, True),
        ({"is_restricted": False, "is_ultra_restricted": False}, True, True),
        ({"is_restricted": True}, True, False),
        ({"is_restricted": True, "is_ultra_restricted": True}, True, False),
        ({"is_ultra_restricted": True}, True, False),
    ],
)
def test_who_is_a_colleague(more: dict[str, Any], active: bool, human: bool) -> None:  # noqa: FBT001 - a table
    found = parse.profile({**USER, **more}, "T1")
    assert (found.active, found.human) == (active, human)


def test_the_app_was_removed() -> None:
    removed = Call("event", "installation.removed", Account("slack", "T1", ""), "event:Ev1")
    assert parse.call(event("app_uninstalled")) == removed
    assert parse.call(event("tokens_revoked", tokens={"bot": ["UBOT"]})) == removed
    assert parse.call(event("tokens_revoked", tokens={"oauth": ["U1"]})) is None


def test_other_events_are_no_calls() -> None:
    assert parse.call(event("reaction_added", user="U1")) is None
    assert parse.call({"type": "app_rate_limited", "team_id": "T1"}) is None


# --- whose workspace -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "team"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team_id": "T9", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team": {"id": "T9"}, "view": {"app_installed_team_id": "T1", "team_id": "T9"}}, "T1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T9"}}, "T1"),
        ({"team": None, "user": {"id": "U1", "team_id": "T1"}, "enterprise": {"id": "E1"}}, "E1"),
        ({"team": None, "view": {"team_id": "T1"}}, "T1"),
        ({"team_id": None, "authorizations": [{"team_id": None, "enterprise_id": "E1"}]}, "E1"),
        ({"team": None, "enterprise": {"id": "E1"}}, "E1"),
    ],
)
def test_the_workspace_is_the_one_that_installed(payload: dict[str, Any], team: str) -> None:
    """Shared channels and organisation-wide installations included."""
    assert parse.team(payload) == team


def test_without_a_workspace_it_is_nothing() -> None:
    with pytest.raises(parse.Malformed):
        parse.team({"user": {"id": "U1"}})
