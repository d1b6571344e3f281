"""Changing what is linked already: nothing is forgotten, nothing opens on the way, a wrong paste changes nothing."""

from __future__ import annotations

import random
from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.coherence import ProblemKind
from channelsync.errors import ChannelError, UsageError
from channelsync.nights import Nights, Stay
from channelsync.testing import Answer, Fault, Platform, plain
from channelsync.testing.serve import Served, serve

START = datetime(2027, 3, 1, 10, tzinfo=UTC)
STAYS = tuple(Stay(date(2027, month, 4), date(2027, month, 9)) for month in (5, 6, 7))


class Gite:
    """One lodging on two simulated platforms, three stays on the first, and a clock."""

    def __init__(self, manager: cs.Manager, platforms: dict[str, Platform], served: Served) -> None:
        self.manager, self.platforms, self.served = manager, platforms, served
        self.time = START
        self.unit = manager.add_unit("Gîte du Lac")
        for stay in STAYS:
            platforms["a"].book(stay, START)
        for name in ("a", "b"):
            manager.link(self.unit, f"ical:{name}", feed=self.url(name))
        manager.sync()

    def url(self, name: str, form: int = 0) -> str:
        """Return one of the two addresses of a platform's export."""
        path = self.platforms[name].urls[form].partition("abritel.fr")[2]
        return self.served.base_url + path

    def published(self, key: str) -> Nights:
        """Return what is closed in the calendar for a listing."""
        return next(one.published for one in self.manager.state(self.unit).active if one.listing.key == key)


@pytest.fixture
def gite(tmp_path: Path) -> Generator[Gite]:
    """The lodging, read once."""
    made: list[Gite] = []

    def now() -> datetime:
        return made[0].time if made else START

    platforms = {name: plain.platform(room=name, rng=random.Random(name)) for name in "abc"}
    with (
        serve(platforms.values(), now) as served,
        cs.open(str(tmp_path / "gite.db"), now=now, allow_private_addresses=True, environ={}) as manager,
    ):
        made.append(Gite(manager, platforms, served))
        yield made[0]


def test_a_listing_goes_on_by_another_link(gite: Gite) -> None:
    """By a new export link it is the same listing, with its claims and its address; what it shows next counts."""
    before, ours = gite.manager.state(gite.unit).active[0], gite.manager.feed_url(gite.unit, "ical:a")
    report = gite.manager.relink(gite.unit, "ical:a", feed=gite.url("a", 1))
    assert (report.listing, report.events) == ("ical:a", 3)
    after = gite.manager.state(gite.unit).active[0]
    assert (after.id, after.claims) == (before.id, before.claims)
    assert gite.manager.feed_url(gite.unit, "ical:a") == ours
    gite.time += timedelta(minutes=1)
    gite.platforms["a"].book(Stay(date(2027, 8, 1), date(2027, 8, 3)), gite.time)
    gite.manager.sync()
    assert len(gite.manager.claims(gite.unit)) == 4


def test_some_nights_in_common_are_not_enough(gite: Gite) -> None:
    """In high season two listings have nights in common: a calendar that shows less than half of ours is refused."""
    gite.platforms["c"].book(Stay(date(2027, 5, 7), date(2027, 5, 14)), gite.time)
    with pytest.raises(UsageError, match="little of what is known"):
        gite.manager.relink(gite.unit, "ical:a", feed=gite.url("c"))


def test_what_is_missing_just_now_is_known_too(gite: Gite) -> None:
    """While the old link shows nothing, a new one has to show what was known before: else it would all end open."""
    gite.platforms["a"].fail(Fault.EMPTY, gite.time, times=None)
    gite.time += timedelta(minutes=15)
    gite.manager.sync(everything=True)
    assert all(one.missing for one in gite.manager.claims(gite.unit))
    with pytest.raises(UsageError, match="little of what is known"):
        gite.manager.relink(gite.unit, "ical:a", feed=gite.url("c"))
    gite.platforms["a"].heal()
    gite.manager.relink(gite.unit, "ical:a", feed=gite.url("a", 1))
    gite.manager.sync(everything=True)
    assert not any(one.missing for one in gite.manager.claims(gite.unit))


def test_what_was_unlinked_meanwhile_is_not_read_on(gite: Gite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing that is unlinked while its new link is tried out stays unlinked, and no link of it is kept."""
    answered = Platform.answer

    def slowly(platform: Platform, now: datetime, *, etag: str = "") -> Answer:
        gite.manager.unlink(gite.unit, "ical:a")
        return answered(platform, now, etag=etag)

    listing = gite.manager.state(gite.unit).active[0].id
    monkeypatch.setattr(Platform, "answer", slowly)
    with pytest.raises(UsageError, match="unlinked meanwhile"):
        gite.manager.relink(gite.unit, "ical:a", feed=gite.url("a", 1))
    with gite.manager.ledger.reading() as tx:
        assert tx.secret("feed", listing) is None


@pytest.mark.parametrize("wrong", ["another listing", "another lodging's", "no calendar", "no address", "no listing"])
def test_a_wrong_link_changes_nothing(gite: Gite, wrong: str) -> None:
    """A link to another listing, to one that is linked, or to nothing is refused, and the old one is read on."""
    other = gite.manager.add_unit("Mas")
    gite.manager.link(other, "ical:x", feed=gite.url("c"))
    feeds = {
        "another listing": gite.url("b", 1),
        "another lodging's": gite.url("c"),
        "no calendar": gite.served.base_url + "/nothing.ics",
        "no address": "hello",
    }
    with pytest.raises((UsageError, ChannelError)):
        gite.manager.relink(gite.unit, "ical:z" if wrong == "no listing" else "ical:a", feed=feeds.get(wrong, "x"))
    gite.time += timedelta(hours=1)
    gite.manager.sync(everything=True)
    assert gite.published("ical:b") == Nights.of(*STAYS)


def test_one_known_stay_is_enough_to_know_a_listing_by(gite: Gite) -> None:
    """A calendar that shows nothing of what is known is not read on: by an empty one that one stay would end open."""
    mas = gite.manager.add_unit("Mas")
    gite.platforms["c"].book(STAYS[0], gite.time)
    gite.manager.link(mas, "ical:c", feed=gite.url("c"))
    gite.manager.unlink(gite.unit, "ical:b")
    gite.manager.sync()
    with pytest.raises(UsageError, match="little of what is known"):
        gite.manager.relink(mas, "ical:c", feed=gite.url("b"))
    gite.time += timedelta(hours=1)
    gite.manager.sync(everything=True)
    assert gite.manager.claims(mas)[0].stay == STAYS[0]


def test_the_validators_of_another_link_are_forgotten(gite: Gite) -> None:
    """By another address the calendar itself is read: what one address calls "not modified" says nothing of it."""
    gite.manager.sync(everything=True)
    gite.manager.relink(gite.unit, "ical:b", feed=gite.url("c"))
    gite.platforms["c"].book(Stay(date(2027, 9, 1), date(2027, 9, 3)), gite.time)
    gite.time += timedelta(minutes=1)
    gite.manager.sync(everything=True)
    assert date(2027, 9, 1) in gite.published("ical:a")


def test_what_is_odd_stays_said(gite: Gite) -> None:
    """What was odd when a listing was linked is odd until it is mended: asked at any time, it is told again."""
    assert [one.kind for one in gite.manager.doubts(gite.unit, "ical:a")] == [ProblemKind.NOT_HTTPS]
    other = gite.manager.add_unit("Mas")
    for stay in STAYS:
        gite.platforms["c"].book(stay, gite.time)
    gite.manager.link(other, "ical:x", feed=gite.url("c"))
    gite.manager.sync()
    kinds = {one.kind for one in gite.manager.doubts(other, "ical:x")}
    assert ProblemKind.SAME_CALENDAR in kinds


def test_another_owner_s_stays_are_not_told(gite: Gite) -> None:
    """A calendar is held against those of its own owner only; the very link of another is refused, and no more said."""
    gite.manager.add_owner("Dominique")
    other = gite.manager.add_unit("Mas", owner="Dominique")
    for stay in STAYS:
        gite.platforms["c"].book(stay, gite.time)
    linked = gite.manager.link(other, "ical:x", feed=gite.url("c"))
    assert not any("stays" in problem for problem in linked.problems)
    gite.manager.sync()
    assert [one.kind for one in gite.manager.doubts(other, "ical:x")] == [ProblemKind.NOT_HTTPS]
    with pytest.raises(UsageError, match="another owner's lodging") as refused:
        gite.manager.link(other, "ical:y", feed=gite.url("a"))
    assert gite.unit.name not in f"{refused.value} {refused.value.advice}"


def test_turnover_nights_take_effect_at_once(gite: Gite) -> None:
    """More nights free around a guest are closed at once; fewer are open again; the name changes nothing of that."""
    gite.manager.change_unit(gite.unit, turnover=1, name="Mas du Lac")
    assert gite.published("ical:b") == Nights.of(*STAYS).widened(1)
    gite.manager.change_unit(gite.unit, turnover=0)
    assert gite.published("ical:b") == Nights.of(*STAYS)
    assert gite.manager.unit("mas-du-lac").turnover == 0


def test_a_lodging_keeps_what_makes_sense(gite: Gite) -> None:
    """A name that is taken, a zone that does not exist, too many nights: refused, and nothing is changed."""
    gite.manager.add_unit("Mas")
    for wrong in ({"name": "MAS"}, {"timezone": "Mars/Olympus"}, {"turnover": 15}, {"name": "\n"}):
        with pytest.raises(UsageError):
            gite.manager.change_unit(gite.unit, **wrong)  # type: ignore[arg-type]  # one of three, each of its own type
    assert gite.manager.unit(gite.unit.id) == gite.unit
    assert gite.manager.change_unit(gite.unit, name="gite DU lac").name == "gite DU lac"


def test_a_time_zone_ends_no_stay(gite: Gite) -> None:
    """A zone by which it is tomorrow already would end who sleeps there tonight, and open the night: it has to wait."""
    tonight = Stay(date(2027, 3, 1), date(2027, 3, 2))
    gite.manager.block(gite.unit, tonight, category="personal")
    with pytest.raises(UsageError, match="over already"):
        gite.manager.change_unit(gite.unit, timezone="Pacific/Kiritimati")
    gite.manager.change_unit(gite.unit, timezone="Pacific/Pago_Pago")
    gite.manager.change_unit(gite.unit, timezone="Europe/Paris")
    assert tonight in [one.stay for one in gite.manager.claims(gite.unit)]
    assert tonight.arrival in gite.published("ical:b")


def test_retiring_is_one_step(gite: Gite) -> None:
    """Every listing is unlinked at once, so that no calendar is given out in between; linked anew, it goes on."""
    taken = gite.manager.retire(gite.unit)
    assert taken == Nights.of(*STAYS)
    assert gite.manager.links(gite.unit) == ()
    assert "BEGIN:VEVENT" not in gite.manager.feed(gite.unit, "ical:b")
    gite.manager.link(gite.unit, "ical:a", feed=gite.url("a"))
    assert len(gite.manager.state(gite.unit).active[0].claims) == 3
    assert gite.manager.retire(gite.manager.add_unit("Empty")) == Nights.of()


def test_settings_change_what_events_mean(gite: Gite) -> None:
    """A listing's settings count from the next look on, and a wrong one is refused before anything is stored."""
    with pytest.raises(UsageError, match="unknown option"):
        gite.manager.set_options(gite.unit, "ical:a", {"horizon": "12"})
    assert gite.manager.set_options(gite.unit, "ical:a", {"guest_titles": "Réservée"}).key == "ical:a"
    gite.time += timedelta(minutes=1)
    gite.platforms["a"].book(Stay(date(2027, 9, 1), date(2027, 9, 3)), gite.time)
    gite.manager.sync(everything=True)
    kinds = {str(one.stay): one.kind for one in gite.manager.claims(gite.unit)}
    assert kinds["2027-09-01/2027-09-03"] == "reservation"


def test_a_listing_has_a_rhythm_of_its_own(gite: Gite) -> None:
    """One listing is read as often as its owner wishes, the others as before, however little a look shows."""
    for wrong in ("4", "61", "1e1", ""):
        with pytest.raises(UsageError, match="poll_minutes"):
            gite.manager.set_options(gite.unit, "ical:a", {"poll_minutes": wrong})
    gite.manager.set_options(gite.unit, "ical:a", {"poll_minutes": "40"})
    for _ in range(3):  # the later ones show nothing new, and are only noted
        gite.time += timedelta(hours=1)
        gite.manager.sync(everything=True)
        waits = {
            one.listing.key: one.health.next_at - gite.time
            for one in gite.manager.state(gite.unit).active
            if one.health is not None
        }
        assert timedelta(minutes=30) < waits["ical:a"] <= timedelta(minutes=40)
        assert timedelta(minutes=10) < waits["ical:b"] <= timedelta(minutes=15)
