"""The plugin of `examples/`, as a stranger's, over real HTTP on this machine: from the owner's key to a closed night.

The conformance kit sends no request. What a client refuses to send, or a server to take, shows here.
"""

from __future__ import annotations

import importlib
import sys
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, cast

import pytest

from channelsync.nights import Stay
from channelsync.testing.serve import serve
from tests.contract.command import run
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from channelsync.testing.partner import Partner

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)


@pytest.fixture
def partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Partner]]:
    """The maker of the example's simulator, with the example announced as if it were installed."""
    announced = tmp_path / "site/channelsync_example-0.1.0.dist-info"
    announced.mkdir(parents=True)
    (announced / "METADATA").write_text("Metadata-Version: 2.1\nName: channelsync-example\nVersion: 0.1.0\n")
    (announced / "entry_points.txt").write_text("[channelsync.channels]\nexample = channelsync_example:plugin\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.syspath_prepend(str(ROOT / "examples/channelsync-example/src"))
    yield cast("Callable[..., Partner]", importlib.import_module("channelsync_example.sandbox").partner)
    for name in [name for name in sys.modules if name.startswith("channelsync_example")]:
        del sys.modules[name]


def test_from_a_key_to_a_closed_night(partner: Callable[..., Partner], tmp_path: Path) -> None:
    """A key opens the account, its listings are found, a guest there is seen, and the owner's block closes there."""
    account = partner(rng=Random(1))
    (listing, platform), *_ = account.lodgings.items()
    guest, block = Stay.parse("2027-03-15/2027-03-18"), Stay.parse("2027-05-01/2027-05-04")
    platform.book(guest, NOW)
    times = iter(NOW + timedelta(minutes=20 * turn) for turn in range(99))

    def command(*arguments: object) -> str:
        given = ("--db", tmp_path / "gite.db", "--now", next(times).isoformat(), "--allow-private-addresses")
        answer = run(*given, "--lang", "en", "--json", *arguments)
        assert answer.code == 0, answer.err
        return answer.out

    with serve(account.lodgings.values(), lambda: NOW + timedelta(hours=1), partners=[account]) as served:
        fields = tmp_path / "fields"
        fields.write_text("".join(f"{name}={value}\n" for name, value in served.fields(account).items()))
        command("unit", "add", "Lac")
        number = command("account", "add", "example", "--secrets", fields).split('"id": "')[1].split('"')[0]
        assert listing in command("account", "listings", number)
        command("link", "lac", "example", "--account", number, "--listing", listing)
        command("block", "lac", str(block))
        command("sync", "--all")
    assert block.nights <= platform.closed(NOW + timedelta(hours=2))
    assert "reservation" in command("explain", "lac", "2027-03-16")
    assert not platform.closed(NOW + timedelta(hours=2)) - block.nights
