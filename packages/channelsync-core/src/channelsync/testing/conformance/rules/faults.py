"""Faults: no wrong answer is taken for a calendar, and each is told for what it is. They hold for every flow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from channelsync.adapter import Capability, FeedLook, Written
from channelsync.errors import (
    ChannelError,
    ChannelSyncError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
)
from channelsync.nights import Nights
from channelsync.observation import Observation
from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.driving import SPOILS
from channelsync.testing.conformance.rule import demand, not_applicable, rule
from channelsync.testing.conformance.trials import Outcome, Trial, trials
from channelsync.testing.faults import Fault

__all__ = []
