"""Calendar feeds: reading any platform's, and writing ours.

Nothing here fetches, stores, or knows what time it is: `read` turns the bytes of an answer into events with their
nights, or refuses them whole; `render` turns stays into the bytes of a calendar. What an event means (a guest, a
closure, a rolling window) is for the platform's plugin to say.
"""

from channelsync.ical.parse import read
from channelsync.ical.reading import Caps, RawEvent, Reading
from channelsync.ical.render import Entry, etag, render
from channelsync.ical.times import DateRule

__all__ = ["Caps", "DateRule", "Entry", "RawEvent", "Reading", "etag", "read", "render"]
