"""Chromium, as an owner has it: at a desk or on a telephone, light or dark, with all that goes wrong noted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from attrs import Factory, define, frozen
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.browser.house import House
from tests.support import absent

__all__ = ["DESKTOP", "LOOKS", "PHONE", "Look", "Visit", "chromium", "troubles_for_some", "visit"]

Theme = Literal["light", "dark"]
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_WATCH = """
window.__refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__refused.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@frozen
class Look:
    """How wide the window is, how it is touched, and whether it is dark."""

    name: str
    width: int
    height: int
    touch: bool = False
    theme: Theme = "light"

    def __str__(self) -> str:
        return f"{self.name}-{self.theme}"


DESKTOP = Look("desktop", 1366, 850)
PHONE = Look("phone", 390, 844, touch=True)
LOOKS = (DESKTOP, Look("desktop", 1366, 850, theme="dark"), PHONE, Look("phone", 390, 844, touch=True, theme="dark"))


@define
class Visit:
    """One owner's window on the app; ``wrong`` is what browsers complained about."""

    page: Page
    address: str
    wrong: list[str] = Factory(list)

    def go(self, path: str) -> Response | None:
        """Open a page, and wait until it stands still."""
        answer = self.page.goto(self.address + path, wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        return answer

    def complaints(self) -> list[str]:
        """Return what browsers complained about on the way here, policy violations of this page included."""
        refused = self.page.evaluate("window.__refused ?? []")
        return [*self.wrong, *(f"refused by the policy: {one}" for one in refused)]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def axe(self, *only: str) -> list[str]:
        """Return what axe finds, a line each: the rule, and where; by these rules alone where some are named."""
        return troubles_for_some(self.page, *only)

    def turn(self, theme: Theme) -> None:
        """Let the evening come, or the day."""
        self.page.emulate_media(color_scheme=theme)

    def shot(self, path: Path, *, whole: bool = True) -> None:
        """Keep a picture of the page."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path), full_page=whole, animations="disabled")


def troubles_for_some(page: Page, *only: str) -> list[str]:
    """Return what axe finds wrong for people who see, hear or move differently."""
    found = find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate((Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8"))
    run = {"type": "rule", "values": only} if only else {"type": "tag", "values": _RULES}
    wish = json.dumps({"runOnly": run, "resultTypes": ["violations"]})
    answer: dict[str, Any] = page.evaluate(f"axe.run(document, {wish})")
    return [
        f"{rule['id']}: {node['html'][:160]} - {' '.join(str(node.get('failureSummary', '')).split())[:300]}"
        for rule in answer["violations"]
        for node in rule["nodes"][:5]
    ]


@contextmanager
def chromium() -> Generator[Browser]:
    """Start the browser of this machine; a test that has none is skipped, and fails in CI."""
    where = shutil.which("chromium") or shutil.which("chromium-browser")
    if where is None:
        absent("a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(_SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visit(
    browser: Browser, house: House, look: Look = DESKTOP, *, signed_in: bool = True, scripts: bool = True
) -> Generator[Visit]:
    """Open a window on the app, as an owner who is signed in or as a stranger."""
    context: BrowserContext = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.theme,
        has_touch=look.touch,
        is_mobile=look.touch,
        java_script_enabled=scripts,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    context.add_init_script(_WATCH)
    if signed_in:
        context.add_cookies([house.cookie()])  # type: ignore[list-item]
    page = context.new_page()
    found = Visit(page, house.address)

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.wrong.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", said)
    page.on("pageerror", lambda error: found.wrong.append(f"a script failed: {error}"))
    page.on(
        "requestfailed",
        lambda request: (
            None
            if "ERR_ABORTED" in (request.failure or "")
            else found.wrong.append(f"{request.url}: {request.failure}")
        ),
    )
    try:
        yield found
    finally:
        context.close()
