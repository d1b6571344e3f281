"""Airbnb as a channel of channelsync: its calendar feed, read and fed, and its API for those who are granted access."""

from channelsync.adapter import Capability, ChannelPlugin
from channelsync.ids import ChannelName
from channelsync_airbnb.adapter import FEED
from channelsync_airbnb.api import API
from channelsync_airbnb.settings import (
    ACCOUNT,
    HELP_EXPORT_EN,
    HELP_EXPORT_FR,
    HELP_IMPORT_EN,
    HELP_IMPORT_FR,
    MAIL_HINTS,
    READERS,
    RESERVATION_PAGE,
    SETTINGS,
)

__all__ = ["plugin"]

plugin = ChannelPlugin(
    name=ChannelName("airbnb"),
    title="Airbnb",
    feed=FEED,
    api=API,
    both_routes=True,
    capabilities=frozenset(Capability) - {Capability.ACKNOWLEDGES_RESERVATIONS},
    settings=SETTINGS,
    account=ACCOUNT,
    help_export_fr=HELP_EXPORT_FR,
    help_export_en=HELP_EXPORT_EN,
    help_import_fr=HELP_IMPORT_FR,
    help_import_en=HELP_IMPORT_EN,
    reservation_page=RESERVATION_PAGE,
    mail_hints=MAIL_HINTS,
    readers=READERS,
    sandbox="channelsync_airbnb.sandbox:platform",
)
