"""Writing to Airbnb: nights closed and opened, and listings taken over and let go.

Closings are sent before openings and never in one call with them. A call that Airbnb refuses is sent again by halves,
because one night that it will not close, sold a moment ago perhaps, must not leave the others open. Every write may be
sent twice without harm, so an answer that cannot be read is an error, and what was to do remains to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from attrs import define, field

from channelsync.adapter import Access, Closing, Flow, Written
from channelsync.errors import ChangeRefusedError
from channelsync.nights import NO_NIGHTS, Nights
from channelsync_airbnb import sending, wire_push
from channelsync_airbnb.sending import answered, asked, checked
from channelsync_airbnb.wire_push import Part

__all__ = ["let_go", "push", "take_over"]

_MOST_WRITES: Final = 24
"""Calls of one push, those by halves included: Airbnb takes 160 a minute of an application (seen in code)."""


@final
@define
class _Tally:
    """What a push has come to so far."""

    closed: Nights = NO_NIGHTS
    opened: Nights = NO_NIGHTS
    reference: str = ""
    refused: list[str] = field(factory=list[str])

    def accepted(self, call: Sequence[Part], taken: Nights, reference: str) -> None:
        """Count a call of which these nights were accepted."""
        left = _nights(call) - taken
        self.reference = reference or self.reference
        if call[0].closing:
            self.closed |= taken
        else:
            self.opened |= taken
        if left:
            self.refused.append(f"{left}: Airbnb has not accepted them")

    def written(self) -> Written:
        """Return what it has come to.

        Raises:
            ChangeRefusedError: all of it was refused.
        """
        if self.refused and not self.closed and not self.opened:
            msg = f"Airbnb has refused the change: {self.refused[0]}"
            raise ChangeRefusedError(msg)
        return Written(self.closed, self.opened, self.reference, tuple(self.refused))


def push(access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
    """Close and open nights, closings first; a call that is refused is sent again by halves.

    Raises:
        ChangeRefusedError: all of it was refused.
        ChannelError: another refusal, or an answer that cannot be read.
        UsageError: the listing's id is none of Airbnb's.
    """
    waiting = list(reversed(wire_push.batches(wire_push.parts(closing, opening))))
    tally = _Tally()
    calls = 0
    while waiting:
        call = waiting.pop()
        calls += 1
        try:
            taken, reference = yield from _write(access, checked(listing), call)
        except ChangeRefusedError as error:
            smaller = wire_push.halves(call) if calls + len(waiting) < _MOST_WRITES else ()
            waiting += reversed(smaller)
            if not smaller:
                tally.refused.append(f"{_nights(call)}: {error}")
        else:
            tally.accepted(call, taken, reference)
    return tally.written()


def take_over(access: Access, listing: str) -> Flow[None]:
    """Tell Airbnb that we keep the listing: the only kind of link that newer versions know (documented)."""
    yield from _linked(access, listing, "sync_all")


def let_go(access: Access, listing: str) -> Flow[None]:
    """Tell Airbnb that we no longer keep the listing; its nights are left as they are."""
    yield from _linked(access, listing, None)


def _nights(call: Sequence[Part]) -> Nights:
    return Nights.union(part.nights for part in call)


def _write(access: Access, listing: str, call: Sequence[Part]) -> Flow[tuple[Nights, str]]:
    """Send one call and return the nights that were accepted, with Airbnb's reference."""
    classic = sending.field(access, "calendar", "async") == "classic"
    path = "calendar_operations" if classic else "calendar_operations_requests/"
    response = yield asked(access, "POST", path, body=wire_push.body(listing, call))
    taken, reference = wire_push.accepted(answered(response, listing=True, write=True), _nights(call), classic=classic)
    if not taken:
        msg = "Airbnb has not accepted them"
        raise ChangeRefusedError(msg)
    return taken, reference


def _linked(access: Access, listing: str, category: str | None) -> Flow[None]:
    """Set how a listing is linked; what a successful answer holds is cut in newer versions, so it is not read."""
    body = {"synchronization_category": category}
    response = yield asked(access, "PUT", f"listings/{checked(listing)}", body=body)
    if not response.is_success or response.content.strip():
        answered(response, listing=True, write=True)
