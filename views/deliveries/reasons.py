"""Why something stands aside, and what helps, for who has never read a log. Each sentence fits one and many."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.words import Words

_WHY: Mapping[str, Callable[[Words], str]] = {
    "blocked": lambda words: words.line(
        "Whoever this is for removed or blocked the app. As soon as they write to me, I can reach them again."
    ),
    "no_account": lambda words: words.line("Whoever this is for has no account in the chat that I know of."),
    "installation_removed": lambda words: words.line(
        "I was removed from the chat that this was on its way to. Who is in another chat too gets it there."
    ),
    "restored": lambda words: words.line(
        "This is from before a copy of the database was put back. It may have been sent since that copy was made."
    ),
    "no_saying": lambda words: words.line("This version of Ritme doesn't know this kind of message."),
    "no_lookup": lambda words: words.line(
        "The chat broke off in the middle, so nobody can tell whether this arrived. Look there first, or ask."
    ),
    "unknown": lambda words: words.line(
        "The chat didn't say whether this arrived. Before I send it again, I look whether it's there already."
    ),
    "unreachable": lambda words: words.line("The chat couldn't be reached for a whole day."),
    "channel": lambda words: words.line(
        "The channel is gone, or I'm not let in there. Set it anew first: type {command} in the channel.",
        command=words.line("/ritme setup channel kudos"),
    ),
    "locked_out": lambda words: words.line(
        "The chat doesn't let me in any more: my access ended or lacks something. Ask whoever runs Ritme to look at it."
    ),
    "too_large": lambda words: words.line("It's longer than the chat takes."),
    "message": lambda words: words.line("The message that this would change is gone, or can't be changed any more."),
}

_SORTS: Mapping[str, str] = {
    "user_disabled": "no_account",
    "user_not_found": "no_account",
    "BotNotInConversationRoster": "channel",
    "ConversationNotFound": "channel",
    "channel_not_found": "channel",
    "is_archived": "channel",
    "not_in_channel": "channel",
    "BotDisabledByAdmin": "locked_out",
    "account_inactive": "locked_out",
    "invalid_auth": "locked_out",
    "missing_scope": "locked_out",
    "not_allowed_token_type": "locked_out",
    "not_authed": "locked_out",
    "not_installed": "locked_out",
    "token_expired": "locked_out",
    "token_revoked": "locked_out",
    "msg_blocks_too_long": "too_large",
    "msg_too_long": "too_large",
    "ActivityNotFoundInConversation": "message",
    "cant_update_message": "message",
    "edit_window_closed": "message",
    "message_not_found": "message",
}
"""What the chats call the same thing. What Ritme found out itself has its own name above."""


def why(reason: str, reference: str, words: Words) -> str:
    """What to say of a reason, which is a short code; one that nobody put into words is named.

    What broke has a `reference` in the log.
    """
    if reference:
        return words.line(
            "Something broke in Ritme, and that's not yours to solve. Whoever runs it finds the cause in the log under "
            "{reference}.",
            reference=reference,
        )
    sort, _, more = reason.partition(": ")  # such as "unknown: timeout"
    known = _WHY.get("no_lookup" if more == "no_lookup" else _SORTS.get(sort, sort))
    if known:
        return known(words)
    return words.line(
        "The chat didn't take it, and named the reason {code}. Whoever runs Ritme can look that up.", code=reason
    )
