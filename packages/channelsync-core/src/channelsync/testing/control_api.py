"""The private hand on a lodging of a simulated API: the orders that go to its account, beside those to the lodging.

What guests do goes by the account, which asks us first and notifies us after, as the platform does:

========  =========  ==========================================================================================
``POST``  book       ``{"stay": "2027-03-15/2027-03-18", "force": false}``; forced, nobody is asked
``POST``  cancel     ``{"id": ...}``
``POST``  change     ``{"id": ..., "stay": ..., "force": false}``
``POST``  hook       ``{"url": ...}``: where we are asked and called from now on
``POST``  api-fault  ``{"fault": "throttled", "times": 1}``; ``times`` null lasts; ``fault`` null heals all
========  =========  ==========================================================================================

Everything else is the lodging's own: `channelsync.testing.control`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from typing import Final

import httpx

from channelsync.errors import UsageError
from channelsync.testing.control import Wish, answered, is_forced, number_of, stay_of, text_of, unfit, wish_of
from channelsync.testing.partner import ApiFault, Partner
from channelsync.testing.values import Refusal, Reservation

__all__ = ["ordered"]

_Asking = Generator[httpx.Request, httpx.Response | None, Reservation | Refusal | None]


def ordered(
    partner: Partner, listing: str, request: httpx.Request, now: datetime
) -> Generator[httpx.Request, httpx.Response | None, httpx.Response] | None:
    """Return what carries out an order and ends with its answer; None for one that is the lodging's own.

    It yields what the platform asks us meanwhile, and is sent our answers.
    """
    action = request.url.path.rpartition("/")[2]
    if request.method != "POST" or action not in _ACTIONS:
        return None
    return _carried_out(partner, listing, action, request, now)


def _carried_out(
    partner: Partner, listing: str, action: str, request: httpx.Request, now: datetime
) -> Generator[httpx.Request, httpx.Response | None, httpx.Response]:
    if (refusal := unfit(request)) is not None:
        return refusal
    try:
        done = yield from _ACTIONS[action](partner, listing, wish_of(request.content), now)
    except UsageError as error:
        return httpx.Response(400, json={"error": str(error)})
    return answered(action, done)


def _cancel(partner: Partner, listing: str, wish: Wish, now: datetime) -> _Asking:
    yield from ()
    partner.cancel(listing, text_of(wish, "id"), now)
    return None


def _hook(partner: Partner, _listing: str, wish: Wish, _now: datetime) -> _Asking:
    yield from ()
    partner.call_at(text_of(wish, "url"))
    return None


def _fault(partner: Partner, _listing: str, wish: Wish, now: datetime) -> _Asking:
    yield from ()
    if wish.get("fault") is None:
        partner.heal()
        return None
    try:
        fault = ApiFault(text_of(wish, "fault"))
    except ValueError:
        msg = f"no such fault; there are {', '.join(each.value for each in ApiFault)}"
        raise UsageError(msg) from None
    partner.fail(fault, now, times=number_of(wish, "times", 1))
    return None


_ACTIONS: Final[Mapping[str, Callable[[Partner, str, Wish, datetime], _Asking]]] = {
    "book": lambda partner, listing, wish, now: partner.book(listing, stay_of(wish), now, force=is_forced(wish)),
    "cancel": _cancel,
    "change": lambda partner, listing, wish, now: partner.change(
        listing, text_of(wish, "id"), stay_of(wish), now, force=is_forced(wish)
    ),
    "hook": _hook,
    "api-fault": _fault,
}
