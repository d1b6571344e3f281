"""Settings: how an owner is told, the figures, the language, everything of theirs to take away, and leaving."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from attrs import evolve

import channelsync as cs
from channelsync.notices import NoticeKind
from channelsync.service.addresses import preferences_of
from channelsync.service.indicators import Indicator, measure
from channelsync.service.preferences import APPRISE, Preferences
from channelsync_web.areas.settings.figures import figures
from channelsync_web.areas.settings.kinds import GROUPS, OWN, chosen, wished
from channelsync_web.speech import Say
from tests.web.site import START, Site, as_typed

ALERTS = "/reglages/notifications"
LEAVE = "/reglages/donnees/effacer"
PAGES = ("", "/notifications", "/synchronisation", "/indicateurs", "/langue", "/donnees", "/donnees/effacer")


def wishes(site: Site, owner: str = "Camille") -> Preferences:
    """How an owner wants to be told."""
    with site.manager.ledger.reading() as tx:
        return preferences_of(tx, site.manager.owner(owner))[0]


def audited(site: Site) -> list[tuple[str, str]]:
    """Who did what."""
    return [(line.actor, line.what) for line in site.manager.audit_lines()]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_for_its_owner_alone(site: Site, page: str) -> None:
    """An owner sees each page in French, with or without lodgings; a stranger is sent to sign in."""
    browser = site.browser()
    for _ in range(2):
        answer = browser.get(f"/reglages{page}")
        assert answer.status_code == 200, answer.text
        assert '<html lang="fr">' in answer.text
        site.lodging() if not site.manager.units() else None
    assert site.browser(None).get(f"/reglages{page}").headers["location"].startswith("/connexion")


class TestAlerts:
    """How an owner is told."""

    def test_wishes_are_kept(self, site: Site) -> None:
        """What is chosen is kept for this owner alone, shown again, and leaves a line that says by whom."""
        site.owner("Zoé")
        chosen_ones = {
            "avis_reservations": "mail",
            "avis_preuves": "both",
            "avis_doubles": "",
            "courriel": "c@example.org",
        }
        form = {**chosen_ones, "calme": "1", "calme_de": "21", "calme_a": "8", "semaine": "1", "heure": "6"}
        browser = site.browser()
        answer = browser.post(ALERTS, data={**form, "fuseau": "Indian/Reunion"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{ALERTS}?dit=wishes-kept")
        kept = wishes(site)
        assert (kept.mail, kept.quiet_from, kept.quiet_until, kept.digest_hour) == ("c@example.org", 21, 8, 6)
        assert (kept.daily, kept.weekly, kept.timezone) == (False, True, "Indian/Reunion")
        assert kept.by["reservation"] == kept.by["dates_taken"] == ("mail",)
        assert "conflict_current" not in kept.by
        assert "c@example.org" in browser.get(ALERTS).text
        assert wishes(site, "Zoé").mail == ""
        assert (site.owner(), "preferences") in audited(site)

    def test_no_quiet_hours(self, site: Site) -> None:
        """Without the tick there are none, whatever hours stand beside it."""
        site.browser().post(ALERTS, data={"calme_de": "21", "calme_a": "8"})
        assert wishes(site).quiet_from == wishes(site).quiet_until

    @pytest.mark.parametrize(
        "form", [{"courriel": "nobody"}, {"courriel": "a" * 5000 + "@b.fr"}, {"heure": "25"}, {"fuseau": "Mars/Base"}]
    )
    def test_what_makes_no_sense_changes_nothing(self, site: Site, form: dict[str, str]) -> None:
        """It is said in French, with status 422, and what was kept stays."""
        browser = site.browser()
        before = wishes(site)
        answer = browser.post(ALERTS, data={"semaine": "1", **form})
        assert answer.status_code == 422
        assert "Rien n’a été modifié" in answer.text
        assert wishes(site) == before

    def test_wishes_from_the_command_line_stay(self, site: Site) -> None:
        """What the page cannot show is kept as it is, until the owner chooses anew."""
        known = Preferences(by={"reservation": ("mail",), "interrupted": ("push", "apprise")})
        groups = {group.key: group for group in GROUPS}
        assert chosen(groups["reservations"], known) == OWN
        assert wished({"reservations": OWN}, known) == known.by
        assert wished({"reservations": "", "service": "nonsense"}, known) == {"interrupted": ("push", "apprise")}

    def test_every_kind_has_its_place(self) -> None:
        """No kind of notice is left out of the choice, and none is in two groups."""
        every = [kind for group in GROUPS for kind in group.kinds]
        assert sorted(kind.value for kind in every) == sorted(kind.value for kind in NoticeKind)

    def test_another_service_is_never_shown_again(self, site: Site) -> None:
        """Its address is sealed: the page says that there is one; a wrong one is refused; it can be removed."""
        browser = site.browser()
        assert browser.post(f"{ALERTS}/service", data={"adresse": "ntfys://hush"}).status_code == 303
        assert "hush" not in browser.get(ALERTS).text
        assert browser.post(f"{ALERTS}/service", data={"adresse": "hush"}).status_code == 422
        with site.manager.ledger.reading() as tx:
            assert tx.secret(APPRISE, site.owner()) is not None
        browser.post(f"{ALERTS}/service", data={"retirer": "1"})
        with site.manager.ledger.reading() as tx:
            assert tx.secret(APPRISE, site.owner()) is None

    def test_a_trial_says_what_came_of_it(self, site: Site) -> None:
        """Where nobody can be reached yet, that is said; too many trials are refused."""
        browser = site.browser("Trial")
        assert "aucun moyen de vous joindre" in browser.post(f"{ALERTS}/essai").text
        answers = [browser.post(f"{ALERTS}/essai").status_code for _ in range(7)]
        assert answers[-1] == 429


class TestFigures:
    """The indicators."""

    def test_too_little_is_not_judged(self) -> None:
        """A share of a few says more about chance than about us; nothing at all is said to be nothing."""
        say = Say("fr", START, {})
        few = [Indicator("synchronised", 2, 0.5), *(Indicator(name, 0) for name in _NAMES[1:])]
        found = figures(few, [], say)
        assert not [one for one in found if one.verdict]
        assert as_typed(found[0].basis) == "2 réservations : trop peu pour juger"
        assert found[1].basis == "Rien à mesurer pour l’instant"

    def test_aims(self) -> None:
        """Each aim of the product is judged where there is enough; nothing is rounded up to perfection."""
        say = Say("fr", START, {})
        good = [
            Indicator("synchronised", 10, 0.8),
            Indicator("looks", 1000, 0.049),
            Indicator("messages", 10, 0.0),
            Indicator("closed", 10, None, 1.0, 29.0, 40.0),
            Indicator("proven", 10, None, 7200.0, 7200.0, 7200.0),
            Indicator("exposed", 2, None, 60.0, 60.0, 3600.0),
        ]
        found = figures(good, [Indicator("available", 1440, 0.99999)], say)
        assert [one.verdict for one in found] == ["good"] * 4 + [""] * 3
        assert found[3].value == "99,99 %"
        assert found[4].value == "2 heures"
        bad = [evolve(good[0], share=0.79), evolve(good[1], share=0.05), good[2], evolve(good[3], p95=30.0), *good[4:]]
        found = figures(bad, [Indicator("available", 2000, 0.98)], say)
        assert [one.verdict for one in found] == ["bad"] * 4 + [""] * 3

    def test_only_ones_own(self, site: Site) -> None:
        """What another owner's platforms did is in nobody else's figures."""
        site.lodging(owner="Zoé")
        site.manager.sync(everything=True)
        measure(site.manager, site.time)
        assert "Rien à mesurer" in site.browser().get("/reglages/indicateurs").text
        assert "2 lectures" in site.browser("Zoé").get("/reglages/indicateurs?jours=7").text


_NAMES = ("synchronised", "looks", "messages", "closed", "proven", "exposed")


class TestLanguage:
    """Which language is spoken."""

    def test_an_owner_chooses(self, site: Site) -> None:
        """Pages and messages are in the chosen language from then on, also from the foot of a page."""
        browser = site.browser()
        browser.post(ALERTS, data={"courriel": "c@example.org"})
        assert browser.post("/reglages/langue", data={"langue": "en"}).status_code == 303
        assert '<html lang="en">' in browser.get("/reglages").text
        assert (wishes(site).language, wishes(site).mail) == ("en", "c@example.org")
        answer = browser.post("/langue", data={"langue": "fr", "vers": "/reglages/langue"})
        assert answer.headers["location"] == "/reglages/langue"
        assert '<html lang="fr">' in browser.get("/reglages").text

    def test_a_stranger_chooses(self, site: Site) -> None:
        """The choice is kept in this browser; it leads to no other site, and no language is made up."""
        browser = site.browser(None)
        answer = browser.post("/langue", data={"langue": "en", "vers": "https://evil.example/"})
        assert answer.headers["location"] == "/"
        assert '<html lang="en">' in browser.get("/connexion").text
        assert browser.post("/langue", data={"langue": "xx"}).status_code == 400


class TestOwnData:
    """Everything of an owner, to take away."""

    def test_export(self, site: Site) -> None:
        """One file with what is theirs, nothing of another's and no private link; who took it is on record."""
        site.lodging("Gîte du Lac")
        site.lodging("Chez Zoé", owner="Zoé", sides=("ical:c",))
        answer = site.browser().post("/reglages/donnees/exporter")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert 'filename="channelsync-2027-03-01.zip"' in answer.headers["content-disposition"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            document = json.loads(packed.read("channelsync.json"))
        assert [one["name"] for one in document["units"]] == ["Gîte du Lac"]
        assert "Zoé" not in json.dumps(document, ensure_ascii=False)
        assert site.served.export_url(site.platforms["a"]) not in json.dumps(document)
        assert audited(site)[-1] == (site.owner(), "data exported")

    def test_a_link_takes_nothing(self, site: Site) -> None:
        """Nothing is given out, or deleted, by following a link or from another site."""
        browser = site.browser()
        assert browser.get("/reglages/donnees/exporter").status_code in {404, 405}
        other = {"sec-fetch-site": "cross-site"}
        assert browser.post("/reglages/donnees/exporter", headers=other).status_code == 403
        assert browser.post(LEAVE, data={"nom": "Camille"}, headers=other).status_code == 403


class TestLeaving:
    """Deleting an account."""

    def test_it_is_asked_twice(self, site: Site) -> None:
        """The page says what happens, with the listings that read us; without the name nothing is deleted."""
        site.lodging()
        browser = site.browser()
        assert "Aucune nuit ne se rouvre par surprise" in browser.get(LEAVE).text
        for typed in ("", "Zoé", "Camille " * 300):
            answer = browser.post(LEAVE, data={"nom": typed})
            assert answer.status_code == 422
            assert "Ce n’est pas le nom de votre compte" in answer.text
        assert [one.name for one in site.manager.owners()] == ["Camille"]

    def test_who_came_in_long_ago_proves_it_again(self, site: Site) -> None:
        """A browser that was left open deletes nothing."""
        browser = site.browser()
        site.pass_time(hours=2)
        assert "confirmer" in browser.get(LEAVE).headers["location"]
        assert browser.post(LEAVE, data={"nom": "Camille"}).status_code == 303
        assert len(site.manager.owners()) == 1

    def test_an_owner_leaves(self, site: Site) -> None:
        """Everything of theirs is gone, they are signed out, the calendars answer on, and others notice nothing."""
        unit = site.lodging()
        site.manager.reserve(unit, cs.Stay.parse("2027-06-01/2027-06-05"))
        site.manager.sync(everything=True)
        token = site.manager.feed_url(unit, "ical:a").reveal().rpartition("/")[2]
        site.lodging("Chez Zoé", owner="Zoé", sides=("ical:c",))
        browser, other = site.browser(), site.browser("Zoé")
        answer = browser.post(LEAVE, data={"nom": " camille "})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/au-revoir?calendriers=2&jusque=2027-07-06")
        page = browser.get(answer.headers["location"]).text
        assert "Votre compte est effacé" in page
        assert "2 calendriers répondent encore" in page
        assert browser.get("/reglages").headers["location"].startswith("/connexion")
        assert b"20270601" in site.browser(None).get(f"/c/{token}").content
        assert [one.name for one in site.manager.owners()] == ["Zoé"]
        assert other.get("/reglages").status_code == 200
        assert "owner deleted" in {what for _, what in audited(site)}

    def test_calendars_may_end_at_once(self, site: Site) -> None:
        """By the owner's word that ours are removed everywhere, no address answers any more."""
        unit = site.lodging()
        token = site.manager.feed_url(unit, "ical:a").reveal().rpartition("/")[2]
        answer = site.browser().post(LEAVE, data={"nom": "Camille", "retires": "1"})
        assert answer.headers["location"] == "/au-revoir?calendriers=0"
        assert site.browser(None).get(f"/c/{token}").status_code == 404

    @pytest.mark.parametrize("query", ["", "?calendriers=x&jusque=y", "?calendriers=99999999&jusque=2027-99-99"])
    def test_good_bye_believes_nothing(self, site: Site, query: str) -> None:
        """What somebody writes into its address says nothing."""
        answer = site.browser(None).get(f"/au-revoir{query}")
        assert answer.status_code == 200
        assert "calendriers" not in answer.text.partition("<main")[2].partition("</main>")[0]
