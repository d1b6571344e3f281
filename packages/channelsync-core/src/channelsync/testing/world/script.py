"""What will happen in a life, written down before it begins: platforms, their habits, and every act with its time.

A script is drawn from one seed and holds no chance any more. Where an act depends on how things stand when its time
comes (which guest cancels?), it brings a number to choose with. So a script can be played again exactly, stored as
JSON, and shortened act by act until only those are left that break a law (`channelsync.testing.world.shrink`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from random import Random
from typing import Final, final

from attrs import evolve, frozen

from channelsync.testing.world.hazards import ALL, Climate

__all__ = ["Act", "Cast", "Deed", "Role", "Script", "drawn"]

_DAY: Final = 86_400
_HOUR: Final = 3_600


class Deed(Enum):
    """What somebody does."""

    BOOK = "book"
    """A guest books, where the platform lets them."""
    RACE = "race"
    """A guest books nights that another platform has just sold, where this one still lets them."""
    CANCEL = "cancel"
    RESELL = "resell"
    """A guest books the nights that were cancelled last."""
    MOVE = "move"
    """A guest changes dates."""
    CLOSE_THERE = "close_there"
    OPEN_THERE = "open_there"
    BLOCK_HERE = "block_here"
    RESERVE_HERE = "reserve_here"
    """The owner types in a guest of their own."""
    ADOPT_HERE = "adopt_here"
    """The owner types in a guest of a platform before its calendar shows it."""
    END_HERE = "end_here"
    EVENING = "evening"
    """The owner looks in and answers what is asked."""
    UNLINK_DIRECT = "unlink_direct"
    """The owner removes the old links between the platforms."""
    FAULT = "fault"
    HEAL = "heal"
    STALE_PROXY = "stale_proxy"
    KILL = "kill"
    DOWN = "down"
    RESTORE = "restore"
    CLOCK = "clock"


@final
@frozen
class Act:
    """One act: when (seconds after the beginning), what, and on which listing (its place in the cast; -1 for none).

    ``first`` and ``nights`` are a stay counted from the act's own day; ``draw`` chooses among what there is then;
    ``fault`` names a fault of a platform; ``span`` is a duration in seconds, for the clock with a sign.
    """

    at: int
    deed: Deed
    on: int = -1
    first: int = 0
    nights: int = 0
    draw: int = 0
    fault: str = ""
    span: int = 0


@final
@frozen
class Role:
    """One listing: its channel's name, and what differs from its platform's usual habits; times in seconds."""

    channel: str
    label: str = ""
    echo: bool = False
    typed: bool | None = None
    import_every: int = 2 * _HOUR
    import_jitter: int = 0
    import_lag: int = 0
    export_cache: int = 0
    opened_days: int | None = None
    window_days: int | None = None
    notice_nights: int = 0
    preparation: int = 0
    hints: bool = False
    direct: tuple[int, ...] = ()
    """The places of the listings whose calendars this platform reads directly, until the owner removes the links."""
    api: bool = False
    """Whether it is linked through an account on its platform's API."""
    leaves_closed: bool = False
    """On an API: whether the platform leaves the nights of a cancelled guest closed."""
    reopening_told: bool = False
    """On an API: whether we are told that it opens them itself."""
    read_away: bool = False
    """On an API: whether to read a waiting reservation is to take it away."""


@final
@frozen
class Cast:
    """One unit of one owner, and its listings."""

    name: str
    owner: str
    roles: tuple[Role, ...]
    timezone: str = "Europe/Paris"
    turnover: int = 0


@final
@frozen
class Script:
    """A whole life of one unit: ``days`` of acts after ``start``, then quiet."""

    seed: int
    start: datetime
    days: int
    cast: Cast
    acts: tuple[Act, ...]
    climate: Climate = ALL
    furnished: int = 0
    """How many of the days are lived without us: guests come, and the platforms read one another by direct links."""

    @property
    def met(self) -> datetime:
        """When we come: the first look, and our calendar linked."""
        return self.start + timedelta(days=self.furnished)

    def without(self, gone: frozenset[int]) -> Script:
        """Return the script without the acts at these places."""
        return evolve(self, acts=tuple(act for place, act in enumerate(self.acts) if place not in gone))


def drawn(seed: int, days: int = 90, climate: Climate = ALL) -> Script:
    """Draw a life from a seed: the same seed, days and climate give the same script."""
    rng = Random(seed)
    start = datetime.combine(date(2026, 1, 1), datetime.min.time(), UTC) + timedelta(
        days=rng.randrange(6 * 365), seconds=rng.randrange(_DAY)
    )
    apis, before = Random(f"{seed}/apis"), Random(f"{seed}/furnished")
    cast = _cast(rng, climate)
    furnished = before.randint(*_FURNISHED) if _has(before, climate["furnished"]) else 0
    if furnished:
        cast = _let_before(before, climate, cast)
    cast = _connected(apis, climate, cast)
    found = [*_Drawing(rng, climate, cast, days).acts(), *_Drawing(apis, climate, cast, days).of_apis()]
    if furnished:
        found = [evolve(act, at=act.at + furnished * _DAY) for act in found]
        found += _Drawing(before, climate, cast, furnished).of_before()
    acts = sorted(found, key=lambda act: act.at)
    return Script(seed, start, furnished + days, cast, tuple(acts), climate, furnished)


_FURNISHED: Final = (10, 28)
"""For how many days a lodging is let before we come, at least and at most."""
_APIS: Final = {"airbnb": False, "booking": True}
"""The platforms with an API; whether a lodging on it has no calendar any more."""


# -- who ---------------------------------------------------------------------------------------------------------------


def _cast(rng: Random, climate: Climate) -> Cast:
    untyped = _has(rng, climate["untyped"])
    channels = ["booking", "booking", "greengo"] if untyped else ["airbnb", "booking", "greengo"]
    if rng.random() < 0.25:
        channels.append("ical")
    roles = [_role(rng, climate, name, f"{name} {place + 1}" if untyped else "") for place, name in enumerate(channels)]
    if _has(rng, climate["direct_links"]):
        roles = list(_linked(rng, roles))
    zone = rng.choice(["Europe/Paris", "Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Auckland"])
    turnover = rng.choice([0, 0, 0, 0, 1])
    return Cast("gite", "owner", tuple(roles), zone, turnover)


def _linked(rng: Random, roles: Sequence[Role]) -> tuple[Role, ...]:
    """Return the listings linked directly to some of the others."""
    return tuple(
        evolve(role, direct=tuple(at for at in range(len(roles)) if at != place and rng.random() < 0.6))
        for place, role in enumerate(roles)
    )


def _let_before(rng: Random, climate: Climate, cast: Cast) -> Cast:
    """Return the cast of a lodging let before we come: most often its platforms are linked to one another.

    Then nothing in it rolls, nor is kept free beside a guest: merged with copies of guests, neither can be asked about.
    """
    linked = climate["direct_links"] and not _is_linked(cast)
    roles = _linked(rng, cast.roles) if linked else cast.roles
    if any(role.direct for role in roles):
        roles = tuple(
            evolve(role, preparation=0, opened_days=None, window_days=None, notice_nights=0) for role in roles
        )
    return evolve(cast, roles=roles)


def _is_linked(cast: Cast) -> bool:
    return any(role.direct for role in cast.roles)


def _connected(rng: Random, climate: Climate, cast: Cast) -> Cast:
    """Return the cast with some of its listings on APIs."""
    roles = [
        _on_api(rng, climate, role) if role.channel in _APIS and _has(rng, climate["api_routes"]) else role
        for role in cast.roles
    ]
    alone = {at for at, role in enumerate(roles) if role.api and _APIS[role.channel]}
    roles = [evolve(one, direct=tuple(at for at in one.direct if at not in alone)) for one in roles]
    copied = {at for role in roles for at in role.direct}
    return evolve(cast, roles=tuple(_unrolled(one) if at in copied else one for at, one in enumerate(roles)))


def _unrolled(role: Role) -> Role:
    """Return a listing whose calendar others copy; by an API nothing shows that its end rolls, so it has none."""
    return evolve(role, window_days=None, notice_nights=0) if role.api else role


def _on_api(rng: Random, climate: Climate, role: Role) -> Role:
    """Return a listing on its platform's API; where that has no calendar as well, nor anything that only it shows."""
    on_api = evolve(role, api=True, hints=False)
    if not _APIS[role.channel]:
        return on_api
    leaves_closed = _has(rng, climate["api_leaves_closed"])
    return evolve(
        on_api,
        direct=(),
        opened_days=None,
        leaves_closed=leaves_closed,
        reopening_told=not leaves_closed and _has(rng, climate["api_reopening_told"]),
        read_away=_has(rng, climate["api_read_away"]),
    )


def _role(rng: Random, climate: Climate, channel: str, label: str) -> Role:
    rolling = _has(rng, climate["rolling"])
    rolls = rng.choice(["opened", "window", "notice"]) if rolling else ""
    cached = _has(rng, climate["cached_export"])
    late = _has(rng, climate["late_import"])
    return Role(
        channel,
        "abritel" if channel == "ical" else label,
        echo=_has(rng, climate["echo"]),
        import_every=rng.choice([900, _HOUR, 2 * _HOUR, 4 * _HOUR, 12 * _HOUR]),
        import_jitter=rng.randrange(_HOUR),
        import_lag=rng.choice([900, _HOUR, 4 * _HOUR, 8 * _HOUR]) if late else 0,
        export_cache=rng.choice([_HOUR, 2 * _HOUR]) if cached else 0,
        opened_days=rng.randrange(200, 400) if rolls == "opened" and channel == "booking" else None,
        window_days=rng.randrange(180, 330) if rolls == "window" and channel == "airbnb" else None,
        notice_nights=rng.randint(1, 2) if rolls == "notice" and channel == "airbnb" else 0,
        preparation=1 if channel == "airbnb" and rng.random() < 0.1 else 0,
        hints=_has(rng, climate["hints"]),
    )


def _has(rng: Random, share: float) -> bool:
    return rng.random() < share


# -- what --------------------------------------------------------------------------------------------------------------

_BOOKINGS: Final = 0.55
"""Guests who ask a listing for nights in a day: about half find them taken once the calendar has filled."""
_CANCELS: Final = 0.12
"""Cancellations in a day of a unit."""
_MOVES: Final = 0.06
_LONGEST: Final = {
    "empty": 20 * _HOUR,
    "partial": 7 * _HOUR // 2,
    "truncated": 6 * _HOUR,
    "html_login": 12 * _HOUR,
    "json_error": 6 * _HOUR,
    "http_500": 12 * _HOUR,
    "http_403": 2 * _HOUR,
    "http_429": _HOUR,
    "stale": 6 * _HOUR,
    "slow": 2 * _HOUR,
    "reissued_uids": 2 * _HOUR,
    "regrouped": 2 * _DAY,
    "deaf": 2 * _DAY,
}
"""For how long a fault of a platform lasts at most, seconds: the measured wrong answers lasted a look to 3.5 h.

One that lacks few claims ends sooner (`channelsync.testing.world.bounds`).
"""
_AT_FIRST: Final = ("http_500", "http_429", "stale")
"""The faults with which a listing is linked all the same: any other answer is refused as none of its calendar."""
_FIRST_LOOK_FAILS: Final = 0.5
_API_LONGEST: Final = {
    "api_error": 6 * _HOUR,
    "api_unavailable": 2 * _DAY,
    "api_throttled": 2 * _HOUR,
    "api_html": 2 * _HOUR,
    "api_truncated": 3 * _HOUR,
    "api_empty_body": 2 * _HOUR,
    "api_nothing": 3 * _HOUR,
    "api_stale": _HOUR // 2,
    "api_refused": 12 * _HOUR,
    "api_tokens": _DAY,
    "api_answer_lost": 12 * _HOUR,
    "api_partly": 12 * _HOUR,
    "api_call_lost": 2 * _DAY,
    "api_call_twice": 2 * _DAY,
    "api_call_late": 2 * _DAY,
    "api_calls_swapped": 2 * _DAY,
}
"""For how long a fault of an API lasts at most, seconds."""


@final
class _Drawing:
    """The acts of one script being drawn, kind by kind."""

    def __init__(self, rng: Random, climate: Climate, cast: Cast, days: int) -> None:
        self.rng = rng
        self.climate = climate
        self.cast = cast
        self.days = days

    def acts(self) -> list[Act]:
        """Return all of them, in no order."""
        found = [*self._guests(), *self._owner(), *self._evenings(), *self._faults(), *self._machine()]
        return [act for act in found if 0 <= act.at < self.days * _DAY]

    def _times(self, a_day: float) -> list[int]:
        """Return when something happens that is expected so often a day."""
        times: list[int] = []
        at = 0.0
        while a_day > 0:
            at += self.rng.expovariate(a_day) * _DAY
            if at >= self.days * _DAY:
                break
            times.append(int(at))
        return times

    def _anywhere(self) -> int:
        return self.rng.randrange(len(self.cast.roles))

    def _stay(self, at: int, deed: Deed) -> Act:
        rng = self.rng
        first = int(rng.expovariate(1 / 30)) + (0 if rng.random() < 0.1 else 1)
        return Act(
            at, deed, self._anywhere(), min(first, 300), rng.choice([1, 2, 2, 3, 3, 4, 5, 7, 7, 14]), self._draw()
        )

    def _draw(self) -> int:
        return self.rng.getrandbits(24)

    def _guests(self) -> list[Act]:
        acts = [self._stay(at, Deed.BOOK) for at in self._times(_BOOKINGS * len(self.cast.roles))]
        races = self._times(_BOOKINGS * len(self.cast.roles) * self.climate["race"])
        acts += [Act(at, Deed.RACE, self._anywhere(), draw=self._draw()) for at in races]
        for at in self._times(_CANCELS * 2):
            acts.append(Act(at, Deed.CANCEL, draw=self._draw()))
            if _has(self.rng, self.climate["resale"]):
                later = at + int(self.rng.expovariate(1 / (2 * _HOUR)))
                acts.append(Act(later, Deed.RESELL, self._anywhere(), draw=self._draw()))
        acts += [
            Act(at, Deed.MOVE, first=self.rng.randint(-3, 3), nights=self.rng.randint(-1, 2), draw=self._draw())
            for at in self._times(_MOVES)
        ]
        return acts

    def _owner(self) -> list[Act]:
        acts: list[Act] = []
        for at in self._times(self.climate["owner_there"] / 30):
            acts.append(self._stay(at, Deed.CLOSE_THERE))
            acts.append(Act(at + self._span(20 * _DAY), Deed.OPEN_THERE, draw=self._draw()))
        for at in self._times(self.climate["owner_here"] / 30):
            deed = self.rng.choice([Deed.BLOCK_HERE, Deed.RESERVE_HERE, Deed.ADOPT_HERE])
            acts.append(self._stay(at, deed))
            acts.append(Act(at + self._span(20 * _DAY), Deed.END_HERE, draw=self._draw()))
        return acts

    def _evenings(self) -> list[Act]:
        """Let the owner look in on some evenings, and remove the old links at some time."""
        acts = [
            Act(day * _DAY + 19 * _HOUR + self.rng.randrange(3 * _HOUR), Deed.EVENING)
            for day in range(self.days)
            if self.rng.random() < 0.4
        ]
        if _is_linked(self.cast):
            kept = self.rng.choice([0.01, 0.05, 0.3, 1.1])  # removed at once, soon, late, or never
            if kept <= 1:
                acts.append(Act(int(self.days * _DAY * kept), Deed.UNLINK_DIRECT))
        return acts

    def _span(self, longest: int) -> int:
        """Return a duration, short ones being likelier: from a minute to the longest."""
        return max(60, int(longest * self.rng.random() ** 3))

    def _faults(self) -> list[Act]:
        acts: list[Act] = []
        for name, longest in _LONGEST.items():
            for at in self._times(self.climate[name] / 30):
                on, span, draw = self._anywhere(), self._span(longest), self._draw()
                acts.append(Act(at, Deed.FAULT, on, draw=draw, fault=name, span=span))
                acts.append(Act(at + span, Deed.HEAL, on, fault=name))
        proxies = self._times(self.climate["stale_proxy"] / 30)
        return acts + [Act(at, Deed.STALE_PROXY, self._anywhere(), span=self._span(_DAY)) for at in proxies]

    def of_before(self) -> list[Act]:
        """Return what happens before we come, in no order, and what our first look at a listing may meet."""
        acts = [act for act in self._guests() if act.at < self.days * _DAY]
        faults = [name for name in _AT_FIRST if self.climate[name]]
        if faults and _has(self.rng, _FIRST_LOOK_FAILS):
            name, on, draw = self.rng.choice(faults), self._anywhere(), self._draw()
            at, span = self.days * _DAY - _HOUR, _HOUR + self._span(_LONGEST[name])
            acts += [
                Act(at, Deed.FAULT, on, draw=draw, fault=name, span=span),
                Act(at + span, Deed.HEAL, on, fault=name),
            ]
        return acts

    def of_apis(self) -> list[Act]:
        """Return the faults of the APIs, in no order; some are over after a few requests."""
        places = [at for at, role in enumerate(self.cast.roles) if role.api]
        acts: list[Act] = []
        for name, longest in _API_LONGEST.items() if places else ():
            for at in self._times(self.climate[name] / 30):
                on, span, draw = self.rng.choice(places), self._span(longest), self._draw()
                acts.append(Act(at, Deed.FAULT, on, draw=draw, fault=name, span=span))
                acts.append(Act(at + span, Deed.HEAL, on, fault=name))
        return [act for act in acts if act.at < self.days * _DAY]

    def _machine(self) -> list[Act]:
        acts = [Act(at, Deed.KILL, draw=self._draw()) for at in self._times(self.climate["kill"] / 30)]
        acts += [Act(at, Deed.DOWN, span=self._span(2 * _DAY)) for at in self._times(self.climate["down"] / 30)]
        acts += [Act(at, Deed.RESTORE) for at in self._times(self.climate["restore"] / 30)]
        for at in self._times(self.climate["clock"] / 30):
            step = self.rng.choice([-1, 1]) * self.rng.choice([60, 600, 1800, _HOUR, 2 * _HOUR, 3 * _HOUR])
            acts += [Act(at, Deed.CLOCK, span=step), Act(at + self._span(_DAY), Deed.CLOCK, span=-step)]
        return acts
