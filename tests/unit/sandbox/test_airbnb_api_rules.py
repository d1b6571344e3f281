"""The table of rules that the simulated Airbnb API enforces: complete, and a test of the same name on each."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import httpx

import channelsync_airbnb.sandbox
from channelsync.testing.serve import serve
from channelsync_airbnb.sandbox import RULES
from tests.unit.sandbox import (
    test_airbnb_api_access,
    test_airbnb_api_calendar,
    test_airbnb_api_calls,
    test_airbnb_api_faults,
    test_airbnb_api_reservations,
)
from tests.unit.sandbox.airbnb_api import software
from tests.unit.sandbox.support import NOW

MODULES: tuple[ModuleType, ...] = (
    test_airbnb_api_access,
    test_airbnb_api_calendar,
    test_airbnb_api_calls,
    test_airbnb_api_faults,
    test_airbnb_api_reservations,
)
MARKS = {"documented", "quoted", "seen in code", "reported", "inferred"}


def test_every_rule_has_its_test() -> None:
    """A rule that the simulator claims to enforce is tested on the simulator itself, once, by its name."""
    tests = [name for module in MODULES for name in vars(module) if name.startswith("test_")]
    assert len(tests) == len(set(tests))
    assert {f"test_{rule.id}" for rule in RULES} <= set(tests)


def test_every_rule_has_source_and_mark() -> None:
    """A rule is told once, in a sentence, with its source and one of the marks."""
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.mark in MARKS
        assert rule.source
        assert rule.text.endswith(".")


def test_written_from_the_facts_alone() -> None:
    """The simulator shares no line with the adapter it is there to check."""
    for path in Path(channelsync_airbnb.sandbox.__file__).parent.glob("*.py"):
        imports = [line for line in path.read_text().splitlines() if line.startswith(("from ", "import "))]
        ours = [line for line in imports if "channelsync_airbnb" in line]
        assert all(line.startswith("from channelsync_airbnb.sandbox.") for line in ours), path


def test_served_on_loopback() -> None:
    """The account answers over loopback, beside the feeds of its lodgings."""
    asking = software()
    guest = asking.booked()
    with serve(asking.account.lodgings.values(), lambda: NOW, partners=[asking.account]) as served:
        headers = {
            "X-Airbnb-API-Key": asking.account.fields["client_id"],
            "X-Airbnb-OAuth-Token": asking.token,
            "X-AIRBNB-REQ-API-VERSION": asking.version,
        }
        answer = httpx.get(f"{served.base_url}/v2/reservations/{guest.code}", headers=headers)
        feed = httpx.get(served.export_url(asking.lodging))
    assert answer.json()["reservation"]["confirmation_code"] == guest.code
    assert guest.code in feed.text.replace("\r\n ", "")
