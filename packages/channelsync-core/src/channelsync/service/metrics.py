"""Figures as Prometheus and OpenTelemetry know them: what is measured, one value of it, and the text form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import final

from attrs import Factory, frozen

__all__ = ["Metric", "Sample", "lines"]


@final
@frozen
class Metric:
    """A figure: its name, ``gauge``, ``counter`` or ``histogram``, what it says, and the names of its labels."""

    name: str
    kind: str
    about: str
    labels: tuple[str, ...] = ()


@final
@frozen
class Sample:
    """One value of a figure, for one set of labels."""

    name: str
    value: float
    labels: Mapping[str, str] = Factory(dict[str, str])


def lines(metrics: Iterable[Metric], samples: Iterable[Sample]) -> Iterator[str]:
    """Yield samples in Prometheus' text form, each metric with what it says; metrics without a sample are left out."""
    values: dict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        values[one.name].append(one)
    for metric in metrics:
        if found := values[metric.name]:
            yield f"# HELP {metric.name} {metric.about}"
            yield f"# TYPE {metric.name} {metric.kind}"
            for one in found:
                labels = ",".join(f'{name}="{_quoted(value)}"' for name, value in sorted(one.labels.items()))
                yield f"{metric.name}{{{labels}}} {one.value:.10g}" if labels else f"{metric.name} {one.value:.10g}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
