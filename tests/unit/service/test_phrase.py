"""The recovery phrase, and which backups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channelsync.errors import UsageError
from channelsync.service.backup import kept
from channelsync.service.phrase import new_phrase, opener
from channelsync.service.places import made_at, name_at, place_at

NOW = datetime(2027, 3, 31, 2, tzinfo=UTC)
DAY = timedelta(days=1)
SALT = bytes(range(16))


def test_a_phrase_is_read_as_people_type_it() -> None:
    """Capitals, hyphens, numbers of the words and line breaks do not matter; the salt does."""
    phrase = new_phrase()
    words = phrase.split()
    typed = "\n".join(f"{place}. {word.upper()}" for place, word in enumerate(words, start=1))
    assert opener(typed, SALT) == opener(phrase, SALT) == opener("-".join(words), SALT)
    assert opener(phrase, SALT) != opener(phrase, bytes(16))
    assert len(words) == 12
    assert new_phrase() != phrase


def test_a_mistyped_phrase_is_told() -> None:
    """A word too few, a word that cannot be, two words swapped: each is told, and no word is repeated."""
    words = new_phrase().split()
    swapped = [words[1], words[0], *words[2:]] if words[0] != words[1] else [words[2], *words[:2], *words[3:]]
    for typed, said in ((words[:-1], "12 words"), ([*words[:3], "quux", *words[4:]], "word 4"), (swapped, "mistyped")):
        with pytest.raises(UsageError, match=said) as refused:
            opener(" ".join(typed), SALT)
        assert not any(word in str(refused.value) + refused.value.advice for word in words)


def test_nothing_shows_what_it_is_worth() -> None:
    """The keys are in no repr."""
    worth = opener(new_phrase(), SALT)
    assert worth.private.hex()[:8] not in repr(worth)
    assert repr(worth) == "Opener()"


def test_days_weeks_and_months_are_kept() -> None:
    """Of half a year of daily backups the last of seven days, four weeks and six months are kept: no more."""
    names = [name_at(NOW - number * DAY) for number in range(220)]
    found = sorted(kept(names, NOW))
    dates = [at.date().isoformat() for at in map(made_at, found) if at]
    weeks = ["2027-03-14", "2027-03-21", "2027-03-28"]
    days = [(NOW - number * DAY).date().isoformat() for number in range(7)]
    months = ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]
    assert dates == sorted({*days, *weeks, *months})


def test_old_backups_wait_for_new_ones() -> None:
    """After a month without a new backup the old ones are all still there; others' files and the future's as well."""
    names = [name_at(NOW - number * DAY) for number in range(7)]
    later = NOW + 40 * DAY
    ahead = name_at(later + DAY)
    assert kept([*names, ahead, "notes.txt"], later) == {*names, ahead, "notes.txt"}


@pytest.mark.parametrize(
    "text", ["ftp://x/y", "https://account.blob.core.windows.net", "http://far.example/c?sig=hush"]
)
def test_other_places_are_refused(text: str) -> None:
    """What is neither a folder nor the address of a container is refused, and a signature is not repeated."""
    with pytest.raises(UsageError) as refused:
        place_at(text)
    assert "hush" not in str(refused.value)
