"""What happens with feedback."""

from handlers.feedback import asking, giving, reading
from handlers.feedback.routes import routes

__all__ = ["asking", "giving", "reading", "routes"]
