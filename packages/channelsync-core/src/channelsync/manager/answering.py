"""Answering a platform that asks, before a guest may book, whether the nights are free.

The answer is the ledger's, at once: yes only where nothing that is known takes any of the nights. A listing that is
not ours to speak for, a unit that was restored and knows too little, a question that cannot be understood: no. A yes to
a booking that is being made holds the nights in the same transaction, so that two platforms which ask at the same time
never both hear yes, and closes them everywhere else before the guest has paid.
"""

from __future__ import annotations

import logging

from channelsync import orders
from channelsync.adapter import Question
from channelsync.engine.api import is_free
from channelsync.ids import ChannelName
from channelsync.ledger import Link
from channelsync.manager.desk import Desk, new_claim_id

__all__ = ["Answering"]

_log = logging.getLogger("channelsync.questions")


class Answering(Desk):
    """Yes or no."""

    def may_sell(self, channel: str, account: str, question: Question) -> bool:
        """Return whether a platform may sell these nights; a yes to a booking being made holds them.

        Args:
            channel: the platform's.
            account: the account under whose address it asked, empty where one address serves all.
            question: what it asks.

        Raises:
            LedgerError: the database cannot be used: nothing is known, so the answer must be no.
        """
        if question.probe:
            return True
        link = self._asked(channel, account, question.listing)
        if link is None or question.stay is None:
            _log.warning("%s asks about a listing that is not linked, or without dates: answered no", channel)
            return False
        with self._changing(link.unit) as change:
            free = is_free(change.state, link.id, question, change.now, self.policy)
            if free and question.code:
                expires = change.now + self.policy.held_for
                change.state = orders.hold(
                    change.state,
                    new_claim_id(),
                    question.stay,
                    change.now,
                    channel=ChannelName(change.state.of(link.id).listing.key),
                    code=question.code,
                    expires=expires,
                )
                change.tx.mark_due(link.id, expires, now=change.now)  # the hold ends with a look from then on
        _log.info("listing %s is asked for %s: %s", link.id, question.stay, "free" if free else "not free")
        return free

    def _asked(self, channel: str, account: str, listing: str) -> Link | None:
        """Return the linked listing of that id on a platform."""
        with self.ledger.reading() as tx:
            links = [one for one in tx.listings() if one.channel == channel and one.external_id == listing and listing]
        return next((one for one in links if not account or one.account == account), None)
