"""What each platform asks of an owner whose nights are sold twice: recorded facts, each with its source and its day.

Where nothing is recorded nothing is said but that the owner has to look it up: a wrong deadline costs more than none.

* Booking.com: to be resolved within 30 minutes, 2 hours or 24 hours depending on the arrival; the owner bears all costs
  (its help page for partners, as quoted in research of 22 November 2026).
* GreenGo: its public address for questions (seen in code, November 2026); no rule about double bookings was found.
* Airbnb and others: no rule was found that could be quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, final

from attrs import frozen

from channelsync_web.speech import Say

__all__ = ["Rule", "rules"]

_READ: Final = date(2026, 11, 22)
_PARTNER_HELP: Final = (
    "https://partner.booking.com/en-us/help/reservations/manage/all-you-need-know-about-double-bookings"
)


@final
@frozen
class Rule:
    """What one platform asks for: a sentence, where it is from, and its page, empty where none is known."""

    text: str
    source: str
    page: str = ""


def rules(channel: str, say: Say) -> tuple[Rule, ...]:
    """Return what is recorded of a platform; one sentence that it has to be looked up, where nothing is."""
    known = _recorded(say)
    where = say.platform(channel)
    unknown = say(
        "We know of no published deadline or penalty of {where}: ask it before you cancel anything.", where=where
    )
    return known.get(channel, (Rule(unknown, ""),))


def _recorded(say: Say) -> Mapping[str, tuple[Rule, ...]]:
    day = say.day(_READ, year=True)
    help_page = say("Booking.com’s help for partners, quoted on {day}; check there whether it still holds", day=day)
    return {
        "booking": (
            Rule(
                say(
                    "Booking.com asks for a solution within 30 minutes, 2 hours or 24 hours, depending on the arrival."
                ),
                help_page,
                _PARTNER_HELP,
            ),
            Rule(say("By its rules all costs of moving the guest are yours."), help_page, _PARTNER_HELP),
        ),
        "greengo": (
            Rule(
                say("We know of no published deadline of GreenGo: write to bonjour@greengo.voyage before you cancel."),
                say("public address, seen in November 2026"),
            ),
        ),
    }
