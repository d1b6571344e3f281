"""Stays and sets of nights: the arithmetic everything else rests on.

A night is the date on which somebody sleeps. A `Stay` holds the nights ``arrival <= night < departure``; it is
half-open, so a guest who leaves on the day another arrives shares no night with them. `Nights` is a set of nights as
one big integer, a bit a night counted from `EPOCH`: union, difference and overlap are single machine-speed
operations, and touching stays run together by themselves. A set of nights forgets who took them, so a source's stays
are kept beside it in `Stays`, which also knows the nights taken twice *inside* that source: a bitwise *or* would hide
them.

Nights outside ``EPOCH <= night < LIMIT`` are not held: they are over for everybody, or too far to be real.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property, total_ordering
from itertools import compress
from typing import Final, Self, final

from attrs import Attribute, field, frozen

from channelsync.errors import UsageError

__all__ = ["EPOCH", "LIMIT", "NO_NIGHTS", "Nights", "Stay", "Stays", "taken_twice"]

EPOCH: Final = date(2015, 1, 1)
"""The first night that can be held."""
LIMIT: Final = date(2115, 1, 1)
"""The first night that can no longer be held."""

_EPOCH_ORDINAL: Final = EPOCH.toordinal()
_SPAN: Final = LIMIT.toordinal() - _EPOCH_ORDINAL
_BITS_TO_FLAGS: Final = bytes.maketrans(b"01", b"\x00\x01")
_SPARSE: Final = 8
"""Where at most one bit in so many is set, taking the lowest one by one is faster than a pass over all (measured)."""


def _plain_date(_instance: object, attribute: Attribute[date], value: date) -> None:
    """Refuse datetimes, which are dates to Python: a time of day has no place in a stay."""
    if not _is_plain(value):
        msg = f"{attribute.name} must be a date without a time of day, not {value!r}"
        raise UsageError(msg, advice="Write dates as YYYY-MM-DD.")


def _is_plain(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


@final
@total_ordering
@frozen
class Stay:
    """The nights from an arrival to a departure, the departure's night not included.

    Raises:
        UsageError: the departure is not after the arrival, or either is not a plain date.
    """

    arrival: date = field(validator=_plain_date)
    departure: date = field(validator=_plain_date)

    def __attrs_post_init__(self) -> None:
        """Refuse an empty or reversed stay."""
        if self.departure <= self.arrival:
            msg = f"the departure {self.departure} is not after the arrival {self.arrival}"
            raise UsageError(msg, advice="A stay is ARRIVAL/DEPARTURE; the departure is the morning the guest leaves.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``YYYY-MM-DD/YYYY-MM-DD`` (arrival, departure).

        Raises:
            UsageError: the text is not two dates, or they are in the wrong order.
        """
        first, slash, second = text.strip().partition("/")
        try:
            if not slash:
                raise ValueError
            return cls(_calendar_date(first), _calendar_date(second))
        except UsageError:
            raise
        except ValueError:
            msg = f"not a stay: {text[:40]!r}"
            raise UsageError(msg, advice="Write it as ARRIVAL/DEPARTURE, for example 2027-04-01/2027-04-05.") from None

    @property
    def length(self) -> int:
        """How many nights."""
        return (self.departure - self.arrival).days

    @cached_property
    def nights(self) -> Nights:
        """The same nights as a set, made once: a stay is asked for them at every look for as long as it is known."""
        return _made(_mask(self.arrival, self.departure))

    def __contains__(self, night: date) -> bool:
        """Whether somebody sleeps here on that date."""
        return self.arrival <= night < self.departure

    def __iter__(self) -> Iterator[date]:
        """Yield each night, in order."""
        return (self.arrival + timedelta(days=offset) for offset in range(self.length))

    def __lt__(self, other: Stay) -> bool:
        """Order by arrival, then by departure."""
        if self.arrival == other.arrival:
            return self.departure < other.departure
        return self.arrival < other.arrival

    def overlaps(self, other: Stay) -> bool:
        """Whether the two share a night; a turnover does not."""
        return self.arrival < other.departure and other.arrival < self.departure

    def __str__(self) -> str:
        """Return ``arrival/departure``, as `parse` reads it."""
        return f"{self.arrival}/{self.departure}"


@final
class Nights:
    """An immutable set of nights with the algebra of sets.

    Build one with `of`; combine with ``| & - ^``; compare with ``<=``. ``len`` counts nights, iteration yields dates,
    `runs` yields maximal stays.
    """

    __slots__ = ("_bits",)
    _bits: int

    def __new__(cls, bits: int = 0) -> Self:
        """Wrap a bit set relative to `EPOCH`; callers outside this module use `of`."""
        self = object.__new__(cls)
        _store(self, bits)
        return self

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a set of nights never changes."""
        msg = "Nights never change; combine them into new ones"
        raise AttributeError(msg)

    def __reduce__(self) -> tuple[type[Nights], tuple[int]]:
        """Allow copying and pickling."""
        return (Nights, (self._bits,))

    @classmethod
    def of(cls, *parts: Stay | date) -> Self:
        """Collect stays and single nights."""
        bits = 0
        for part in parts:
            bits |= part.nights._bits if isinstance(part, Stay) else _bit(part)
        return cls(bits)

    @classmethod
    def union(cls, sources: Iterable[Nights]) -> Nights:
        """Return the nights in any of the sources."""
        bits = 0
        for source in sources:
            bits |= source._bits
        return _made(bits)

    @classmethod
    def shared(cls, sources: Iterable[Nights]) -> Nights:
        """Return the nights in two of the sources or more."""
        once = twice = 0
        for source in sources:
            bits = source._bits
            twice |= once & bits
            once |= bits
        return _made(twice)

    @property
    def bits(self) -> int:
        """The set as an integer, bit *n* being the night *n* days after `EPOCH`."""
        return self._bits

    def __or__(self, other: Nights) -> Nights:
        """Return the nights in either."""
        return _made(self._bits | other._bits)

    def __and__(self, other: Nights) -> Nights:
        """Return the nights in both."""
        return _made(self._bits & other._bits)

    def __sub__(self, other: Nights) -> Nights:
        """Return the nights in this one only."""
        bits = self._bits
        common = bits & other._bits
        return _made(bits ^ common) if common else self

    def __xor__(self, other: Nights) -> Nights:
        """Return the nights in exactly one of the two."""
        return _made(self._bits ^ other._bits)

    def __le__(self, other: Nights) -> bool:
        """Whether every night is in the other as well."""
        return not self._bits & ~other._bits

    def overlaps(self, other: Nights) -> bool:
        """Whether the two share a night."""
        return bool(self._bits & other._bits)

    def __bool__(self) -> bool:
        """Whether there is any night."""
        return bool(self._bits)

    def __len__(self) -> int:
        """Return how many nights there are."""
        return self._bits.bit_count()

    def __contains__(self, night: date) -> bool:
        """Whether that night is in the set."""
        offset = night.toordinal() - _EPOCH_ORDINAL
        return offset >= 0 and bool(self._bits >> offset & 1)

    def __iter__(self) -> Iterator[date]:
        """Yield each night, in order."""
        for run in self.runs():
            yield from run

    def __eq__(self, other: object) -> bool:
        """Compare by the nights held."""
        return isinstance(other, Nights) and self._bits == other._bits

    def __hash__(self) -> int:
        """Hash by the nights held."""
        return hash(self._bits)

    def __str__(self) -> str:
        """Return the runs as stays with commas between, ``none`` where there are none."""
        return ", ".join(map(str, self.runs())) or "none"

    def __repr__(self) -> str:
        """Return the runs, readable and short."""
        return f"Nights({self})"

    @property
    def first(self) -> date | None:
        """The earliest night, or None."""
        return _date_at((self._bits & -self._bits).bit_length() - 1) if self._bits else None

    @property
    def last(self) -> date | None:
        """The latest night, or None."""
        return _date_at(self._bits.bit_length() - 1) if self._bits else None

    def runs(self) -> tuple[Stay, ...]:
        """Return the maximal runs of consecutive nights as stays, ordered and disjoint."""
        bits = self._bits
        if not bits:
            return ()
        start = (bits & -bits).bit_length() - 1
        bits >>= start
        edges = bits ^ (bits << 1)
        first = _EPOCH_ORDINAL + start
        days = [date.fromordinal(first + place) for place in _places(edges)]
        return tuple(map(_stay, days[::2], days[1::2]))

    def run_at(self, night: date) -> Stay | None:
        """Return the maximal run that holds this night, or None when the night is not in the set."""
        offset = night.toordinal() - _EPOCH_ORDINAL
        if offset < 0 or not self._bits >> offset & 1:
            return None
        above = ~(self._bits >> offset)
        length = (above & -above).bit_length() - 1
        below = self._bits & ((1 << offset) - 1)
        holes = ~below & ((1 << offset) - 1)
        return Stay(_date_at(holes.bit_length()), _date_at(offset + length))

    def since(self, day: date) -> Nights:
        """Return the nights on or after the day."""
        offset = day.toordinal() - _EPOCH_ORDINAL
        return _made(self._bits >> offset << offset) if offset > 0 else self

    def before(self, day: date) -> Nights:
        """Return the nights before the day."""
        offset = day.toordinal() - _EPOCH_ORDINAL
        return _made(self._bits & ((1 << offset) - 1)) if offset > 0 else NO_NIGHTS

    def within(self, window: Stay) -> Nights:
        """Return the nights that lie in the window."""
        return _made(self._bits & _mask(window.arrival, window.departure))

    def gaps(self, window: Stay) -> Nights:
        """Return the nights of the window that are not in the set."""
        return Nights(_mask(window.arrival, window.departure) & ~self._bits)

    def widened(self, nights: int) -> Nights:
        """Return the set grown by so many nights on either side of each run."""
        bits = self._bits
        for _ in range(nights):
            bits |= bits << 1 | bits >> 1
        return Nights(bits & ((1 << _SPAN) - 1))


_store_arrival, _store_departure = (Stay.__dict__[name].__set__ for name in ("arrival", "departure"))


def _stay(arrival: date, departure: date) -> Stay:
    """Wrap a run's ends without a look at them: bits give plain dates in order, and a calendar has many runs."""
    stay = object.__new__(Stay)
    _store_arrival(stay, arrival)
    _store_departure(stay, departure)
    return stay


_new = object.__new__
_store = Nights.__dict__["_bits"].__set__  # the slot's own setter: three times faster than object.__setattr__


def _made(bits: int) -> Nights:
    """Wrap bits without a look at the arguments: the algebra's inner loop. Most results are empty: one value."""
    if not bits:
        return NO_NIGHTS
    nights = _new(Nights)
    _store(nights, bits)
    return nights


NO_NIGHTS: Final = Nights()
"""The empty set."""


@final
@frozen
class Stays:
    """The stays of one source beside their nights, so that a night taken twice inside the source is not hidden.

    ``items`` keep the order they came in; ``nights`` is their union; ``doubled`` the nights in two or more of them.
    """

    items: tuple[Stay, ...]
    nights: Nights
    doubled: Nights

    @classmethod
    def of(cls, stays: Iterable[Stay]) -> Self:
        """Collect the stays of one source."""
        items = tuple(stays)
        once = twice = 0
        for stay in items:
            mask = stay.nights.bits
            twice |= once & mask
            once |= mask
        return cls(items, Nights(once), Nights(twice))


def taken_twice(sources: Iterable[Stays]) -> Nights:
    """Return the nights taken by two stays or more, in different sources or inside one."""
    once = twice = 0
    for source in sources:
        bits = source.nights.bits
        twice |= once & bits | source.doubled.bits
        once |= bits
    return Nights(twice)


def _calendar_date(text: str) -> date:
    """Read exactly ``YYYY-MM-DD``; the standard reader also takes other forms, which people mistype."""
    if len(text) != len("2027-04-01") or text[4] + text[7] != "--":
        raise ValueError
    return date.fromisoformat(text)


def _mask(arrival: date, departure: date) -> int:
    """Return the bits from arrival to departure, clipped to what can be held."""
    low = arrival.toordinal() - _EPOCH_ORDINAL
    high = departure.toordinal() - _EPOCH_ORDINAL
    low = max(low, 0)
    high = min(high, _SPAN)
    return (1 << high) - (1 << low) if high > low else 0


def _bit(night: date) -> int:
    """Return the bit of one night, none where it cannot be held."""
    place = night.toordinal() - _EPOCH_ORDINAL
    return 1 << place if 0 <= place < _SPAN else 0


def _date_at(offset: int) -> date:
    return date.fromordinal(_EPOCH_ORDINAL + offset)


def _places(bits: int) -> list[int]:
    """Return the positions of the set bits, ascending: low-bit loop when few, one translated pass when many.

    The crossing point is measured (benchmarks/algebra.py); either way gives the same answer.
    """
    if _SPARSE * bits.bit_count() <= bits.bit_length():
        found: list[int] = []
        while bits:
            low = bits & -bits
            found.append(low.bit_length() - 1)
            bits ^= low
        return found
    flags = format(bits, "b")[::-1].encode().translate(_BITS_TO_FLAGS)
    return list(compress(range(len(flags)), flags))
