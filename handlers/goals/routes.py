"""The routes of goals, which every file here adds to."""

from __future__ import annotations

from bot.router import Routes
from views import goals as view

routes = Routes("goals", view.REFUSALS, gated=True)
routes.compose("goal", "update", view.compose_label)
