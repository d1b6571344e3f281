"""Example Stays as a channel of channelsync: an imaginary platform, with an API for whoever has a key."""

from channelsync.adapter import Capability, ChannelPlugin, Setting
from channelsync.ids import ChannelName
from channelsync_example.api import Api

__all__ = ["plugin"]

plugin = ChannelPlugin(
    name=ChannelName("example"),
    title="Example Stays",
    protocol=(1, 0),
    api=Api(),
    capabilities=frozenset(
        {
            Capability.LISTS_LISTINGS,
            Capability.PULLS_CLAIMS,
            Capability.PUSHES_AVAILABILITY,
            Capability.READS_AVAILABILITY,
            Capability.RECEIVES_WEBHOOKS,
            Capability.REFRESHES_CREDENTIAL,
        }
    ),
    account=(
        Setting(
            "key",
            label_fr="Clé d’accès",
            label_en="Access key",
            help_fr="Dans votre espace hôte, à la page des accès. Elle est chiffrée et jamais réaffichée.",
            help_en="In your host space, on the page about access. It is encrypted and never shown again.",
            secret=True,
            required=True,
        ),
        Setting("address", "Adresse de l’API, pour une répétition", "Address of the API, for a rehearsal", "", ""),
    ),
    reservation_page="https://stays.example/reservations/{code}",
    sandbox="channelsync_example.sandbox:partner",
)
"""What the entry point leads to."""
