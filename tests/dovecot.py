"""Dovecot, a real IMAP server, on loopback with a folder of its own; where it is installed."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.imapd import certificate

WORD = "motdepasse"
_CONFIG = """
protocols = imap
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
listen = 127.0.0.1
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
mail_location = maildir:{base}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@contextmanager
def dovecot(program: str, where: Path) -> Iterator[tuple[Path, int, ssl.SSLContext]]:
    """Run it for one user, ``hote``; gives the maildir, the port, and what a client needs to trust it."""
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    base = Path(mkdtemp(prefix="channelsync-dovecot-"))
    public, key = certificate(where)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("", "mail", "mail/new", "mail/cur", "mail/tmp", "home", "run", "state"):
        (base / name).mkdir(exist_ok=True)
        shutil.chown(base / name, user.pw_uid, user.pw_gid)
    base.chmod(0o755)
    config = base / "dovecot.conf"
    names = {"user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name, "password": WORD, "port": port}
    config.write_text(_CONFIG.format(base=base, certificate=public, key=key, **names))
    with subprocess.Popen([program, "-F", "-c", str(config)], stdout=subprocess.DEVNULL) as server:
        try:
            _answers(port)
            yield base / "mail", port, ssl.create_default_context(cafile=str(public))
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(base, ignore_errors=True)


def _answers(port: int) -> None:
    """Wait until it listens; it says so to nobody."""
    pause = threading.Event()
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(0.05)
        else:
            return
