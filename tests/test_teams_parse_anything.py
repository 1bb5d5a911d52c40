"""Whatever comes in is a call, nothing, or malformed, and the same each time."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calls import Call
from bot.payload import Malformed
from bot.teams import parse
from bot.teams.installs import Reference
from tests.test_teams_parse import AGAIN, INLINE, PRESS, activity, executed, invoke, mention, payload, sent

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_REAL: tuple[dict[str, Any], ...] = (
    activity("message", "channel", text="<at>Ritme</at> kudos", entities=[mention("Ritme", "28:app")]),
    activity("message", value=INLINE, replyToId="1"),
    executed(PRESS),
    executed(INLINE),
    sent(title="x"),
    sent("composeExtension/submitAction", "press"),
    invoke("task/fetch", {"data": {"ritme": {"k": "again", "call": AGAIN}}}),
    invoke("application/search", {"queryText": "a", "dataset": "people?x=1"}),
    invoke("composeExtension/fetchTask", {"commandId": "k", "commandContext": "message", "messagePayload": payload()}),
    activity("installationUpdate", action="add"),
    activity("conversationUpdate", membersAdded=[{"id": "28:app"}]),
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in _paths(one, (*path, key)))]


def _changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    if not path:
        return to
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _changed(value[path[0]], path[1:], to)
    return copy


def _holds(body: dict[str, Any]) -> None:
    """A call, nothing, or Malformed, and the same each time."""
    for read in (parse.call, parse.reference):
        try:
            found = read(body)
        except Malformed:
            continue
        assert found is None or isinstance(found, Call | Reference)
        assert read(body) == found


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=8), _JSON, max_size=5))
def test_any_object_gives_a_call_or_nothing_or_is_malformed(body: dict[str, Any]) -> None:
    _holds(body)


@settings(deadline=None)
@given(st.data())
def test_any_change_to_a_real_activity_gives_a_call_or_nothing_or_is_malformed(data: st.DataObject) -> None:
    body: Any = data.draw(st.sampled_from(_REAL))
    for _ in range(data.draw(st.integers(1, 3))):
        body = _changed(body, data.draw(st.sampled_from(_paths(body)[1:])), data.draw(_JSON))
    _holds(body)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    body = activity("message", text=text + "<at>" + text + "</at>", entities=[mention(text, "29:x")])
    _holds(body)
    message = payload(body={"contentType": "html", "content": text})
    value = {"commandId": "k", "commandContext": "message", "messagePayload": message}
    _holds(invoke("composeExtension/fetchTask", value))
