"""What an owner sets, and what they may ask for: alerts, rhythm, figures, language, their data."""

from channelsync_web.areas.settings.routes import for_anybody, routes

__all__ = ["for_anybody", "routes"]
