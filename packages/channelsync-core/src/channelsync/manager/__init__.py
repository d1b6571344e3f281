"""The facade: one object with which a script, an app or the command line runs everything."""

from channelsync.manager.asynchronous import AsyncManager, aopen_manager
from channelsync.manager.facade import Manager, open_manager
from channelsync.manager.reports import (
    ChangeReport,
    ClaimReport,
    ConflictReport,
    Explained,
    ExposureReport,
    LinkReport,
    LinkStatus,
    LookReport,
    QuestionReport,
    SyncReport,
)

__all__ = [
    "AsyncManager",
    "ChangeReport",
    "ClaimReport",
    "ConflictReport",
    "Explained",
    "ExposureReport",
    "LinkReport",
    "LinkStatus",
    "LookReport",
    "Manager",
    "QuestionReport",
    "SyncReport",
    "aopen_manager",
    "open_manager",
]
