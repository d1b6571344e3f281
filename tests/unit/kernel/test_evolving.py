"""`evolve` does what attrs' own does: for values of many fields, of one, and of those that cannot be given in order."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from channelsync.cadence import begun
from channelsync.errors import UsageError
from channelsync.evolving import evolve
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
