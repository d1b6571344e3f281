"""`People`: one object with everything about signing in; each module beside this one brings the methods of one idea."""

from __future__ import annotations

from typing import final

from channelsync.service.people.accounts import Accounts
from channelsync.service.people.factors import Factors
from channelsync.service.people.keys import Keys
from channelsync.service.people.sessions import Sessions

__all__ = ["People"]


@final
class People(Sessions, Accounts, Factors, Keys):
    """Everything about who signs in, and how."""
