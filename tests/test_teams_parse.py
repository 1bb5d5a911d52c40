"""Every activity that Teams sends, as the call that it means."""

from __future__ import annotations

from typing import Any

import pytest

from bot.calls import Account, Call, Origin
from bot.teams import parse
from bot.teams.installs import Reference

SERVICE = "https://smba.trafficmanager.net/emea/"
ME = Account("teams", "tenant-1", "noor-1")
BOT = {"id": "28:app", "name": "Ritme"}


def activity(kind: str, where: str = "personal", /, **more: Any) -> dict[str, Any]:
    """What every activity has, in the spelling of Teams."""
    ids = {"personal": "a:1", "groupChat": "19:g@thread.v2", "channel": "19:c@thread.tacv2;messageid=11"}
    envelope = {
        "type": kind,
        "id": "1790000000001",
        "timestamp": "2026-11-24T09:00:00.000Z",
        "localTimezone": "Europe/Amsterdam",
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {"id": "29:Noor", "name": "Noor Jansen", "aadObjectId": "NOOR-1"},
        "conversation": {"id": ids[where], "conversationType": where, "tenantId": "TENANT-1"},
        "recipient": BOT,
        "entities": [{"type": "clientInfo", "locale": "nl-NL", "platform": "Web", "timezone": "Europe/Amsterdam"}],
        "channelData": {"tenant": {"id": "TENANT-1"}},
        "locale": "nl-NL",
    }
    return envelope | more


def invoke(name: str, value: Any, where: str = "personal", /, **more: Any) -> dict[str, Any]:
    return activity("invoke", where, name=name, value=value, **more)


def mention(name: str, id: str, **more: str) -> dict[str, Any]:
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": id, "name": name, **more}}


def at(channel: str = "a:1", message: str = "", view: str = "", trigger: str = "1790000000001", **more: Any) -> Origin:
    return Origin(channel, message, trigger, view, SERVICE, direct=more.pop("direct", True), **more)


def parsed(body: dict[str, Any]) -> Call:
    call = parse.call(body)
    assert call is not None
    return call


# --- messages ----------------------------------------------------------------------------------------------


def test_text_in_ones_own_conversation() -> None:
    call = parse.call(activity("message", text="kudos @Lotte dank je", textFormat="plain"))
    key = "text:noor-1:1790000000001"
    assert call == Call("text", "text", ME, key, text="kudos @Lotte dank je", origin=at())


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/kudos", "kudos", ""),
        ("/Kudos  @Lotte dank", "kudos", "@Lotte dank"),
        ("/ritme goal  list", "goal", "list"),
        ("ritme goal list", "goal", "list"),
        ("/ritme", "home", ""),
        ("Ritme", "home", ""),
        ("/kudos\n dank\nje", "kudos", "dank\nje"),
        ("<at>Ritme</at> /kudos dank", "kudos", "dank"),
        ("/kudos R&amp;D &lt;3&nbsp;!\r\nhoi", "kudos", "R&D <3 !\nhoi"),
    ],
)
def test_a_command_in_ones_own_conversation(text: str, name: str, rest: str) -> None:
    call = parsed(activity("message", text=text, entities=[mention("Ritme", "28:app")]))
    assert (call.kind, call.name, call.text, call.key) == ("command", name, rest, "command:noor-1:1790000000001")


@pytest.mark.parametrize("where", ["channel", "groupChat"])
def test_what_is_said_to_ritme_among_people_is_a_command(where: str) -> None:
    entities = [mention("Ritme", "28:app"), mention("Lotte de Boer", "29:Lotte", aadObjectId="LOTTE-1")]
    text = "<at>Ritme</at> kudos <at>Lotte de Boer</at> dank &amp; groet"
    call = parsed(activity("message", where, text=text, entities=entities))
    assert (call.kind, call.name, call.text) == ("command", "kudos", "@Lotte de Boer dank & groet")
    assert call.mentions == {"@Lotte de Boer": "lotte-1"}
    channels = {"channel": "19:c@thread.tacv2;messageid=11", "groupChat": "19:g@thread.v2"}
    assert call.origin == at(channels[where], direct=where == "groupChat")


def test_ritme_alone_is_the_overview() -> None:
    call = parsed(activity("message", "channel", text="<at>Ritme</at>", entities=[mention("Ritme", "28:app")]))
    assert (call.kind, call.name, call.text) == ("command", "home", "")


def test_what_is_not_said_to_ritme_is_not_heard() -> None:
    entities = [mention("Lotte", "29:Lotte")]
    assert parse.call(activity("message", "channel", text="<at>Lotte</at> kudos", entities=entities)) is None
    assert parse.call(activity("message", "groupChat", text="kudos", entities=None)) is None


def test_a_slash_command_of_the_app_is_for_ritme_alone() -> None:
    """The SDK puts what it does not know aside, `isTargeted` too."""
    call = parsed(activity("message", "groupChat", text="/kudos dank", recipient={**BOT, "isTargeted": True}))
    assert (call.kind, call.name, call.text) == ("command", "kudos", "dank")


def test_two_people_of_one_name_are_told_apart() -> None:
    entities = [mention("Sam", "29:a"), mention("Sam", "29:b"), mention("Sam", "29:a")]
    call = parsed(activity("message", text="kudos <at>Sam</at> <at>Sam</at> <at>Sam</at>", entities=entities))
    assert call.text == "kudos @Sam @29:b @Sam"
    assert call.mentions == {"@Sam": "29:a", "@29:b": "29:b"}


def test_a_mention_of_nobody_known_is_what_it_says() -> None:
    call = parsed(activity("message", text="kudos <at>Sam &amp; Co</at> <at id='0'>x", entities="x"))
    assert (call.text, call.mentions) == ("kudos @Sam & Co <at id='0'>x", {})


@pytest.mark.parametrize("kind", ["message", "invoke", "typing"])
def test_who_is_in_no_directory_is_nobody(kind: str) -> None:
    body = activity(kind, text="kudos", action="add", name="task/fetch", value={"data": {"ritme": {"k": "press"}}})
    body["from"] = {"id": "28:another", "name": "Another bot"}
    assert (parse.call(body), parse.reference(body)) == (None, None)


@pytest.mark.parametrize("kind", ["messageReaction", "typing", "messageUpdate", "event", "endOfConversation", "x"])
def test_other_activities_mean_nothing(kind: str) -> None:
    assert parse.call(activity(kind)) is None


def test_an_invoke_of_another_name_means_nothing() -> None:
    assert parse.call(invoke("signin/verifyState", {"state": "1"})) is None


# --- cards in the conversation -----------------------------------------------------------------------------------


PRESS = {"ritme": {"k": "press", "n": "kudos.edit", "c": {"kudos": "7", "odd": 7}}}


def executed(data: Any, verb: str = "kudos.edit", where: str = "personal") -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "id": "", "verb": verb, "data": data}, "trigger": "manual"}
    return invoke("adaptiveCard/action", value, where, replyToId="17")


def test_a_press() -> None:
    origin = at(message="17")
    expected = Call("press", "kudos.edit", ME, "press:noor-1:1790000000001", carry={"kudos": "7"}, origin=origin)
    assert parse.call(executed(PRESS)) == expected
    assert parse.call(invoke("task/fetch", {"data": {"type": "task/fetch", **PRESS}}, replyToId="17")) == expected
    assert parse.call(activity("message", value=PRESS, replyToId="17")) == expected


def test_a_press_in_a_channel() -> None:
    call = parsed(executed(PRESS, where="channel"))
    assert call.origin == at("19:c@thread.tacv2;messageid=11", "17", direct=False)


def test_the_overview_asks_for_itself() -> None:
    for data in ({"ritme": {"k": "home", "n": "home", "c": {}}}, {}):
        call = parsed(executed(data, "home"))
        assert (call.kind, call.name, call.key, call.origin) == (
            "home",
            "home",
            "home:noor-1:1790000000001",
            at(message="17"),
        )


INLINE = {"ritme": {"k": "submit", "n": "settings.save", "c": {"a": "b"}, "l": ["days"], "f": "5", "o": {"c": "x"}}}


@pytest.mark.parametrize("by", ["execute", "message"])
def test_a_form_in_the_conversation(by: str) -> None:
    data = INLINE | {"days": "1,2", "note": "a,b", "none": "", "number": 7, "msteams": {}, "odd": [1]}
    call = parsed(executed(data) if by == "execute" else activity("message", value=data, replyToId="17"))
    values = {"days": ("1", "2"), "note": "a,b", "none": "", "number": "7", "odd": ""}
    assert (call.kind, call.name, call.values, call.carry) == ("submit", "settings.save", values, {"a": "b"})
    assert call.origin == at(message="17")
    assert call.key.startswith("submit:noor-1:a:1:17:")


# --- dialogs -------------------------------------------------------------------------------------------------------


def sent(name: str = "task/submit", /, kind: str = "submit", mark: str = "42", **data: Any) -> dict[str, Any]:
    held = {"k": kind, "n": "goals.new", "c": {"team": "7"}, "l": ["to"], "f": mark, "o": {"c": "a:1", "m": "17"}}
    return invoke(name, {"data": {"ritme": held, **data}})


def test_a_form_that_was_sent() -> None:
    call = parsed(sent(title="Beter, sneller", to="4,5"))
    assert (call.kind, call.name, call.carry) == ("submit", "goals.new", {"team": "7"})
    assert call.values == {"title": "Beter, sneller", "to": ("4", "5")}
    assert call.origin == at(message="17", view="42")


def test_sent_twice_is_the_same_call_and_corrected_is_another() -> None:
    first, again, corrected = sent(title="x"), sent(title="x") | {"id": "9"}, sent(title="y")
    other = sent(mark="43", title="x")
    keys = [parsed(body).key for body in (first, again, corrected, other)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_another_form_in_the_same_dialog_is_another_call() -> None:
    body = sent(title="x")
    body["value"]["data"]["ritme"]["n"] = "goals.other"
    assert parsed(body).key != parsed(sent(title="x")).key


def test_a_press_in_a_dialog() -> None:
    call = parsed(sent(kind="press", title="x"))
    assert (call.kind, call.name, call.values, call.key) == ("press", "goals.new", {}, "press:noor-1:1790000000001")
    assert call.origin == at(message="17", view="42")


def test_a_form_of_the_compose_box_has_no_conversation() -> None:
    body = sent("composeExtension/submitAction", title="x")
    body["value"]["data"]["ritme"]["o"] = {}
    assert parsed(body).origin == at("", view="42")


def test_a_card_that_names_another_conversation_is_not_believed() -> None:
    body = sent(title="x")
    body["value"]["data"]["ritme"]["o"] = {"c": "a:of-somebody-else", "m": "17"}
    assert parsed(body).origin == at("", view="42")


AGAIN: dict[str, Any] = {"kind": "command", "name": "goal", "text": "x @Sam", "mentions": {"@Sam": "sam-1"}, "carry": {"a": "b"}}  # fmt: skip


def test_the_button_that_repeats_a_call() -> None:
    data = {"type": "task/fetch", "ritme": {"k": "again", "call": AGAIN}}
    call = parsed(invoke("task/fetch", {"data": data}, replyToId="17"))
    assert (call.kind, call.name, call.text, call.mentions) == ("command", "goal", "x @Sam", {"@Sam": "sam-1"})
    assert (call.carry, call.key) == ({"a": "b"}, "command:noor-1:1790000000001")
    assert call.origin == at(message="17", trigger="again:1790000000001")


@pytest.mark.parametrize(
    ("kind", "known"),
    [("text", "text"), ("shortcut", "shortcut"), ("press", "press"), ("event", "press"), ("due", "press")],
)
def test_only_what_a_person_may_do_is_repeated(kind: str, known: str) -> None:
    data = {"ritme": {"k": "again", "call": AGAIN | {"kind": kind}}}
    assert parsed(invoke("task/fetch", {"data": data})).kind == known


def test_a_form_that_came_from_that_button_remembers_it_after_a_correction() -> None:
    origin = parsed(sent(mark="again:42", title="x")).origin
    assert (origin.view, origin.trigger) == ("again:42", "again:1790000000001")


# --- search, compose box, message actions ----------------------------------------------------------------------------


def test_letters_in_a_search_field() -> None:
    value = {"queryText": "lo", "queryOptions": {"skip": 0, "top": 15}, "dataset": "people?team=7&x=a%26b"}
    call = parsed(invoke("application/search", value))
    assert (call.kind, call.name, call.text, call.carry) == ("lookup", "people", "lo", {"team": "7", "x": "a&b"})
    assert call.key == parsed(invoke("application/search", value) | {"id": "9"}).key
    assert call.key != parsed(invoke("application/search", value | {"queryText": "lot"})).key


@pytest.mark.parametrize(
    ("id", "name", "text"), [("kudos", "kudos", ""), ("feedback ask", "feedback", "ask"), ("goal update", "goal", "update")]
)  # fmt: skip
def test_an_action_of_the_compose_box(id: str, name: str, text: str) -> None:
    value = {"commandId": id, "commandContext": "compose", "context": {"theme": "default"}}
    call = parsed(invoke("composeExtension/fetchTask", value, "channel"))
    assert (call.kind, call.name, call.text) == ("command", name, text)
    assert call.origin == Origin(trigger="1790000000001", respond=SERVICE)


def payload(**more: Any) -> dict[str, Any]:
    content = (
        '<div>Dank <at id="0">Sem</at> &amp; <at id="1">Ravi</at>!<br>Top&nbsp;<emoji alt="🎉"></emoji></div>'
        '<p>En <b>hoe</b><script>x</script><img alt="plaatje" src="x"></p>'
    )
    mentions = [
        {"id": 0, "mentionText": "Sem", "mentioned": {"user": {"id": "SEM-1", "displayName": "Sem"}}},
        {"id": 1, "mentionText": "Ravi", "mentioned": {"conversation": {"id": "19:x"}}},
    ]
    return {
        "id": "99",
        "linkToMessage": "https://teams.microsoft.com/l/message/19:c/99",
        "from": {"user": {"userIdentityType": "aadUser", "id": "LOTTE-1", "displayName": "Lotte"}},
        "body": {"contentType": "html", "content": content},
        "mentions": mentions,
    } | more


def test_an_action_on_a_message() -> None:
    value = {"commandId": "kudos.message", "commandContext": "message", "messagePayload": payload()}
    call = parsed(invoke("composeExtension/fetchTask", value, "channel"))
    assert (call.kind, call.name) == ("shortcut", "kudos.message")
    assert call.text == "Dank @Sem & @Ravi!\nTop 🎉\nEn hoexplaatje"
    assert call.mentions == {"@Sem": "sem-1", "author": "lotte-1"}
    link = "https://teams.microsoft.com/l/message/19:c/99"
    assert call.origin == Origin(trigger="1790000000001", respond=SERVICE, permalink=link)


@pytest.mark.parametrize("link", ["https://evil.example/l/message/19:c/99", "https://teams.microsoft.com/other", ""])
def test_an_address_that_is_no_message_of_teams_is_none(link: str) -> None:
    message = payload(linkToMessage=link)
    value = {"commandId": "goals.message", "commandContext": "message", "messagePayload": message}
    assert parsed(invoke("composeExtension/fetchTask", value, "channel")).origin.permalink == ""
    held = {"k": "submit", "n": "goals.update", "c": {"goal": "7", "permalink": link}}
    sent = {"type": "Action.Execute", "verb": "goals.update", "data": {"ritme": held}}
    assert parsed(invoke("adaptiveCard/action", {"action": sent})).carry == {"goal": "7"}


def test_an_action_on_a_plain_message_of_nobody() -> None:
    message = payload(body={"contentType": "text", "content": "a < b & c"}, mentions="x")
    message["from"] = {"application": {"id": "1"}}
    value = {"commandId": "kudos.message", "commandContext": "message", "messagePayload": message}
    call = parsed(invoke("composeExtension/fetchTask", value))
    assert (call.text, call.mentions) == ("a < b & c", {})


# --- coming and going ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("where", "kind"), [("personal", "personal"), ("groupChat", "group"), ("channel", "channel")])
def test_the_app_is_added_and_removed(where: str, kind: str) -> None:
    for action, name in (("add", parse.MET), ("remove", parse.LEFT)):
        call = parsed(activity("installationUpdate", where, action=action))
        assert (call.kind, call.name, call.carry, call.account) == ("event", name, {"kind": kind}, ME)
    assert parse.call(activity("installationUpdate", where, action="add-upgrade")) is None


def test_the_app_comes_into_a_team() -> None:
    call = parsed(activity("conversationUpdate", "channel", membersAdded=[{"id": "29:x"}, {"id": "28:app"}]))
    assert (call.kind, call.name) == ("event", parse.MET)


@pytest.mark.parametrize("added", [None, [], "x", [{"id": "29:x", "aadObjectId": "x"}], ["28:app"]])
def test_others_come_and_go(added: Any) -> None:
    assert parse.call(activity("conversationUpdate", "channel", membersAdded=added)) is None


def test_where_somebody_is_found() -> None:
    known = ("tenant-1", "noor-1")
    about = {"bot": "28:app", "mri": "29:Noor", "locale": "nl-NL", "zone": "Europe/Amsterdam", "service_url": SERVICE}
    assert parse.reference(activity("message")) == Reference(*known, "a:1", "personal", **about)
    channel = Reference(*known, "19:c@thread.tacv2", "channel", **about)
    assert parse.reference(activity("typing", "channel")) == channel


def test_language_and_zone_are_taken_where_they_are() -> None:
    body = activity("message")
    del body["locale"], body["localTimezone"]
    found = parse.reference(body)
    assert found is not None
    assert (found.locale, found.zone) == ("nl-NL", "Europe/Amsterdam")
    del body["entities"]
    found = parse.reference(body)
    assert found is not None
    assert (found.locale, found.zone) == ("", "")
