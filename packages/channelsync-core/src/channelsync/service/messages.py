"""From facts to messages: a notice becomes a few words with a title, and every mail has one calm look.

The HTML is for mail programs: no script, no picture, no style sheet and nothing that is fetched; it reads in one
column on a telephone, in light and in dark. Whatever comes from people is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Final, final

from attrs import frozen

from channelsync.notices import Notice
from channelsync.ports import Message
from channelsync.wording import headline, text

__all__ = ["Block", "page", "rehearsal", "told"]

_ALARM: Final = "#b3261e"
_CALM: Final = "#3a6b57"
_PAGE: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
</head>
<body style="margin:0;padding:0">
<div style="max-width:36em;margin:0 auto;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<h1 style="margin:0 0 4px;font-size:22px;line-height:1.3">{title}</h1>
{intro}{blocks}{link}{why}</div>
</body>
</html>
"""
_FOOT: Final = """\
<p style="margin:32px 0 0;padding-top:12px;border-top:1px solid #8884;font-size:13px;opacity:.75">{}</p>
"""
_INTRO: Final = '<p style="margin:0 0 8px;opacity:.75">{}</p>\n'
_HEADING: Final = '<h2 style="margin:24px 0 4px;font-size:16px">{}</h2>\n'
_ITEM: Final = '<p style="margin:8px 0;padding-left:12px;border-left:3px solid {}">{}{}</p>\n'
_WHEN: Final = '<span style="display:block;font-size:13px;opacity:.75">{}</span>'
_LINK: Final = (
    '<p style="margin:24px 0 0"><a href="{}" style="display:inline-block;padding:10px 18px;border-radius:6px;'
    'background:#3a6b57;color:#fff;text-decoration:none">{}</a></p>\n'
)
_WHY: Final = {
    "fr": "Envoyé par votre channelsync. Ce que vous recevez, et quand, se règle dans vos préférences.",
    "en": "Sent by your channelsync. What you receive, and when, is set in your preferences.",
}
_OPEN: Final = {"fr": "Ouvrir le calendrier", "en": "Open the calendar"}


@final
@frozen
class Block:
    """A part of a mail: a heading, empty for none, and what stands under it with the time of each; plain text."""

    heading: str
    items: tuple[tuple[str, str], ...]
    alarming: bool = False


def page(title: str, blocks: Iterable[Block], language: str, *, intro: str = "", link: str = "") -> tuple[str, str]:
    """Return a mail as plain text and as HTML.

    Args:
        title: what stands over it.
        blocks: its parts.
        language: ``fr`` or ``en``.
        intro: a line under the title.
        link: where more is to be seen.
    """
    parts = list(blocks)
    lines = [intro] if intro else []
    for block in parts:
        lines += ["", f"{block.heading.upper()}"] if block.heading else []
        lines += [f"- {said}{f' ({when})' if when else ''}" if block.heading else said for said, when in block.items]
    lines += ["", link] if link else []
    plain = "\n".join([*lines, "", "-- ", _WHY[language], ""]).lstrip("\n")
    html = _PAGE.format(
        language=language,
        title=escape(title),
        intro=_INTRO.format(escape(intro)) if intro else "",
        blocks="".join(_html(block) for block in parts),
        link=_LINK.format(escape(link), _OPEN[language]) if link else "",
        why=_FOOT.format(_WHY[language]),
    )
    return plain, html


def _html(block: Block) -> str:
    colour = _ALARM if block.alarming else _CALM
    heading = _HEADING.format(escape(block.heading)) if block.heading else ""
    return heading + "".join(
        _ITEM.format(colour, escape(said), _WHEN.format(escape(when)) if when else "") for said, when in block.items
    )


def told(
    notice: Notice, language: str, now: datetime, *, key: str, names: Mapping[str, str], link: str = ""
) -> Message:
    """Return the message that tells one notice.

    Args:
        notice: the fact.
        language: ``fr`` or ``en``.
        now: the time of sending.
        key: what makes two sendings the same message.
        names: the platforms' names as people write them, by channel.
        link: where more is to be seen.
    """
    title, said = headline(notice, language, names), text(notice, language, names)
    _, html = page(title, [Block("", ((said, ""),), notice.kind.critical)], language, link=link)
    return Message(key, title, said, now, html, notice.kind.critical, link)


def rehearsal(language: str, now: datetime, *, key: str) -> Message:
    """Return the message with which a way is tried out."""
    both = {
        "fr": ("channelsync : essai", "Ce message d’essai est bien arrivé : vos alertes prendront le même chemin."),
        "en": ("channelsync: a trial", "This trial has arrived: your alerts will take the same way."),
    }
    title, said = both[language]
    return Message(key, title, said, now, page(title, [Block("", ((said, ""),))], language)[1])
