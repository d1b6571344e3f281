"""What is said once after a change, and how it is undone: sentences by key, because nothing else is believed of a link.

A page that changes something sends on to another with such a key in its address; whatever is no key says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final
from urllib.parse import quote

from attrs import frozen

__all__ = ["SAYINGS", "Saying", "Toast"]


@final
@frozen
class Toast:
    """A saying as a page shows it: English text, and the path that a click on "undo" posts to, or nothing."""

    text: str
    undo: str = ""


@final
@frozen
class Saying:
    """A sentence in English; ``undo`` is a path with ``{about}`` for what it was done to, empty where there is none."""

    text: str
    undo: str = ""

    def shown(self, about: str) -> Toast:
        """Return it for one thing."""
        return Toast(self.text, self.undo.format(about=quote(about, safe="")) if self.undo and about else "")


SAYINGS: Final[Mapping[str, Saying]] = {
    "block-undone": Saying("The block is undone: the platforms open these dates at their next reading."),
    "device-added": Saying("This device alerts you from now on."),
    "device-removed": Saying("The device is removed: it receives nothing any more."),
    "trial-sent": Saying("The trial is on its way: it shows within seconds."),
    "bloque": Saying("Dates blocked: they are closing on every platform.", undo="/calendrier/annuler/{about}"),
    "reserve": Saying("Reservation entered: it is closing elsewhere.", undo="/calendrier/annuler/{about}"),
    "change": Saying("Changed: the platforms read it with our calendar."),
    "debloque": Saying("Dates unblocked: the platforms open them when they read.", undo="/calendrier/remettre/{about}"),
    "annule": Saying("Reservation cancelled.", undo="/calendrier/remettre/{about}"),
    "defait": Saying("Undone."),
    "conflict-dismissed": Saying("Noted: this is no double booking.", undo="/conflits/{about}/reprendre"),
    "conflict-back": Saying("Shown again as a double booking."),
    "remis": Saying("Back as it was."),
    "address-changed": Saying("From now on you sign in with the new address."),
    "identity-linked": Saying("Linked: you can sign in with that account now."),
    "identity-unlinked": Saying("Removed: that account opens nothing here any more."),
    "passkey-added": Saying("Passkey kept: you can sign in with this device now."),
    "passkey-removed": Saying("Passkey removed: that device opens nothing here any more."),
    "password-changed": Saying("Password changed: every other browser is signed out."),
    "second-step-off": Saying("No code is asked for any more."),
    "signed-out": Saying("Signed out there."),
    "wishes-kept": Saying("Kept: from now on you are told that way."),
    "service-kept": Saying("The service is kept: send a trial to see whether it works."),
    "service-removed": Saying("The service is removed."),
    "compte": Saying("The account is kept."),
    "relie": Saying("Linked, and read for the first time."),
    "lu": Saying("Read just now."),
    "confirme": Saying("Confirmed: these dates open where nothing else takes them."),
    "reconnecte": Saying("Connected again: nothing was lost."),
    "reglages": Saying("Settings saved."),
    "remplace": Saying("Here is the new link; the earlier one answers until this one is read."),
    "coupe": Saying("The earlier link answers no more: paste this one now."),
    "lecteur": Saying("Noted."),
    "rien-de-plus": Saying("Noted: our calendars no longer wait for that listing, and what is known stays closed."),
    "retire-garde": Saying("Unlinked: its future stays remain closed elsewhere."),
    "retire-ouvert": Saying("Unlinked: its dates open elsewhere where nothing else takes them."),
    "lien-retire": Saying("Noted: this address answers nothing any more."),
    "repondu": Saying("Your answers are recorded."),
    "liens-retires": Saying("Noted: we watch closely for two days."),
    "pas-encore": Saying("Not yet: wait until every platform has read your dates."),
    "logement": Saying("Lodging saved."),
    "arrete": Saying("This lodging is in nobody's hands but yours now."),
    "joue-reserve": Saying("Booked there: watch it close elsewhere."),
    "joue-annule": Saying("Cancelled there: its nights open again once we are sure."),
    "joue-panne": Saying("It answers with errors from now on: nothing opens."),
    "joue-retour": Saying("It answers again."),
    "joue-avance": Saying("Time has passed."),
}
