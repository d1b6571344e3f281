"""Digests and messages: what is owed, what it covers, and how it reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from attrs import evolve

from channelsync.ids import UnitId
from channelsync.nights import Nights, Stay
from channelsync.notices import Details, Notice, NoticeKind
from channelsync.service.digests import Period, digest, digest_message, owed
from channelsync.service.messages import rehearsal, told
from channelsync.service.preferences import Preferences, Rhythm

SLOT = datetime(2027, 3, 3, 7, tzinfo=UTC)  # eight o'clock in Paris, on a Wednesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WISHES = Preferences(mail="anne@example.org")
LONG_AGO = SLOT - 90 * DAY


@pytest.mark.parametrize(
    "now, last, start",
    [
        (SLOT, None, SLOT - DAY),
        (SLOT + 15 * HOUR, SLOT - DAY, SLOT - DAY),
        (SLOT, SLOT - 3 * DAY, SLOT - 3 * DAY),
        (SLOT, SLOT - 30 * DAY, SLOT - 7 * DAY),
        (SLOT, SLOT + DAY, SLOT - DAY),
    ],
)
def test_what_a_daily_digest_covers(now, last, start) -> None:
    """It ends at its hour, however late it is sent, and begins where the last one ended, within a week."""
    assert owed(WISHES, Rhythm.DAILY, now, LONG_AGO, last) == ("2027-03-03", Period(start, SLOT))


def test_what_is_not_owed() -> None:
    """None for who wants none or has no address, none from before the wish, none when its day is over."""
    assert owed(evolve(WISHES, daily=False), Rhythm.DAILY, SLOT, LONG_AGO, None) is None
    assert owed(evolve(WISHES, mail=""), Rhythm.DAILY, SLOT, LONG_AGO, None) is None
    assert owed(WISHES, Rhythm.DAILY, SLOT + HOUR, SLOT + timedelta(minutes=1), None) is None
    midnight = SLOT + 16 * HOUR
    assert owed(WISHES, Rhythm.DAILY, midnight - timedelta(minutes=1), LONG_AGO, None) is not None
    assert owed(WISHES, Rhythm.DAILY, midnight, LONG_AGO, None) is None


def test_a_late_weekly_digest() -> None:
    """The weekly one is sent until it is three days late."""
    monday = SLOT - 2 * DAY
    assert owed(WISHES, Rhythm.WEEKLY, SLOT + DAY, LONG_AGO, None) == (
        "2027-03-01",
        Period(monday - 7 * DAY, monday),
    )
    assert owed(WISHES, Rhythm.WEEKLY, SLOT + 2 * DAY, LONG_AGO, None) is None


def notice(kind: NoticeKind, hours: int = 5, unit: str = "Gîte du Lac") -> Notice:
    """Something that happened."""
    nights = Nights.of(Stay(date(2027, 3, 15), date(2027, 3, 18)))
    data = Details(unit, "Europe/Paris", "booking", nights, ("airbnb", "greengo"), ("greengo",), SLOT - DAY)
    return Notice(f"{kind.value}:{hours}:{unit}", kind, SLOT - hours * HOUR, UnitId("u"), None, data)


class Reader(HTMLParser):
    """Reads a page: its tags, its text and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, and what it leads to."""
        self.tags.append(tag)
        if tag != "meta":
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        """Hold that tags are closed in order."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.text += data


def message(*notices: Notice, rhythm: Rhythm = Rhythm.WEEKLY, language: str = "fr", **changes):
    """The digest of these."""
    found = digest(notices, Period.ending(SLOT, days=rhythm.days))
    wishes = evolve(WISHES, language=language, **changes)
    return digest_message(found, wishes, rhythm, SLOT, key="k", names={"booking": "Booking.com"})


def test_a_digest_in_words() -> None:
    """The most urgent comes first, each with the owner's local time; text and page say the same."""
    sent = message(notice(NoticeKind.RESERVATION), notice(NoticeKind.DEGRADED, 8), notice(NoticeKind.EXPOSED, 30))
    assert sent.title == "Votre semaine en bref – du 24 février au 3 mars 2027"
    order = [
        sent.text.index(word) for word in ("À REGARDER", "Encore réservable sur Booking", "SÉJOURS", "PLATEFORMES")
    ]
    assert order == sorted(order)
    assert "(3 mars à 3 h 00)" in sent.text
    page = Reader(sent.html)
    assert not page.open
    for line in ("Nouvelle réservation sur Booking.com", "ne répond plus", "3 mars à 3 h 00"):
        assert line in page.text
    assert not page.links
    assert not {"script", "img", "link", "style"} & set(page.tags)
    english = message(notice(NoticeKind.RESERVATION), language="en", rhythm=Rhythm.DAILY, timezone="America/New_York")
    assert english.title == "Your day in brief – 2 to 3 March 2027"
    assert "(2 March at 21:00)" in english.text


def test_a_quiet_week() -> None:
    """A week in which nothing happened says so."""
    sent = message()
    assert "Rien à signaler" in sent.text
    assert "Rien à signaler" in Reader(sent.html).text


def test_a_long_list_is_cut() -> None:
    """A digest names sixty things of a kind and counts the rest."""
    sent = message(*(notice(NoticeKind.RESERVATION, hours, f"Gîte {hours}") for hours in range(1, 101)))
    assert sent.text.count("Nouvelle réservation") == 60
    assert "et 40 autres" in sent.text


def test_names_are_no_markup() -> None:
    """A lodging's name is text, whatever it holds."""
    odd = notice(NoticeKind.EXPOSED, unit='<script>alert("1")</script> & Cie')
    for html in (message(odd).html, told(odd, "fr", SLOT, key="k", names={}, link='https://x/"><b>').html):
        page = Reader(html)
        assert not {"script", "b"} & set(page.tags)
        assert '<script>alert("1")</script> & Cie' in page.text


def test_a_message_and_its_page() -> None:
    """A notice is told in text and as a page with a link to more; a rehearsal says that it is one."""
    sent = told(notice(NoticeKind.CONFLICT_CURRENT), "fr", SLOT, key="k", names={}, link="https://gite.example/")
    assert (sent.title, sent.urgent, sent.at) == ("Double réservation – Gîte du Lac", True, SLOT)
    page = Reader(sent.html)
    assert page.links == ["https://gite.example/"]
    assert sent.text in page.text
    assert "essai" in rehearsal("fr", SLOT, key="k").title
    assert "trial" in rehearsal("en", SLOT, key="k").text
