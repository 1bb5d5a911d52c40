"""The routes of a person's own data; the files beside this one fill them."""

from datetime import timedelta

from bot.router import Routes
from views import privacy as view

routes = Routes("privacy", view.REFUSALS, gated=False)

AGAIN = timedelta(seconds=1)
"""The pause between two pieces of work, in which everybody else has their turn."""
