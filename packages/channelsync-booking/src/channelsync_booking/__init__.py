"""Booking.com as a channel of channelsync: its calendar feed, read and fed; its connectivity API, for who has it."""

from channelsync.adapter import Capability, ChannelPlugin
from channelsync.ids import ChannelName
from channelsync_booking.adapter import FEED
from channelsync_booking.api import API
from channelsync_booking.settings import (
    ACCOUNT,
    HELP_EXPORT_EN,
    HELP_EXPORT_FR,
    HELP_IMPORT_EN,
    HELP_IMPORT_FR,
    MAIL_HINTS,
    READERS,
    SETTINGS,
)

__all__ = ["plugin"]

plugin = ChannelPlugin(
    name=ChannelName("booking"),
    title="Booking.com",
    feed=FEED,
    api=API,
    capabilities=frozenset(
        {
            Capability.PULLS_CLAIMS,
            Capability.PUBLISHES_FEED,
            Capability.LISTS_LISTINGS,
            Capability.PUSHES_AVAILABILITY,
            Capability.READS_AVAILABILITY,
            Capability.ACKNOWLEDGES_RESERVATIONS,
            Capability.REFRESHES_CREDENTIAL,
        }
    ),
    settings=SETTINGS,
    account=ACCOUNT,
    help_export_fr=HELP_EXPORT_FR,
    help_export_en=HELP_EXPORT_EN,
    help_import_fr=HELP_IMPORT_FR,
    help_import_en=HELP_IMPORT_EN,
    mail_hints=MAIL_HINTS,
    readers=READERS,
    sandbox="channelsync_booking.sandbox:platform",
)
