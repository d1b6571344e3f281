"""`status --indicators`: how well it all went in the last thirty days, in figures."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from channelsync.cli import paint

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell
    from channelsync.service.indicators import Indicator

__all__ = ["figures"]

_DAYS: Final = 30
_NAMES: Final = {
    "synchronised": ("réservations (part : sans votre intervention)", "reservations (share: without your help)"),
    "looks": ("lectures (part : en échec)", "looks (share: failed)"),
    "messages": ("messages (part : non remis)", "messages (share: not delivered)"),
    "closed": ("délai jusqu’à notre calendrier", "time to our calendar"),
    "proven": ("délai jusqu’à la preuve", "time to the proof"),
    "exposed": ("encore réservable ailleurs", "still bookable elsewhere"),
    "available": ("disponibilité du service, en minutes", "availability of the service, in minutes"),
}


def figures(shell: Shell) -> int:
    """Measure what is not yet measured, and tell the figures."""
    from channelsync.service.indicators import indicators, measure

    say, until = shell.voice, shell.now.astimezone(UTC).date()
    since = until - timedelta(days=_DAYS - 1)
    with shell.manager() as manager:
        measure(manager, shell.now)
        with manager.ledger.reading() as tx:
            found = indicators(tx, since, until, shell.now)
    document = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "indicators": [
            {
                "name": one.name,
                "count": one.count,
                "share": one.share,
                "median": one.median,
                "p95": one.p95,
                "worst": one.worst,
            }
            for one in found
        ],
    }
    head = say("30 jours|nombre|part|médiane|95 %|pire", "30 days|count|share|median|95 %|worst").split("|")
    shell.answer(document, paint.table([_row(shell, one) for one in found], head=head, right=(1, 2, 3, 4, 5)))
    return 0


def _row(shell: Shell, one: Indicator) -> tuple[str, ...]:
    share = "—" if one.share is None else f"{100 * one.share:.1f} %"
    if shell.voice.language == "fr":
        share = share.replace(".", ",")
    times = (_lasting(shell, value) for value in (one.median, one.p95, one.worst))
    return shell.voice(*_NAMES[one.name]), str(one.count), share, *times


def _lasting(shell: Shell, seconds: float | None) -> str:
    """Return a duration as people say it, in its largest unit."""
    if seconds is None:
        return "—"
    minute, hour, day = 60, 3600, 86400
    if seconds < minute:
        return f"{seconds:.0f} s"
    if seconds < 2 * hour:
        return f"{seconds / minute:.0f} min"
    if seconds < 2 * day:
        return f"{seconds / hour:.0f} h"
    return f"{seconds / day:.0f} {shell.voice('j', 'd')}"
