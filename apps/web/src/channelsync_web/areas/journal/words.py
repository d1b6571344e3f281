"""The names of what the journal can show, and what the lines of the audit trail say."""

from __future__ import annotations

from collections.abc import Mapping

from channelsync.ledger import AuditLine
from channelsync.nights import Stay
from channelsync_web.speech import Say

__all__ = ["act", "kinds"]


def kinds(say: Say) -> tuple[str, ...]:
    """Return the choices of the filter, in the order of `channelsync_web.areas.journal.forms.KINDS`."""
    return (
        say("Everything that changed something"),
        say("Dates taken and freed"),
        say("Closings and their proof"),
        say("Troubles"),
        say("Each reading"),
        say("Each visit of a platform"),
    )


def act(line: AuditLine, names: Mapping[str, str], say: Say) -> str:
    """Return what a line of the audit trail says was done; what is not known here stays as it is.

    ``names`` are the lodgings' names, by their ids and by those of their listings.
    """
    words = _acts(say).get(line.what, line.what)
    stay, channel = line.details.get("stay"), line.details.get("channel")
    if isinstance(stay, str) and "/" in stay:
        words = say("{words}: {nights}", words=words, nights=say.stay(Stay.parse(stay)))
    elif isinstance(channel, str):
        words = say("{words}: {nights}", words=words, nights=say.platform(channel))
    named = [names.get(str(line.details.get(key, "")), "") for key in ("unit", "listing")]
    where = next((one for one in named if one), "")
    return f"{words} – {where}" if where else words


def _acts(say: Say) -> dict[str, str]:
    return {
        "account added": say("Account connected"),
        "account granted": say("Access granted by the platform"),
        "account reconnected": say("Account connected anew"),
        "account refused": say("Access refused by the platform"),
        "apprise": say("Another way of alerts set"),
        "block ended": say("Dates unblocked"),
        "calendar added to a listing": say("Calendar link added to a listing"),
        "conflict dismissed": say("Marked as no double booking"),
        "device": say("Devices for alerts changed"),
        "direct links removed": say("Direct links between the platforms removed"),
        "disappearance confirmed": say("Disappearance confirmed"),
        "dismissal taken back": say("Shown again as a double booking"),
        "feed address cut": say("Address of a calendar cut"),
        "feed address read: the earlier ones ended": say("New address of a calendar read: the earlier ones ended"),
        "feed address replaced": say("Address of a calendar replaced"),
        "feed reader named": say("Reader of a calendar named"),
        "feed removed from its platform": say("Our link removed from a platform"),
        "hook closed": say("Address for signals closed"),
        "hook opened": say("Address for signals opened"),
        "listing linked": say("Listing linked"),
        "listing unlinked": say("Listing unlinked"),
        "mail forgotten": say("Learned mails forgotten"),
        "mail taught": say("Mails of a platform learned"),
        "nights blocked": say("Dates blocked"),
        "owner added": say("Account created"),
        "owner reset": say("New code to sign in"),
        "preferences": say("Preferences changed"),
        "question answered": say("Question answered"),
        "reservation ended": say("Reservation cancelled"),
        "reservation entered": say("Reservation entered"),
        "signed in with a code": say("Signed in with a code"),
        "address changed": say("E-mail address changed"),
        "identity linked": say("Sign-in by another service linked"),
        "identity unlinked": say("Sign-in by another service removed"),
        "listing read by another link": say("Listing read by another link"),
        "new recovery codes": say("New recovery codes"),
        "passkey added": say("Passkey added"),
        "passkey refused: its count went back": say("Passkey refused: it may be a copy"),
        "passkey removed": say("Passkey removed"),
        "password changed": say("Password changed"),
        "password reset": say("Password set anew"),
        "password reset asked for": say("New password asked for by mail"),
        "recovery code used": say("Recovery code used"),
        "second step turned off": say("Second step of the sign-in turned off"),
        "second step turned on": say("Second step of the sign-in turned on"),
        "signed in": say("Signed in"),
        "signed out": say("Signed out"),
        "signed out everywhere": say("Signed out everywhere"),
        "listing's settings changed": say("Settings of a listing changed"),
        "block changed": say("Blocked dates changed"),
        "block made again": say("Dates blocked again"),
        "reservation changed": say("Reservation changed"),
        "reservation made again": say("Reservation entered again"),
        "unit added": say("Lodging added"),
        "unit retired": say("Lodging retired"),
        "unit changed": say("Lodging changed"),
    }
