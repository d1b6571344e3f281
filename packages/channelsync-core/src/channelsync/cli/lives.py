"""What `simulate` found, as pages for people: what was played, how long things took, the laws, and the verdict last.

A law that was broken is told with its seed, and with the shortest history that still breaks it: what was done, what the
platforms know, and what channelsync itself says of the night.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channelsync.cli import paint
from channelsync.cli.simulated import MEDIAN, MOST_OF_THEM, laws, platforms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.cli.simulated import Result
    from channelsync.cli.voice import Voice
    from channelsync.testing.world import Breach, Durations, Shrunk, Tally

__all__ = ["hazards", "shown"]

_HOUR, _DAY = 60, 24 * 60
_TOLD_LIVES: Final = 5
"""So many lives that broke a law are told one by one; of the others, the seeds."""
_TOLD_BREACHES: Final = 3
_SUREST_FIRST: Final = "certain", "probable", "possible"
"""The certainties of a conflict; the words are the same in both languages."""

_LAWS: Final = {
    "no lost night": ("aucune nuit perdue", "vendue et vue, elle est fermée ailleurs", "sold and seen, it is closed"),
    "no wrong opening": ("aucune ouverture à tort", "rien de vendu n’est rouvert", "nothing sold is opened again"),
    "no ghost": ("aucun fantôme", "à la fin, rien d’autre n’est fermé", "in the end, nothing else is closed"),
    "no ping-pong": ("aucun va-et-vient", "peu de versions publiées", "few calendars are published"),
    "no missed conflict": ("aucun double oublié", "dit dès qu’il se voit", "told once it can be seen"),
    "no false certain conflict": ("aucun faux certain", "« certain » est vrai", "“certain” is true"),
    "no notice lost": ("aucun avis perdu", "même arrêté en plein vol", "even when killed midway"),
    "short cut equal": ("raccourcis exacts", "une lecture sautée ne change rien", "a look left out changes nothing"),
    "no message forgotten": ("aucun message oublié", "confirmé une fois noté", "acknowledged once it is kept"),
    "no internal error": ("aucune erreur interne", "aucune vie n’échoue", "no life fails"),
}
_CAUSES: Final = {
    "brake": "frein : trop a disparu",
    "release tier": "preuve attendue",
    "suspicion": "à clarifier",
    "a claim still shown": "encore affiché",
    "release hold": "un voyageur possible derrière un écho",
    "not seen yet": "pas encore lu",
    "nothing any more": "plus rien",
    "a guest behind what looks like our own closing": "un voyageur derrière nos dates renvoyées",
    "a guest within the part of a calendar that is not open": "un voyageur dans le calendrier non ouvert",
}
_FAULTS: Final = {
    "empty": "calendrier valide et vide, jusqu’à trois heures",
    "partial": "calendrier valide qui a perdu des dates, jusqu’à une demi-heure",
    "truncated": "calendrier coupé",
    "html_login": "page de connexion, avec le statut 200",
    "json_error": "erreur en JSON, avec le statut 200",
    "http_500": "erreur du serveur",
    "http_403": "accès refusé",
    "http_429": "« ralentissez », avec un Retry-After",
    "stale": "vieille copie du calendrier, avec son vieux DTSTAMP",
    "slow": "réponse en 45 secondes",
    "reissued_uids": "tous les UID sont nouveaux",
    "regrouped": "séjours fusionnés qui se séparent, et l’inverse",
    "deaf": "la plateforme ne lit plus nos calendriers, jusqu’à deux jours",
    "stale_proxy": "une vieille copie de notre calendrier lui est servie",
    "late_import": "ce qu’elle lit ne prend effet que des heures plus tard",
    "echo": "nos fermetures reviennent dans son calendrier",
    "cached_export": "calendrier réécrit toutes les heures ou deux seulement",
    "rolling": "calendrier non ouvert, fenêtre ou délai de réservation qui glisse",
    "direct_links": "plateformes déjà reliées entre elles avant nous",
    "untyped": "aucune plateforme ne distingue voyageurs et fermetures",
    "race": "un second voyageur achète avant que la plateforme nous ait lus",
    "resale": "des nuits annulées sont revendues dans les heures qui suivent",
    "owner_there": "l’hôte ferme des dates sur une plateforme, puis les rouvre",
    "owner_here": "l’hôte bloque ici, ou saisit un séjour",
    "hints": "une annonce dont les changements nous sont signalés",
    "lost_hint": "un signal n’arrive jamais",
    "repeated_hint": "un signal arrive plusieurs fois",
    "late_hint": "un signal arrive en retard, après d’autres",
    "kill": "notre processus est tué entre deux effets, puis relancé",
    "down": "notre machine est éteinte, de minutes à deux jours",
    "restore": "notre base revient à la sauvegarde de la veille",
    "clock": "notre horloge saute, puis revient",
    "api_routes": "une annonce reliée à l’API de sa plateforme",
    "api_leaves_closed": "la plateforme laisse fermées les nuits d’un client qui annule",
    "api_reopening_told": "nous savons qu’elle les rouvre elle-même",
    "api_read_away": "lire une réservation en attente la retire",
    "api_unpaid": "un client accepté renonce",
    "api_unheard": "notre réponse à une question n’arrive jamais",
    "api_error": "500 au lieu de réponses, jusqu’à six heures",
    "api_unavailable": "l’API est en panne, jusqu’à deux jours",
    "api_throttled": "il faut ralentir, jusqu’à deux heures",
    "api_html": "une page au lieu de réponses, avec le statut 200",
    "api_truncated": "des réponses coupées au milieu",
    "api_empty_body": "des réponses vides, avec le statut 200",
    "api_nothing": "des réponses valides qui ne montrent rien",
    "api_stale": "l’API montre un état ancien, jusqu’à une demi-heure",
    "api_refused": "401 quel que soit le jeton, jusqu’à douze heures",
    "api_tokens": "plus aucun jeton, jusqu’à un jour",
    "api_answer_lost": "écritures faites, réponses perdues",
    "api_partly": "seule la première nuit, ou le premier message, est prise",
    "api_call_lost": "des appels qui ne viennent jamais",
    "api_call_twice": "des appels faits deux fois",
    "api_call_late": "des appels faits une heure trop tard",
    "api_calls_swapped": "des appels faits après ceux qui les suivent",
}


def hazards(shell: Shell) -> Iterator[RenderableType]:
    """Yield the table of faults."""
    from channelsync.testing.world import HAZARDS
    from channelsync.testing.world.hazards import Measure

    say = shell.voice
    for measure, title in (
        (Measure.MONTHLY, say("Fois par logement et par mois", "Times in thirty days of a lodging")),
        (Measure.SHARE, say("Part de ceux qui l’ont, de 0 à 1", "Share that has it, from 0 to 1")),
    ):
        rows = [
            (one.name, _number(say, one.rate), say(_FAULTS.get(one.name, one.what), one.what))
            for one in HAZARDS.values()
            if one.measure is measure
        ]
        yield paint.section(title, paint.table(rows, right=(1,), whole=(0, 1)))
    examples = [(f"channelsync simulate --faults {words}",) for words in ("all,kill=20,echo=1", "all,apis")]
    yield paint.section(say("Exemples", "Examples"), paint.table(examples))


def shown(shell: Shell, result: Result) -> Iterator[RenderableType]:
    """Yield everything, the verdict last: it is what is left on the screen."""
    tally = result.harvest.tally
    yield from _overview(shell, result)
    if tally.faults:
        yield from _faults(shell, tally)
    yield from _times(shell, tally)
    yield from _doubles(shell.voice, tally)
    yield from _idle(shell.voice, tally)
    yield from _verdict(shell, result)


def _overview(shell: Shell, result: Result) -> Iterator[RenderableType]:
    say, tally = shell.voice, result.harvest.tally
    lives = say.count(tally.lives, say("vie", "life"), say("vies", "lives"))
    last = result.seed + max(tally.lives - 1, 0)
    seeds = f"{result.seed} → {last}" if last > result.seed else f"{result.seed}"
    days = say.count(result.days, say("jour", "day"), say("jours", "days"))
    yield paint.heading(say(f"{lives} de {days} d’un logement", f"{lives} of a lodging, {days} each"))
    years, events, speed = _number(say, tally.property_years), _whole(say, tally.events), _whole(say, result.speed)
    share = _percent(say, tally.left_out, tally.looks)
    rows = [
        (say("graines", "seeds"), seeds),
        (say("durée simulée", "simulated"), say(f"{years} années de logement", f"{years} property-years")),
        (
            say("événements", "events"),
            say(
                f"{events} en {_seconds(say, result.seconds)}, {speed} par seconde",
                f"{events} in {_seconds(say, result.seconds)}, {speed} a second",
            ),
        ),
        (
            say("voyageurs", "guests"),
            ", ".join(
                f"{_whole(say, number)} {what}{'s' * (number > 1)}{more}"
                for number, what, more in (
                    (tally.reservations, say("réservation", "reservation"), ""),
                    (tally.cancellations, say("annulation", "cancellation"), ""),
                    (tally.moves, say("changement", "date change"), say(" de dates", "")),
                )
            ),
        ),
        (
            say("lectures", "looks"),
            say(
                f"{_whole(say, tally.looks)}, dont {share} sans rien de neuf ; {_whole(say, tally.proved)} de celles-ci"
                " refaites en entier",
                f"{_whole(say, tally.looks)}, {share} with nothing new; {_whole(say, tally.proved)} of these made again"
                " in full",
            ),
        ),
    ]
    yield paint.table(rows, whole=(0,))


def _faults(shell: Shell, tally: Tally) -> Iterator[RenderableType]:
    """Yield the faults that were met, in as many columns as there is room for."""
    say = shell.voice
    cells = [(name, _whole(say, times)) for name, times in sorted(tally.faults.items(), key=lambda one: (-one[1], one))]
    wide = max(2, min(4, shell.out.width // 24))
    rows: list[list[str]] = []
    for at in range(0, len(cells), wide):
        row = cells[at : at + wide]
        row += [("", "")] * (wide - len(row))
        rows.append([text for cell in row for text in cell])
    total = _whole(say, tally.faults.total())
    title = say(f"Pannes : {total}", f"Faults: {total}")
    yield paint.section(title, paint.table(rows, right=range(1, 2 * wide, 2), whole=range(2 * wide)))


def _times(shell: Shell, tally: Tally) -> Iterator[RenderableType]:
    """Yield how long what matters took."""
    say = shell.voice
    windows = [
        (say("encore réservable sur ", "still bookable on ") + shell.title(where), spans)
        for where, spans in platforms(tally).items()
    ]
    ours = [
        (say("fermé dans nos calendriers", "closed in our calendars"), tally.closing),
        (say("rouvert dans nos calendriers", "opened in our calendars"), tally.opening),
        (say("double réservation dite", "double booking told"), tally.noticing),
    ]
    rows = [_row(say, what, spans) for what, spans in (*windows, *ours) if spans.count]
    if rows:
        yield paint.section(say("Combien de temps", "How long"), _spans(say, rows))


def _idle(say: Voice, tally: Tally) -> Iterator[RenderableType]:
    """Yield what caution costs."""
    found = sorted(tally.kept.items(), key=lambda one: -one[1].count)
    rows = [_row(say, say(_CAUSES.get(why, why), why), spans) for why, spans in found if spans.count]
    if rows:
        title = say("Nuits fermées plus longtemps que nécessaire", "Nights closed for longer than needed")
        yield paint.section(title, _spans(say, rows))


def _spans(say: Voice, rows: list[tuple[str, str, str, str, str]]) -> RenderableType:
    head = say("|fois|médiane|95 %|maximum", "|times|median|95%|maximum").split("|")
    return paint.table(rows, head=head, right=(1, 2, 3, 4), whole=(1, 2, 3, 4))


def _row(say: Voice, what: str, spans: Durations) -> tuple[str, str, str, str, str]:
    values = spans.percentile(MEDIAN), spans.percentile(MOST_OF_THEM), spans.longest
    median, most, longest = (_minutes(say, value) for value in values)
    return what, _whole(say, spans.count), median, most, longest


def _doubles(say: Voice, tally: Tally) -> Iterator[RenderableType]:
    """Yield the double bookings: those that existed, and what was told of them."""
    rows = [(say("existaient", "existed"), _whole(say, tally.real_conflicts), "")]
    rows.append((say("trouvées", "found"), _whole(say, tally.found.total()), _certainties(say, tally.found)))
    rows += [
        (say("indécidables", "undecidable"), _whole(say, times), say(_CAUSES.get(why, why), why))
        for why, times in sorted(tally.undecidable.items())
    ]
    false = tally.false_conflicts
    rows.append((say("dites à tort", "told wrongly"), _whole(say, false.total()), _certainties(say, false)))
    yield paint.section(say("Doubles réservations", "Double bookings"), paint.table(rows, right=(1,), whole=(0, 1)))


def _certainties(say: Voice, counts: Mapping[str, int]) -> str:
    """Return how many there are of each certainty, the surest first."""
    return ", ".join(f"{_whole(say, counts[how])} {how}" for how in _SUREST_FIRST if counts.get(how))


# -- the verdict -------------------------------------------------------------------------------------------------------


def _verdict(shell: Shell, result: Result) -> Iterator[RenderableType]:
    say, harvest = shell.voice, result.harvest
    tally = harvest.tally
    yield paint.section(say("Lois", "Laws"), paint.table([_law(say, law, tally.broken[law]) for law in laws(tally)]))
    if tally.hidden_openings:
        nights = say.length(tally.hidden_openings)
        yield paint.line(
            say(
                f"  {nights} ouvertes par leur propre plateforme, un voyageur étant caché ailleurs : comptées",
                f"  {nights} opened by their own platform while a guest was hidden elsewhere: only counted",
            ),
            paint.QUIET,
        )
    if tally.left_in_doubt:
        times = _whole(say, tally.left_in_doubt)
        yield paint.line(
            say(
                f"  {times} fois, un voyageur ne se distinguait pas d'une copie sur une annonce fermée : compté",
                f"  {times} times a guest could not be told from a copy, on a listing shown closed: only counted",
            ),
            paint.QUIET,
        )
    if harvest.broken:
        yield from _broken(shell, result)
    lives = say.count(tally.lives, say("vie", "life"), say("vies", "lives"))
    broken = len(harvest.broken)
    if harvest.interrupted:
        yield paint.section(say("Interrompu : seules ces vies ont été jouées.", "Interrupted: only these were played."))
    if not tally.lives:
        return
    if not broken:
        yield paint.Text()
        yield paint.line(say(f"Toutes les lois ont tenu, sur {lives}.", f"Every law held, in {lives}."), paint.GOOD)
        return
    yield paint.Text()
    text = say(f"Une loi est enfreinte dans {broken} vies sur {tally.lives}.", f"{broken} of {lives} broke a law.")
    yield paint.line(text, paint.ALARM)


def _law(say: Voice, law: str, broken: int) -> tuple[paint.Text, str, paint.Text]:
    french, why_french, why = _LAWS.get(law, (law, "", ""))
    mark = paint.line("✗", paint.ALARM) if broken else paint.line("✓", paint.GOOD)
    times = say(f"enfreinte {broken} fois", f"broken {say.count(broken, 'time', 'times')}")
    told = paint.line(times, paint.ALARM) if broken else paint.line(say(why_french, why), paint.QUIET)
    return mark, say(french, law), told


def _broken(shell: Shell, result: Result) -> Iterator[RenderableType]:
    """Yield the lives that broke a law: those that were shortened in full, of the others a few, then only seeds."""
    say = shell.voice
    lives = sorted(result.harvest.broken, key=lambda one: one.script.seed not in result.shrunk)
    for one in lives[:_TOLD_LIVES]:
        seed = one.script.seed
        rows = [("✗", _told(say, breach)) for breach in one.breaches[:_TOLD_BREACHES]]
        if len(one.breaches) > _TOLD_BREACHES:
            rows.append(
                ("", say.count(len(one.breaches) - _TOLD_BREACHES, *say("autre|autres", "more|more").split("|")))
            )
        rows.append(("$", result.again(seed)))
        yield paint.section(say(f"Graine {seed}", f"Seed {seed}"), paint.table(rows))
        if seed in result.shrunk:
            yield from _short(shell, result.shrunk[seed])
    if len(lives) > _TOLD_LIVES:
        seeds = ", ".join(str(one.script.seed) for one in lives[_TOLD_LIVES:])
        yield paint.section(say("Autres graines", "Other seeds"), paint.table([(seeds,)]))


def _told(say: Voice, breach: Breach) -> str:
    """Return a breach in one line: which law, when (UTC), where, what."""
    law = say(_LAWS.get(breach.law, (breach.law,))[0], breach.law)
    _, _, what = str(breach).partition(": ")
    return " · ".join(part for part in (law, f"{breach.at:%Y-%m-%d %H:%M}", breach.listing or "", what) if part)


def _short(shell: Shell, one: Shrunk) -> Iterator[RenderableType]:
    """Yield a shortened life: what is in it, its history, what is so, and what we say of it."""
    say = shell.voice
    acts = say.count(len(one.script.acts), say("acte", "act"), say("actes", "acts"))
    plays = say.count(one.plays, say("essai", "play"), say("essais", "plays"))
    days = say.count(one.script.days, say("jour", "day"), say("jours", "days"))
    more = "" if one.whole else say(", arrêtés avant la fin", ", ended early")
    title = say("L’histoire la plus courte", "The shortest history")
    yield _part(f"{title} : {acts}, {days} ({plays}{more})" if say.language == "fr" else f"{title}: {acts}, {days}")
    yield _rows(*(("", line) for line in one.roles))
    yield _rows(*one.acts)
    yield _part(say("Ce qui s’y passe (UTC)", "What happens (UTC)"))
    yield _rows(*one.history)
    if one.truth:
        yield _part(say("Ce que savent les plateformes", "What the platforms know"))
        yield _rows(*((line[:10], line[11:]) for line in one.truth))
    names = {str(plugin.name): say(plugin.title, plugin.title_en) for plugin in shell.channels.plugins}
    if one.explanations:
        yield _part(say("Ce que nous en disons", "What we say of it"))
        for line in one.chain(say.language, names):
            yield _rows(("·", line.strip())) if line.startswith(" ") else paint.line(f"    {line}")


def _part(title: str) -> RenderableType:
    return paint.section(f"  {title}")


def _rows(*rows: tuple[str, str]) -> RenderableType:
    """Return rows of two columns, a little further in; dimmed in the first."""
    from rich.padding import Padding

    cells = [(paint.line(when, paint.QUIET), what) for when, what in rows]
    return Padding(paint.table(cells, whole=(0,)), (0, 0, 0, 2), expand=False)


# -- numbers -----------------------------------------------------------------------------------------------------------


def _minutes(say: Voice, minutes: int | None) -> str:
    """Return a duration as people say it: ``45 min``, ``2 h 10``, ``1 j 4 h``."""
    if minutes is None:
        return "—"
    if minutes < _HOUR:
        return f"{minutes} min" if minutes else "< 1 min"
    days, rest = divmod(minutes, _DAY)
    hours, left = divmod(rest, _HOUR)
    if not days:
        return f"{hours} h {left:02}" if left else f"{hours} h"
    day = say("j", "d")
    return f"{days} {day} {hours} h" if hours else f"{days} {day}"


def _seconds(say: Voice, seconds: float) -> str:
    if seconds < _HOUR:
        return f"{_number(say, seconds)} s"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02}" if whole < _HOUR * 60 else _minutes(say, whole // 60)


def _whole(say: Voice, number: float) -> str:
    """Return a whole number with its thousands apart."""
    return f"{round(number):,}".replace(",", say("\u00a0", ","))


def _number(say: Voice, number: float) -> str:
    """Return a number with at most two digits after the point."""
    text = f"{number:.2f}" if number < 10 else f"{number:.1f}"  # noqa: PLR2004 - three digits say enough
    return text.rstrip("0").rstrip(".").replace(".", say(",", "."))


def _percent(say: Voice, part: float, whole: float) -> str:
    share = _number(say, round(100 * part / whole, 1) if whole else 0.0)
    return say(f"{share}\u00a0%", f"{share}%")
