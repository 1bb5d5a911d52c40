"""The routes of check-ins; the files beside this one fill them."""

from bot.router import Routes
from views import checkins as view

routes = Routes("checkins", view.REFUSALS, gated=True)
