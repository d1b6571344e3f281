"""Plugins are found by entry point, loaded on first use, and never hide one another."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from channelsync.adapter import GROUP, ChannelPlugin, SecretUrl, discover
from channelsync.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GOOD = """
from channelsync.adapter import ChannelPlugin
plugin = ChannelPlugin(name={name!r}, title="Title")
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Install a distribution by hand: a module with some code, and an entry point that leads to its `plugin`."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def add(channel: str, module: str, code: str) -> None:
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{channel} = {module}:plugin\n", encoding="utf-8")

    yield add
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_the_installed_ones() -> None:
    """The three platforms and the built-in channel are found, and none is broken."""
    registry = discover()
    assert {"airbnb", "booking", "greengo", "ical"} <= set(registry.names)
    assert not {"airbnb", "booking", "greengo", "ical"} & set(registry.broken)
    assert registry.get("airbnb").title == "Airbnb"


def test_loaded_on_first_use(install: Callable[[str, str, str], None]) -> None:
    """Finding plugins imports none of them; asking for one imports that one only."""
    install("alpha", "channelsync_alpha", GOOD.format(name="alpha"))
    install("beta", "channelsync_beta", GOOD.format(name="beta"))
    registry = discover()
    assert {"alpha", "beta"} <= set(registry.names)
    assert not {"channelsync_alpha", "channelsync_beta"} & set(sys.modules)
    assert isinstance(registry.get("alpha"), ChannelPlugin)
    assert registry.get("alpha") is registry.get("alpha")
    assert "channelsync_beta" not in sys.modules


@pytest.mark.parametrize(
    "code, reason",
    [
        ("raise RuntimeError('boom\\nand more')", "RuntimeError: boom and more"),
        ("import no_such_module_at_all", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        ("raise SystemExit(3)", "SystemExit"),
        ("other = 1", "AttributeError"),
        ("plugin = 42", "int, not a ChannelPlugin"),
        (GOOD.format(name="somebody-else"), "the plugin itself 'somebody-else'"),
        ("class plugin:\n    protocol = (2, 0)", "protocol 2.0, this channelsync speaks 1.0"),
        ("class plugin:\n    protocol = (1, 9)", "protocol 1.9"),
        ("class plugin:\n    protocol = 'new'", "protocol 'new'"),
        ("class plugin:\n    protocol = (1, 0)", "not a ChannelPlugin"),
    ],
)
def test_broken(install: Callable[[str, str, str], None], code: str, reason: str) -> None:
    """A plugin that cannot be used is reported by name with one line of reason; all others work on."""
    install("alpha", "channelsync_alpha", GOOD.format(name="alpha"))
    install("bad", "channelsync_bad", code)
    registry = discover()
    assert reason in registry.broken["bad"]
    assert "\n" not in registry.broken["bad"]
    assert "bad" in registry.names
    assert "alpha" in [plugin.name for plugin in registry.plugins]
    with pytest.raises(PluginError, match="'bad' cannot be used"):
        registry.get("bad")


def test_one_name_twice(install: Callable[[str, str, str], None]) -> None:
    """A name that two distributions claim belongs to neither, and both are named."""
    install("alpha", "channelsync_alpha", GOOD.format(name="alpha"))
    install("alpha", "channelsync_usurper", GOOD.format(name="alpha"))
    install("beta", "channelsync_beta", GOOD.format(name="beta"))
    registry = discover()
    assert "channelsync_alpha" in registry.broken["alpha"]
    assert "channelsync_usurper" in registry.broken["alpha"]
    assert registry.get("beta").name == "beta"
    with pytest.raises(PluginError, match="2 plugins claim this name"):
        registry.get("alpha")


def test_the_same_offer_seen_twice() -> None:
    """One offer that the system lists twice is one."""
    point = EntryPoint("ical", "channelsync.builtin:plugin", GROUP)
    registry = discover([point, point])
    assert not registry.broken
    assert registry.names == ("ical",)


def test_unknown() -> None:
    """An unknown name is the caller's mistake; the known ones are named."""
    with pytest.raises(UsageError) as caught:
        discover([EntryPoint("ical", "channelsync.builtin:plugin", GROUP)]).get("airbmb")
    assert "ical" in caught.value.advice


def test_owner_of_a_link() -> None:
    """The plugin whose hosts a link has is found; for a host nobody names there is none."""
    registry = discover()
    named = {
        "https://www.airbnb.fr/calendar/ical/1.ics?s=1": "airbnb",
        "https://ical.booking.com/v1/export?t=1": "booking",
        "https://calendars.greengo.voyage/calendar/greengo-icalendar/1": "greengo",
    }
    for url, name in named.items():
        owner = registry.owner_of(SecretUrl(url))
        assert owner is not None
        assert owner.name == name
    assert registry.owner_of(SecretUrl("https://www.example.com/1.ics")) is None


def test_asked_for_while_it_is_being_loaded() -> None:
    """A plugin that one thread is loading is found by another: the steps of a worker begin together."""
    found: list[str] = []

    class Slow(EntryPoint):
        """Loading it takes a while, in which somebody else asks for the same plugin."""

        def load(self) -> ChannelPlugin:
            if not found:
                found.append("asked")
                found.append(registry.get("slow").title)
            return ChannelPlugin(name="slow", title="Slow")

    registry = discover([Slow("slow", "nowhere:plugin", GROUP)])
    assert registry.get("slow").title == "Slow"
    assert found == ["asked", "Slow"]
