"""A collector of telemetry on this machine: takes what programs send it by OTLP over HTTP, and reads it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from attrs import define, field
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

__all__ = ["Collector", "collecting"]

_KINDS: Final[dict[str, Any]] = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
}


@define
class Collector:
    """What came in, decoded, and its raw bytes."""

    address: str
    taken: dict[str, list[Any]] = field(factory=lambda: {name: [] for name in _KINDS})
    raw: list[bytes] = field(factory=list)
    headers: list[str] = field(factory=list)

    @property
    def spans(self) -> list[Any]:
        """Every span."""
        return [
            span
            for one in self.taken["/v1/traces"]
            for r in one.resource_spans
            for s in r.scope_spans
            for span in s.spans
        ]

    @property
    def metrics(self) -> set[str]:
        """The name of every metric."""
        sent = self.taken["/v1/metrics"]
        return {m.name for one in sent for r in one.resource_metrics for s in r.scope_metrics for m in s.metrics}

    @property
    def logged(self) -> list[str]:
        """What every line of the log says."""
        sent = self.taken["/v1/logs"]
        return [
            line.body.string_value
            for one in sent
            for r in one.resource_logs
            for s in r.scope_logs
            for line in s.log_records
        ]

    @property
    def everything(self) -> str:
        """All of it as text."""
        return "\n".join([*map(str, (one for sent in self.taken.values() for one in sent)), *map(repr, self.raw)])


@contextmanager
def collecting() -> Iterator[Collector]:
    """Collect until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.raw.append(body)
            collector.headers.append(str(self.headers))
            collector.taken[self.path].append(_KINDS[self.path].FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
