"""`doctor --public`: does the installation stand in the world as a platform needs it.

It asks for the public name from this machine, so what it finds wrong is wrong; what it finds right may still be closed
to others. It says so where its own network keeps it from seeing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channelsync.cli.checked import Checked
from channelsync.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from channelsync.cli.shell import Shell
    from channelsync.engine.drive import Driver
    from channelsync.manager import Manager
    from channelsync.service.outside import Answered

__all__ = ["from_outside"]

_LATE: Final = 0.2
"""So much of a certificate's time left is late: Caddy renews with a third of it left (documented)."""
_INSIDE: Final = (".arpa", ".internal", ".lan", ".local", ".localhost")
"""Names that are for one network alone: nobody outside could look them up."""


def from_outside(shell: Shell) -> Iterator[Checked]:
    """Look at the name, the certificate, each way in, the clock, and what a server in the world should have."""
    config = Config.from_environment(shell.environ)
    yield from _settings(shell, config)
    yield _clock(shell)
    if not config.base_url.startswith("https://"):
        found = shell.voice(f"seule cette machine l’atteint : {config.base_url}", f"only here: {config.base_url}")
        yield Checked("name", "fail", found, "CHANNELSYNC_BASE_URL=https://...")
        return
    from channelsync.engine.address import AddressPolicy
    from channelsync.engine.drive import Driver

    with Driver(AddressPolicy(allow_private=True)) as driver, shell.manager() as manager:
        yield from _way_in(shell, config.base_url)
        yield from _answers(shell, manager, driver, config)
        for host in config.hosts:
            if "." in host and not host.endswith(_INSIDE):
                yield _former(shell, driver, host)


def _settings(shell: Shell, config: Config) -> Iterator[Checked]:
    """Tell what a machine in the world goes without only by choice."""
    say = shell.voice
    if config.backup is None:
        found = say("aucune sauvegarde quotidienne", "no daily backup")
        yield Checked("backup", "warn", found, "CHANNELSYNC_BACKUP")
    if config.smtp_url is None:
        found = say("pas d’e-mails : une panne ne se dira que sur l’écran", "no e-mails: trouble shows on screens only")
        yield Checked("messages", "warn", found, "CHANNELSYNC_SMTP_URL")


def _clock(shell: Shell) -> Checked:
    from channelsync.service.outside import clock_is_kept

    if clock_is_kept() is False:
        found = shell.voice("aucun serveur de temps ne la tient à l’heure", "no time server keeps it right")
        return Checked("clock", "warn", found, "apt-get install systemd-timesyncd")
    return Checked("clock", "ok", shell.voice("tenue par un serveur de temps", "kept by a time server"))


def _way_in(shell: Shell, base_url: str) -> Iterator[Checked]:
    """Look at what the name leads to, and at the certificate there."""
    from channelsync.service.outside import certificate_of, host_and_port, name_of

    say, (host, port) = shell.voice, host_and_port(base_url)
    led = name_of(host, port)
    if not led.addresses:
        found = say(f"{host} ne mène nulle part", f"{host} leads nowhere")
        advice = say("Donnez-lui un enregistrement A ou AAAA.", "Give it an A or AAAA record.")
        yield Checked("name", "fail", found, advice)
        return
    if led.fault:
        advice = say(
            "Les plateformes n’y arrivent pas : le nom doit mener à une adresse publique.",
            "No platform gets there: the name must lead to a public address.",
        )
        yield Checked("name", "fail", f"{host}: {say.why(led.fault)}", advice)
    else:
        yield Checked("name", "ok", f"{host} → {', '.join(led.addresses)}")
    shown = certificate_of(host, port)
    if shown.since is None or shown.until is None:
        advice = say("Le journal de Caddy dit pourquoi : journalctl -u caddy", "See why: journalctl -u caddy")
        none = say("aucune connexion chiffrée n’aboutit", "no encrypted connection comes about")
        yield Checked("certificate", "fail", say.why(shown.fault) or none, advice)
    else:
        yield _certificate(shell, shown.since, shown.until)


def _certificate(shell: Shell, since: datetime, until: datetime) -> Checked:
    """Judge a certificate's age by its own length: some hold for a year, some for a week."""
    say, left = shell.voice, until - shell.now
    days = say.count(max(left.days, 0), say("jour", "day"), say("jours", "days"))
    found = say(f"valable jusqu’au {until:%d/%m/%Y} ({days})", f"valid until {until:%Y-%m-%d} ({days})")
    if left < (until - since) * _LATE:
        advice = say("Il devrait être renouvelé : journalctl -u caddy", "It should be new by now: journalctl -u caddy")
        return Checked("certificate", "warn", found, advice)
    return Checked("certificate", "ok", found)


def _answers(shell: Shell, manager: Manager, driver: Driver, config: Config) -> Iterator[Checked]:
    """Look at what answers: where there is a calendar, at that; and at the ways in for others, where we serve them."""
    from channelsync.service.outside import Answered, calendar_answers, hook_answers, unknown_answers

    say, served = shell.voice, config.publish is None
    if served:
        yield _answered(shell, "address", unknown_answers(driver, config.base_url))
        yield _answered(shell, "hooks", hook_answers(driver, config.base_url))
    found = calendar_answers(manager, driver, config.base_url, served=served)
    if found is None:
        none = say("aucune adresse n’a encore été donnée", "no address has been given out yet")
        yield Checked("calendar", "ok", none, "channelsync feed-url ...")
    elif found[0] is Answered.RIGHT:
        yield Checked("calendar", "ok", say("le nôtre, lu de l’extérieur", "ours, read from outside"))
    else:
        yield _answered(shell, "calendar", found)


def _answered(shell: Shell, what: str, answer: tuple[Answered, str]) -> Checked:
    """Say what came of a request."""
    from channelsync.service.outside import Answered

    say, (came, why) = shell.voice, answer
    if came is Answered.RIGHT:
        return Checked(what, "ok", say("répond", "answers"))
    if came is Answered.WAITING:
        found = say("aucun calendrier n’est donné en ce moment", "no calendar is given out at present")
        return Checked(what, "warn", found, "channelsync doctor")
    if came is Answered.PAGE:
        found = say("une page répond au lieu de channelsync", "a page answers in place of channelsync")
        advice = say(
            "Dispensez /c/ et /hooks/ de toute connexion et de tout contrôle des robots.",
            "Exempt /c/ and /hooks/ from any sign-in and any check for robots.",
        )
        return Checked(what, "fail", found, advice)
    if came is Answered.ANOTHER:
        found = say("une autre installation répond à ce nom", "another installation answers by this name")
        return Checked(what, "fail", found, say("Vérifiez où mène le nom.", "Check where the name leads."))
    if came is Answered.STRANGE:
        found = say(f"une autre réponse que la nôtre ({why})", f"an answer that is not ours ({why})")
        advice = say("Vérifiez le serveur qui est devant : journalctl -u caddy", "Check the proxy: journalctl -u caddy")
        return Checked(what, "fail", found, advice)
    advice = say(
        "Si une autre machine l’atteint, votre routeur ne ramène pas chez lui sa propre adresse.",
        "If another machine can reach it, your router does not lead its own address back.",
    )
    return Checked(what, "fail", say.why(why), advice)


def _former(shell: Shell, driver: Driver, host: str) -> Checked:
    """Look at a further name under which the installation answers: an earlier one that platforms may still use."""
    from channelsync.service.outside import Answered, unknown_answers

    came, _ = unknown_answers(driver, f"https://{host}")
    if came in {Answered.RIGHT, Answered.WAITING}:
        return Checked(host, "ok", shell.voice("répond aussi", "answers as well"))
    found = shell.voice("ne répond pas, ou pas comme il faut", "does not answer, or not as it should")
    advice = shell.voice(
        "Gardez-le, avec son certificat, tant qu’une plateforme lit par lui : channelsync address",
        "Keep it, with its certificate, while a platform reads by it: channelsync address",
    )
    return Checked(host, "warn", found, advice)
