"""What is known of the platforms that have no plugin, as starting points that the owner's options may change.

Everything is a closure in every preset. Abritel and Vrbo write ``Réservée - <first name>`` or ``Reserved - <name>``
for a stay and ``Indisponible`` or ``Blocked`` for a block, with UIDs to match, but that comes from code and one real
feed of 2020: whether an imported closure of ours comes back under one of these titles is not known. Were it taken for
a guest, it would keep its own night closed for ever; were a guest taken for a block, the night could be opened. The
owner, who knows, can name the titles in the options.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, final

from attrs import Factory, frozen

from channelsync.adapter import Dialect
from channelsync.ical import RawEvent
from channelsync.traits import Traits

__all__ = ["PRESETS", "Preset", "vrbo_remark"]

_TENTATIVE: Final = ("provisoire", "tentative")
_HOMEAWAY_HOSTS: Final = ("www.abritel.fr", "www.vrbo.com", "admin.vrbo.com")


def vrbo_remark(event: RawEvent) -> str:
    """Say so where an event is an unpaid request (seen in one real feed of 2020; that they linger is only reported)."""
    if event.summary.strip().casefold().startswith(_TENTATIVE):
        return "unpaid request, closed like a stay: add ?nonTentative to the export link to leave them out"
    return ""


@final
@frozen
class Preset:
    """A starting point: how the platform writes, and its habits as far as they are known."""

    dialect: Dialect
    traits: Traits = Factory(Traits)


_VRBO_TRAITS: Final = Traits(
    hosts=_HOMEAWAY_HOSTS,
    prodids=("HomeAway.com",),
    imports_every=timedelta(hours=6),  # only reported, from one hour to six: the longer one
)

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "abritel": Preset(Dialect("Abritel", remark=vrbo_remark), _VRBO_TRAITS),
        "plain": Preset(Dialect("iCal")),
        "vrbo": Preset(Dialect("Vrbo", remark=vrbo_remark), _VRBO_TRAITS),
    }
)
"""By name; ``plain`` supposes nothing."""
