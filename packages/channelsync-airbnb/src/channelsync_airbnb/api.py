"""Airbnb's API route: one object with everything Airbnb can do by its API, which keeps nothing between two runs.

What a look asks and shows is in `looking`, what is written in `pushing`, access in `credential`, Airbnb's calls to us
in `webhook`; which refusal is which error in `sending`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, final

from attrs import Factory, frozen

from channelsync.adapter import (
    Access,
    ApiLook,
    ApiSource,
    Closing,
    Flow,
    Hint,
    Question,
    RemoteListing,
    Reply,
    Secret,
    SecretUrl,
    Written,
)
from channelsync.claims import Kind
from channelsync.nights import Nights, Stay
from channelsync.traits import EchoHabit, Horizon, Traits
from channelsync_airbnb import credential, looking, pushing, webhook

__all__ = ["API", "API_TRAITS", "Api"]

API_TRAITS: Final = Traits(
    # A reservation keeps its code for life (measured on the feed), from the request to book on (inferred).
    identified=frozenset({Kind.RESERVATION, Kind.HOLD}),
    echo=EchoHabit.ECHOES,  # what we close is closed in the calendar that we read
    echo_kinds=frozenset({Kind.BLOCK}),
    horizon=Horizon(18, frozenset({Kind.BLOCK})),  # beyond the booking window nights are unavailable, as in the feed
    notice=True,  # and so are those of the advance notice (both documented as availability rules)
    imports_every=timedelta(minutes=15),  # ours: a write that does not show by the next look is late
    pushed=True,
    reopens=True,  # the nights of a cancelled reservation follow the listing's rules again (inferred)
)
"""The habits of Airbnb's API."""


@final
@frozen
class Api:
    """Airbnb's API; keeps nothing between two runs."""

    traits: Traits = Factory(lambda: API_TRAITS)

    def look(self, source: ApiSource, at: datetime) -> Flow[ApiLook]:
        """Look at one listing; see `looking`."""
        return (yield from looking.look(source, at))

    def listings(self, access: Access) -> Flow[tuple[RemoteListing, ...]]:
        """Ask for all listings of the account, unlisted ones too."""
        return (yield from looking.listings(access))

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask for the closed nights of the window, those of its own reservations included."""
        return (yield from looking.closed(access, listing, window))

    def push(self, access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
        """Close and open nights; see `pushing`."""
        return (yield from pushing.push(access, listing, closing, opening))

    def take_over(self, access: Access, listing: str) -> Flow[None]:
        """Tell Airbnb that we keep the listing."""
        yield from pushing.take_over(access, listing)

    def let_go(self, access: Access, listing: str) -> Flow[None]:
        """Tell Airbnb that we no longer keep the listing; its nights are left as they are."""
        yield from pushing.let_go(access, listing)

    def consent_page(self, fields: Mapping[str, Secret], redirect: str, state: str) -> SecretUrl:
        """Return the page on which the owner agrees."""
        return credential.consent_page(fields, redirect, state)

    def exchange(self, access: Access, code: str, redirect: str) -> Flow[Access]:
        """Exchange the code that came back for a token."""
        return (yield from credential.exchange(access, code, redirect))

    def refresh(self, access: Access) -> Flow[Access]:
        """Ask for a new token."""
        return (yield from credential.refresh(access))

    def revoke(self, access: Access) -> Flow[None]:
        """Give the access back."""
        yield from credential.revoke(access)

    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Return what a notification is about; its word is never taken."""
        return webhook.hints(headers, body)

    def question(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Question | None:
        """Return what Airbnb asks before a guest may book or change a stay, None where it is no question."""
        return webhook.question(method, path, query, body)

    def reply(self, question: Question, *, free: bool) -> Reply:
        """Return the answer as Airbnb wants it written."""
        return webhook.reply(question, free=free)


API: Final = Api()
"""The API route."""
