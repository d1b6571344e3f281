"""Alerts in another browser than Chromium, by a subscription and a push service that are not imitated in the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.autopush import autopush
from tests.browser.firefox import firefox
from tests.browser.house import open_house

SHOWN = """navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then(
  (all) => all.length && all.map((one) => [one.title, one.body]))"""


@pytest.mark.e2e
def test_an_alert_reaches_firefox(tmp_path: Path) -> None:
    """An owner signs a device up by one button and sends it a trial: it arrives encrypted, and is shown in words."""
    folder, rehearsing = tmp_path / "profile", {"CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1"}
    folder.mkdir()
    with (
        autopush() as service,
        open_house(tmp_path, empty=True, environ=rehearsing) as home,
        firefox(folder, push=f"ws://127.0.0.1:{service.port}/") as window,
    ):
        window.go(f"{home.address}/connexion")
        cookie = home.cookie()
        window.ask("WebDriver:AddCookie", cookie={"name": cookie["name"], "value": cookie["value"], "path": "/"})
        window.go(f"{home.address}/reglages/appareils")
        window.press("M’alerter sur cet appareil")
        window.sees("document.querySelector('[data-state=on]:not([hidden])')?.textContent")
        window.press("Envoyer un essai")
        (title, body), *more = window.sees(SHOWN)
        assert (title, more) == ("channelsync : essai", [])
        assert body
        assert service.told == [100]
        window.go(f"{home.address}/reglages/appareils")  # without the toast, which lies over the button for a while
        window.press("Retirer")
        window.sees(
            "navigator.serviceWorker.ready.then((ready) => ready.pushManager.getSubscription()).then((one) => !one)"
        )
