"""A Debian machine to try things on, gone when the test ends: this one's files under a layer of its own, in namespaces.

What is installed, written and started there is seen by nobody else. It has a network of two: the machine, and a visitor
on the other end of the cable. No systemd runs in it, so what the pages ask of `systemctl` is done here: from the unit
as it stands on the machine, with its user, its environment and as much of its sandbox as a shell can set up.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from tests.support import ROOT, absent

LIBRARIES = "/srv/libraries"
MACHINE, VISITOR = "11.0.0.1", "11.0.0.2"
"""Numbers that are public ones, so that nothing has to be told that it is a rehearsal; no packet leaves."""
_MOUNTED = """
mount -t tmpfs tmpfs "$1"
mkdir "$1/new" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/new,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs mnt
mkdir -m 755 srv/release
mount --bind "$2" srv/release
[ -z "$3" ] || { mkdir -m 755 srv/libraries; mount --bind "$3" srv/libraries; }
echo 127.0.0.1 localhost > etc/hosts
echo "$4" gites.example.org chalets.example.org gites.home.arpa >> etc/hosts
echo "$5" platform.example.org >> etc/hosts
ip link set lo up
"""
_CONFINED = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # MemoryDenyWriteExecute, where the kernel knows it
os.execvp(sys.argv[1], sys.argv[1:])
"""
_VISIT = """
import http.client, json, socket, ssl, sys
asked = json.load(sys.stdin)
trust = ssl.create_default_context(cafile=asked["trust"]) if asked["trust"] else None
found = []
for one in asked["requests"]:
    wire = socket.create_connection((asked["at"], asked["port"]), 20)
    if trust:
        wire = trust.wrap_socket(wire, server_hostname=asked["host"])
    link = http.client.HTTPConnection(asked["host"])
    link.sock = wire
    link.request(one["method"], one["path"], one["body"], {"Host": asked["host"], **one["headers"]})
    answer = link.getresponse()
    body = answer.read().decode()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    found.append({"status": answer.status, "headers": headers, "body": body})
    link.close()
json.dump(found, sys.stdout)
"""


@define
class Machine:
    """A machine that is up: ``pid`` is its first process, ``other`` the visitor's; its services write to ``log``."""

    pid: int
    other: int
    log: Path
    running: dict[str, subprocess.Popen[str]] = field(factory=dict)

    def run(self, line: str, *, codes: Iterable[int] = (0,), fetching: bool = False, **environ: str) -> str:
        """Run a line of shell as root there, in the folder of the release; return what it said.

        What is ``fetching`` uses this machine's network in place of the cable's.
        """
        ran = subprocess.run(
            [*self._inside(net=not fetching), "sh", "-euc", f"cd /srv/release; {line}"],
            check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **environ},
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ran.returncode in codes, f"{line}\n{ran.stdout[-3000:]}\n{ran.stderr[-3000:]}"
        return ran.stdout

    def start(self, unit: str) -> None:
        """Start a service as its unit says: environment, user, folders, and a file system that is not its to change."""
        self.stop(unit)
        said = self.unit(unit)
        user, state = said["User"], said.get("StateDirectory", "")
        private = f"/var/lib/{state}" if state else f"/var/lib/{user}"
        writable = [private, *(one.removeprefix("-") for one in said.get("ReadWritePaths", "").split())]
        self.run(f"install -d -m {said.get('StateDirectoryMode', '0755')} -o {user} -g {user} {private}")
        steps = [f"if [ -d {one} ]; then mount --bind {one} {one}; fi" for one in writable]
        if said.get("ProtectSystem") == "strict":
            steps += ["mount -o remount,bind,ro /", "mount -t tmpfs tmpfs /tmp"]
        caps = "+net_bind_service" if "CAP_NET_BIND" in said.get("AmbientCapabilities", "") else "-all"
        kept = f"--inh-caps={caps} --ambient-caps={caps}" if caps != "-all" else "--inh-caps=-all --bounding-set=-all"
        steps.append(f"umask {said.get('UMask', '0022')}; cd {said.get('WorkingDirectory', '/')}")
        confined = f"/usr/bin/python3 -c {shlex.quote(_CONFINED)}" if "MemoryDenyWriteExecute" in said else ""
        become = f"setpriv --reuid {user} --regid {user} --init-groups --no-new-privs {kept}"
        steps.append(f"exec {become} {confined} {said['ExecStart']}")
        with (self.log / unit).open("a") as out:
            self.running[unit] = subprocess.Popen(
                [*self._inside(), "unshare", "--mount", "sh", "-euc", "\n".join(steps)],
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": private, **self._environment(said)},
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
            )

    def stop(self, unit: str) -> None:
        """Stop a service, where it runs."""
        process = self.running.pop(unit, None)
        if process is not None:
            inside = _children(process.pid)
            for pid in inside or [process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, 15)
            process.wait(30)

    def unit(self, unit: str) -> dict[str, str]:
        """Return what a unit's section of the service says, the last word on each matter."""
        text = self.run(f"cat /etc/systemd/system/{unit}.service 2>/dev/null || cat /lib/systemd/system/{unit}.service")
        section = text.partition("[Service]")[2].partition("\n[")[0]
        return dict(re.findall(r"^([A-Za-z]+)=(.*)$", section, re.MULTILINE))

    def said(self, unit: str) -> str:
        """Return what a service has written to its log."""
        return (self.log / unit).read_text()

    def visit(
        self, *requests: dict[str, Any], host: str = "gites.example.org", tls: str = "", port: int = 443
    ) -> list[dict[str, Any]]:
        """Ask the machine from the other end of the cable; only the certificates in the file ``tls`` are trusted."""
        return self._asked(["nsenter", "--target", str(self.other), "--net"], requests, host, MACHINE, port, tls)

    def visit_inside(self, *requests: dict[str, Any], host: str, port: int) -> list[dict[str, Any]]:
        """Ask the machine from itself, without encryption: what the near end of a tunnel does."""
        return self._asked(["nsenter", "--target", str(self.pid), "--net"], requests, host, "127.0.0.1", port, "")

    def _asked(
        self, enter: list[str], requests: Sequence[dict[str, Any]], host: str, at: str, port: int, trust: str
    ) -> list[dict[str, Any]]:
        whole = [{"method": "GET", "body": None, "headers": {}, **one} for one in requests]
        asked = json.dumps({"at": at, "port": port, "host": host, "trust": trust, "requests": whole})
        ran = subprocess.run(
            [*enter, sys.executable, "-Ic", _VISIT],
            check=False,
            input=asked,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        return json.loads(ran.stdout)

    def until(self, *requests: dict[str, Any], host: str = "gites.example.org", tls: str = "") -> list[dict[str, Any]]:
        """Ask as `visit` does until the first answer is 200."""
        end = time.monotonic() + 60
        while True:
            try:
                found = self.visit(*requests, host=host, tls=tls)
                if found[0]["status"] == 200:
                    return found
                last = str(found[0]["status"])
            except AssertionError as error:
                last = str(error)
            told = "\n".join(self.said(unit)[-1500:] for unit in self.running)
            assert time.monotonic() < end, f"{last}\n{told}"
            assert all(one.poll() is None for one in self.running.values()), told
            time.sleep(0.2)

    def _inside(self, *, net: bool = True) -> list[str]:
        enter = ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--root", "--wd"]
        return [*enter, "--net"] if net else enter

    def _environment(self, said: dict[str, str]) -> dict[str, str]:
        """Read the environment's file as systemd does: no shell, quotes around a value are taken off."""
        if "EnvironmentFile" not in said:
            return {}
        lines = self.run(f"cat {said['EnvironmentFile']}").splitlines()
        pairs = (line.partition("=")[::2] for line in lines if "=" in line and not line.lstrip().startswith("#"))
        return {name.strip(): value.strip().strip("'\"") for name, value in pairs}


@contextmanager
def machine(folder: Path, release: Path, beside: Path | None = None) -> Generator[Machine]:
    """Give a machine that sees a folder as its release; ``beside`` is one more, which it sees as `LIBRARIES`.

    It needs root, and Debian around it.
    """
    _needs()
    space, log = folder / "machine", folder / "log"
    space.mkdir()
    log.mkdir()
    with ExitStack() as stack:
        words = [str(space), str(release), str(beside or ""), MACHINE, VISITOR]
        ready = f'{_MOUNTED}\necho ready\nexec chroot "$1/root" sleep 3600'
        pid = stack.enter_context(_first(["--mount", "--pid", "--net", "--uts"], ready, words))
        other = stack.enter_context(_first(["--net"], "ip link set lo up\necho ready\nexec sleep 3600", []))
        subprocess.run(["ip", "link", "add", f"m{pid}", "type", "veth", "peer", "name", f"v{pid}"], check=True)
        for name, owner, number in ((f"m{pid}", pid, MACHINE), (f"v{pid}", other, VISITOR)):
            inside = ["nsenter", "--target", str(owner), "--net", "ip"]
            subprocess.run(["ip", "link", "set", name, "netns", str(owner)], check=True)
            subprocess.run([*inside, "addr", "add", f"{number}/24", "dev", name], check=True)
            subprocess.run([*inside, "link", "set", name, "up"], check=True)
        made = Machine(pid, other, log)
        try:
            yield made
        finally:
            for unit in list(made.running):
                made.stop(unit)


@contextmanager
def _first(spaces: list[str], script: str, words: list[str]) -> Generator[int]:
    """Run a script as the first process of new namespaces; give its number here. With it everything inside ends."""
    apart = ["setpriv", "--pdeathsig", "KILL", "unshare", *spaces, "--fork", "--kill-child"]
    command = [*apart, "sh", "-euc", script, "sh", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            if holder.stdout.readline() != "ready\n":
                absent("namespaces and layered file systems, which this machine does not allow")
            yield _children(holder.pid)[0]
        finally:
            holder.kill()


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _needs() -> None:
    if os.geteuid() != 0:
        absent("root, for namespaces")
    if not Path("/etc/debian_version").exists():
        pytest.skip("the page is about Debian, and this is none")
    for command in ("ip", "nsenter", "unshare", "setpriv", "runuser", "caddy"):
        if shutil.which(command, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
            absent(f"the command {command} (packages iproute2, util-linux, caddy)")


def blocks(page: Path, language: str) -> list[str]:
    """Return a page's fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def typed_by(test: str, page: Path) -> list[str]:
    """Return the blocks of commands that a page says are run by a test, in order."""
    return re.findall(rf"^<!-- run: {test} -->\n+```sh\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def lines(block: str) -> list[str]:
    """Return a block's commands: joined where a line goes on, comments left out."""
    joined = re.sub(r"\\\n\s*", "", block)
    return [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]


DOCS = ROOT / "docs/how-to"
