"""What a channel can do, one word each.

A plugin *declares* its capabilities; each has a Protocol of the same meaning in `channelsync.adapter.protocol`, and a
plugin that declares one without a route that implements it (or the other way round) is refused by the conformance
kit. What a channel cannot do is left to the engine to make up for: no webhook means polling, no writing means a
published feed and the platform's own rhythm.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["Capability"]


class Capability(Enum):
    """One thing that a channel can do for us; the value is its name in documents and on the command line."""

    LISTS_LISTINGS = "lists_listings"
    """Tells which listings an account has."""
    PULLS_CLAIMS = "pulls_claims"
    """Shows what takes nights on a listing: a feed read, or an API's reservations."""
    PUSHES_AVAILABILITY = "pushes_availability"
    """Takes nights closed and opened by us, at once."""
    READS_AVAILABILITY = "reads_availability"
    """Shows which nights a traveller can book, so that a change can be read back."""
    PUBLISHES_FEED = "publishes_feed"
    """Reads, in its own time, a calendar that we publish."""
    RECEIVES_WEBHOOKS = "receives_webhooks"
    """Calls us when something happens."""
    ACKNOWLEDGES_RESERVATIONS = "acknowledges_reservations"
    """Wants each reservation it hands out to be acknowledged."""
    REFRESHES_CREDENTIAL = "refreshes_credential"
    """Has credentials that expire and can be renewed without the owner."""
    GRANTS_ACCESS = "grants_access"
    """Asks the owner on a page of its own whether we may, and gives a token for the answer."""
    TAKES_OVER_LISTINGS = "takes_over_listings"
    """Must be told that a listing is kept by us from now on, or no longer."""
    ASKS_QUESTIONS = "asks_questions"
    """Asks us, before a guest may book, whether the nights are free, and waits for the answer."""
