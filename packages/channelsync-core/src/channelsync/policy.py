"""Every threshold of the sync model in one place, as data: how long, how many, how much.

The defaults are the measured ones (the wrong answers on record lost everything, or two to three runs, for one look
and at most two to three and a half hours; single disappearances were cancellations, 265 of 265). An installation may
be stricter; being laxer is possible and never the default.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, final

from attrs import frozen

from channelsync.evolving import evolve

__all__ = ["DEFAULT_POLICY", "Patience", "Policy"]


@final
@frozen
class Patience:
    """How many agreeing looks, over how long, before vanished claims free their nights."""

    looks: int
    over: timedelta


@final
@frozen
class Policy:
    """The thresholds; durations are `timedelta`, nights and looks are counts."""

    grace: timedelta = timedelta(hours=24)
    """Import lag allowed for: how long our own closing may still appear, or still fail to disappear."""
    one_missing: Patience = Patience(3, timedelta(minutes=30))
    """One claim missing, the rest intact."""
    two_missing: Patience = Patience(3, timedelta(hours=4))
    """Two claims missing."""
    only_missing: Patience = Patience(3, timedelta(hours=4))
    """The only claim of a listing whose empty answers are known to be true."""
    mass_missing: Patience = Patience(3, timedelta(hours=24))
    """Anything else: a suspect answer."""
    one_share: float = 0.5
    """One claim missing may hold at most this share of the known future nights."""
    two_share: float = 1 / 3
    """Two claims missing may be at most this share of the known future claims."""
    counting_window: timedelta = timedelta(hours=24)
    """Releases on disappearance alone keep counting as missing for so long."""
    merged_run_nights: int = 14
    """Where a platform merges stays, a missing run longer than this counts as two, longer than twice this as three."""
    outage: timedelta = timedelta(hours=36)
    """After so long without a usable look, and twice the usual time, the next is an inventory: it releases nothing."""
    takeover_watch: timedelta = timedelta(hours=48)
    """How long we watch after the old direct links are gone."""
    echo_lessons: int = 3
    """So many closings fetched, waited for and never shown make a listing that never echoes."""
    horizon_tolerance: int = 5
    """Days by which the end of a rolling run may miss the platform's horizon: from 28 February to 1 March the end of
    eighteen months moves by four days, and the platform's date may be another than the unit's."""
    horizon_patience: int = 14
    """Days for which a run known to roll may stand still (a stale answer, an outage) before it is taken for a claim."""
    notice_nights: int = 3
    """A block at today of at most so many nights may be the advance notice."""
    live_stamp: timedelta = timedelta(minutes=15)
    """A DTSTAMP this close to the look is the time of the request."""
    day_ahead: timedelta = timedelta(hours=2)
    """By how much a platform's midnight may come before UTC's (Booking.com's comes with local midnight, measured in
    Rome; the others' with UTC's): west of it, the night that has just begun at the unit is left out as over."""
    past_kept: int = 2
    """Days for which nights that are over are still remembered."""
    silence: timedelta = timedelta(hours=6)
    """No fetch of our calendar for this long, or twice the platform's own rhythm if longer: tell the owner."""
    held_for: timedelta = timedelta(minutes=10)
    """So long nights are held for a guest whom we told a platform to accept, until the reservation shows there."""
    poll_every: timedelta = timedelta(minutes=15)
    """Time between two looks at a listing when nothing hurries."""

    def paced(self, every: timedelta | None) -> Policy:
        """Return the policy for a listing that is looked at at another rhythm; None: for one that is not."""
        return self if every is None else evolve(self, poll_every=every)


DEFAULT_POLICY: Final = Policy()
"""The policy unless the installation sets another."""
