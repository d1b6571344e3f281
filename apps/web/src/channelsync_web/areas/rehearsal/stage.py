"""What is played with: the sample's simulated platforms, and the tickets that let whoever started it in."""

from __future__ import annotations

import secrets
from typing import Final, final

from attrs import define, field

from channelsync.ids import OwnerId
from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync.testing import Fault, Platform, Refusal, Reservation
from channelsync.testing.sample import Sample

__all__ = ["Stage"]

_MOST: Final = 60
"""Reservations of one platform: enough to play with."""


@final
@define
class Stage:
    """One rehearsal; ``town`` comes once its past has been lived through."""

    town: Sample | None = None
    _tickets: dict[str, OwnerId] = field(factory=dict[str, OwnerId], repr=False)

    def ticket(self, owner: OwnerId) -> str:
        """Return a word that lets somebody in as that owner, once."""
        word = secrets.token_urlsafe(24)
        self._tickets[word] = owner
        return word

    def admitted(self, word: str) -> OwnerId | None:
        """Return whom a ticket lets in, None where it is none or was used."""
        return self._tickets.pop(word, None)

    def platform(self, unit: Unit, channel: str) -> Platform | None:
        """Return one of a lodging's platforms."""
        return self.town.platforms.get(unit.id, {}).get(channel) if self.town else None

    def book(self, platform: Platform, stay: Stay) -> Reservation | Refusal:
        """Let a guest book, as far as the platform lets them; we look at once, as a signal would make us."""
        assert self.town is not None  # noqa: S101 - a platform was found there
        with self.town.served.held():
            if len(platform.reservations()) >= _MOST:
                return Refusal(stay, ("enough",))
            return platform.book(stay, self.town.now())

    def cancel(self, platform: Platform, reservation: str) -> None:
        """Let a guest cancel; one that is gone already stays gone."""
        assert self.town is not None  # noqa: S101 - as above
        with self.town.served.held():
            if any(one.id == reservation for one in platform.reservations()):
                platform.cancel(reservation, self.town.now())

    def turn(self, platform: Platform, *, down: bool) -> None:
        """Let a platform answer with errors from now on, or well again."""
        assert self.town is not None  # noqa: S101 - as above
        with self.town.served.held():
            if down:
                platform.fail(Fault.HTTP_500, self.town.now(), times=None)
            else:
                platform.heal()
