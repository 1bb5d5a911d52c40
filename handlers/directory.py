"""What happens with the organisation's people."""

from __future__ import annotations

from bot.calls import Call, Options, Replies
from bot.messages import Option
from bot.router import Routes
from models import directory as model
from models.scope import Scope

routes = Routes("directory")


@routes.lookup("people")
def people(call: Call, scope: Scope) -> Replies:
    """Colleagues for a search field, by the first letters of a name."""
    return Options(tuple(Option(str(one.id), one.name) for one in model.search(scope, call.text)))
