"""`audit verify`, `audit show`: who did what that matters, and whether anybody has changed that since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes
from channelsync.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channelsync.cli.shell import Shell

__all__ = ["add"]

_ACT: Final = 1
_MOST: Final = 100_000
_FRENCH: Final[Mapping[str, str]] = {
    "account added": "compte ajouté",
    "account reconnected": "compte reconnecté",
    "account refused": "compte refusé par la plateforme",
    "address changed": "adresse de connexion changée",
    "apprise": "autre service d’alerte",
    "backup made": "sauvegarde faite",
    "block ended": "blocage terminé",
    "conflict dismissed": "double réservation : déjà au courant",
    "device": "appareil",
    "direct links removed": "liens directs retirés",
    "disappearance confirmed": "disparition confirmée",
    "dismissal taken back": "double réservation : de nouveau signalée",
    "feed address cut": "adresse du calendrier coupée",
    "feed address read: the earlier ones ended": "adresse du calendrier lue : les précédentes ne répondent plus",
    "feed address replaced": "adresse du calendrier remplacée",
    "feed reader named": "lecteur du calendrier reconnu ou écarté",
    "feed removed from its platform": "calendrier retiré de la plateforme",
    "hook closed": "adresse d’appel fermée",
    "hook opened": "adresse d’appel ouverte",
    "identity linked": "compte d’un autre service relié",
    "identity unlinked": "compte d’un autre service retiré",
    "key rotation begun": "changement de clé commencé",
    "keys rotated": "clé changée",
    "listing linked": "annonce reliée",
    "listing read by another link": "annonce lue par un autre lien",
    "listing unlinked": "annonce retirée",
    "listing's settings changed": "réglages de l’annonce modifiés",
    "mail forgotten": "mails oubliés",
    "mail taught": "mails appris",
    "new recovery codes": "nouveaux codes de secours",
    "nights blocked": "dates bloquées",
    "owner added": "propriétaire ajouté",
    "owner reset": "nouveau code de connexion",
    "passkey added": "clé d’accès ajoutée",
    "passkey refused: its count went back": "clé d’accès refusée : son compteur est revenu en arrière",
    "passkey removed": "clé d’accès retirée",
    "password changed": "mot de passe changé",
    "password reset": "mot de passe choisi de nouveau",
    "password reset asked for": "nouveau mot de passe demandé",
    "preferences": "préférences",
    "question answered": "question répondue",
    "recovery code used": "code de secours utilisé",
    "recovery phrase made": "phrase de récupération créée",
    "reservation ended": "réservation annulée",
    "reservation entered": "réservation saisie",
    "restored": "restauré d’une sauvegarde",
    "owner deleted": "propriétaire effacé",
    "language": "langue",
    "data exported": "données emportées",
    "second step turned off": "deuxième étape désactivée",
    "second step turned on": "deuxième étape activée",
    "signed in": "connexion",
    "signed in with a code": "connexion avec un code",
    "signed out": "déconnexion",
    "signed out everywhere": "déconnexion partout",
    "unit added": "logement ajouté",
    "unit changed": "logement modifié",
    "unit retired": "logement retiré",
}
"""What the trail says, as people say it; what is not known here stays as it is."""


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(
        commands.add("audit", None, "show the audit trail, and check that it is whole"), title="verbs", dest="verb"
    )
    verbs.add("verify", verify, "follow the audit trail from its first line to its last")
    shown = verbs.add("show", show, "show who did what")
    shown.add_argument("--since", metavar="ISO8601", type=options.argument(options.moment), help="only from then on")


def verify(shell: Shell) -> int:
    """Verify the trail."""
    say = shell.voice
    with shell.manager() as manager:
        try:
            lines, problem, advice = manager.verify_audit(), None, None
        except AuditError as error:
            lines, problem, advice = None, str(error), error.advice
    document = {"ok": problem is None, "lines": lines, "problem": problem, "advice": advice}
    if problem is None:
        count = say.count(lines or 0, say("ligne", "line"), say("lignes", "lines"))
        text = say(f"Le journal est intact : {count}.", f"The audit trail is whole: {count}.")
        shell.answer(document, paint.line(text, paint.GOOD))
        return 0
    shown = (paint.line(say.why(problem), paint.ALARM), paint.line(f"→ {say.why(advice or '')}"))
    shell.answer(document, *shown)
    return _ACT


def show(shell: Shell) -> int:
    """Show the trail."""
    with shell.manager() as manager:
        lines = manager.audit_lines(since=shell.args.since, limit=_MOST)
    document = [
        {
            "seq": one.seq,
            "at": shapes.moment(one.at),
            "actor": one.actor,
            "what": one.what,
            "details": dict(one.details),
            "hash": one.hash,
        }
        for one in lines
    ]
    rows = [
        (
            shell.voice.moment(one.at, "UTC"),
            one.actor,
            f"{shell.voice(_FRENCH.get(one.what, one.what), one.what)}\n{_details(one.details)}".rstrip(),
        )
        for one in lines
    ]
    none = paint.line(shell.voice("Rien n’est encore noté.", "Nothing is on record yet."), paint.QUIET)
    head = shell.voice("quand (UTC)|qui|quoi", "when (UTC)|who|what").split("|")
    shell.answer(document, paint.table(rows, head=head, whole=(0,)) if rows else none)
    return 0


def _details(details: Mapping[str, object]) -> str:
    """Return what a line is about, as names and values."""
    return ", ".join(f"{name} {_value(value)}" for name, value in details.items())


def _value(value: object) -> str:
    """Return a value as text; a list without the signs that only programs need."""
    text = str(value)
    return text.translate({ord(sign): None for sign in "[]'"}) if text.startswith("[") else text
