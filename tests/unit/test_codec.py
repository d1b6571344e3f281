"""The stored form of values: exact both ways, readable, and refused when it is newer or damaged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given

from channelsync.claims import Claim, Kind
from channelsync.codec import converter, dumped, nights_json, read, refreshed
from channelsync.errors import LedgerError
from channelsync.ids import ClaimId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.state import Takeover
from tests.strategies import NIGHTS, values

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
PLAIN = Claim(ClaimId("a"), Kind.BLOCK, Stay.parse("2027-04-01/2027-04-05"), NOW, NOW)


@given(NIGHTS)
def test_nights_come_back(nights: Nights) -> None:
    """A set of nights is a list of runs, ordered and disjoint, and comes back as it was."""
    text = json.dumps(converter.unstructure(nights))
    assert converter.structure(json.loads(text), Nights) == nights
    runs = nights_json(nights)
    assert runs == sorted(runs, key=lambda run: run["arrival"])
    assert all(one["departure"] < two["arrival"] for one, two in pairwise(runs))


def test_what_machines_read() -> None:
    """Runs are written with their departure, which is not a night."""
    nights = Stay.parse("2027-04-01/2027-04-03").nights | Stay.parse("2027-05-01/2027-05-02").nights
    assert nights_json(nights) == [
        {"arrival": "2027-04-01", "departure": "2027-04-03"},
        {"arrival": "2027-05-01", "departure": "2027-05-02"},
    ]
    assert nights_json(NO_NIGHTS) == []


@given(values(Claim))
def test_documents_come_back(claim: Claim) -> None:
    """Any value comes back from its document, whole or sparse, through JSON."""
    assert read(json.loads(json.dumps(dumped(claim))), Claim) == claim
    kept = dumped(claim, leaving_out={"id"}, sparse=True)
    blank = evolve(PLAIN, id=claim.id)
    assert refreshed(blank, json.loads(json.dumps(kept))) == claim


def test_an_hour_that_comes_twice_is_two_times() -> None:
    """Each is written as the instant it is, though the clock on the wall shows the same."""
    early, late = (datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=fold) for fold in (0, 1))
    assert early == late  # to Python, in one zone
    written = [converter.unstructure(one) for one in (early, late, early)]
    assert written == ["2027-10-31T00:30:00+00:00", "2027-10-31T01:30:00+00:00", "2027-10-31T00:30:00+00:00"]


def test_a_document_says_its_version() -> None:
    """Every document carries a version, times are in UTC, enumerations are words, and defaults may be left out."""
    late = evolve(PLAIN, first_seen=NOW.astimezone(timezone(timedelta(hours=2))))
    document = dumped(late, sparse=True)
    assert document == {
        "v": 1,
        "id": "a",
        "kind": "block",
        "stay": ["2027-04-01", "2027-04-05"],
        "first_seen": "2027-03-01T12:00:00+00:00",
        "last_seen": "2027-03-01T12:00:00+00:00",
    }


@pytest.mark.parametrize(
    "document, told",
    [
        ({"v": 2}, "newer"),
        ({"v": 1, "mood": "good"}, "newer"),
        ({}, "damaged"),
        ({"v": "1"}, "damaged"),
        ({"v": 0}, "damaged"),
        ({"v": 1, "links_removed_at": "2027-03-01T12:00:00"}, "damaged"),
        ({"v": 1, "links_removed_at": "yesterday"}, "damaged"),
        ({"v": 1, "links_removed_at": 7}, "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused(document: dict[str, object], told: str) -> None:
    """A newer document is refused rather than read in part; a damaged one is never guessed at."""
    with pytest.raises(LedgerError, match=told) as refused:
        read(document, Takeover)
    assert refused.value.advice


@pytest.mark.parametrize(
    "fields",
    [
        {"stay": ["2027-04-05", "2027-04-01"]},
        {"stay": ["2027-04-05"]},
        {"kind": "party"},
        {"uid": 7},
        {"missing": {"since": "2027-03-01T12:00:00+00:00"}},
        {"missing": {"since": 1, "why": "newer"}},
    ],
)
def test_damage_inside_a_document(fields: dict[str, object]) -> None:
    """A reversed stay, an unknown word, a number for a text: refused as a whole."""
    with pytest.raises(LedgerError):
        read(dumped(PLAIN) | fields, Claim)


def test_missing_fields_take_their_default() -> None:
    """A document written before a field existed is read with the field's default."""
    assert read({"v": 1}, Takeover) == Takeover()
    with pytest.raises(LedgerError, match="damaged"):
        read({"v": 1}, Claim)
