"""What happened: the log of synchronisations, and the trail of what the owner did."""

from channelsync_web.areas.journal.routes import routes

__all__ = ["routes"]
