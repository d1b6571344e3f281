"""The calendar of all lodgings: what takes which night, what proves it where, and what the owner blocks or types in."""

from channelsync_web.areas.calendar.routes import routes

__all__ = ["routes"]
