"""The app on a telephone: how it is installed, what it shows without a network, and which devices are alerted."""

from channelsync_web.areas.device.alerts import routes
from channelsync_web.areas.device.shell import for_anybody

__all__ = ["for_anybody", "routes"]
