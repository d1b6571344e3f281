"""Which faults there are is said by name, and a wrong word is refused with what would be right."""

from __future__ import annotations

import pytest

from channelsync.errors import UsageError
from channelsync.testing.world import ALL, CALM, HAZARDS, Climate


def test_names_rates_all_and_none() -> None:
    """A later word counts over an earlier one."""
    assert Climate.of(["all"]) == ALL
    apis = Climate.of(["apis"])
    assert set(apis.rates) == {one.name for one in HAZARDS.values() if one.apis}
    assert {*apis.rates, *ALL.rates} == {one.name for one in HAZARDS.values()}
    assert not set(apis.rates) & set(ALL.rates)
    assert Climate.of(["none"]) == Climate.of([]) == CALM
    some = Climate.of(["echo", " kill=3 "])
    assert (some["echo"], some["kill"], some["empty"]) == (HAZARDS["echo"].rate, 3, 0)
    assert Climate.of(["all", "kill=0"])["kill"] == 0
    assert Climate.of(["all", "kill=0"])["empty"] == HAZARDS["empty"].rate


@pytest.mark.parametrize(
    "word, said",
    [
        *(("rain", "'rain'"), ("", "no fault called"), ("rain=1", "'rain'"), ("all=1", "'all'"), ("none=1", "'none'")),
        *(("echo=1.5", "0 to 1"), ("echo=-1", "0 to 1"), ("kill=101", "0 to 100"), ("kill=", "''"), ("kill=x", "'x'")),
        ("kill=nan", "nan"),
    ],
)
def test_what_is_no_fault_is_refused(word: str, said: str) -> None:
    """The message names the word, the advice what there is."""
    with pytest.raises(UsageError, match=said) as refused:
        Climate.of([word])
    assert refused.value.advice


def test_a_hazard_that_is_off_has_no_rate() -> None:
    """A name that is none is our own mistake, and found at once."""
    assert CALM["kill"] == 0
    with pytest.raises(AssertionError):
        CALM["rain"]
