"""How the simulated API behaves where the facts are open, and what the owner's side decides.

Every default is inferred unless it says otherwise; a test that cares sets its own. ``account.ways = evolve(...)``
changes them in the middle of a story.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

__all__ = ["VERSIONS", "Obstacle", "OverStay", "Ways"]

VERSIONS: Final = ("2022.12.31", "2023.06.30", "2024.06.30", "2024.12.31", "2025.06.30")
"""The released versions of the API (documented, April 2026)."""


class OverStay(Enum):
    """What a closing does to nights that hold a reservation: nobody has written it down."""

    BENEATH = "beneath"
    """It is taken, lies beneath the reservation, and shows when that is cancelled."""
    SKIPPED = "skipped"
    """It is taken for the other nights; these are passed over in silence."""
    REFUSED = "refused"
    """The whole call is refused."""


class Obstacle(Enum):
    """Why the consent page does not let this host approve (both reported by vendors and hosts)."""

    ANOTHER_SOFTWARE = "another software"
    """The account is connected already; it accepts one property-management software at a time."""
    COHOST = "co-host"
    """Who is signed in is a co-host; only the owner can grant."""


@final
@frozen
class Ways:
    """The open questions of the API, each with an answer."""

    obstacle: Obstacle | None = None
    """What stands in the way on the consent page."""
    nested_check: bool = True
    """Whether the answer to a token check is wrapped even when asked unwrapped: seen in code of 2021, not of 2017."""
    over_stay: OverStay = OverStay.BENEATH
    """What a closing does to nights that hold a reservation."""
    applied_after: timedelta = timedelta(seconds=3)
    """How much later a ``calendar_operations_requests`` call is in force."""
    shows_rules: bool = False
    """Whether a read calendar says ``unavailable`` for nights that only an availability rule closes."""
    requests_take: bool = False
    """Whether a read calendar says ``unavailable`` for the nights of a request to book that waits."""
    requests_asked: bool = False
    """Whether the software is asked about a request to book as about a booking: when it is made, and when accepted."""
    silence_is_yes: bool = False
    """What the lack of a usable answer to a question counts as; otherwise the nights are not available."""
    patience: timedelta = timedelta(seconds=8)
    """How long Airbnb waits for our answer: whoever drives `Account.book` gives None after that (a guess)."""
    told_after: timedelta = timedelta(0)
    """How long after an event its notification is sent."""
    message_instead: bool = False
    """Whether ``message_added`` comes in place of a reservation's confirmation (seen in code, 2019)."""
    throttled_as: int = 429
    """The status of a call above a limit: 405, 429 and 503 were all taken for that (seen in code)."""
