"""Our own closures coming back, told from a guest's booking by structure and evidence, never by the text of an event.

We tell a platform which nights to close; some platforms then show those nights in the calendar they export, in the same
form as a booking. Taken for a claim, such an echo keeps itself alive for ever: each platform closes because the other
does. Taken for an echo, a real booking is overlooked and sold twice. What decides:

* A night can only be an echo while our calendar can have closed it: `proof.reach`, less the nights *cleared* since.
* An import takes a run of ours as one: what is shown of a run, but not the whole of it, is not an echo; nor is what an
  event brings together with nights we never closed. Such nights are *suspected*: closed elsewhere, shown quietly. What
  is set aside of a run is shown closed all the same.
* It is decided per night, at the look that first shows the night closed after showing it open, or a closure where it
  showed a reservation or the unopened calendar, and it is kept until a complete look shows it open again. An event
  known to be a reservation is a claim whenever it is seen.
* At the first complete look at a calendar nothing is an echo, and no habit is learned: a guest may have stood there
  before we came, and our calendar close the same nights because of another platform's copy of that guest. What lies in
  reach of our calendar is suspected, and asked about.
* What outlives its cause is suspected after all: the part that stays closed when the rest of its run opens, at once;
  a whole run, after the grace period.
* Nights that an echo leaves may have hidden a guest; they are believed open as a vanished claim is, when looks agree.
* What a write of ours may have opened, and an event brings together with nights that turned closed since, somebody has
  closed again: a copy older than that write cannot show those.
* A block, behind which no guest can stand, that shows a run of ours whole may be a late import even after the nights
  were shown open: an import takes force hours after the reading. It is suspected: closed elsewhere, and asked about.
* A block that came while our memory was lost may be a write of ours that it has forgotten, where the platform takes our
  writes: nothing else will ever open it. It is suspected too.
* The owner's word that nobody hides behind an echo holds until the platform has read a calendar that opens the night:
  from then on it may be sold there, and the next look would show the same.
* Whether a listing echoes at all is learned: three closings it read, had the grace period to show, and did not, make it
  one that *never* does, and nothing it shows is ambiguous any more, until it shows one of our closings exactly as
  published, and no longer leaves out the others: then it is unknown again at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind, Missing, Standing
from channelsync.evolving import evolve, kept
from channelsync.nights import EPOCH, LIMIT, NO_NIGHTS, Nights, Stay
from channelsync.observation import Event
from channelsync.policy import Policy
from channelsync.proof import ever_fetched, explained, fetched_nights, reach, settled
from channelsync.state import Fading, Lessons, ListingState
from channelsync.traits import EchoHabit, Traits

__all__ = [
    "Attribution",
    "Seen",
    "attribute",
    "brought_back",
    "cleared",
    "explaining",
    "fading",
    "learn",
    "outliving",
    "perhaps_ours",
    "soft_claimed",
]


@final
@frozen
class Seen:
    """The nights of one look, by what shows them. ``soft`` may be an echo; ``hard`` is known to be a reservation."""

    hard: Nights
    soft: Nights
    maybe_guest: Nights
    """The soft nights shown by something other than a block: a guest may stand behind them."""
    apart: tuple[Nights, ...] = ()
    """The nights of each soft event: what turns closed together in one of them came together."""
    aside: Nights = NO_NIGHTS
    """The soft nights set aside: nobody's, but shown closed."""

    @staticmethod
    @kept(2)
    def of(events: tuple[Event, ...], traits: Traits, today: date) -> Seen:
        """Sort the events' nights from today on."""
        kinds = traits.echo_kinds
        may_echo = [event for event in events if event.kind in kinds]
        apart = tuple([event.stay.nights for event in may_echo])
        hard = Nights.union([event.stay.nights for event in events if event.kind not in kinds]).since(today)
        soft = Nights.union(apart).since(today) - hard
        maybe = Nights.union([event.stay.nights for event in may_echo if event.kind is not Kind.BLOCK])
        return Seen(hard, soft, maybe & soft, apart)

    def without(self, aside: Nights) -> Seen:
        """Return the look without the soft nights that are set aside."""
        return Seen(self.hard, self.soft - aside, self.maybe_guest - aside, self.apart, self.soft & aside)

    @property
    def nights(self) -> Nights:
        """All that somebody may have."""
        return self.hard | self.soft

    @property
    def closed(self) -> Nights:
        """All that is shown closed: a run of ours that reaches under what is set aside is shown whole all the same."""
        return self.nights | self.aside


@final
@frozen
class Attribution:
    """Whose the nights of a look are: echo, and those an echo no longer explains.

    ``hiding`` are the echo nights behind which a guest may stand, ``ignored`` those of them that stayed although the
    platform had read a calendar without them; ``fresh`` those that became an echo at this look.
    """

    echo: Nights
    hiding: Nights
    suspected: Nights
    fresh: Nights
    habit: EchoHabit
    ignored: Nights = NO_NIGHTS


def attribute(
    before: ListingState, seen: Seen, at: datetime, policy: Policy, *, complete: bool, last: Seen | None = None
) -> Attribution:
    """Decide which soft nights of a look are our own closing come back.

    Args:
        before: what was remembered of the listing.
        seen: the nights of the look, rolling runs already set aside.
        at: when the look was taken.
        policy: the grace period.
        complete: whether the look may end what it does not show.
        last: the nights of the look before, for who has sorted them already.
    """
    last = last or _last(before)
    claimed = soft_claimed(before, before.claims)
    turned = seen.soft - (before.shown - before.aside.nights - last.hard) - claimed - before.echo
    reached = reach(before.revisions, at, policy.grace) if turned else NO_NIGHTS
    habit = before.habit
    first = before.complete_at is None  # it was never seen open: nothing has turned closed, whatever we publish
    if habit is EchoHabit.NEVER and not first and _habit_broken(before, turned & reached, seen, at, policy):
        habit = EchoHabit.UNKNOWN
    in_reach = turned & reached if habit is not EchoHabit.NEVER else NO_NIGHTS
    candidates, late = in_reach - before.cleared, in_reach & before.cleared - seen.maybe_guest
    kept = (before.echo & seen.soft if complete else before.echo - seen.hard) - claimed
    given_back = kept & _given_back(before)
    if given_back:
        kept -= given_back & _with_others(seen, turned - (reached - before.cleared))
    whole = NO_NIGHTS
    if candidates or kept or late:
        whole = brought_back(before, seen.closed, at, policy)
    fresh = NO_NIGHTS if first else candidates & whole
    if fresh and not before.listing.traits.pushed:
        fresh -= _with_others(seen, turned - (reached - before.cleared))
    unexplained = NO_NIGHTS
    if before.habit is EchoHabit.NEVER:  # what it showed while it might have echoed is a claim, or asked about
        unexplained = kept - before.tainted - seen.maybe_guest
        kept &= before.tainted
    explained_away = kept & before.tainted - fetched_nights(before.revisions)
    if explained_away and not before.listing.traits.pushed:  # a word on what stood there, not on a stay sold since
        kept -= explained_away & _with_others(seen, turned - (reached - before.cleared))
    overdue = kept - (fetched_nights(before.revisions) | whole) - before.tainted if complete else NO_NIGHTS
    overdue |= kept & seen.maybe_guest & _explained_before(before, at, policy) if complete else NO_NIGHTS
    echo = kept - overdue | fresh
    still = before.hiding & (seen.maybe_guest | before.hiding - seen.soft)
    opened = kept - fetched_nights(before.revisions)  # may have been sold there since it was read
    newly = seen.maybe_guest & (fresh | opened - before.tainted | seen.maybe_guest - last.maybe_guest)
    hiding = echo & (still | newly)
    suspected = overdue | unexplained | candidates - fresh | late & whole
    ignored = before.ignored | opened if complete else before.ignored
    return Attribution(echo, hiding, suspected, fresh, habit, hiding & ignored)


def brought_back(before: ListingState, shown: Nights, at: datetime, policy: Policy) -> Nights:
    """Return the nights of a look that may be our own calendar's, as far as it is shown in whole runs.

    A platform that takes our writes takes them night by night: there each night may be ours for itself.
    """
    if before.listing.traits.pushed:
        return reach(before.revisions, at, policy.grace) & shown
    return explained(before.revisions, shown, at, policy.grace, _window(before, at))


def explaining(listing: ListingState, at: datetime, policy: Policy) -> tuple[Nights, Nights, Nights]:
    """Return all that time may change in how our own calendars explain what a listing shows, while it shows the same.

    Which nights they reach; which of its echo they explain whole; and, while its habit is to be learned, which they
    have closed for so long that it should show them.
    """
    reached = reach(listing.revisions, at, policy.grace)
    whole = due = NO_NIGHTS
    if listing.echo:
        rest = _last(listing).without(listing.aside.nights)
        whole = brought_back(listing, rest.closed, at, policy)
    if listing.habit is EchoHabit.UNKNOWN:
        due = settled(listing.revisions, at, policy.grace).within(_window(listing, at))
    return reached, whole, due


def _with_others(seen: Seen, others: Nights) -> Nights:
    """Return the nights of the events that also bring nights our closing cannot explain, and at this very look."""
    return Nights.union(nights for nights in seen.apart if nights.overlaps(others))


def _explained_before(before: ListingState, at: datetime, policy: Policy) -> Nights:
    """Return the nights on which the owner has said that nobody hides, and which our calendar has ceased to explain.

    The word was on what stood there then. A platform that takes our writes keeps them closed until we open them. Blocks
    are among them without a word, for nobody hides behind one.
    """
    said = before.tainted - before.hiding
    if not said or before.complete_at is None or before.listing.traits.pushed:
        return NO_NIGHTS
    return said & reach(before.revisions, before.complete_at, policy.grace) - reach(before.revisions, at, policy.grace)


def _given_back(before: ListingState) -> Nights:
    """Return the echo nights of a platform that takes our writes which one of them may have opened, answered or not."""
    if not before.listing.traits.pushed or not before.revisions or before.revisions[-1].sent is None:
        return NO_NIGHTS
    return before.echo - before.published


def soft_claimed(listing: ListingState, claims: Iterable[Claim]) -> Nights:
    """Return the nights of a listing's claims that only their nights identify.

    The others do not stand in the way of an echo: where a reservation vanished and a block stands in its place, the
    block is what our calendar closes there now.
    """
    identified = listing.listing.traits.identified
    return Nights.union([claim.stay.nights for claim in claims if claim.kind not in identified])


def outliving(
    before: ListingState, claims: tuple[Claim, ...], gone: Iterable[Claim], ours: Nights, today: date
) -> tuple[Claim, ...]:
    """Return a listing's claims, suspecting what is left of one where ``ours`` closes it too, and the rest is free.

    The guest has cancelled, and our closing beside them stands in their place; or they have changed their dates.
    """
    freed = [one for one in gone if one.kind not in before.listing.traits.identified]
    if not before.may_echo:
        return claims
    return tuple(
        evolve(one, standing=Standing.SUSPECTED)
        if one.nights.since(today) <= ours and any(_is_left_of(one, other) for other in freed)
        else one
        for one in claims
    )


def _is_left_of(part: Claim, gone: Claim) -> bool:
    """Whether one firm claim, still shown, and another that is gone were one until now."""
    touch = part.stay.departure == gone.stay.arrival or gone.stay.departure == part.stay.arrival
    known = part.answered or part.missing is not None or part.standing is not Standing.FIRM
    return touch and not known and (part.uid, part.first_seen) == (gone.uid, gone.first_seen)


def perhaps_ours(
    before: ListingState, claims: tuple[Claim, ...], events: tuple[Event, ...], today: date
) -> tuple[Claim, ...]:
    """Return the claims of a look, the blocks suspected that only a write of ours may keep in sight.

    Such are those that came since the backup to which our memory was put back, and those that seemed to be gone when we
    closed their nights for a claim elsewhere, which has ended since. Only a platform that takes our writes keeps them
    closed for ever; one that reads our calendar follows the new one. What its calendar showed in the API's place, as a
    closure, is a block once the API says so.
    """
    if not before.listing.traits.pushed:
        return claims
    blocks = Nights.union([event.stay.nights for event in events if event.kind is Kind.BLOCK])
    return tuple(_doubted(before, one, today) if one.nights.since(today) <= blocks else one for one in claims)


def _doubted(before: ListingState, block: Claim, today: date) -> Claim:
    """Return a block, suspected where it came since the backup, or where a closing of ours covers it all."""
    if block.standing is not Standing.FIRM or block.answered or block.kind in before.listing.traits.identified:
        return block
    came_since = before.owed_since is not None and block.first_seen >= before.owed_since
    return (
        block.suspected() if came_since or _is_covered(before, block.nights.since(today), block.first_seen) else block
    )


def _is_covered(before: ListingState, nights: Nights, since: datetime) -> bool:
    """Whether we have closed these nights there since then, and they are to be closed no more."""
    if not nights or nights.overlaps(before.published):
        return False
    later = tuple(one for one in before.revisions if one.first_fetch is not None and one.first_fetch >= since)
    return nights <= ever_fetched(later)


def _last(before: ListingState) -> Seen:
    """Return the nights of the last look.

    Where it showed a reservation, a closure is as new as on an open night; where it showed the same closure, the
    owner's word that nobody hides there still holds.
    """
    return Seen.of(before.events, before.listing.traits, EPOCH)


def _window(before: ListingState, at: datetime) -> Stay:
    """Return the nights that the platform's calendar surely shows, wherever it is; a month counts for thirty days."""
    tomorrow, horizon = at.date() + timedelta(days=1), before.listing.traits.horizon
    return Stay(tomorrow, tomorrow + timedelta(days=30 * horizon.months - 3) if horizon else LIMIT)


def _habit_broken(before: ListingState, nights: Nights, seen: Seen, at: datetime, policy: Policy) -> bool:
    """Whether a listing that never echoed begins to: it shows one of our closings, and does not leave out the others.

    One that still leaves out as many as once taught us its habit has sold those very nights.
    """
    if not _shown_as_published(before, nights):
        return False
    due = settled(before.revisions, at, policy.grace).within(_window(before, at))
    silent = [run for run in due.runs() if not run.nights <= seen.closed]
    return len(silent) < policy.echo_lessons


def cleared(before: ListingState, shown: Nights, at: datetime, policy: Policy) -> Nights:
    """Return the nights that are no echo any more: read as open by the platform, and since then shown open."""
    open_again = reach(before.revisions, at, policy.grace) - fetched_nights(before.revisions)
    return open_again & (before.cleared | open_again - shown)


def fading(
    before: ListingState, seen: Seen, at: datetime, policy: Policy, *, sure: date = EPOCH, inventory: bool = False
) -> tuple[Fading, ...]:
    """Return the nights that an echo has left at this complete look and that may not be believed open yet.

    A guest may stand behind them as behind a claim, and a wrong answer may leave them out as it leaves out a claim. So
    they wait as one vanished claim does, and as an only one where the look shows nothing at all. An inventory begins
    every wait anew; nights before ``sure`` may be over by the platform's clock, and their absence says nothing.
    """
    gone = (before.hiding - seen.nights).since(sure)
    found: list[Fading] = []
    for one in () if inventory else before.fading:
        if nights := one.nights & gone:
            found.append(Fading(nights, evolve(one.missing, last=at, looks=one.missing.looks + 1)))
            gone -= nights
    if gone:
        found.append(Fading(gone, Missing(at, at, 1)))
    patience = policy.one_missing if seen.nights else policy.only_missing
    return tuple(
        one
        for one in found
        if one.missing.looks < patience.looks or one.missing.last - one.missing.since < patience.over
    )


def learn(
    before: ListingState,
    attribution: Attribution,
    shown: Nights,
    at: datetime,
    policy: Policy,
    *,
    left: Nights = NO_NIGHTS,
) -> tuple[EchoHabit, Lessons]:
    """Return what a complete look teaches about the listing's echo.

    ``left`` are the nights that an echo has left for good: several looks agree that they are open.
    """
    habit, lessons = attribution.habit, before.lessons
    first = before.complete_at is None  # what it shows may have stood there before we came, and what it lacks be late
    followed = left - fetched_nights(before.revisions) if left and not first else NO_NIGHTS
    if followed:
        lessons = evolve(lessons, followed=lessons.followed + len(followed.runs()))
    if not first and (habit is not before.habit or _shown_as_published(before, attribution.fresh)):
        fresh = Lessons(followed=lessons.followed)
        return (habit if habit is not before.habit else EchoHabit.ECHOES), fresh
    if habit is not EchoHabit.UNKNOWN:
        return habit, lessons
    due = settled(before.revisions, at, policy.grace).within(_window(before, at)) - lessons.taught
    silent = [run for run in due.runs() if not run.nights.overlaps(shown)]
    if not silent:
        return habit, lessons
    counted = lessons.silent + (0 if first else len(silent))
    lessons = evolve(lessons, silent=counted, taught=lessons.taught | Nights.of(*silent))
    return (EchoHabit.NEVER if counted >= policy.echo_lessons else habit), lessons


def _shown_as_published(before: ListingState, nights: Nights) -> bool:
    """Whether these nights hold one of our closings whole, just as we published it and the platform read it."""
    if not nights:
        return False
    read = [one for one in before.revisions if one.first_fetch is not None]
    return any(run.stay.nights <= nights for one in read for run in one.runs)
