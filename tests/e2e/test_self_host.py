"""The pages on one small machine, typed line by line on a bare Debian, and what the world then sees of it.

They are self-host.md, change-of-address.md and home-server.md. What differs, and why: the machine's own authority signs
the certificate, because no public one can look at it; the platform's link is a calendar at the other end of the cable;
Debian's packages are looked for and not fetched. In the short form our wheels are installed over the libraries of the
environment that runs the tests; the long one (``CHANNELSYNC_LONG=1``) lets pip fetch everything, as the page does.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import attrs
import pytest

from tests.e2e.debian import DOCS, LIBRARIES, Machine, blocks, lines, machine, typed_by
from tests.support import MEMBERS, ROOT, relative

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

DEPLOY = ROOT / "deploy/debian"
LONG = bool(os.environ.get("CHANNELSYNC_LONG"))
TRUST = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
TRUSTED = "/etc/ssl/certs/the-machine.crt"
OURS_ALONE = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_FORCE_REINSTALL": "1"}
FEED = "http://platform.example.org/calendar/ical/1.ics?s=5ecret"
_PLATFORM = """
import http.server
BODY = "\\r\\n".join((
    "BEGIN:VCALENDAR", "PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN", "CALSCALE:GREGORIAN", "VERSION:2.0",
    "BEGIN:VEVENT", "DTSTAMP:20261101T000000Z", "DTSTART;VALUE=DATE:20990310", "DTEND;VALUE=DATE:20990313",
    "SUMMARY:Reserved", "UID:1418fb94e984-0123456789abcdef0123456789abcdef@airbnb.com", "END:VEVENT",
    "END:VCALENDAR", "")).encode()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)
    def log_message(self, *words):
        pass
http.server.ThreadingHTTPServer(("", 80), Handler).serve_forever()
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release as it is unpacked: its wheels, the versions they were tried with, and what is to be put into place."""
    folder = tmp_path_factory.mktemp("release")
    built = [
        subprocess.Popen(
            [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder / "dist")],
            cwd=member,
            stdout=subprocess.DEVNULL,
        )
        for member in MEMBERS
    ]
    assert [one.wait(120) for one in built] == [0] * len(MEMBERS)
    versions = re.findall(r"^([A-Za-z0-9._-]+==[^ \\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    (folder / "dist/versions.txt").write_text("\n".join(versions) + "\n")
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    return folder


@contextmanager
def platform(host: Machine) -> Generator[None]:
    """A platform that shows one reservation, at the visitor's end of the cable."""
    enter = ["nsenter", "--target", str(host.other), "--net"]
    with subprocess.Popen([*enter, sys.executable, "-Ic", _PLATFORM]) as serving:
        try:
            yield
        finally:
            serving.kill()


class Typist:
    """Types a page's lines on a machine, and keeps what they said."""

    def __init__(self, host: Machine) -> None:
        self.host = host
        self.said: dict[str, str] = {}
        self._names = ""

    def type(self, page: str) -> None:
        """Type every line that a page says is typed here."""
        for block in typed_by(relative(Path(__file__)), DOCS / page):
            for line in lines(block):
                self._one(line)

    def _one(self, line: str) -> None:
        first, *words = line.split()
        if "=" in first:
            self._names += f"{line}; "
        elif first == "apt-get":
            self._packages([one for one in words[1:] if not one.startswith("--")])
        elif first == "systemctl":
            self._service(words)
        else:
            codes = (0, 1) if first == "channelsync" else (0,)
            text = line.replace("https://www.airbnb.fr/calendar/ical/...", FEED)
            fetching, around = LONG and "pip install" in line, self._surroundings(line)
            self.said[line] = self.host.run(self._names + text, codes=codes, fetching=fetching, **around)
            if line.startswith("python3 -m venv") and not LONG:
                found = self.host.run("echo /srv/channelsync/lib/python3*/site-packages").strip()
                self.host.run(f"echo {LIBRARIES} > {found}/beside.pth")
            if "Caddyfile" in line and " > " in line:
                self.host.run("sed -i '0,/{/s//{\\n\\tlocal_certs\\n\\tskip_install_trust/' /etc/caddy/Caddyfile")

    def _packages(self, names: list[str]) -> None:
        """Hold that Debian has the packages, as far as this machine knows; reading its lists takes seconds."""
        there = "dpkg-query --show --showformat '${db:Status-Status}'"
        missing = [one for one in names if self.host.run(f"{there} {one} 2>/dev/null || true") != "installed"]
        if missing and self.host.run("find /var/lib/apt/lists -name '*_Packages*'"):
            self.host.run(f"apt-cache show --no-all-versions {' '.join(missing)}")

    def _surroundings(self, line: str) -> dict[str, str]:
        """Return what is set around a line, beside what the page sets."""
        if "pip install" in line:
            pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
            return pip if LONG else OURS_ALONE
        if "--public" not in line:
            return {}
        self.host.run(f"install -m 644 {TRUST} {TRUSTED}")
        return {"SSL_CERT_FILE": TRUSTED}

    def _service(self, words: list[str]) -> None:
        """Do what is asked of systemd."""
        verbs, units = [one for one in words if not one.startswith("-")], words[-1]
        if verbs[0] in {"enable", "restart", "reload-or-restart"} and units != "systemd-journald":
            self.host.start(units)
        else:
            assert words in (["daemon-reload"], ["restart", "systemd-journald"]), words


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory, release: Path) -> Iterator[Typist]:
    """A machine on which self-host.md has been typed to its end, within the quarter of an hour it promises."""
    libraries = Path(attrs.__file__).parents[1]
    started = time.monotonic()
    with machine(tmp_path_factory.mktemp("debian"), release, libraries) as host, platform(host):
        typist = Typist(host)
        typist.type("self-host.md")
        assert time.monotonic() - started < 15 * 60
        yield typist


def test_the_pages_show_the_files_as_they_are() -> None:
    """What the pages show is what is put into place, to the letter."""
    pages = {
        "self-host.md": ["env", "channelsync.service", "Caddyfile", "channelsync"],
        "home-server.md": ["Caddyfile.home"],
    }
    for page, names in pages.items():
        shown = [one for kind in ("ini", "caddyfile", "text") for one in blocks(DOCS / page, kind)]
        for name in names:
            assert (DEPLOY / name).read_text() in shown, f"{page} does not show {name} as it is"


def test_a_newcomer_is_on_the_internet(typed: Typist) -> None:
    """After the last line the app answers by its name over TLS, the owner gets in, and the calendar can be read."""
    host = typed.host
    trust = _trust(typed)
    code = re.search(r"([A-Z0-9]{4}(?:-[A-Z0-9]{4})+)", _said(typed, "owner add"))
    assert code, "no code was shown"
    form = {"code": code[1], "email": "camille@example.org", "password": "un long mot de passe à elle"}
    health, page, entered, open_text = host.until(
        {"path": "/health"},
        {"path": "/connexion"},
        {
            "method": "POST",
            "path": "/bienvenue",
            "body": urlencode(form),
            "headers": {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
        },
        {"path": "/.env"},
        tls=trust,
    )
    assert health["body"] == '{"status":"ok"}'
    assert "Se connecter" in page["body"]
    assert entered["status"] in {302, 303}, entered["body"][:500]
    assert "Secure" in entered["headers"]["set-cookie"]
    assert open_text["status"] in {401, 404}
    address = urlsplit(_said(typed, "feed-url").splitlines()[0])
    assert (address.scheme, address.netloc) == ("https", "gites.example.org")
    (calendar,) = host.visit({"path": address.path, "headers": {"User-Agent": "Airbnb/1.0"}}, tls=trust)
    assert calendar["status"] == 200
    assert calendar["body"].startswith("BEGIN:VCALENDAR")


def test_the_doctor_sees_it_from_outside(typed: Typist) -> None:
    """The page's last line finds the name, the certificate, and this very installation behind the address."""
    found = typed.host.run("channelsync --json doctor --public", codes=(0, 1), SSL_CERT_FILE=TRUSTED)
    states = {one["what"]: one["state"] for one in json.loads(found)["checks"]}
    assert states["name"] == states["address"] == "ok", found
    assert states["backup"] == "ok", found


def test_what_is_secret_stays_with_the_service(typed: Typist) -> None:
    """Settings, key, database and backups are closed to others; no secret path and no link gets into a log."""
    modes = typed.host.run(
        "stat -c '%a %U %G %n' /etc/channelsync /etc/channelsync/env /var/lib/channelsync "
        "/var/lib/channelsync/channelsync.db /var/lib/channelsync/channelsync.db.key /mnt/channelsync-backup/daily/*"
    )
    assert [line.rsplit(" ", 1)[0] for line in modes.splitlines()[:5]] == [
        "750 root channelsync",
        "640 root channelsync",
        "700 channelsync channelsync",
        "600 channelsync channelsync",
        "600 channelsync channelsync",
    ], modes
    assert "600 channelsync channelsync /mnt/channelsync-backup/daily/channelsync-" in modes
    token = urlsplit(_said(typed, "feed-url").splitlines()[0]).path.removeprefix("/c/")
    typed.host.stop("channelsync")  # now Caddy has something to complain about
    trust = _trust(typed)
    (gone,) = typed.host.visit({"path": f"/c/{token}"}, tls=trust)
    typed.host.start("channelsync")
    typed.host.until({"path": "/health"}, tls=trust)
    assert gone["status"] == 502
    log = typed.host.said("caddy")
    assert "/c/..." in log, "Caddy's complaint was expected"
    for unit in ("caddy", "channelsync"):
        assert token[:20] not in typed.host.said(unit)
        assert "5ecret" not in typed.host.said(unit)


def test_the_service_is_confined(typed: Typist) -> None:
    """Systemd finds nothing wrong with the unit, and little that it leaves open."""
    unit = "/etc/systemd/system/channelsync.service"
    assert typed.host.run(f"systemd-analyze verify {unit} 2>&1") == ""
    typed.host.run(f"systemd-analyze security --offline=true --threshold=20 {unit}")


def test_an_earlier_name_is_served_until_nobody_needs_it(typed: Typist) -> None:
    """After change-of-address.md both names answer, and the earlier one may end once the platform has moved."""
    host, reader = typed.host, {"headers": {"User-Agent": "Airbnb/1.0"}}
    path = urlsplit(_said(typed, "feed-url").splitlines()[0]).path
    typed.type("change-of-address.md")
    trust = _trust(typed)
    for name in ("gites.example.org", "chalets.example.org"):
        host.until({"path": "/health"}, host=name, tls=trust)
        (calendar,) = host.visit({"path": path, **reader}, host=name, tls=trust)
        assert (calendar["status"], calendar["body"][:15]) == (200, "BEGIN:VCALENDAR")
    host.run("channelsync address", codes=(1,))
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    assert json.loads(host.run(f"channelsync --now {later} --json address"))["may_end"]
    host.run("sed -i '/^CHANNELSYNC_HOSTS=/d; s/chalets/gites/' /etc/channelsync/env")  # as it was, for the next page


def test_at_home_only_the_feeds_are_public(typed: Typist) -> None:
    """Behind a tunnel as home-server.md sets it up, calendars and calls get through; pages stay in the house."""
    host = typed.host
    path = urlsplit(_said(typed, "feed-url").splitlines()[0]).path
    typed.type("home-server.md")
    house = {"host": "gites.home.arpa", "tls": _trust(typed)}
    _, page = host.until({"path": "/health"}, {"path": "/connexion"}, **house)
    assert "Se connecter" in page["body"]
    calendar, call, first, sign_in, other = host.visit_inside(
        {"path": path},
        {"path": "/hooks/mail/" + 32 * "x"},
        {"path": "/"},
        {"path": "/connexion"},
        {"path": "/c/../connexion"},
        host="gites.example.org",
        port=8080,
    )
    assert (calendar["status"], calendar["body"][:15]) == (200, "BEGIN:VCALENDAR")
    assert (call["status"], call["body"]) == (404, "not found")
    assert [(one["status"], one["body"]) for one in (first, sign_in, other)] == [(404, "")] * 3
    with pytest.raises(AssertionError, match="refused"):
        host.visit({"path": path}, port=8080)


def _said(typed: Typist, words: str) -> str:
    return next(said for line, said in typed.said.items() if words in line)


def _trust(typed: Typist) -> str:
    """Return a file with the authority of the machine, for those who look from outside."""
    file = typed.host.log / "root.crt"
    file.write_text(typed.host.run(f"cat {TRUST}"))
    return str(file)
