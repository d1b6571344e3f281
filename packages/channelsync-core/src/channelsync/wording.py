"""What the owner is told, in words: one headline and one short text for every kind of notice, in French and in English.

A text says what is known and no more. Dates that a platform shows as taken without saying why are "dates prises", never
a reservation; a platform that has read our calendar has "lu", which is not yet "fermé". No text can hold a guest's name
or a link, because a notice holds none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

from attrs import frozen

from channelsync.notices import Notice, NoticeKind
from channelsync.words import ENGLISH, FRENCH, Speech, elided, named

__all__ = ["headline", "text"]

_NO_NAMES: Final[Mapping[str, str]] = {}


def text(notice: Notice, language: str, names: Mapping[str, str] | None = None) -> str:
    """Return the notice as a sentence or two, in French, or in English where the language is ``en``.

    ``names`` are the platforms' names as people write them, by channel; without one the channel's own name is used.
    """
    say = _WORDS.get(language, _FRENCH)
    data = notice.data
    parts = ["{unit} –"] * bool(data.unit) + [_said(notice, say)[1]]
    if notice.kind in _NEWS:
        parts += [say.closed] * bool(data.others) + [say.proven] * bool(data.proven)
        parts += [say.asked] * bool(data.asked) + [say.accepted] * bool(data.accepted)
        parts += [say.still_open] * bool(data.open_on)
    if notice.kind is NoticeKind.RELEASED:
        parts += [say.opened] * bool(data.others) + [say.asked_open] * bool(data.asked)
    return _spoken(" ".join(parts), notice, say, names or _NO_NAMES)


def headline(notice: Notice, language: str, names: Mapping[str, str] | None = None) -> str:
    """Return the few words that stand over the text: the subject of a mail, the title of a push message."""
    say = _WORDS.get(language, _FRENCH)
    head = _said(notice, say)[0] + (" – {unit}" if notice.data.unit else "")
    return _spoken(head, notice, say, names or _NO_NAMES)


_NEWS: Final = frozenset({NoticeKind.RESERVATION, NoticeKind.REQUESTED, NoticeKind.DATES_TAKEN, NoticeKind.CHANGED})


def _spoken(said: str, notice: Notice, say: _Words, names: Mapping[str, str]) -> str:
    """Return a text with its blanks filled."""
    filled = _filled(notice, say.speech, names)
    return (elided(said, **filled) if say is _FRENCH else said).format_map(filled)


def _said(notice: Notice, say: _Words) -> tuple[str, str]:
    """Return the headline and the sentence of a notice, their blanks unfilled."""
    plain = say.headlines[notice.kind], say.sentences[notice.kind]
    if notice.kind is NoticeKind.PROVEN and notice.data.others:
        return say.shown
    return say.by_api.get(notice.kind, plain) if notice.data.accepted else plain


def _filled(notice: Notice, speech: Speech, names: Mapping[str, str]) -> Mapping[str, object]:
    """Return what the blanks of a text stand for."""
    data = notice.data

    def joined(keys: tuple[str, ...]) -> str:
        return speech.joined([named(key, names) for key in keys])

    return {
        "unit": data.unit,
        "where": named(data.where, names),
        "nights": speech.nights(data.nights),
        "others": joined(data.others),
        "proven": joined(data.proven),
        "open_on": joined(data.open_on),
        "asked": joined(data.asked),
        "accepted": joined(data.accepted),
        "since": speech.moment(data.since, notice.at, data.timezone),
        "at": speech.moment(notice.at, notice.at, data.timezone),
        "count": data.count,
    }


@final
@frozen
class _Words:
    """One language: its headlines and sentences, and what may follow the news of a stay."""

    speech: Speech
    headlines: Mapping[NoticeKind, str]
    sentences: Mapping[NoticeKind, str]
    closed: str
    proven: str
    asked: str
    accepted: str
    still_open: str
    opened: str
    asked_open: str
    by_api: Mapping[NoticeKind, tuple[str, str]]
    """The headline and the sentence where the platform takes our writes: it accepts them, and reads nothing."""
    shown: tuple[str, str]
    """Those of a closing that the platform shows by itself, whether it has read us or not."""


_FRENCH: Final = _Words(
    FRENCH,
    headlines={
        NoticeKind.CONFLICT_CURRENT: "Double réservation",
        NoticeKind.CONFLICT_LIKELY: "Double réservation probable",
        NoticeKind.CONFLICT_POSSIBLE: "À clarifier",
        NoticeKind.DISCONNECTED: "{where} refuse notre accès",
        NoticeKind.RECONNECTED: "{where} est de nouveau relié",
        NoticeKind.DEGRADED: "{where} ne répond plus",
        NoticeKind.FALLBACK: "L’API de {where} ne répond plus",
        NoticeKind.API_BACK: "L’API de {where} répond de nouveau",
        NoticeKind.RESTORED: "{where} répond de nouveau",
        NoticeKind.EXPOSED: "Encore réservable sur {where}",
        NoticeKind.KEPT_CLOSED: "Disparition à confirmer sur {where}",
        NoticeKind.NOT_READ: "{where} ne lit pas notre calendrier",
        NoticeKind.RESERVATION: "Nouvelle réservation sur {where}",
        NoticeKind.REQUESTED: "Demande de réservation sur {where}",
        NoticeKind.DATES_TAKEN: "Dates prises sur {where}",
        NoticeKind.CHANGED: "Réservation modifiée sur {where}",
        NoticeKind.TO_CLARIFY: "À clarifier",
        NoticeKind.RELEASED: "Remis en location",
        NoticeKind.STILL_TAKEN: "Plus rien sur {where}",
        NoticeKind.HABIT_CHANGED: "{where} renvoie nos dates",
        NoticeKind.FAILED: "Lecture de {where} sans résultat",
        NoticeKind.PROVEN: "Fermeture lue par {where}",
        NoticeKind.REOPENED: "Réouverture lue par {where}",
        NoticeKind.NOT_LAID: "Nos calendriers ne sont plus posés",
        NoticeKind.LAID_AGAIN: "Nos calendriers sont de nouveau posés",
        NoticeKind.BACKUP_FAILED: "La sauvegarde a échoué",
        NoticeKind.NOT_LINKED: "Réservation sur {where}, annonce non reliée",
        NoticeKind.ANSWERED_NO: "{where} ne peut rien vendre",
        NoticeKind.ANSWERED_AGAIN: "{where} peut de nouveau vendre",
        NoticeKind.NO_DEVICE: "Plus aucun appareil ne reçoit vos alertes",
        NoticeKind.MAIL_REFUSED: "Votre adresse e-mail refuse nos messages",
        NoticeKind.INTERRUPTED: "Le service a été interrompu",
        NoticeKind.CLOCK_SET: "L’horloge de la machine a changé",
        NoticeKind.NO_PHRASE: "Pas de sauvegarde sans phrase de récupération",
    },
    sentences={
        NoticeKind.CONFLICT_CURRENT: "Double réservation {nights} ({others}).",
        NoticeKind.CONFLICT_LIKELY: "Double réservation probable {nights} ({others}).",
        NoticeKind.CONFLICT_POSSIBLE: "À clarifier, peut-être deux fois le même séjour {nights} ({others}).",
        NoticeKind.DISCONNECTED: "{where} refuse notre accès (premier refus : {since}). Reliez l’annonce.",
        NoticeKind.RECONNECTED: "{where} est de nouveau relié.",
        NoticeKind.DEGRADED: "{where} ne répond plus (dernière lecture : {since}). Nous gardons tout fermé.",
        NoticeKind.FALLBACK: (
            "L’API de {where} ne répond plus ; son calendrier est lu à sa place (dernière lecture : {since}). "
            "Ce qui est fermé le reste."
        ),
        NoticeKind.API_BACK: (
            "L’API de {where} répond de nouveau, le service normal reprend (calendrier lu à sa place, début : {since})."
        ),
        NoticeKind.RESTORED: "{where} répond de nouveau, la synchronisation a repris.",
        NoticeKind.EXPOSED: "Encore réservable sur {where} : {nights}, pris ailleurs {since}. Fermez ces dates là-bas.",
        NoticeKind.KEPT_CLOSED: "Disparition à confirmer : nous gardons fermé ({where}, {nights}).",
        NoticeKind.NOT_READ: "{where} ne lit pas notre calendrier (dernière lecture : {since}).",
        NoticeKind.RESERVATION: "Nouvelle réservation sur {where}, {nights}.",
        NoticeKind.REQUESTED: "Demande de réservation sur {where}, {nights}. Répondez-y là-bas.",
        NoticeKind.DATES_TAKEN: "Dates prises sur {where}, {nights} (la plateforme ne dit pas pourquoi).",
        NoticeKind.CHANGED: "Réservation modifiée sur {where}, {nights}.",
        NoticeKind.TO_CLARIFY: "À clarifier, séjours : {count}.",
        NoticeKind.RELEASED: "Remis en location, {nights} (plus rien sur {where}).",
        NoticeKind.STILL_TAKEN: (
            "Plus rien sur {where}, {nights}. Ces nuits restent fermées : autre chose les prend aussi."
        ),
        NoticeKind.HABIT_CHANGED: "{where} renvoie désormais nos dates. Nous vérifions plus avant de rouvrir.",
        NoticeKind.FAILED: "Lecture de {where} sans résultat. Les dates connues restent fermées.",
        NoticeKind.PROVEN: "Lu par {where} {since} : {nights}.",
        NoticeKind.REOPENED: "Réouverture lue par {where} {since} : {nights}.",
        NoticeKind.NOT_LAID: (
            "Nos calendriers ne peuvent plus être posés chez votre hébergeur (début : {since}). Les plateformes "
            "lisent les derniers posés : fermez chez elles à la main ce qui vient d’être pris. "
            "channelsync doctor dit ce qui manque."
        ),
        NoticeKind.LAID_AGAIN: (
            "Nos calendriers sont de nouveau posés chez votre hébergeur (début de l’arrêt : {since}). "
            "Toutes les fermetures y sont ; lecture inconnue."
        ),
        NoticeKind.BACKUP_FAILED: (
            "La sauvegarde a échoué (dernière réussie : {since}). "
            "Vérifiez la place sur le disque et l’accès au dossier."
        ),
        NoticeKind.NOT_LINKED: (
            "Réservation sur {where} pour une annonce qui n’est reliée à aucun logement ({others}), {nights}. "
            "Fermez ces dates ailleurs à la main, ou reliez l’annonce."
        ),
        NoticeKind.ANSWERED_NO: (
            "Nous répondons non à chaque demande de {where}, quelles que soient les nuits : {others} ne se lit plus "
            "(dernière lecture : {since}), et un voyageur peut y avoir réservé. Reliez cette annonce, ou retirez-la."
        ),
        NoticeKind.ANSWERED_AGAIN: (
            "Nous répondons de nouveau à {where} selon les nuits libres (début de l’arrêt : {since})."
        ),
        NoticeKind.NO_DEVICE: (
            "Plus aucun appareil ne reçoit vos alertes. Ouvrez channelsync sur votre téléphone et autorisez-les."
        ),
        NoticeKind.MAIL_REFUSED: "Votre adresse e-mail refuse nos messages. Corrigez-la dans vos préférences.",
        NoticeKind.INTERRUPTED: (
            "Le service a été interrompu (début : {since}, reprise : {at}). Rien n’est perdu : les nuits fermées le "
            "sont restées, et tout est relu."
        ),
        NoticeKind.CLOCK_SET: (
            "L’horloge de la machine a changé de {count} minutes (réglage, ou mise en veille). Tout est relu. "
            "Vérifiez l’heure de la machine."
        ),
        NoticeKind.NO_PHRASE: (
            "Aucune sauvegarde n’est faite, car il n’y a pas de phrase de récupération. "
            "Lancez une fois channelsync backup --init, et notez la phrase."
        ),
    },
    closed="Fermé dans nos calendriers pour {others}.",
    proven="Déjà lu par {proven}.",
    still_open="Encore réservable sur {open_on}.",
    asked="Nous demandons la fermeture à {asked}.",
    accepted="Déjà accepté par {accepted}.",
    opened="Rouvert dans nos calendriers pour {others}.",
    asked_open="Nous demandons la réouverture à {asked}.",
    by_api={
        NoticeKind.PROVEN: (
            "Fermeture acceptée par {where}",
            "Fermeture acceptée par {where} {since} : {nights}.",
        ),
        NoticeKind.REOPENED: (
            "Réouverture acceptée par {where}",
            "Réouverture acceptée par {where} {since} : {nights}.",
        ),
    },
    shown=("Fermé sur {where}", "{where} montre ces dates fermées {since} : {nights}."),
)
_ENGLISH: Final = _Words(
    ENGLISH,
    headlines={
        NoticeKind.CONFLICT_CURRENT: "Double booking",
        NoticeKind.CONFLICT_LIKELY: "Probable double booking",
        NoticeKind.CONFLICT_POSSIBLE: "To clarify",
        NoticeKind.DISCONNECTED: "{where} refuses our access",
        NoticeKind.RECONNECTED: "{where} is linked again",
        NoticeKind.DEGRADED: "{where} does not answer",
        NoticeKind.FALLBACK: "The API of {where} does not answer",
        NoticeKind.API_BACK: "The API of {where} answers again",
        NoticeKind.RESTORED: "{where} answers again",
        NoticeKind.EXPOSED: "Can still be booked on {where}",
        NoticeKind.KEPT_CLOSED: "Disappearance to confirm on {where}",
        NoticeKind.NOT_READ: "{where} does not read our calendar",
        NoticeKind.RESERVATION: "New reservation on {where}",
        NoticeKind.REQUESTED: "Request to book on {where}",
        NoticeKind.DATES_TAKEN: "Dates taken on {where}",
        NoticeKind.CHANGED: "Reservation changed on {where}",
        NoticeKind.TO_CLARIFY: "To clarify",
        NoticeKind.RELEASED: "Open again",
        NoticeKind.STILL_TAKEN: "Nothing left on {where}",
        NoticeKind.HABIT_CHANGED: "{where} sends our dates back",
        NoticeKind.FAILED: "Reading {where} brought nothing",
        NoticeKind.PROVEN: "Closing read by {where}",
        NoticeKind.REOPENED: "Reopening read by {where}",
        NoticeKind.NOT_LAID: "Our calendars are not laid out",
        NoticeKind.LAID_AGAIN: "Our calendars are laid out again",
        NoticeKind.BACKUP_FAILED: "The backup failed",
        NoticeKind.NOT_LINKED: "Reservation on {where}, listing not linked",
        NoticeKind.ANSWERED_NO: "{where} can sell nothing",
        NoticeKind.ANSWERED_AGAIN: "{where} can sell again",
        NoticeKind.NO_DEVICE: "No device receives your alerts any more",
        NoticeKind.MAIL_REFUSED: "Your e-mail address refuses our messages",
        NoticeKind.INTERRUPTED: "The service was interrupted",
        NoticeKind.CLOCK_SET: "The machine's clock has changed",
        NoticeKind.NO_PHRASE: "No backup without a recovery phrase",
    },
    sentences={
        NoticeKind.CONFLICT_CURRENT: "Double booking, {nights} ({others}).",
        NoticeKind.CONFLICT_LIKELY: "Probable double booking, {nights} ({others}).",
        NoticeKind.CONFLICT_POSSIBLE: "To clarify, perhaps one stay seen twice, {nights} ({others}).",
        NoticeKind.DISCONNECTED: "{where} refuses our access (first refused {since}). Link the listing again.",
        NoticeKind.RECONNECTED: "{where} is linked again.",
        NoticeKind.DEGRADED: "{where} does not answer (last read: {since}). We keep everything closed.",
        NoticeKind.FALLBACK: (
            "The API of {where} does not answer; its calendar is read in its place (last read: {since}). "
            "What is closed stays closed."
        ),
        NoticeKind.API_BACK: (
            "The API of {where} answers again, normal service has resumed (calendar read in its place since: {since})."
        ),
        NoticeKind.RESTORED: "{where} answers again, synchronisation has resumed.",
        NoticeKind.EXPOSED: "Can still be booked on {where}: {nights}, taken elsewhere {since}. Close them there.",
        NoticeKind.KEPT_CLOSED: "Disappearance to confirm: we keep closed ({where}, {nights}).",
        NoticeKind.NOT_READ: "{where} does not read our calendar (last read: {since}).",
        NoticeKind.RESERVATION: "New reservation on {where}, {nights}.",
        NoticeKind.REQUESTED: "Request to book on {where}, {nights}. Answer it there.",
        NoticeKind.DATES_TAKEN: "Dates taken on {where}, {nights} (the platform does not say why).",
        NoticeKind.CHANGED: "Reservation changed on {where}, {nights}.",
        NoticeKind.TO_CLARIFY: "To clarify, stays: {count}.",
        NoticeKind.RELEASED: "Open again, {nights} (nothing left on {where}).",
        NoticeKind.STILL_TAKEN: (
            "Nothing left on {where}, {nights}. These nights stay closed: something else takes them too."
        ),
        NoticeKind.HABIT_CHANGED: "{where} now sends our dates back. We check more before opening again.",
        NoticeKind.FAILED: "Reading {where} brought nothing. The known dates stay closed.",
        NoticeKind.PROVEN: "Read by {where} {since}: {nights}.",
        NoticeKind.REOPENED: "Reopening read by {where} {since}: {nights}.",
        NoticeKind.NOT_LAID: (
            "Our calendars cannot be laid out at your web host (began: {since}). Platforms read what was laid last: "
            "close by hand, on each of them, what has been taken since. channelsync doctor says what is wrong."
        ),
        NoticeKind.LAID_AGAIN: (
            "Our calendars are laid out at your web host again (missing since: {since}). "
            "Every closing lies there, reading unknown."
        ),
        NoticeKind.BACKUP_FAILED: (
            "The backup failed (last success: {since}). Check the room on the disk and the access to the folder."
        ),
        NoticeKind.NOT_LINKED: (
            "Reservation on {where} for a listing that is linked to no lodging ({others}), {nights}. "
            "Close these dates elsewhere by hand, or link the listing."
        ),
        NoticeKind.ANSWERED_NO: (
            "{where} is answered no whenever it asks, whatever the nights: {others} cannot be read "
            "(last read: {since}), and a guest may have booked there. Link that listing again, or unlink it."
        ),
        NoticeKind.ANSWERED_AGAIN: "{where} is answered by the free nights again (began: {since}).",
        NoticeKind.NO_DEVICE: (
            "No device receives your alerts any more. Open channelsync on your phone and allow them."
        ),
        NoticeKind.MAIL_REFUSED: "Your e-mail address refuses our messages. Correct it in your preferences.",
        NoticeKind.INTERRUPTED: (
            "The service was interrupted (began: {since}, over: {at}). Nothing is lost: closed nights stayed closed, "
            "and everything is read again."
        ),
        NoticeKind.CLOCK_SET: (
            "The machine's clock has changed by {count} minutes (it was set, or the machine was asleep). "
            "Everything is read again. Check the machine's time."
        ),
        NoticeKind.NO_PHRASE: (
            "No backup is made, because there is no recovery phrase. "
            "Run channelsync backup --init once, and write the phrase down."
        ),
    },
    closed="Closed in our calendars for {others}.",
    proven="Already read by {proven}.",
    still_open="Can still be booked on {open_on}.",
    asked="We ask {asked} to close.",
    accepted="Already accepted by {accepted}.",
    opened="Open again in our calendars for {others}.",
    asked_open="We ask {asked} to open.",
    by_api={
        NoticeKind.PROVEN: (
            "Closing accepted by {where}",
            "Closing accepted by {where} {since}: {nights}.",
        ),
        NoticeKind.REOPENED: (
            "Reopening accepted by {where}",
            "Reopening accepted by {where} {since}: {nights}.",
        ),
    },
    shown=("Closed on {where}", "{where} shows these dates as closed {since}: {nights}."),
)
_WORDS: Final = {"fr": _FRENCH, "en": _ENGLISH}
