"""A small web server on loopback that answers with the calendars of a folder, for `whole`, `growth` and `service`.

It is a process of its own, so that its CPU time counts for nobody. It ends when its standard input is closed, so it
does not outlive who started it, and after ten minutes in any case. ``/still/NAME.ics`` has an ETag and answers 304 to
it; ``/live/NAME.ics`` is stamped anew at each request and has none, as with real platforms. Files are read at each
request, so they may change meanwhile. Over TLS it shows a certificate that it makes itself, for 127.0.0.1.

    python -m benchmarks.server FOLDER [SECONDS-BEFORE-AN-ANSWER [CERTIFICATE KEY]]
"""

from __future__ import annotations

import hashlib
import re
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LONGEST: Final = 600.0
"""Seconds after which the server ends by itself."""
_STAMP: Final = re.compile(rb"DTSTAMP:\d{8}T\d{6}Z")


@contextmanager
def served(bodies: Mapping[str, bytes], folder: Path, *, wait: float = 0.0, tls: bool = False) -> Iterator[str]:
    """Serve calendars by their names while the block runs; gives the address, without a path.

    With ``tls`` the certificate to be trusted is ``folder / "certificate.pem"``.
    """
    place = folder / "served"
    place.mkdir()
    for name, body in bodies.items():
        (place / f"{name}.ics").write_bytes(body)
    command = [sys.executable, "-m", "benchmarks.server", str(place), str(wait), *(certified(folder) if tls else ())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http{'s' if tls else ''}://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


def main() -> int:
    """Serve until told to stop."""
    folder, wait, *pair = Path(sys.argv[1]), *sys.argv[2:]
    with ThreadingHTTPServer(("127.0.0.1", 0), _answering(folder, float(wait))) as server:
        server.daemon_threads = True
        if pair:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*pair)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        print(server.server_port, flush=True)
        ended = threading.Event()
        threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
        ended.wait(LONGEST)
        server.shutdown()
    return 0


def _answering(folder: Path, wait: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for head and body, as real servers send small answers
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            time.sleep(wait)
            _, how, name = self.path.split("/")
            body = (folder / name).read_bytes()
            still, tag = how == "still", f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            known = still and self.headers.get("If-None-Match") == tag
            stamp = f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}".encode()
            answer = b"" if known else body if still else _STAMP.sub(stamp, body)
            self.send_response(304 if known else 200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(answer)))
            if still:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(answer)
            self.wfile.flush()

        do_HEAD = do_GET  # noqa: N815 - the base class's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler


def certified(folder: Path) -> tuple[str, str]:
    """Make a certificate for 127.0.0.1 that is good for a day, and return where it and its key are."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    at, key_at = folder / "certificate.pem", folder / "key.pem"
    at.write_bytes(made.public_bytes(Encoding.PEM))
    key_at.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(at), str(key_at)


def _until_closed(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
