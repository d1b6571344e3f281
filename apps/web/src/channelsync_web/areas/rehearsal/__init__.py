"""The rehearsal: the owner plays the guests on simulated platforms, and watches the dates close; in no real app."""

from channelsync_web.areas.rehearsal.routes import entrance, routes
from channelsync_web.areas.rehearsal.stage import Stage

__all__ = ["Stage", "entrance", "routes"]
