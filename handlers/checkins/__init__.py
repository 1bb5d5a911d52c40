"""What happens with check-ins."""

from handlers.checkins import answering, asking, reading, rhythm
from handlers.checkins.routes import routes

__all__ = ["answering", "asking", "reading", "rhythm", "routes"]
