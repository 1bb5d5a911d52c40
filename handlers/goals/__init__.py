"""What happens with goals: `lists` shows them, `setting`, `telling` and `changing` are what people do with them,
`ending` what the clock does.
"""

from handlers.goals import changing, ending, lists, setting, telling
from handlers.goals.routes import routes

__all__ = ["changing", "ending", "lists", "routes", "setting", "telling"]
