"""Pull: what a look must show of the lodging, by feed and by API alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from channelsync.adapter import Capability
from channelsync.claims import Kind
from channelsync.nights import Nights, Stay
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate, FeedScene, Scene, night
from channelsync.testing.conformance.living import lives, shown
from channelsync.testing.conformance.rule import demand, not_applicable, rule

__all__ = [
    "cancelled_stays_go",
    "departure_is_free",
    "every_taken_night_is_shown",
    "no_free_night_is_shown",
    "no_guest_is_a_block",
    "no_page_is_left_out",
    "reservations_are_known_by_an_api",
    "the_time_is_the_one_given",
    "two_routes_tell_one_story",
    "unchanged_is_said",
    "zones_move_nothing",
]

_ZONES: Final = ("Europe/Paris", "Pacific/Kiritimati", "Pacific/Honolulu", "America/Guadeloupe", "Asia/Kolkata")
_DAY: Final = timedelta(days=1)
_MANY: Final = 60
"""Reservations: more than a page of any API that is known to page them."""
_FIRST: Final = 5
_EVERY: Final = 3
"""Nights from one of many stays to the next; the last of them is half a year away."""


@rule("pull.every-night", Capability.PULLS_CLAIMS)
def every_taken_night_is_shown(candidate: Candidate) -> None:
    """Every night that is sold or closed on the platform is shown by the look that follows.

    A night that is missed is sold a second time elsewhere.

    Troubleshooting: the text names the nights. A first or last night points at dates (is the end the day of departure?
    is a time of day taken for the date?), a whole stay at an event that the reader leaves out.
    """
    for look in lives(candidate):
        missed = look.taken - look.shown
        demand(not missed, f"by {look.route}: taken on the platform and not shown: {missed}")


@rule("pull.no-other-night", Capability.PULLS_CLAIMS)
def no_free_night_is_shown(candidate: Candidate) -> None:
    """No night is shown as taken that can be booked on the platform.

    Each would be closed everywhere else, and cost the owner money without anybody noticing.

    Troubleshooting: one night too many at the end is the day of departure, counted as a night. Stays that were
    cancelled point at a status that is not read.
    """
    for look in lives(candidate):
        extra = look.shown - look.taken
        demand(not extra, f"by {look.route}: shown as taken, and free on the platform: {extra}")


@rule("pull.departure", Capability.PULLS_CLAIMS)
def departure_is_free(candidate: Candidate) -> None:
    """The night of the day of departure is free, and a guest may arrive on it.

    Stays are half-open: whoever leaves on the 5th takes no night of the 5th.

    Troubleshooting: DTEND of a date is exclusive in iCalendar; an API may name the last night instead, or the day of
    departure. Say in the wire module which it is.
    """
    for make in candidate.scenes():
        scene = make()
        scene.book(10, 3)
        scene.book(15, 1)
        demand(night(13) not in scene.look().nights, f"by {scene.route}: the night of the departure is shown as taken")
        scene.book(13, 2)
        nights, whole = scene.look().nights, Nights.of(Stay(night(10), night(16)))
        demand(whole <= nights, f"by {scene.route}: missing where one arrives as another leaves: {whole - nights}")


@rule("pull.cancelled", Capability.PULLS_CLAIMS)
def cancelled_stays_go(candidate: Candidate) -> None:
    """A stay that is cancelled is gone from the next look, and no other is; what is told as cancelled was.

    A code among the cancelled ones frees its nights at once, without a second look: it must be the platform's own word,
    and about that stay.

    Troubleshooting: ``Observation.cancelled`` holds codes only where the platform itself says so, never what is merely
    absent. A stay that goes on being shown points at a status that is not read, or at memory between two looks.
    """
    for make in candidate.scenes():
        scene = make()
        gone, stays = scene.book(10, 3), scene.book(20, 2)
        before = scene.look().cancelled - _elsewhere(scene)
        demand(not before, f"by {scene.route}: told as cancelled, and nothing was: {len(before)}")
        scene.pass_time(timedelta(minutes=20))
        scene.cancel(gone)
        after = scene.look()
        demand(not gone.stay.nights.overlaps(after.nights), f"by {scene.route}: still shown after it was cancelled")
        demand(stays.stay.nights <= after.nights, f"by {scene.route}: another stay has gone with the cancelled one")
        told = after.cancelled - {gone.code} - _elsewhere(scene)
        demand(not told, f"by {scene.route}: told as cancelled, and stands: {len(told)} codes")


def _elsewhere(scene: Scene) -> frozenset[str]:
    """Return the codes that stand on other lodgings of the account: a look may say that they are none of this one's."""
    if not isinstance(scene, ApiScene):
        return frozenset()
    others = [one for listing, one in scene.partner.lodgings.items() if listing != scene.listing]
    return frozenset(stay.code for one in others for stay in one.reservations())


@rule("pull.zone", Capability.PULLS_CLAIMS)
def zones_move_nothing(candidate: Candidate) -> None:
    """The nights are the same, whatever the time zone of the lodging is.

    Platforms write days in their own way: as dates, as local times, as UTC midnights. Read in the wrong zone, each stay
    moves by a night, and only for owners far away from the author.

    Troubleshooting: ``Dialect.dates`` is ``DateRule.UTC`` where the platform writes days as UTC midnights; an API's
    dates are taken as they stand.
    """
    wanted = Nights.of(Stay(night(10), night(13)), Stay(night(30), night(32)))
    for make in candidate.scenes():
        for zone in _ZONES:
            scene = make()
            scene.book(10, 3)
            scene.platform.close(Stay(night(30), night(32)), scene.now)
            nights = scene.look(timezone=zone).nights
            demand(
                nights == wanted, f"by {scene.route}: {nights} for a lodging in {zone}, and {wanted} on the platform"
            )


@rule("pull.time", Capability.PULLS_CLAIMS)
def the_time_is_the_one_given(candidate: Candidate) -> None:
    """A look is dated with the time it was given.

    Evidence is compared by its time: was this seen after that? A look that dates itself later makes old evidence win.

    Troubleshooting: pass ``at`` on to ``Observation``; never read a clock, and never take the answer's own date.
    """
    for make in candidate.scenes():
        scene = make()
        scene.book(10, 3)
        for _ in range(2):
            seen = scene.look()
            demand(seen.at == scene.now, f"by {scene.route}: dated {seen.at}, and taken at {scene.now}")
            scene.pass_time(_DAY)


@rule("pull.unchanged", Capability.PULLS_CLAIMS)
def unchanged_is_said(candidate: Candidate) -> None:
    """A platform that answers "not modified" shows the same nights as before, and the look says that it was no new one.

    The answer is only believed where we asked with the validator of what we still have.

    Troubleshooting: ``FeedRoute`` does this by itself. A route of your own sends ``If-None-Match`` only together with
    what it read before, and repeats that on a 304.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    scene = candidate.feed(not_modified=True)
    scene.book(10, 3)
    first = scene.look()
    second = scene.look()
    if not scene.last or not scene.last.etag:
        not_applicable("its simulator gives no ETag")
    demand(second.nights == first.nights, f"other nights after a 304: {second.nights ^ first.nights}")
    demand(second.not_modified, "a 304 is told as a new look")
    scene.book(20, 1)
    demand(night(20) in scene.look().nights, "a change after a 304 is not seen")


@rule("pull.kinds", Capability.PULLS_CLAIMS)
def no_guest_is_a_block(candidate: Candidate) -> None:
    """No night of a guest is told as a block.

    A block is *certainly no guest*: it raises no alarm and may be taken for our own closing. What may be a guest is a
    closure.

    Troubleshooting: tell a block only by what the platform writes on blocks alone; whatever is left is
    ``Kind.CLOSURE``.
    """
    for look in lives(candidate):
        wrong = look.blocks & look.sold
        demand(not wrong, f"by {look.route}: a guest's nights are told as a block: {wrong}")


@rule("pull.reservations", Capability.PULLS_CLAIMS)
def reservations_are_known_by_an_api(candidate: Candidate) -> None:
    """An API's look tells each standing reservation as one, with its own code and dates, also after they were changed.

    By an API the platform says who has the nights. A reservation that is told as a closure, or under another code, is
    not found again when it is changed or cancelled.

    Troubleshooting: one event of kind ``RESERVATION`` for each reservation, its code the one the guest is told; what is
    closed beside them is a block or a closure, and has no code.
    """
    if not hasattr(candidate.plugin.api, "look"):
        not_applicable("it reads no claims by an API")
    for make in candidate.lodgings():
        scene = make()
        moved, other = scene.book(10, 3), scene.book(13, 2)
        scene.platform.close(Stay(night(30), night(32)), scene.now)
        for first, nights in ((10, 3), (9, 4)):
            scene.change(moved, first, nights)
            wanted = {(moved.code, Stay(night(first), night(first + nights))), (other.code, other.stay)}
            events = scene.look().events
            told = {(one.code, one.stay) for one in events if one.kind is Kind.RESERVATION}
            demand(told == wanted, f"reservations on the platform: {_stays(wanted)}, told: {_stays(told)}")
            coded = [one for one in events if one.code and one.kind is not Kind.RESERVATION]
            demand(not coded, "nights that are no reservation's have a code")


def _stays(told: set[tuple[str, Stay]]) -> str:
    """Return stays as text, and which of them have a code."""
    return ", ".join(f"{stay} {'with' if code else 'without'} a code" for code, stay in sorted(told)) or "none"


@rule("pull.many", Capability.PULLS_CLAIMS)
def no_page_is_left_out(candidate: Candidate) -> None:
    """Sixty reservations are all shown: by an API each as a reservation with its code.

    Platforms answer in pages. Whoever reads the first one alone is right for months, and then leaves out the guests of
    a good season.

    Troubleshooting: follow the pages to the end, and refuse a list that has none, repeats itself, or is not as long as
    it says. The simulator pages as the platform does, and takes no other size for its pages.
    """
    for make in candidate.scenes():
        scene = make()
        made = [scene.book(_FIRST + _EVERY * number, 1) for number in range(_MANY)]
        seen = scene.look()
        missed = Nights.of(*(one.stay for one in made)) - shown(scene, seen)
        demand(not missed, f"by {scene.route}: of {_MANY} stays some are not shown: {missed}")
        if isinstance(scene, ApiScene):
            told = {one.code for one in seen.events if one.kind is Kind.RESERVATION}
            left = [one for one in made if one.code not in told]
            demand(not left, f"by {scene.route}: {len(left)} of {_MANY} reservations are not told as such")


@rule("pull.both-routes", Capability.PULLS_CLAIMS)
def two_routes_tell_one_story(candidate: Candidate) -> None:
    """A lodging that is read by its feed and by an API shows the same nights, and the same codes where both have them.

    One stay seen by two routes is one claim; it is told by its code, or by its nights.

    Troubleshooting: take the code out of the feed in the very form in which the API gives it.
    """
    if not candidate.has_feed or not hasattr(candidate.plugin.api, "look"):
        not_applicable("it has one route that reads")
    scene = candidate.api()
    scene.book(10, 3)
    scene.book(20, 2)
    feed = FeedScene(candidate.route(), scene.platform, scene.now)
    ours, theirs = feed.look(), scene.look()
    moved = ours.nights.within(scene.window()) ^ theirs.nights.within(scene.window())
    demand(not moved, f"the two routes differ in {moved}")
    codes = {one.code for one in ours.events if one.code}
    demand(codes <= {one.code for one in theirs.events}, "the feed's codes are not those of the API")
