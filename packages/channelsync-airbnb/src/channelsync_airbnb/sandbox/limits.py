"""How many requests are taken in a time: those limits of the API that a channel manager could ever meet.

The numbers are seen in code, taken there from the documentation of 2019; the current ones are not known.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

from attrs import define, field

from channelsync_airbnb.sandbox.tokens import AUTHORIZATIONS

__all__ = ["Limits"]

_LIMITS: Final = {
    AUTHORIZATIONS: (1_000, timedelta(hours=1)),
    "/v2/calendar_operations": (160, timedelta(minutes=1)),
}
"""Requests in a time, by the beginning of the path."""


@final
@define
class Limits:
    """The requests of the last while."""

    _asked: dict[str, list[datetime]] = field(init=False, factory=dict[str, list[datetime]])

    def above(self, path: str, now: datetime) -> bool:
        """Count a request, and return whether it is one too many."""
        for begin, (most, each) in _LIMITS.items():
            if path.startswith(begin):
                asked = [at for at in self._asked.get(begin, []) if at > now - each]
                above = len(asked) >= most
                self._asked[begin] = asked if above else [*asked, now]
                return above
        return False
