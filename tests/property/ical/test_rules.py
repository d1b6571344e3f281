"""Our rules against python-dateutil's, which are everybody's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from channelsync.ical.repeat import Effort, Rule, days

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


CYCLES = 19
"""How many times 400 years."""


def moved(day: date, cycles: int) -> date:
    """The same day of the calendar so many times 400 years later: the same weekday, in as long a year."""
    return day.replace(year=day.year + 400 * cycles)


def some(low: int, high: int) -> st.SearchStrategy[str]:
    """A few numbers of a range, without zero, as a rule writes them."""
    numbers = st.integers(low, high).filter(bool)
    return st.lists(numbers, min_size=1, max_size=4, unique=True).map(lambda found: ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule by days, weeks, months or years, with any parts that are understood."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 5))}"]
    weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True)
    if freq in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        weekdays = weekdays.map(lambda names: [f"{draw(st.sampled_from([1, 2, 5, -1, -3]))}{name}" for name in names])
    optional = {
        "BYMONTH": some(1, 12),
        "BYDAY": weekdays.map(",".join),
        "WKST": st.sampled_from(WEEKDAYS),
        "COUNT": st.integers(1, 40).map(str),
    }
    if freq != "WEEKLY":
        optional["BYMONTHDAY"] = some(-31, 31)
    if freq in ("DAILY", "YEARLY"):
        optional["BYYEARDAY"] = some(-366, 366)
    chosen = draw(st.lists(st.sampled_from(sorted(optional)), max_size=3, unique=True))
    parts += [f"{name}={draw(optional[name])}" for name in chosen]
    if any(name.startswith("BY") for name in chosen) and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(some(-4, 4))}")
    return ";".join(parts)


@given(rules(), st.dates(date(1999, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.integers(0, 1500))
def test_the_same_days(text: str, first: date, skipped: int, length: int) -> None:
    """Within any window the days are those of the other engine."""
    since, last = first + timedelta(days=skipped), first + timedelta(days=skipped + length)
    # The other engine searches an impossible rule up to the year 9999; the calendar repeats every 400 years.
    theirs = rrulestr(text, dtstart=datetime.combine(moved(first, CYCLES), time.min))
    found = (moved(moment.date(), -CYCLES) for moment in theirs.xafter(datetime.min, inc=True))
    expected = [day for day in takewhile(lambda day: day <= last, found) if day >= since]
    rule = Rule.of({name: values.split(",") for name, _, values in (part.partition("=") for part in text.split(";"))})
    assert list(days(rule, first, since=since, last=last, effort=Effort())) == expected
