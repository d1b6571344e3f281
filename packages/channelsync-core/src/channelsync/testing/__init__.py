"""What proves channelsync right: simulated platforms that speak the real wire forms, and the ways they fail.

Nothing here reads or writes a calendar with the code it is there to check: a simulator is written from the recorded
facts alone. `channelsync.testing.serve` puts simulators on a loopback port, and is imported by its own name because it
needs sockets and threads.
"""

from __future__ import annotations

from channelsync.testing.faults import Fault
from channelsync.testing.sandbox import Platform
from channelsync.testing.values import Answer, Event, Form, Habits, Moment, Refusal, Reservation

__all__ = ["Answer", "Event", "Fault", "Form", "Habits", "Moment", "Platform", "Refusal", "Reservation"]
