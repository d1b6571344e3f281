"""The pictures of the owner's guide: ``python -m tests.docs.pictures FOLDER`` takes each from the pages as they are.

They are taken at every build and kept in no history, so that the guide shows what an owner sees. A page that does not
answer, or that a browser complains about, makes no picture, and the build fails.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Final

from attrs import frozen

from channelsync.testing.faults import Fault
from channelsync.testing.sandbox import Platform
from tests.browser.browsers import Look, Visit, chromium, visit
from tests.browser.house import House, open_house

__all__ = ["PICTURES", "Picture", "main", "take"]

PUBLIC: Final = "https://calendriers.example.org"
"""The name under which the calendars of the pictures are found."""
_ONLY_HERE: Final = """
for (const one of document.querySelectorAll(".alert")) if (one.textContent.includes("https://")) one.remove();
"""
"""Takes away the warning that a link is not encrypted: those of the simulators are not, those of platforms are."""
_DESK: Final = Look("desk", 1000, 780)
_PHONE: Final = Look("phone", 390, 780, touch=True)


@frozen
class Picture:
    """One picture: the page (``{unit}``, ``{second}``, ``{last}``, ``{conflict}`` are put in), and how it is seen.

    ``after`` changes the sample before; what it changes is there for the pictures after it as well.
    """

    path: str
    look: Look = _DESK
    stranger: bool = False
    after: Callable[[House], None] | None = None
    tallest: int = 1100
    """Pixels of the page's own part that are shown at most."""


def _down(house: House) -> None:
    """Booking.com answers with errors for the second lodging, and has been looked at since."""
    _platform(house, "booking").fail(Fault.HTTP_500, house.clock.now(), times=None)
    _look_again(house, (5, 20, 40))


def _vanished(house: House) -> None:
    """Booking.com answers again; Airbnb shows an empty calendar."""
    _platform(house, "booking").heal()
    _platform(house, "airbnb").fail(Fault.EMPTY, house.clock.now(), times=None)
    _look_again(house, (5, 20))


def _another(house: House) -> None:
    """A lodging that is linked to nothing yet."""
    house.manager.add_unit("La Grange", owner=house.owner)


def _platform(house: House, name: str) -> Platform:
    town = house.town
    return town.platforms[town.units[0].id][name]


def _look_again(house: House, minutes: tuple[int, ...]) -> None:
    for after in minutes:
        house.clock.ahead += timedelta(minutes=after)
        house.manager.sync(everything=True)


PICTURES: Final[dict[str, Picture]] = {
    "bienvenue": Picture("/bienvenue", stranger=True),
    "nouveau": Picture("/logements/nouveau"),
    "coller": Picture("/logements/{unit}/airbnb/lien"),
    "accueil": Picture("/"),
    "logement": Picture("/logements/{unit}"),
    "reprendre": Picture("/logements/{second}"),
    "questions": Picture("/logements/{second}/questions"),
    "calendrier": Picture("/calendrier"),
    "connexion": Picture("/logements/{unit}/booking"),
    "bloquer": Picture("/bloquer", _PHONE),
    "semaine": Picture("/semaine", _PHONE),
    "double": Picture("/conflits/{conflict}", tallest=1500),
    "notifications": Picture("/reglages/notifications"),
    "appareils": Picture("/reglages/appareils", _PHONE),
    "fiche": Picture("/logements/{unit}/fiche"),
    "retirer": Picture("/logements/{unit}/greengo/retirer"),
    "quitter": Picture("/reglages/donnees/effacer", tallest=1500),
    "panne": Picture("/", after=_down),
    "disparition": Picture("/logements/{unit}/airbnb", after=_vanished),
    "plateformes": Picture("/logements/{last}/relier", after=_another),
    "relier": Picture("/logements/{last}/relier?plateforme=airbnb"),
}
"""Each picture by its name: ``docs/fr`` shows it as ``images/NAME.png``."""


def main() -> int:
    """Take every picture; return 0."""
    for path in take(Path(sys.argv[1])):
        print(f"{path}  {path.stat().st_size // 1024} KiB")
    return 0


def take(folder: Path) -> list[Path]:
    """Take every picture into a folder; return the files.

    Raises:
        RuntimeError: a page did not answer, or a browser complained.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, chromium() as browser, open_house(Path(place)) as house:
        house.manager.base_url = PUBLIC
        with ExitStack() as stack:
            windows = {
                (look, stranger): stack.enter_context(visit(browser, house, look, signed_in=not stranger))
                for look, stranger in sorted({(one.look, one.stranger) for one in PICTURES.values()}, key=str)
            }
            return [
                _taken(windows[picture.look, picture.stranger], house, name, picture, folder)
                for name, picture in PICTURES.items()
            ]


def _taken(window: Visit, house: House, name: str, picture: Picture, folder: Path) -> Path:
    if picture.after is not None:
        picture.after(house)
    answer = window.go(_filled(picture.path, house))
    status = answer.status if answer else 0
    if status != 200 or window.complaints():
        msg = f"no picture {name!r}: {picture.path} answered {status}; {window.complaints()}"
        raise RuntimeError(msg)
    target = folder / f"{name}.png"
    _snap(window, picture, target)
    return target


def _snap(window: Visit, picture: Picture, target: Path) -> None:
    """Take the window's width from the top, down to the end of the page's own part."""
    window.page.evaluate(_ONLY_HERE)
    box = window.page.locator("main").bounding_box()
    end = box["y"] + box["height"] if box else picture.look.height
    height = min(end, picture.tallest)
    window.page.screenshot(
        path=str(target),
        full_page=True,
        animations="disabled",
        clip={"x": 0, "y": 0, "width": picture.look.width, "height": height},
    )


def _filled(path: str, house: House) -> str:
    units = [*house.manager.units()]
    conflicts = house.manager.conflicts()
    conflict = conflicts[0].id if conflicts else ""
    return path.format(unit=units[0].id, second=units[1].id, last=units[-1].id, conflict=conflict)


if __name__ == "__main__":
    sys.exit(main())
