"""The lodgings: first steps, the listings of each, taking over from direct links, and leaving."""

from channelsync_web.areas.lodgings.routes import routes

__all__ = ["routes"]
