"""Pages that change by themselves: a word to each open one as soon as something of its owner's has changed."""

from channelsync_web.areas.live.routes import open_pulse, routes

__all__ = ["open_pulse", "routes"]
