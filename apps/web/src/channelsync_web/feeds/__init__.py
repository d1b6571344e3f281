"""The calendars that platforms read, over HTTP; everything about them is decided by `channelsync.manager`."""

from channelsync_web.feeds.quiet import hide_tokens
from channelsync_web.feeds.serving import feed_routes

__all__ = ["feed_routes", "hide_tokens"]
