"""A small IMAP server for tests, over TLS on loopback: as much of RFC 3501 and RFC 2177 as a reader of mail needs.

It is honest: a text fetched without PEEK in a folder opened for writing is marked as seen, and everything that it was
asked is on record, so that a test can show that nothing was changed.
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "hote@example.org", "un mot de passe"
_ITEM = re.compile(rb"(BODY(?:\.PEEK)?)\[(HEADER|)\](?:<(\d+)\.(\d+)>)?|(FLAGS|INTERNALDATE|UID)", re.IGNORECASE)


@define
class Message:
    """A mail in the folder."""

    uid: int
    raw: bytes
    at: datetime
    seen: bool = False


@define
class Folder:
    """The one folder there is, and what happened to it."""

    port: int = 0
    validity: int = 1
    messages: list[Message] = field(factory=list)
    commands: list[str] = field(factory=list)
    idle: bool = True
    hang: bool = False
    refuse: bool = False
    arrived: threading.Condition = field(factory=threading.Condition)
    open: set[Any] = field(factory=set)

    @property
    def url(self) -> str:
        """The address of the mailbox, with its password."""
        return f"imaps://{USER.replace('@', '%40')}:{PASSWORD.replace(' ', '%20')}@localhost:{self.port}/INBOX"

    def deliver(self, raw: bytes, at: datetime) -> Message:
        """Put a mail into the folder; whoever idles is told."""
        with self.arrived:
            made = Message(self.messages[-1].uid + 1 if self.messages else 1, raw, at)
            self.messages.append(made)
            self.arrived.notify_all()
        return made

    def hang_up(self) -> None:
        """End every connection, as a server that is restarted does."""
        for one in list(self.open):
            with suppress(OSError):
                one.shutdown(2)


class _Session(socketserver.StreamRequestHandler):
    timeout = 30
    folder: Folder
    context: ssl.SSLContext
    writing = False

    def setup(self) -> None:
        self.request.settimeout(self.timeout)
        with suppress(OSError, ssl.SSLError):
            self.request = self.context.wrap_socket(self.request, server_side=True)
        super().setup()
        self.folder.open.add(self.request)

    def finish(self) -> None:
        self.folder.open.discard(self.request)
        with suppress(OSError, ValueError):
            super().finish()
        self.request.close()

    def say(self, *lines: bytes) -> None:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))
        self.wfile.flush()

    def handle(self) -> None:
        if self.folder.hang:
            with suppress(OSError):
                self.rfile.readline()
            return
        with suppress(OSError, ValueError):
            self.say(b"* OK ready")
            while line := self.rfile.readline():
                tag, _, rest = line.strip().partition(b" ")
                verb = rest.partition(b" ")[0].upper().decode()
                verb = rest.upper().decode().split()[1] if verb == "UID" else verb
                shown = verb if verb == "LOGIN" else rest.decode()
                self.folder.commands.append(shown)
                act = getattr(self, f"do_{verb.lower()}", None)
                if act is None:
                    self.say(tag + b" BAD unknown")
                elif act(tag, rest):
                    return

    def do_capability(self, tag: bytes, _: bytes) -> None:
        self.say(b"* CAPABILITY IMAP4rev1" + (b" IDLE" if self.folder.idle else b""), tag + b" OK done")

    def do_login(self, tag: bytes, rest: bytes) -> None:
        good = rest == f'LOGIN "{USER}" "{PASSWORD}"'.encode() or rest == f'LOGIN {USER} "{PASSWORD}"'.encode()
        if self.folder.refuse or not good:
            self.say(tag + b" NO [AUTHENTICATIONFAILED] no")
        else:
            self.say(tag + b" OK welcome")

    def do_select(self, tag: bytes, _: bytes) -> None:
        self.writing = True
        self.opened(tag, b"READ-WRITE")

    def do_examine(self, tag: bytes, _: bytes) -> None:
        self.opened(tag, b"READ-ONLY")

    def opened(self, tag: bytes, mode: bytes) -> None:
        folder = self.folder
        following = folder.messages[-1].uid + 1 if folder.messages else 1
        self.say(
            b"* %d EXISTS" % len(folder.messages),
            b"* 0 RECENT",
            b"* FLAGS (\\Seen)",
            b"* OK [UIDVALIDITY %d] good" % folder.validity,
            b"* OK [UIDNEXT %d] next" % following,
            tag + b" OK [" + mode + b"] opened",
        )

    def do_noop(self, tag: bytes, _: bytes) -> None:
        self.say(tag + b" OK done")

    def do_search(self, tag: bytes, rest: bytes) -> None:
        found = [one.uid for one in self.folder.messages]
        if since := re.search(rb"SINCE \"?(\d+-\w+-\d+)", rest):
            day = datetime.strptime(since[1].decode(), "%d-%b-%Y").replace(tzinfo=UTC)
            found = [one.uid for one in self.folder.messages if one.at >= day]
        if begin := re.search(rb"UID (\d+):\*", rest.removeprefix(b"UID")):
            found = [uid for uid in found if uid >= int(begin[1])] or found[-1:]  # the newest is always in n:*
        self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in found), tag + b" OK done")

    def do_fetch(self, tag: bytes, rest: bytes) -> None:
        wanted, _, items = rest.partition(b"FETCH ")[2].partition(b" ")
        uids = {int(uid) for uid in re.findall(rb"\d+", wanted)}
        for number, one in enumerate(self.folder.messages, start=1):
            if one.uid in uids:
                answers = [b"UID %d" % one.uid, *(self.item(one, found) for found in _ITEM.finditer(items))]
                self.wfile.write(b"* %d FETCH (" % number + b" ".join(answers) + b")\r\n")
        self.say(tag + b" OK done")

    def item(self, one: Message, found: re.Match[bytes]) -> bytes:
        if found[5]:
            at = one.at.strftime("%d-%b-%Y %H:%M:%S +0000").encode()
            return b'INTERNALDATE "' + at + b'"' if found[5].upper() == b"INTERNALDATE" else b"FLAGS ()"
        if self.writing and b"PEEK" not in found[1].upper():
            one.seen = True
        text = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if found[2] else one.raw
        origin = b""
        if found[3]:
            text, origin = text[int(found[3]) :][: int(found[4])], b"<" + found[3] + b">"
        return b"BODY[" + found[2].upper() + b"]" + origin + b" {%d}\r\n" % len(text) + text

    def do_idle(self, tag: bytes, _: bytes) -> bool:
        told = len(self.folder.messages)
        self.say(b"+ idling")
        over = threading.Thread(target=self.tell, args=(told,), daemon=True)
        over.start()
        line = self.rfile.readline()
        self.idling = False
        with self.folder.arrived:
            self.folder.arrived.notify_all()
        over.join()
        if line.strip().upper() != b"DONE":
            return True
        self.say(tag + b" OK done")
        return False

    idling = True

    def tell(self, told: int) -> None:
        """Tell of what arrives while the client idles."""
        self.idling = True
        with self.folder.arrived, suppress(OSError, ValueError):
            while self.idling:
                if len(self.folder.messages) > told:
                    told = len(self.folder.messages)
                    self.say(b"* %d EXISTS" % told)
                self.folder.arrived.wait(0.2)

    def do_logout(self, tag: bytes, _: bytes) -> bool:
        self.say(b"* BYE", tag + b" OK bye")
        return True


@contextmanager
def imapd(folder_of: Path) -> Iterator[tuple[Folder, ssl.SSLContext]]:
    """Serve a folder; also gives what a client needs to trust the server. Files go into the folder given."""
    public, key = certificate(folder_of)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, key)
    folder = Folder()
    session = type("Session", (_Session,), {"folder": folder, "context": context})

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads, block_on_close = True, True, True

    with Server(("127.0.0.1", 0), session) as server:
        folder.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield folder, ssl.create_default_context(cafile=str(public))
        finally:
            folder.hang_up()
            server.shutdown()
            thread.join()


def certificate(where: Path) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, secret = where / "imapd.pem", where / "imapd.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return public, secret
