"""A small web server on loopback that answers with the calendars of a folder, for `whole` and `growth`.

It is a process of its own, so that its CPU time counts for nobody. It ends when its standard input is closed, so it
does not outlive who started it, and after ten minutes in any case. ``/still/NAME.ics`` has an ETag and answers 304 to
it; ``/live/NAME.ics`` is stamped anew at each request and has none, as with real platforms.

    python -m benchmarks.server FOLDER
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

LONGEST: Final = 600.0
"""Seconds after which the server ends by itself."""
_STAMP: Final = re.compile(rb"DTSTAMP:\d{8}T\d{6}Z")


@contextmanager
def served(bodies: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    """Serve calendars by their names while the block runs; gives the address, without a path."""
    place = folder / "served"
    place.mkdir()
    for name, body in bodies.items():
        (place / f"{name}.ics").write_bytes(body)
    command = [sys.executable, "-m", "benchmarks.server", str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


def main() -> int:
    """Serve until told to stop."""
    bodies = {path.name: path.read_bytes() for path in Path(sys.argv[1]).iterdir()}
    with ThreadingHTTPServer(("127.0.0.1", 0), _answering(bodies)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        print(server.server_port, flush=True)
        ended = threading.Event()
        threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
        ended.wait(LONGEST)
        server.shutdown()
    return 0


def _answering(bodies: Mapping[str, bytes]) -> type[BaseHTTPRequestHandler]:
    tags = {name: f'"{hashlib.sha256(body).hexdigest()[:32]}"' for name, body in bodies.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _, how, name = self.path.split("/")
            still, body, tag = how == "still", bodies[name], tags[name]
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

        do_HEAD = do_GET  # noqa: N815 - the base class's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    return Handler


def _until_closed(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
