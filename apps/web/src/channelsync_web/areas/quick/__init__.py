"""Made for a telephone in one hand: the week at a glance, and a block in three taps."""

from channelsync_web.areas.quick.routes import routes

__all__ = ["routes"]
