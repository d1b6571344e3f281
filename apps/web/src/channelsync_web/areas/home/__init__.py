"""The first page: whether the owner is protected, and what today brings."""

from channelsync_web.areas.home.routes import routes

__all__ = ["routes"]
