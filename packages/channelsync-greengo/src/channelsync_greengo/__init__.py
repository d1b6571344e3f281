"""GreenGo as a channel of channelsync: its calendar feed, read and fed.

GreenGo has no API for hosts, so nothing here closes a night there at once. What shortens the time in which a night can
be sold twice is the page that a warning opens: the lodging's calendar, at the nights to close.
"""

from channelsync.adapter import Capability, ChannelPlugin
from channelsync.ids import ChannelName
from channelsync_greengo.adapter import FEED, configure
from channelsync_greengo.settings import (
    CALENDAR_PAGE,
    HELP_EXPORT_EN,
    HELP_EXPORT_FR,
    HELP_IMPORT_EN,
    HELP_IMPORT_FR,
    READERS,
    SETTINGS,
)

__all__ = ["plugin"]

plugin = ChannelPlugin(
    name=ChannelName("greengo"),
    title="GreenGo",
    feed=FEED,
    capabilities=frozenset({Capability.PULLS_CLAIMS, Capability.PUBLISHES_FEED}),
    settings=SETTINGS,
    configure=configure,
    help_export_fr=HELP_EXPORT_FR,
    help_export_en=HELP_EXPORT_EN,
    help_import_fr=HELP_IMPORT_FR,
    help_import_en=HELP_IMPORT_EN,
    calendar_page=CALENDAR_PAGE,
    readers=READERS,
    sandbox="channelsync_greengo.sandbox:platform",
)
