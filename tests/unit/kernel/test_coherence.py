"""Which links are refused or flagged, and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve

from channelsync.claims import Kind
from channelsync.coherence import KnownChannel, KnownLink, ProblemKind, ProposedLink, check_link
from channelsync.ids import ChannelName, UnitId
from channelsync.nights import Stay
from channelsync.observation import Event
from channelsync.traits import Traits

LAC, BOIS = UnitId("lac"), UnitId("bois")
AIRBNB, BOOKING, ICAL = ChannelName("airbnb"), ChannelName("booking"), ChannelName("ical")
CHANNELS = (
    KnownChannel(AIRBNB, "Airbnb", Traits(hosts=("www.airbnb.fr", "*.airbnb.com"), prodids=("Airbnb Inc",))),
    KnownChannel(BOOKING, "Booking.com", Traits(hosts=("ical.booking.com",), prodids=("admin.booking.com",))),
    KnownChannel(ICAL, "autre plateforme", several=True),
)
FEED = "https://www.airbnb.fr/calendar/ical/1234.ics?s=secret"
OURS = "https://gite.example:8443/feeds/"


def stays(*starts: int, nights: int = 3, kind: Kind = Kind.RESERVATION, uid: str = "") -> tuple[Event, ...]:
    """Events that begin so many days after the first of June."""
    first = date(2027, 6, 1)
    return tuple(
        Event(Stay(first + timedelta(start), first + timedelta(start + nights)), kind, uid) for start in starts
    )


def proposed(**changes) -> ProposedLink:
    """An Airbnb link to the unit Lac with nothing wrong."""
    return evolve(ProposedLink(LAC, AIRBNB, FEED, "f1", platform_id="1234"), **changes)


def known(**changes) -> KnownLink:
    """A Booking.com link of the same unit."""
    return evolve(KnownLink(LAC, "Gîte du Lac", BOOKING, "f2", platform_id="99"), **changes)


def kinds(link: ProposedLink, *others: KnownLink, own: tuple[str, ...] = (OURS,)) -> dict[ProblemKind, bool]:
    """What speaks against the link, and whether it is refused."""
    return {one.kind: one.refuse for one in check_link(link, others, CHANNELS, own)}


def test_a_good_link_has_no_problem() -> None:
    """Two platforms of one lodging, and the same platform on another lodging, are fine."""
    assert not kinds(proposed(), known(), known(unit=BOIS, channel=AIRBNB, fingerprint="f3", platform_id="7"))


def test_a_route_without_feed_is_fine() -> None:
    """A link through a platform's own interface has no address to look at."""
    assert not kinds(proposed(feed="", fingerprint=""), known(fingerprint=""))


@pytest.mark.parametrize("same", [{"fingerprint": "f1"}, {"channel": AIRBNB, "platform_id": "1234"}])
def test_one_listing_once(same) -> None:
    """The same address, or the same id on the same platform, is one listing: refused on another unit and on this."""
    assert kinds(proposed(), known(unit=BOIS, **same)) == {ProblemKind.LISTING_ON_TWO_UNITS: True}
    assert kinds(proposed(), known(**same)) == {ProblemKind.LISTING_TWICE: True}


def test_ids_of_two_platforms_may_be_equal() -> None:
    """The same number on two platforms is two listings."""
    assert not kinds(proposed(), known(platform_id="1234"))


def test_one_listing_of_a_platform_for_a_unit() -> None:
    """A second listing of one platform on one unit is refused."""
    other = known(channel=AIRBNB, platform_id="77")
    assert kinds(proposed(), other) == {ProblemKind.CHANNEL_TWICE: True}


def test_several_need_labels() -> None:
    """Where a channel may be linked several times, the labels must differ."""
    link = proposed(channel=ICAL, feed="https://www.abritel.fr/icalendar/1.ics", label="Abritel")
    assert kinds(link, known(channel=ICAL, label="abritel")) == {ProblemKind.LABEL_TAKEN: True}
    assert not kinds(link, known(channel=ICAL, label="gites"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"feed": "https://ICAL.booking.com./v1/export?t=1"},
        {"feed": "https://proxy.example/1.ics", "prodid": "-//ADMIN.booking.com\\, b.v.//NONSGML v1.0//EN"},
    ],
)
def test_another_platforms_feed(wrong) -> None:
    """A feed of another platform, by host or by PRODID, is refused; under a channel for any calendar it is flagged."""
    assert kinds(proposed(**wrong)) == {ProblemKind.WRONG_CHANNEL: True}
    assert kinds(proposed(channel=ICAL, **wrong)) == {ProblemKind.WRONG_CHANNEL: False}
    assert kinds(proposed(channel=ChannelName("nobody"), **wrong)) == {ProblemKind.WRONG_CHANNEL: True}


@pytest.mark.parametrize("host", ["ical.booking.com.evil.example", "xical.booking.com", "airbnb.com"])
def test_lookalikes_are_not_the_platform(host) -> None:
    """Only the exact host, or one below a starred one, is a platform's."""
    assert not kinds(proposed(channel=ICAL, feed=f"https://{host}/1.ics"))


def test_a_starred_host() -> None:
    """Any host below a starred one is the platform's."""
    feed = "https://de.airbnb.com/calendar/ical/1.ics"
    assert kinds(proposed(channel=BOOKING, feed=feed)) == {ProblemKind.WRONG_CHANNEL: True}


@pytest.mark.parametrize(
    "ours",
    [
        {"feed": "https://gite.example:8443/feeds/abc.ics"},
        {"feed": "https://proxy.example/1.ics", "prodid": "-//ChannelSync//1.0//FR"},
        {"feed": "https://proxy.example/1.ics", "events": stays(1, 9, uid="a1@channelsync")},
    ],
)
def test_our_own_feed(ours) -> None:
    """A calendar that we publish is refused, known by its address, its PRODID or its UIDs."""
    assert kinds(proposed(channel=ICAL, **ours)) == {ProblemKind.OWN_FEED: True}


def test_one_of_our_uids_is_only_an_echo() -> None:
    """A platform's calendar in which some events carry our UIDs is the platform's."""
    events = (*stays(1, uid="a1@channelsync"), *stays(9, uid="x@airbnb.com"))
    assert not kinds(proposed(events=events))


@pytest.mark.parametrize(
    "feed, base",
    [
        ("https://gite.example/feeds/abc.ics", OURS),
        ("https://gite.example:8443/feedsandmore/abc.ics", OURS),
        ("https://gite.example:8443/other/abc.ics", OURS),
        ("https://other.example:8443/feeds/abc.ics", OURS),
        ("https://gite.example:8443/feeds/abc.ics", "not an address"),
        ("https://gite.example:8443/feeds/abc.ics", "https://[broken"),
        ("https://gite.example:99999/feeds/abc.ics", OURS),
    ],
)
def test_not_our_own_feed(feed, base) -> None:
    """Another host, port or folder is not ours."""
    assert not kinds(proposed(channel=ICAL, feed=feed), own=(base,))


def test_our_own_feed_by_another_scheme() -> None:
    """Our own address is ours whatever its scheme, and with the scheme's own port."""
    found = kinds(
        proposed(channel=ICAL, feed="http://gite.example/feeds/1.ics"), own=("https://gite.example:443/feeds",)
    )
    assert found == {ProblemKind.OWN_FEED: True, ProblemKind.NOT_HTTPS: False}


@pytest.mark.parametrize("feed", ["calendar.ics", "https://", "https://[broken", "airbnb"])
def test_not_an_address(feed) -> None:
    """What is no address at all is refused."""
    assert kinds(proposed(feed=feed)) == {ProblemKind.NOT_AN_ADDRESS: True}


@pytest.mark.parametrize("scheme", ["http", "webcal"])
def test_not_https(scheme) -> None:
    """A link that is not https is flagged."""
    assert kinds(proposed(feed=FEED.replace("https", scheme))) == {ProblemKind.NOT_HTTPS: False}


@pytest.mark.parametrize(
    "odd", [{"feed": "https://www.airbnb.fr/calendar/ical/1234,5678.ics"}, {"events": stays(1, 2)}]
)
def test_several_listings_in_one_calendar(odd) -> None:
    """Several ids in the path, or guests who overlap inside one calendar, are flagged."""
    assert kinds(proposed(**odd)) == {ProblemKind.COMBINED: False}


def test_a_closure_over_a_stay_is_normal() -> None:
    """A closure may lie over a stay (measured on one of five Booking.com rooms): not a combined calendar."""
    assert not kinds(proposed(events=(*stays(1), *stays(0, nights=9, kind=Kind.CLOSURE))))


def test_calendars_that_contradict() -> None:
    """Many reservations overlapped by others of different dates are flagged: two lodgings may have been exchanged."""
    assert kinds(proposed(events=stays(1, 11, 21)), known(events=stays(2, 12, 22, 40))) == {
        ProblemKind.CONTRADICTS: False
    }


@pytest.mark.parametrize(
    "events",
    [
        stays(1, 11, 21),
        stays(2, 12, 40),
        stays(2, 12, 22, kind=Kind.CLOSURE),
        stays(2, 12, 22, 40, 50, 60, 70),
        stays(4, 14, 24),
    ],
)
def test_calendars_that_do_not_contradict(events) -> None:
    """The same stays, a few, untyped ones, a small share, and turnovers say nothing."""
    assert not kinds(proposed(events=stays(1, 11, 21)), known(events=events))


def test_another_units_calendar() -> None:
    """A calendar with exactly the stays of another unit's was probably pasted on the wrong lodging: flagged."""
    events = stays(1, 11, 21, kind=Kind.CLOSURE)
    assert kinds(proposed(events=events), known(unit=BOIS, events=tuple(reversed(events)))) == {
        ProblemKind.SAME_CALENDAR: False
    }
    assert not kinds(proposed(events=events[:2]), known(unit=BOIS, events=events[:2]))
    assert not kinds(proposed(events=events), known(unit=BOIS, events=stays(1, 11, 22)))


def test_refusals_come_first_and_speak_both_languages() -> None:
    """Refusals stand before flags; every text names the lodging where it helps, and none the address."""
    link = proposed(feed="http://www.airbnb.fr/calendar/ical/1234,5678.ics?s=secret", events=stays(1, 11, 21))
    others = (
        known(unit=BOIS, unit_name="Gîte du Bois", fingerprint="f1", events=stays(1, 11, 21)),
        known(channel=AIRBNB, platform_id="5", label="x", events=stays(2, 12, 22)),
    )
    problems = check_link(link, others, CHANNELS)
    assert [one.refuse for one in problems] == sorted((one.refuse for one in problems), reverse=True)
    assert len(problems) == 6
    for one in problems:
        for text in (one.reason, one.advice, one.reason_fr, one.advice_fr):
            assert text
            assert "secret" not in text
            assert "{" not in text
    assert "Gîte du Bois" in problems[0].reason_fr
    assert "secret" not in repr(link)
