"""What can go wrong in the world: each fault with its name, its rate, and its switch.

A rate is how often it is expected on one unit in thirty days, for all its listings together; a *chance* is that of one
life, or of one hint, to have it. The rates are far above the measured ones (an empty calendar once in 12,420 looks):
what would take years is met in weeks. `Climate` is which of them are on, and how strong.

The promise has an end where nobody can tell: one claim that a valid answer lacks for half an hour and more is believed
to be gone (`channelsync.release`), so wrong answers that lack one or two last no longer here
(`channelsync.testing.world.bounds`); and a valid first answer that lacks guests is taken for a calendar that is open
there, so that a first look meets none (ADR 0044).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, Self, final

from attrs import Factory, frozen

from channelsync.errors import UsageError

__all__ = ["ALL", "CALM", "HAZARDS", "Climate", "Hazard", "Measure"]


class Measure(Enum):
    """What a hazard's number counts."""

    MONTHLY = "times in thirty days of a unit"
    SHARE = "share of listings, lives, sales or hints that have it"


@final
@frozen
class Hazard:
    """One way of going wrong."""

    name: str
    rate: float
    measure: Measure
    what: str
    apis: bool = False
    """Whether it needs a listing on an API: then ``all`` leaves it out, and ``apis`` names it with the others."""


_RARE, _OFTEN = 0.5, 2.0


def _api(name: str, rate: float, what: str, measure: Measure = Measure.MONTHLY) -> Hazard:
    return Hazard(name, rate, measure, what, apis=True)


HAZARDS: Final[Mapping[str, Hazard]] = {
    one.name: one
    for one in (
        # -- a platform's answers (`channelsync.testing.faults`) ---------------------------------------------------
        Hazard("empty", _OFTEN, Measure.MONTHLY, "a valid calendar without events, for up to twenty hours"),
        Hazard("partial", _OFTEN, Measure.MONTHLY, "a valid calendar that lost some events, for up to 3.5 hours"),
        Hazard("truncated", _OFTEN, Measure.MONTHLY, "the calendar breaks off"),
        Hazard("html_login", _RARE, Measure.MONTHLY, "a page to sign in, with status 200"),
        Hazard("json_error", _RARE, Measure.MONTHLY, "an error as JSON, with status 200"),
        Hazard("http_500", _OFTEN, Measure.MONTHLY, "an error of the server"),
        Hazard("http_403", _RARE, Measure.MONTHLY, "access refused"),
        Hazard("http_429", _RARE, Measure.MONTHLY, "asked to slow down, with a Retry-After"),
        Hazard("stale", _OFTEN, Measure.MONTHLY, "an old copy of the calendar, with its old DTSTAMP"),
        Hazard("slow", _RARE, Measure.MONTHLY, "the answer takes 45 seconds"),
        Hazard("reissued_uids", _RARE, Measure.MONTHLY, "every UID is a new one"),
        Hazard("regrouped", _RARE, Measure.MONTHLY, "merged events come apart, separate ones are merged"),
        # -- a platform's reading of our calendar ------------------------------------------------------------------
        Hazard("deaf", _RARE, Measure.MONTHLY, "the platform does not read linked calendars, for up to two days"),
        Hazard("stale_proxy", _RARE, Measure.MONTHLY, "something between us gives it an old copy of our calendar"),
        Hazard("late_import", 0.3, Measure.SHARE, "what the platform reads takes force hours later"),
        # -- habits of a listing, for its life ---------------------------------------------------------------------
        Hazard("echo", 0.4, Measure.SHARE, "our closings come back in the platform's calendar"),
        Hazard("cached_export", 0.25, Measure.SHARE, "the platform writes its calendar anew only every hour or two"),
        Hazard("rolling", 0.4, Measure.SHARE, "an unopened calendar, a booking window or an advance notice that rolls"),
        Hazard("direct_links", 0.3, Measure.SHARE, "the platforms were linked to one another before we came"),
        Hazard("furnished", 0.3, Measure.SHARE, "guests come for weeks before we do, over direct links"),
        Hazard("untyped", 0.1, Measure.SHARE, "a unit on platforms of which none tells guests from closures"),
        # -- guests and the owner ----------------------------------------------------------------------------------
        Hazard("race", 0.08, Measure.SHARE, "a second guest buys the same nights before the platform has read us"),
        Hazard("resale", 0.4, Measure.SHARE, "cancelled nights are sold again within hours, somewhere"),
        Hazard("owner_there", 1.0, Measure.MONTHLY, "the owner closes nights on a platform, and opens them later"),
        Hazard("owner_here", 1.0, Measure.MONTHLY, "the owner blocks nights or types in a stay here"),
        # -- hints ---------------------------------------------------------------------------------------------------
        Hazard("hints", 0.3, Measure.SHARE, "a listing whose changes are announced to us as they happen"),
        Hazard("lost_hint", 0.2, Measure.SHARE, "an announcement never comes"),
        Hazard("repeated_hint", 0.2, Measure.SHARE, "an announcement comes several times"),
        Hazard("late_hint", 0.3, Measure.SHARE, "an announcement comes late, after later ones"),
        # -- our own machine -----------------------------------------------------------------------------------------
        Hazard("kill", 4.0, Measure.MONTHLY, "our process is killed between two effects, and started again"),
        Hazard("down", _RARE, Measure.MONTHLY, "our machine is off, for minutes to two days"),
        Hazard("restore", 0.2, Measure.MONTHLY, "our database is put back to yesterday's backup"),
        Hazard("clock", _RARE, Measure.MONTHLY, "our clock steps, by minutes or hours, and back"),
        # -- listings on an API (`channelsync.testing.partner`) ------------------------------------------------------
        _api("api_routes", 0.6, "a listing on its platform's API rather than on calendars", Measure.SHARE),
        _api("api_leaves_closed", 0.5, "the platform leaves the nights of a cancelled guest closed", Measure.SHARE),
        _api("api_reopening_told", 0.5, "we are told that the platform opens such nights itself", Measure.SHARE),
        _api("api_read_away", 0.2, "to read a waiting reservation is to take it away", Measure.SHARE),
        _api("api_unpaid", 0.1, "a guest whom we let a platform accept gives up", Measure.SHARE),
        _api("api_unheard", 0.05, "our answer to a platform's question never arrives", Measure.SHARE),
        _api("api_error", 1.0, "500 in place of answers, for up to six hours"),
        _api("api_unavailable", _RARE, "the API is down, for up to two days"),
        _api("api_throttled", 1.0, "asked to slow down, for up to two hours"),
        _api("api_html", _RARE, "a page in place of answers, with status 200"),
        _api("api_truncated", 1.0, "answers break off in the middle"),
        _api("api_empty_body", _RARE, "answers with status 200 and not one byte"),
        _api("api_nothing", 1.0, "well-formed answers that list nothing, though there is something"),
        _api("api_stale", 1.0, "reads show what was true some time ago, for up to half an hour"),
        _api("api_refused", _RARE, "401, whatever the token, for up to twelve hours"),
        _api("api_tokens", 1.0, "no token is given out, for up to a day"),
        _api("api_answer_lost", 2.0, "writes and acknowledgements are done, and their answers are lost"),
        _api("api_partly", 2.0, "writes and acknowledgements are done for the first night or message only"),
        _api("api_call_lost", 1.0, "calls to us are never made"),
        _api("api_call_twice", 1.0, "calls to us are made twice"),
        _api("api_call_late", 1.0, "calls to us are made an hour late"),
        _api("api_calls_swapped", 1.0, "calls to us are made after the ones that follow them"),
    )
}
"""Every hazard by its name."""
_GROUPS: Final = {"all": False, "apis": True}
"""The words for many hazards at once: all that calendars have, and what only APIs have."""


@final
@frozen
class Climate:
    """Which hazards there are, and their rates."""

    rates: Mapping[str, float] = Factory(dict[str, float])

    def __getitem__(self, name: str) -> float:
        """Return a hazard's rate, 0 where it is off."""
        assert name in HAZARDS, name
        return self.rates.get(name, 0.0)

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """Return the climate with these hazards at their own rates; ``name=rate`` sets another one.

        ``all`` stands for everything that can go wrong with calendars, ``apis`` for listings on APIs and their faults.

        Raises:
            UsageError: there is no such hazard, or the rate is no number from 0 to 100.
        """
        rates: dict[str, float] = {}
        for word in names:
            name, equals, rate = word.strip().partition("=")
            if name in _GROUPS and not equals:
                group = [one for one in HAZARDS.values() if one.apis is _GROUPS[name]]
                rates |= {one.name: one.rate for one in group}
            elif name != "none" or equals:
                hazard = _known(name)
                rates[name] = _rate(name, rate) if equals else hazard.rate
        return cls(rates)


def _known(name: str) -> Hazard:
    if name not in HAZARDS:
        msg = f"there is no fault called {name[:40]!r}"
        raise UsageError(msg, advice=f"There are: all, apis, none, {', '.join(HAZARDS)}.")
    return HAZARDS[name]


def _rate(name: str, text: str) -> float:
    limit = 1.0 if HAZARDS[name].measure is Measure.SHARE else 100.0
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= limit:
        msg = f"the rate of {name} must be a number from 0 to {limit:g}, not {text[:20]!r}"
        raise UsageError(msg, advice=f"It counts: {HAZARDS[name].measure.value}.")
    return rate


ALL: Final = Climate.of(["all"])
"""Everything goes wrong, as often as the table says; no listing is on an API."""
CALM: Final = Climate()
"""Nothing goes wrong: guests come, change their dates and cancel."""
