"""What happens with a person's own data: `reading` shows it to them, `asking` is what they wish of it, `deciding` what
HR answers, `erasing` and `keeping` what the clock deletes.
"""

from handlers.privacy import asking, deciding, erasing, keeping, reading
from handlers.privacy.reading import document
from handlers.privacy.routes import routes

__all__ = ["asking", "deciding", "document", "erasing", "keeping", "reading", "routes"]
