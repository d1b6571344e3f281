"""channelsync: the channel manager that small holiday-let owners can trust.

When a night is taken anywhere it is closed everywhere else, with proof, and it opens again when it is freed::

    import channelsync as cs

    with cs.open("gite.db") as manager:
        lac = manager.add_unit("Gîte du Lac")
        manager.link(lac, "airbnb", feed="https://www.airbnb.fr/calendar/ical/...")
        report = manager.sync()

`open` and `aopen` give the manager, over a database. Everything below works without one: `Nights`, `Stay` and the pure
functions `reconcile` and `conflicts`. Public names are loaded on first use, so that importing the package costs nothing
that is not needed: no HTTP client, no calendar library, no database.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from channelsync.claims import Category, Claim, Kind, Standing
    from channelsync.conflicts import Certainty, Conflict, conflicts
    from channelsync.errors import ChannelSyncError
    from channelsync.inventory import Listing, Unit
    from channelsync.manager import AsyncManager, Manager, SyncReport
    from channelsync.manager import aopen_manager as aopen
    from channelsync.manager import open_manager as open  # noqa: A004 - read as cs.open
    from channelsync.nights import Nights, Stay
    from channelsync.observation import Event, Observation
    from channelsync.policy import Policy
    from channelsync.reconcile import Plan, reconcile
    from channelsync.state import ListingState, UnitState
    from channelsync.traits import Traits

__version__ = "0.1.0"

__all__ = [
    "AsyncManager",
    "Category",
    "Certainty",
    "ChannelSyncError",
    "Claim",
    "Conflict",
    "Event",
    "Kind",
    "Listing",
    "ListingState",
    "Manager",
    "Nights",
    "Observation",
    "Plan",
    "Policy",
    "Standing",
    "Stay",
    "SyncReport",
    "Traits",
    "Unit",
    "UnitState",
    "__version__",
    "aopen",
    "conflicts",
    "open",
    "reconcile",
]

_HOMES = {
    "AsyncManager": "manager",
    "Category": "claims",
    "Certainty": "conflicts",
    "ChannelSyncError": "errors",
    "Claim": "claims",
    "Conflict": "conflicts",
    "Event": "observation",
    "Kind": "claims",
    "Listing": "inventory",
    "ListingState": "state",
    "Manager": "manager",
    "Nights": "nights",
    "Observation": "observation",
    "Plan": "reconcile",
    "Policy": "policy",
    "Standing": "claims",
    "Stay": "nights",
    "SyncReport": "manager",
    "Traits": "traits",
    "Unit": "inventory",
    "UnitState": "state",
    "reconcile": "reconcile",
    "conflicts": "conflicts",
}
_RENAMED = {"open": ("manager", "open_manager"), "aopen": ("manager", "aopen_manager")}


class _Package(ModuleType):
    """This package: where a public function has the name of its module, the function is what one finds here.

    Importing a module puts it into its package under its own name; without this, ``cs.reconcile`` would be the function
    or the module, depending on what was imported before. ``from channelsync.reconcile import`` reaches the module.
    """

    def __setattr__(self, name: str, value: object) -> None:
        """Keep the function in place of the module of the same name."""
        if isinstance(value, ModuleType) and _HOMES.get(name) == name:
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    home, inner = _RENAMED.get(name) or (_HOMES.get(name), name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    found: object = getattr(import_module(f"{__name__}.{home}"), inner)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
