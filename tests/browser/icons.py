"""Draws the app's icons from one shape: ``python -m tests.browser.icons`` writes them anew after a change of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

FOLDER: Final = Path(__file__).parents[2] / "apps/web/src/channelsync_web/static/icons"
SHAPE: Final = (
    '<g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" {0}>'
    '<rect x="6" y="9" width="20" height="17" rx="4"/><path d="M11.5 6v5M20.5 6v5M11 17.5l3.5 3.5 6.5-7"/></g>'
)
GREEN: Final = '<rect width="32" height="32" rx="{0}" fill="#0f5c52"/>'
SMALLER: Final = 'transform="translate(16 16) scale(.8) translate(-16 -16)"'
BIGGER: Final = 'transform="translate(16 16) scale(1.25) translate(-16 -16)"'
ICONS: Final = {
    "icon-192": (192, GREEN.format(7) + SHAPE.format("")),
    "icon-512": (512, GREEN.format(7) + SHAPE.format("")),
    "maskable-512": (512, GREEN.format(0) + SHAPE.format(SMALLER)),  # what counts stays within the middle 80 %
    "apple-touch-180": (180, GREEN.format(0) + SHAPE.format("")),
    "badge-96": (96, SHAPE.format(BIGGER)),  # only its opacity is used
}


def main() -> None:
    """Write every icon."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (size, drawn) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{drawn}</svg>'
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
            page.screenshot(path=FOLDER / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
