"""What happens with goals: `lists` shows them, `setting`, `telling` and `changing` are what people do with them."""

from handlers.goals import changing, lists, setting, telling
from handlers.goals.routes import routes

__all__ = ["changing", "lists", "routes", "setting", "telling"]
