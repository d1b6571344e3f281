"""Double bookings: who was first, what each platform asks for, what the owner can offer, and how it ends."""

from channelsync_web.areas.conflicts.routes import routes

__all__ = ["routes"]
