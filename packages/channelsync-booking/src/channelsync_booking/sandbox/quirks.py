"""What nobody outside knows of Booking.com's API, or what is set for each property: switches for both ways.

An adapter has to be right under either position of every switch; the marks say what each position rests on.
"""

from __future__ import annotations

from typing import final

from attrs import frozen

__all__ = ["Quirks"]


@final
@frozen
class Quirks:
    """The switches of one simulated property; the defaults are the likeliest."""

    decrements: bool = True
    """Whether a booking takes one from the rooms to sell (inferred: not readable, section 4.5 of the facts)."""
    reopens: bool = True
    """Whether a cancelled night can be booked again at once; otherwise it has no room to sell (inferred, as above)."""
    status_on_cancellation: bool = False
    """Whether a cancellation has its rooms and says ResStatus; otherwise it has no RoomStay (seen in code)."""
    summary_lists_cancelled: bool = False
    """Whether the summary lists cancelled reservations, each with a status; otherwise they are absent (inferred)."""
    shows_closed: bool = True
    """Whether the read-back has ``closed`` beside the rooms to sell (inferred; a client reads the rooms only)."""
    card_suffix: bool = False
    """Whether rate codes end in ``VCC``: a feature that can be on (documented)."""
    recovery: bool = False
    """Whether the property has the Reservation Recovery feature: a longer deadline, no ``last_change`` (documented)."""
