"""The table of rules that the simulated Booking.com API enforces: complete, and a test of the same name on each."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import httpx

from channelsync.testing.serve import serve
from channelsync_booking.sandbox.rules import RULES
from tests.unit.sandbox import test_booking_api_access, test_booking_api_availability, test_booking_api_queue
from tests.unit.sandbox.booking_api import HOTEL, NEW, NOW, booked, client

MODULES: tuple[ModuleType, ...] = (test_booking_api_access, test_booking_api_availability, test_booking_api_queue)
MARKS = {"documented", "quoted", "seen in code", "inferred"}


def test_every_rule_has_its_test() -> None:
    """A rule that the simulator claims to enforce is tested on the simulator itself, once, by its name."""
    tests = [name for module in MODULES for name in vars(module) if name.startswith("test_")]
    assert len(tests) == len(set(tests))
    assert {f"test_{rule.id}" for rule in RULES} <= set(tests)


def test_every_rule_has_source_and_mark() -> None:
    """A rule is told once, in a sentence, with its source and one of the four marks."""
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.mark in MARKS
        assert rule.source
        assert rule.text.endswith(".")


def test_written_from_the_facts_alone() -> None:
    """The simulator shares no line with the adapter it is there to check."""
    folder = Path(test_booking_api_access.client.__code__.co_filename).parents[3]
    for path in (folder / "packages/channelsync-booking/src/channelsync_booking/sandbox").glob("*.py"):
        imports = [line for line in path.read_text().splitlines() if line.startswith(("from ", "import "))]
        ours = [line for line in imports if "channelsync_booking" in line]
        assert all(line.startswith("from channelsync_booking.sandbox.") for line in ours), path


def test_served_on_loopback() -> None:
    """The account answers over loopback beside its rooms."""
    software = client()
    guest = booked(software)
    rooms = software.account.lodgings.values()
    with serve(rooms, lambda: NOW, partners=[software.account]) as served:
        headers = {"Authorization": f"Bearer {software.token}"}
        answer = httpx.get(f"{served.base_url}/hotels/ota/{NEW}?hotel_ids={HOTEL}", headers=headers)
    assert (answer.status_code, guest.code in answer.text) == (200, True)
