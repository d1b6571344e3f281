"""The indicators as an owner reads them: a figure, what is aimed at, and whether there is enough to judge by.

The aims are those that the product was ordered with: at least 80 % of reservations synchronised without a hand, under
5 % of looks in vain, under 30 seconds from seeing a reservation to the calendar that closes it elsewhere, 99 % of the
time at work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, final

from attrs import frozen

from channelsync.service.indicators import Indicator
from channelsync_web.speech import Say

__all__ = ["Figure", "figures"]

_ENOUGH: Final[Mapping[str, int]] = {"synchronised": 5, "looks": 100, "messages": 10, "closed": 5, "proven": 5}
"""Below so many, a share says more about chance than about us; `available` counts minutes: a day of them."""
_DAY: Final = 1440
_LEAST_SYNCHRONISED: Final = 0.8
_MOST_FAILED: Final = 0.05
_MOST_SECONDS: Final = 30.0
_LEAST_AVAILABLE: Final = 0.99


@final
@frozen
class Figure:
    """One indicator in words. ``verdict`` is ``good``, ``bad``, or empty where nothing is aimed at or known enough."""

    title: str
    value: str
    aim: str
    text: str
    basis: str
    verdict: str = ""


def figures(own: Iterable[Indicator], whole: Iterable[Indicator], say: Say) -> tuple[Figure, ...]:
    """Return the indicators of an owner, and of the installation what is everybody's."""
    known = {one.name: one for one in own}
    alive = next((one for one in whole if one.name == "available"), Indicator("available", 0))
    return (
        _synchronised(known["synchronised"], say),
        _closed(known["closed"], say),
        _looks(known["looks"], say),
        _available(alive, say),
        _proven(known["proven"], say),
        _exposed(known["exposed"], say, measured=any(one.count for one in known.values())),
        _messages(known["messages"], say),
    )


def _synchronised(one: Indicator, say: Say) -> Figure:
    share = one.share
    return Figure(
        str(say("Synchronised by itself")),
        _share(share, say),
        str(say("Aim: at least 80 %")),
        str(say("Reservations that were seen and closed on every other listing without you typing anything.")),
        _basis(one, say.count(one.count, "{count} reservation", "{count} reservations"), say),
        _judged(one, share is not None and share >= _LEAST_SYNCHRONISED),
    )


def _closed(one: Indicator, say: Say) -> Figure:
    return Figure(
        str(say("Time to close")),
        _seconds(one.p95, say),
        str(say("Aim: under 30 seconds")),
        str(say("From seeing a reservation to the calendar that closes it elsewhere, 19 times in 20.")),
        _basis(one, say.count(one.count, "{count} closing", "{count} closings"), say),
        _judged(one, one.p95 is not None and one.p95 < _MOST_SECONDS),
    )


def _looks(one: Indicator, say: Say) -> Figure:
    return Figure(
        str(say("Looks that failed")),
        _share(one.share, say),
        str(say("Aim: under 5 %")),
        str(
            say("A platform did not answer, or answered something that cannot be read. What was closed stayed closed.")
        ),
        _basis(one, say.count(one.count, "{count} look", "{count} looks"), say),
        _judged(one, one.share is not None and one.share < _MOST_FAILED),
    )


def _available(one: Indicator, say: Say) -> Figure:
    enough = one.share is not None and one.count >= _DAY
    good = one.share is not None and one.share >= _LEAST_AVAILABLE
    hours = one.count // 60
    basis = say.count(hours, "{count} hour measured", "{count} hours measured")
    return Figure(
        str(say("Service at work")),
        _share(one.share, say, exact=True),
        str(say("Aim: at least 99 %")),
        str(say("Share of the time in which the worker that reads the platforms was alive.")),
        str(say("Nothing to measure yet") if one.share is None else basis if enough else _few(basis, say)),
        ("good" if good else "bad") if enough else "",
    )


def _proven(one: Indicator, say: Say) -> Figure:
    return Figure(
        str(say("Time to proof")),
        _seconds(one.median, say),
        str(say("Each platform decides itself when it reads us")),
        str(say("From seeing a reservation until another platform has read us or shows it closed, half of the time.")),
        _basis(one, say.count(one.count, "{count} proof", "{count} proofs"), say),
    )


def _exposed(one: Indicator, say: Say, *, measured: bool) -> Figure:
    """Tell what stood open at the last measuring; where nothing was ever measured, that none did is not known."""
    none = one.count == 0
    return Figure(
        str(say("Still bookable elsewhere")),
        _seconds(one.worst, say) if not none else str(say("None")) if measured else "–",
        str(say("At the last measuring")),
        str(say("For how long taken nights have been waiting to be read by another platform.")),
        str(say.count(one.count, "on {count} listing", "on {count} listings"))
        if not none
        else _basis_of(measured, say),
    )


def _messages(one: Indicator, say: Say) -> Figure:
    return Figure(
        str(say("Messages that nobody took")),
        _share(one.share, say),
        "",
        str(say("E-mails and alerts to you that were refused, or never arrived at the other side.")),
        _basis(one, say.count(one.count, "{count} message", "{count} messages"), say),
    )


def _basis(one: Indicator, counted: object, say: Say) -> str:
    """Say what a figure stands on, and whether that is too little."""
    if one.count == 0:
        return str(say("Nothing to measure yet"))
    few = one.count < _ENOUGH[one.name]
    return str(_few(counted, say) if few else counted)


def _few(counted: object, say: Say) -> object:
    return say("{basis}: too little to judge", basis=counted)


def _basis_of(measured: bool, say: Say) -> str:  # noqa: FBT001 - a private helper, and its only question
    return "" if measured else str(say("Nothing to measure yet"))


def _judged(one: Indicator, good: bool) -> str:  # noqa: FBT001 - a private helper, and its only question
    return ("good" if good else "bad") if one.count >= _ENOUGH[one.name] else ""


def _share(share: float | None, say: Say, *, exact: bool = False) -> str:
    """Return a share in percent; one that rounds to a whole that it is not is told more exactly."""
    if share is None:
        return "–"
    percent = share * 100
    digits = 0 if percent in {0.0, 100.0} else 2 if exact else 1
    text = f"{percent:.{digits}f}"
    if share < 1 and text.startswith("100"):
        text = "99.99"
    return f"{text.replace('.', ',')} %" if say.language == "fr" else f"{text}%"


def _seconds(seconds: float | None, say: Say) -> str:
    if seconds is None:
        return "–"
    if seconds < 1:
        return str(say("under 1 second"))
    if seconds < 90:  # noqa: PLR2004 - below, minutes would hide too much
        return str(say.count(round(seconds), "{count} second", "{count} seconds"))
    if seconds < 90 * 60:
        return str(say.count(round(seconds / 60), "{count} minute", "{count} minutes"))
    return str(say.count(round(seconds / 3600), "{count} hour", "{count} hours"))
