"""What holds for every plugin that comes with the product."""

from __future__ import annotations

import re

import pytest

from channelsync.adapter import ChannelPlugin
from tests.support import ROOT
from tests.unit.plugins.forms import AIRBNB, calendar, looked, plugin, seen

NAMES = ["airbnb", "booking", "greengo", "ical"]
PLUGINS = pytest.mark.parametrize("name", NAMES)


def texts(one: ChannelPlugin) -> dict[str, str]:
    """Every text for owners, by where it stands."""
    found = {f"{name}_{language}": getattr(one, f"{name}_{language}") for name in HELPS for language in ("fr", "en")}
    for setting in one.settings:
        for name in ("label", "help"):
            for language in ("fr", "en"):
                found[f"{setting.name} {name}_{language}"] = getattr(setting, f"{name}_{language}")
    return found


HELPS = ("help_export", "help_import")


@PLUGINS
def test_declared_is_implemented(name: str) -> None:
    """A plugin can do exactly what it declares."""
    assert plugin(name).capabilities == plugin(name).implemented


@PLUGINS
def test_help_in_both_languages(name: str) -> None:
    """Every text is there in French and in English, and they differ."""
    found = texts(plugin(name))
    assert all(found.values()), [where for where, text in found.items() if not text]
    for where, text in found.items():
        assert "'" not in text or where.endswith("_en"), "French texts have typographic apostrophes"
        if where.endswith("_fr"):
            assert text != found[f"{where.removesuffix('_fr')}_en"]


@PLUGINS
def test_the_link_is_a_secret(name: str) -> None:
    """Each asks for one required export link, which is sealed."""
    (feed,) = [setting for setting in plugin(name).settings if setting.name == "feed"]
    assert feed.secret
    assert feed.required


@PLUGINS
def test_mail_hints(name: str) -> None:
    """Every hint about mail is a usable expression, from senders of the domain that must be authenticated."""
    for hint in plugin(name).mail_hints:
        assert re.compile(hint.subject, re.IGNORECASE)
        assert all(sender.endswith(f"@{hint.domain}") for sender in hint.senders)
        assert hint.means in {"new", "changed", "cancelled"}


@pytest.mark.parametrize(
    "name, subject, means",
    [
        ("airbnb", "Reservation confirmed - A Guest arrives Apr 1", "new"),
        ("airbnb", "Réservation confirmée : A Guest arrive le 1 avril", "new"),
        ("booking", "Booking.com - New booking! (1234567890, Saturday, 10 October 2026)", "new"),
        ("booking", "Booking.com - Cancelled booking (1234567890, Saturday, 10 October 2026)", "cancelled"),
        ("booking", "Booking.com - Réservation annulée (1234567890, samedi 10 octobre 2026)", "cancelled"),
        ("booking", "Booking.com - Nouvelle réservation ! (1234567890, samedi 17 octobre 2026)", "new"),
        ("booking", "Fwd: Booking.com - New booking!", None),
    ],
)
def test_subjects(name: str, subject: str, means: str | None) -> None:
    """Subjects as they were seen are recognised, and nothing else is."""
    found = [hint.means for hint in plugin(name).mail_hints if re.search(hint.subject, subject, re.IGNORECASE)]
    assert found == ([means] if means else [])


@PLUGINS
def test_simulator(name: str) -> None:
    """The simulator can be loaded from where the plugin says it is."""
    assert callable(plugin(name).load_sandbox())


@PLUGINS
def test_no_answer_is_a_free_calendar_by_mistake(name: str) -> None:
    """A body that is no calendar shows no events *and* says that it is unusable, whatever the platform."""
    for body in (b"", b"{}", calendar(AIRBNB)[:-5]):
        look = looked(name, body)
        assert not look.observation.usable
        assert not look.observation.events
    assert seen(name, calendar(AIRBNB)).usable


@pytest.mark.parametrize("name", ["airbnb", "booking", "greengo"])
def test_readme(name: str) -> None:
    """Each plugin's README shows how to link a listing, and says what is measured and what is not."""
    text = (ROOT / f"packages/channelsync-{name}/README.md").read_text(encoding="utf-8")
    assert f'channelsync link "Gîte du Lac" {name} --feed' in text
    assert "measured" in text
