"""What a page may find there when its story begins: its block says ``<!-- run: with NAME -->``."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.controller import Controller
from attrs import define, field

from channelsync.testing.serve import Served, serve
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking
from channelsync_greengo import sandbox as greengo
from tests.contract import command
from tests.imapd import imapd

__all__ = ["NOW", "SCENES", "Stage"]

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
"""The time of every story: its dates in 2027 are ahead."""
_PLATFORMS = {
    "https://www.airbnb.fr/": (airbnb, "airbnb"),
    "https://ical.booking.com/": (booking, "booking"),
    "https://calendars.greengo.voyage/": (greengo, "greengo"),
}


@define
class Stage:
    """Where a story is played: its folder, what stands for the world outside, and what it printed so far."""

    folder: Path
    stack: ExitStack
    printed: list[str] = field(factory=list)
    instead: dict[str, str] = field(factory=dict)
    """What begins so is written so: links of platforms, ports, folders of the machine."""
    links: list[str] = field(factory=list)
    """What programs beside the story printed: they stand for those of the page that end in ``...``."""
    environ: dict[str, str] = field(factory=dict)
    """What stands in the environment."""
    _simulated: Served | None = None

    def linked_to(self) -> None:
        """Serve the simulators that the examples' export links stand for."""
        made = {name: module.platform(room="lac", rng=random.Random(7)) for module, name in _PLATFORMS.values()}
        self._simulated = self.stack.enter_context(serve(made.values(), lambda: NOW))
        for link, (_, name) in _PLATFORMS.items():
            self.instead[link] = self._simulated.export_url(made[name])


@contextmanager
def staged(folder: Path) -> Generator[Stage]:
    """An empty stage."""
    with ExitStack() as stack:
        stage = Stage(folder, stack)
        stage.linked_to()
        yield stage


def calendars(stage: Stage) -> None:
    """Calendars that were saved from two platforms: ``airbnb.ics`` and ``booking.ics``."""
    (stage.folder / "airbnb.ics").write_bytes(command.airbnb("2027-03-15/2027-03-18"))
    (stage.folder / "booking.ics").write_bytes(command.booking("2027-04-10/2027-04-12"))


def linked(stage: Stage) -> None:
    """A database with `gite-du-lac`, linked to three platforms, looked at once."""
    feeds = stage.stack.enter_context(command.served())
    house = command.House(stage.folder / "channelsync.db", feeds, NOW.isoformat()).linked()
    assert house("sync").code in {0, 1}


def mail(stage: Stage) -> None:
    """`linked`, and a mail server that takes what it is given; the pages' ``smtps://`` addresses lead there."""
    linked(stage)

    class Taken:
        async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
            return "250 taken"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(Taken(), hostname="127.0.0.1", port=port)
    server.start()
    stage.stack.callback(server.stop)
    stage.instead["smtps://USER:PASSWORD@mail.example.org:465"] = f"smtp+insecure://127.0.0.1:{port}"


def mailbox(stage: Stage) -> None:
    """`linked`, and an IMAP server with an empty folder; its certificate is one that this process trusts."""
    linked(stage)
    folder, _ = stage.stack.enter_context(imapd(stage.folder))
    stage.environ["SSL_CERT_FILE"] = str(stage.folder / "imapd.pem")
    stage.instead["imaps://USER:PASSWORD@HOST/FOLDER"] = folder.url


def disk(stage: Stage) -> None:
    """`linked`, and the other disk for backups."""
    linked(stage)
    for name in ("/mnt/other-disk", "/mnt/autre-disque"):
        (stage.folder / name[1:] / "channelsync").mkdir(parents=True)
        stage.instead[name] = f"{stage.folder}{name}"
    stage.instead["/tmp/"] = f"{stage.folder}/"


SCENES: dict[str, Callable[[Stage], None]] = {
    "nothing": lambda _stage: None,
    "calendars": calendars,
    "linked": linked,
    "mail": mail,
    "mailbox": mailbox,
    "disk": disk,
}
"""Each scene by its name."""
