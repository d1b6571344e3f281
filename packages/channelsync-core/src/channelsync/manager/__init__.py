"""The facade: one object with which a script, an app or the command line runs everything."""

from channelsync.manager.accounts import AccountReport
from channelsync.manager.asynchronous import AsyncManager, aopen_manager
from channelsync.manager.facade import Manager, open_manager
from channelsync.manager.keeping import SignIn
from channelsync.manager.keys import KeyReport
from channelsync.manager.leaving import Left
from channelsync.manager.publishing import Served
from channelsync.manager.reports import (
    ChangeReport,
    ClaimReport,
    ConflictReport,
    Explained,
    ExposureReport,
    FeedReaders,
    LinkReport,
    LinkStatus,
    LookReport,
    QuestionReport,
    ReaderReport,
    SyncReport,
)
from channelsync.manager.visitors import Asked

__all__ = [
    "AccountReport",
    "Asked",
    "AsyncManager",
    "ChangeReport",
    "ClaimReport",
    "ConflictReport",
    "Explained",
    "ExposureReport",
    "FeedReaders",
    "KeyReport",
    "Left",
    "LinkReport",
    "LinkStatus",
    "LookReport",
    "Manager",
    "QuestionReport",
    "ReaderReport",
    "Served",
    "SignIn",
    "SyncReport",
    "aopen_manager",
    "open_manager",
]
