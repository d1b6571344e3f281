"""The laws of the world by name, and what is written down where one of them breaks."""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

from attrs import frozen

from channelsync.ids import ListingId
from channelsync.nights import Nights

__all__ = ["Breach", "Law", "told"]


class Law:
    """The names of the laws, as they are printed."""

    LOST: Final = "no lost night"
    WRONG: Final = "no wrong opening"
    GHOST: Final = "no ghost"
    PING_PONG: Final = "no ping-pong"
    MISSED: Final = "no missed conflict"
    FALSE: Final = "no false certain conflict"
    NOTICES: Final = "no notice lost"
    SHORT_CUT: Final = "short cut equal"
    FORGOTTEN: Final = "no message forgotten"
    ALL: Final = (LOST, WRONG, GHOST, PING_PONG, MISSED, FALSE, NOTICES, SHORT_CUT)
    APIS: Final = (FORGOTTEN,)
    """Those that only a life with APIs can break."""


@final
@frozen
class Breach:
    """A law that was broken: when, where, on which nights, and what happened."""

    law: str
    at: datetime
    listing: ListingId | None
    nights: Nights
    what: str

    def __str__(self) -> str:
        """Say it in one line."""
        where = f" on {self.listing}" if self.listing else ""
        return f"{self.at:%Y-%m-%d %H:%M} {self.law}{where}: {self.what} {told(self.nights)}".rstrip()


def told(nights: Nights) -> str:
    """Return nights as stays, a few of them."""
    runs = nights.runs()
    return ", ".join(map(str, runs[:5])) + (f" and {len(runs) - 5} more" if len(runs) > 5 else "")
