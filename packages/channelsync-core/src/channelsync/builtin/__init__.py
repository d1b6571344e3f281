"""The built-in channel ``ical``: any other platform, or the owner's own site, that has a calendar to export.

It comes with the core because it needs no knowledge of a platform: Abritel, Vrbo, Gîtes de France, a village's tourist
office. A unit may have several of them, told apart by the names their owner gives. Nothing is supposed of their habits
(all their events may be guests, all may be our own closings come back); the owner can say more with options.
"""

from channelsync.adapter import Capability, ChannelPlugin
from channelsync.builtin.options import configure
from channelsync.builtin.settings import (
    HELP_EXPORT_EN,
    HELP_EXPORT_FR,
    HELP_IMPORT_EN,
    HELP_IMPORT_FR,
    READERS,
    SETTINGS,
)
from channelsync.ids import ChannelName

__all__ = ["plugin"]

plugin = ChannelPlugin(
    name=ChannelName("ical"),
    title="Autre plateforme",
    title_en="Other platform",
    feed=configure({}),
    capabilities=frozenset({Capability.PULLS_CLAIMS, Capability.PUBLISHES_FEED}),
    settings=SETTINGS,
    readers=READERS,
    configure=configure,
    several_per_unit=True,
    sandbox="channelsync.testing.plain:platform",
    help_export_fr=HELP_EXPORT_FR,
    help_export_en=HELP_EXPORT_EN,
    help_import_fr=HELP_IMPORT_FR,
    help_import_en=HELP_IMPORT_EN,
)
