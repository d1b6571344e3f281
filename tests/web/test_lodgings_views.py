"""What a lodging's page makes of what is remembered: the words for each state, the steps, what only owners know."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from channelsync.cadence import Health, HealthState, begun
from channelsync.claims import Claim, Kind, Missing
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.nights import Nights, Stay
from channelsync.observation import Aside, Verdict
from channelsync.proof import Exposure, Revision
from channelsync.state import ListingState, Takeover, UnitState
from channelsync_web.areas.lodgings import views
from channelsync_web.areas.lodgings.views import card, found, path_of, steps
from tests.contract.command import booking, served
from tests.web.site import Site
from tests.web.test_lodgings import refused, says

NOW = datetime(2027, 3, 1, 10, tzinfo=UTC)
JUNE = Stay(date(2027, 6, 4), date(2027, 6, 11))
AIRBNB = Listing(ListingId("l1"), UnitId("u1"), ChannelName("airbnb"))
READ = Revision(1, NOW, (), JUNE.nights, first_fetch=NOW, last_fetch=NOW)
OPEN = Exposure(JUNE.nights, NOW)


def listing(**changes: object) -> ListingState:
    """Return a listing that was looked at just now, with these changes."""
    return evolve(ListingState(AIRBNB, looked_at=NOW, health=begun(NOW)), **changes)


def unit(*listings: ListingState, takeover: Takeover | None = None) -> UnitState:
    """Return a unit of these listings."""
    return UnitState(Unit(UnitId("u1"), OwnerId("o1"), "Gîte"), listings, takeover=takeover or Takeover())


def claim(stay: Stay = JUNE, kind: Kind = Kind.RESERVATION, *, missing: bool = False) -> Claim:
    """Return a claim of the listing."""
    gone = Missing(NOW, NOW, 1) if missing else None
    return Claim(ClaimId(f"c{stay}"), kind, stay, NOW, NOW, AIRBNB.id, missing=gone)


def health(state: Health) -> HealthState:
    """Return a route in that health."""
    return evolve(begun(NOW), state=state)


@pytest.mark.parametrize(
    "changes,tone,words",
    [
        ({"looked_at": None}, "", views.UNREAD),
        ({"looked_at": None, "failure": "no answer", "health": health(Health.DEGRADED)}, "warn", views.FAILED),
        ({}, "", views.UNVISITED),
        ({"revisions": (READ,)}, "good", views.IN_STEP),
        ({"revisions": (READ,), "exposed": (OPEN,)}, "warn", views.EXPOSED),
        ({"revisions": (READ,), "claims": (claim(missing=True),)}, "warn", views.VANISHED),
        ({"revisions": (READ,), "claims": (claim(missing=True),), "verdict": Verdict.SUSPECT}, "warn", views.SUSPECT),
        ({"revisions": (READ,), "verdict": Verdict.SUSPECT}, "good", views.IN_STEP),
        ({"revisions": (READ,), "health": health(Health.DEGRADED)}, "warn", views.SILENT),
        ({"revisions": (READ,), "health": evolve(health(Health.DEGRADED), instead_since=NOW)}, "warn", views.INSTEAD),
        ({"revisions": (READ,), "health": health(Health.DISCONNECTED)}, "bad", views.REFUSES),
        ({"revisions": (READ,), "owed_since": NOW}, "warn", views.OWING),
    ],
)
def test_the_worst_is_said_first(changes: dict[str, object], tone: str, words: str) -> None:
    """Each state has one tone and one sentence, that of what matters most; nothing unknown is called good."""
    one = listing(**changes)
    shown = card(unit(one), one, NOW)
    assert (shown.tone, shown.state) == (tone, words)


def test_what_is_over_is_not_counted() -> None:
    """Found is what is still to come, from the first arrival to the last departure."""
    over, running = Stay(date(2027, 2, 1), date(2027, 2, 5)), Stay(date(2027, 2, 27), date(2027, 3, 3))
    told = found([claim(over), claim(running), claim()], NOW.date())
    assert (told.stays, told.nights, told.first, told.last) == (2, 2 + 7, running.arrival, JUNE.departure)
    assert found([claim(over)], NOW.date()) == views.Found()


def test_whose_the_dates_are() -> None:
    """Closed by hand there, sent back by the platform, not open yet: each is told apart from a guest's stay."""
    rolling = Stay(date(2028, 9, 1), date(2028, 9, 20))
    one = listing(claims=(claim(kind=Kind.BLOCK),), echo=JUNE.nights, aside=Aside(rolling=rolling))
    shown = card(unit(one), one, NOW)
    assert (shown.own, shown.echoed, shown.opens_until) == (JUNE.nights, JUNE.nights, rolling.arrival)
    assert card(unit(listing()), listing(claims=(claim(),)), NOW).own == Nights.of()


@pytest.mark.parametrize(
    "one,takeover,done",
    [
        (None, Takeover(), ""),
        (listing(looked_at=None), Takeover(), ""),
        (listing(), Takeover(), "read"),
        (listing(revisions=(READ,)), Takeover(), "read paste"),
        (listing(revisions=(READ,)), Takeover(links_removed_at=NOW), "read paste remove"),
        (listing(revisions=(READ,)), Takeover(active=False), "read paste remove watch"),
    ],
)
def test_steps_come_in_order(one: ListingState | None, takeover: Takeover, done: str) -> None:
    """What is done is ticked, and just one step is the next one."""
    told = steps(unit(*([one] if one else []), takeover=takeover))
    assert [step.name for step in told if step.done] == done.split()
    assert [step.name for step in told if step.next] == [step.name for step in told if not step.done][:1]


def test_paths_hold_any_name() -> None:
    """Whatever an owner calls a calendar, its page has an address."""
    assert path_of("u/1", "ical:Gîtes & Co/2?") == "/logements/u%2F1/ical:G%C3%AEtes%20%26%20Co%2F2%3F"


def test_where_a_calendar_ends_is_asked(site: Site) -> None:
    """Where a guest may stand merged with the end of an open calendar, the owner gives the date; nothing is guessed."""
    site.time, browser = datetime(2026, 11, 22, 10, tzinfo=UTC), site.browser()
    lodging = site.manager.add_unit("Gîte", owner=site.owner())
    with served() as feeds:
        feed = feeds.put("booking.ics", booking("2027-03-16/2027-03-20", "2027-12-01/2028-05-22"))
        site.manager.link(lodging, "booking", feed=feed)
        site.manager.sync()
    page = f"/logements/{lodging.id}/questions"
    says(browser, page, "Premier jour qui n’est pas encore ouvert", 'name="q-booking-opens"', 'type="date"')
    refused(browser.post(page, data={"q-booking-opens": "demain"}), "Répondez")
    browser.post(page, data={"q-booking-opens": "2028-01-02"})
    says(browser, f"/logements/{lodging.id}", "jusqu’au 2 janvier 2028", "2 séjours")
