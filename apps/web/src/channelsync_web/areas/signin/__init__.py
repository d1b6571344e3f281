"""Signing in and out, choosing a password, and what an owner sets about it: the pages, and what they stand on."""

from channelsync_web.areas.signin.door import Door, open_door
from channelsync_web.areas.signin.routes import routes, settings

__all__ = ["Door", "open_door", "routes", "settings"]
