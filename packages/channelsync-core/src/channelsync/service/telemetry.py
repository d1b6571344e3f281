"""Traces, metrics and logs by OpenTelemetry, to a collector of the owner's choice; without one, nothing at all.

The standard variables decide: ``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_EXPORTER_OTLP_HEADERS``, ``OTEL_SERVICE_NAME``,
``OTEL_TRACES_SAMPLER`` and the others of the OpenTelemetry specification; ``OTEL_SDK_DISABLED=true`` is off. Only what
is named here is sent:

* spans of requests (method and route, never a path: it may be a secret), of steps and of duties;
* the figures of `channelsync.service.gauges`, and what a process counts of itself;
* the log, redacted as it is everywhere.

Whatever is text passes `channelsync.vault.redact`; of an error only its kind is told. Nothing is instrumented behind
our back, and sending never holds anybody up: it is done by threads of its own, and what cannot be sent is dropped.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, final

from channelsync.errors import UsageError
from channelsync.service.metrics import Metric, Sample
from channelsync.vault import RedactingFilter, redact

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Counter, Histogram, Meter, Observation
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.trace import Tracer

__all__ = ["NO_TELEMETRY", "Span", "Telemetry", "is_asked_for", "telemetry"]

_ENDPOINTS: Final = tuple(f"OTEL_EXPORTER_OTLP_{part}ENDPOINT" for part in ("", "TRACES_", "METRICS_", "LOGS_"))
_OURS: Final = "channelsync"
_SECONDS: Final = 5.0
"""A collector that takes longer to answer is left, unless ``OTEL_EXPORTER_OTLP_TIMEOUT`` says otherwise."""
_THEIRS: Final = ("opentelemetry", "urllib3", "requests")
"""Loggers of the sending itself: what they say is not sent, or a collector that fails would be told of it for ever."""

Value = str | int | float | bool

_log = logging.getLogger("channelsync.telemetry")


@final
class Span:
    """Something that takes its time; what is learned on the way is added to it."""

    def __init__(self, add: Callable[[str, Value], None] | None = None) -> None:
        self._add = add

    def set(self, name: str, value: Value) -> None:
        """Add what was learned."""
        if self._add is not None:
            self._add(name, redact(value) if isinstance(value, str) else value)


@final
class Telemetry:
    """What a program tells with; without a collector every method does nothing."""

    def __init__(self, tracer: Tracer | None = None, meter: Meter | None = None) -> None:
        """`telemetry` makes one."""
        self._tracer = tracer
        self._meter = meter
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    @contextmanager
    def span(self, name: str, /, **about: Value) -> Generator[Span]:
        """Time the block; an error that leaves it is told by its kind."""
        if self._tracer is None:
            yield Span()
            return
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - an extra

        with self._tracer.start_as_current_span(
            redact(name), record_exception=False, set_status_on_exception=False
        ) as span:
            told = Span(span.set_attribute)
            for key, value in about.items():
                told.set(f"{_OURS}.{key}", value)
            try:
                yield told
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def count(self, name: str, **labels: str) -> None:
        """Count one more."""
        if self._meter is not None:
            if name not in self._counters:
                self._counters[name] = self._meter.create_counter(name)
            self._counters[name].add(1, {key: redact(value) for key, value in labels.items()})

    def took(self, name: str, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        if self._meter is not None:
            if name not in self._histograms:
                self._histograms[name] = self._meter.create_histogram(name, unit="s")
            self._histograms[name].record(seconds, {key: redact(value) for key, value in labels.items()})


NO_TELEMETRY: Final = Telemetry()
"""Tells nobody."""


def is_asked_for(environ: Mapping[str, str]) -> bool:
    """Whether the environment names a collector."""
    off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return not off and any(environ.get(name, "").strip() for name in _ENDPOINTS)


@contextmanager
def telemetry(
    service: str,
    *,
    gauges: Iterable[Metric] = (),
    samples: Callable[[], Iterable[Sample]] = tuple,
    logs: bool = True,
) -> Generator[Telemetry]:
    """Tell the collector that the process's environment names until the block ends; where it names none, nobody.

    Args:
        service: the program's name, unless ``OTEL_SERVICE_NAME`` gives another.
        gauges: the figures to send.
        samples: asked for their values, from a thread, whenever they are sent.
        logs: whether the log is sent too; not where another part of this process does so.

    Raises:
        UsageError: the environment names a collector, and the packages are not installed.
    """
    if not is_asked_for(os.environ):
        yield NO_TELEMETRY
        return
    try:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
    except ImportError:
        msg = "telemetry needs one more package"
        raise UsageError(
            msg, advice="Install channelsync-core[telemetry], or unset OTEL_EXPORTER_OTLP_ENDPOINT."
        ) from None
    os.environ.setdefault("OTEL_EXPORTER_OTLP_TIMEOUT", str(_SECONDS))
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "").strip() or service})
    logging.getLogger("opentelemetry.util.re").setLevel(logging.ERROR)  # it warns with a header's value, a secret
    with ExitStack() as stack:
        try:
            if logs:
                _logging(stack, resource)
            told = Telemetry(_tracer(stack, resource), _meter(stack, resource, gauges, samples))
        except ValueError as error:  # its words may hold a variable's value; calendars are given out all the same
            _log.error("nothing is told to the collector: an OTEL_ variable makes no sense (%s)", type(error).__name__)
            told = NO_TELEMETRY
        yield told


def _tracer(stack: ExitStack, resource: Resource) -> Tracer:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    stack.callback(provider.shutdown)
    return provider.get_tracer(_OURS)


def _meter(
    stack: ExitStack, resource: Resource, gauges: Iterable[Metric], samples: Callable[[], Iterable[Sample]]
) -> Meter:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415

    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    provider = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    stack.callback(provider.shutdown)
    meter = provider.get_meter(_OURS)
    for metric in gauges:
        meter.create_observable_gauge(metric.name, [_observing(metric, samples)], description=metric.about)
    return meter


def _observing(
    metric: Metric, samples: Callable[[], Iterable[Sample]]
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    from opentelemetry.metrics import Observation  # noqa: PLC0415 - an extra

    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(one.value, dict(one.labels)) for one in samples() if one.name == metric.name]

    return observe


def _logging(stack: ExitStack, resource: Resource) -> None:
    """Send the log of this process, as its handlers would write it."""
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk._logs import LoggerProvider  # noqa: PLC0415
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor  # noqa: PLC0415

    from channelsync.service.telemetry_logs import Sending  # noqa: PLC0415

    provider = LoggerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    stack.callback(provider.shutdown)
    handler, root = Sending(provider.get_logger(_OURS)), logging.getLogger()
    handler.addFilter(lambda record: record.name.partition(".")[0] not in _THEIRS)
    RedactingFilter.on(handler)
    root.addHandler(handler)
    stack.callback(root.removeHandler, handler)
