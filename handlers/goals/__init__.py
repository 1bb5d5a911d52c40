"""What happens with goals: `lists` shows them, `setting`, `telling`, `changing` and `asking` are what people do with
them, `ending` what the clock does.
"""

from handlers.goals import asking, changing, ending, lists, setting, telling
from handlers.goals.routes import routes

__all__ = ["asking", "changing", "ending", "lists", "routes", "setting", "telling"]
