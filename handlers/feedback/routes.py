"""The routes of feedback, which its other files fill."""

from __future__ import annotations

from bot.router import Routes
from views import feedback as view

routes = Routes("feedback", view.REFUSALS, gated=True)
routes.compose("feedback", "ask", view.compose_label)
