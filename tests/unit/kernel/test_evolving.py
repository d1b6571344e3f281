"""`evolve` does what attrs' own does, and `kept` keeps what holds for the very value, within bounds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from weakref import ref

import attrs
import pytest

from channelsync.cadence import begun
from channelsync.errors import UsageError
from channelsync.evolving import evolve, kept
from channelsync.nights import Stay

NOW = datetime(2027, 4, 1, tzinfo=UTC)


@attrs.frozen
class _One:
    only: int


@attrs.frozen
class _Named:
    first: int
    second: int = attrs.field(kw_only=True)


@attrs.frozen
class _Drawn:
    first: int
    second: int
    twice: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.first)


def test_only_what_is_named_changes() -> None:
    """The rest of the value, and the value before, stay as they are."""
    before = begun(NOW)
    assert evolve(before, failures=3, stream=True) == attrs.evolve(before, failures=3, stream=True)
    assert evolve(before) == before
    assert before == begun(NOW)


def test_one_field() -> None:
    """A value of one field changes it."""
    assert evolve(_One(1), only=2) == _One(2)


def test_fields_that_cannot_be_given_in_order() -> None:
    """Keyword-only and computed fields are left to attrs."""
    assert evolve(_Named(1, second=2), second=3) == _Named(1, second=3)
    assert evolve(_Drawn(1, 2), first=4).twice == 8


def test_what_a_value_checks_is_checked() -> None:
    """A value is made by its class, and no other way."""
    with pytest.raises(UsageError, match="is not after"):
        evolve(Stay(date(2027, 4, 1), date(2027, 4, 5)), departure=date(2027, 4, 1))


def test_a_field_that_is_not_there_is_refused() -> None:
    """A misspelt field is no change of nothing."""
    misspelt: dict[str, Any] = {"weather": "fine"}
    with pytest.raises(TypeError, match="weather"):
        evolve(begun(NOW), **misspelt)


def test_what_is_kept_holds_for_the_very_value() -> None:
    """An equal value is another one; the other arguments count by what they are."""
    made: list[tuple[Stay, int]] = []

    @kept(1)
    def counted(stay: Stay, more: int) -> int:
        made.append((stay, more))
        return stay.length + more

    stay, equal = (Stay(date(2027, 4, 1), date(2027, 4, 5)) for _ in range(2))
    assert [counted(stay, 1), counted(stay, 1), counted(stay, 2), counted(equal, 1)] == [5, 5, 6, 5]
    assert len(made) == 3
    assert [counted(stay, more=1), counted(stay, more=2)] == [5, 6]


def test_what_is_kept_is_bounded() -> None:
    """However many values come by, the first ones are forgotten, and made again where they are asked for."""
    made: list[Stay] = []

    @kept(1)
    def nights(stay: Stay) -> int:
        made.append(stay)
        return stay.length

    stays = [Stay(date(2027, 4, 1), date(2027, 4, 2)) for _ in range(1000)]
    assert [nights(stay) for stay in stays] == [1] * 1000
    assert nights(stays[0]) == 1
    assert made == [*stays, stays[0]]


def test_of_what_is_kept_the_latest_stays() -> None:
    """One value more costs the first few their places, and no other."""
    made: list[Stay] = []

    @kept(1)
    def nights(stay: Stay) -> int:
        made.append(stay)
        return stay.length

    stays = [Stay(date(2027, 4, 1), date(2027, 4, 2)) for _ in range(200)]
    for stay in stays:
        nights(stay)
    assert [nights(stay) for stay in stays[-20:]] == [1] * 20
    assert made == stays


def test_what_is_kept_keeps_no_value_alive() -> None:
    """A state that nobody else holds goes, with all it holds, and another in its place is not taken for it."""
    made: list[int] = []

    @kept(1)
    def length(stay: Stay, more: int) -> int:
        made.append(more)
        return stay.length + more

    for nights in range(2, 20):  # each stands where the one before stood, more often than not
        stay = Stay(date(2027, 4, 1), date(2027, 4, nights))
        assert [length(stay, 1), length(stay, 1)] == [nights, nights]
    gone = ref(stay)
    del stay
    assert gone() is None
    assert made == [1] * 18


def test_what_cannot_say_that_it_goes_is_held() -> None:
    """No tuple can be watched: while its result is kept, no other one gets its place in memory."""

    @kept(1)
    def first(numbers: tuple[int, ...]) -> int:
        return numbers[0]

    assert [first((number, number)) for number in range(1000)] == list(range(1000))
