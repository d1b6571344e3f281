"""`channels`: the plugins of this installation, what each can do, and the broken ones with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import options, paint
from channelsync.cli.shapes import Shape

if TYPE_CHECKING:
    from channelsync.adapter import ChannelPlugin
    from channelsync.adapter.capability import Capability
    from channelsync.cli.shell import Shell

__all__ = ["add"]

_ABILITIES = {
    "lists_listings": ("liste les annonces", "lists listings"),
    "pulls_claims": ("lit les réservations", "reads reservations"),
    "pushes_availability": ("ferme et ouvre aussitôt", "closes and opens at once"),
    "reads_availability": ("relit les disponibilités", "reads back availability"),
    "publishes_feed": ("lit notre calendrier", "reads our calendar"),
    "receives_webhooks": ("prévient aussitôt", "tells at once"),
    "acknowledges_reservations": ("demande un accusé de réception", "wants acknowledgements"),
    "refreshes_credential": ("renouvelle son accès", "renews its access"),
    "grants_access": ("demande votre accord sur sa page", "asks for your consent on its page"),
    "takes_over_listings": ("nous confie l’annonce", "hands the listing over to us"),
    "asks_questions": ("demande avant de vendre", "asks before it sells"),
}


def add(commands: options.Commands) -> None:
    """Add the verb."""
    commands.add("channels", channels, "list the channels found, what each can do, and the broken ones")


def channels(shell: Shell) -> int:
    """Print the plugins."""
    registry, say = shell.channels, shell.voice
    document = {
        "channels": [_shape(one) for one in registry.plugins],
        "broken": [{"name": name, "reason": reason} for name, reason in registry.broken.items()],
    }
    rows = [
        (one.name, say(one.title, one.title_en), ", ".join(_ability(shell, each) for each in _sorted(one)))
        for one in registry.plugins
    ]
    shown = [
        paint.table(
            rows, head=say("nom|plateforme|ce qu’elle permet", "name|channel|what it can do").split("|"), whole=(0, 1)
        )
    ]
    if registry.broken:
        broken = [(paint.line(name, paint.ALARM), say.why(reason)) for name, reason in registry.broken.items()]
        shown.append(paint.section(say("Inutilisables", "Broken"), paint.table(broken, whole=(0,))))
    shell.answer(document, *shown)
    return 0


def _sorted(plugin: ChannelPlugin) -> list[Capability]:
    return sorted(plugin.capabilities, key=lambda one: one.value)


def _ability(shell: Shell, capability: Capability) -> str:
    return shell.voice(*_ABILITIES.get(capability.value, (capability.value, capability.value)))


def _shape(plugin: ChannelPlugin) -> Shape:
    return {
        "name": plugin.name,
        "title": plugin.title,
        "capabilities": [one.value for one in _sorted(plugin)],
        "options": [one.name for one in plugin.options],
        "several_per_unit": plugin.several_per_unit,
    }
