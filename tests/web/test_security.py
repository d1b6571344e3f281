"""What holds for every answer: names, encryption, headers, cookies, where a link may lead, and what may be fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from litestar.testing import TestClient

from channelsync_web.asgi import create_app
from channelsync_web.security import POLICY
from channelsync_web.signing import cookie_name
from tests.web.site import PAGE, Site
from tests.web.walking import places

PUBLIC = "https://gites.example.org"
TOKEN = "0123456789abcdef0123"


def test_a_strange_name_is_refused(site: Site) -> None:
    """A browser that was led here under another name (DNS rebinding) gets nothing, calendars included."""
    hers = site.browser()
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.", "[::2]", "10.0.0.1:8000"):
        for path in ("/", "/connexion", "/c/x.ics", "/static/x/css/base.css", "/nowhere"):
            answer = hers.get(path, headers={"host": host})
            assert (answer.status_code, answer.text) == (421, "Misdirected Request\n"), (host, path)
    for none in ("", "a b", "[", "x" * 400):
        assert hers.get("/", headers={"host": none}).status_code in {400, 421}, none


def test_health_is_told_under_any_name(site: Site) -> None:
    """An orchestrator has no name for us, and learns nothing but whether we are well."""
    answer = site.browser(None).get("/health", headers={"host": "10.1.2.3"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def public(site: Site, tmp_path: Path) -> TestClient:  # type: ignore[type-arg]
    """A browser on the same installation where it is reached by https, behind a proxy."""
    environ = {
        "CHANNELSYNC_BASE_URL": PUBLIC,
        "CHANNELSYNC_METRICS_TOKEN": TOKEN,
        "CHANNELSYNC_HOSTS": "old.example.org",
    }
    app = create_app(site.manager, environ=environ)
    client = TestClient(app, base_url=PUBLIC)
    client.headers.update(PAGE)
    client.follow_redirects = False
    return client


def test_who_comes_in_the_open_is_sent_to_https(public: TestClient) -> None:  # type: ignore[type-arg]
    """Behind a proxy that was asked without encryption, reading is sent on and sending is refused."""
    with public:
        read = public.get("/connexion?vers=/journal", headers={"x-forwarded-proto": "http"})
        assert (read.status_code, read.headers["location"]) == (308, f"{PUBLIC}/connexion?vers=/journal")
        sneaky = public.get("//evil.example/x", headers={"x-forwarded-proto": "http"})
        assert sneaky.headers["location"].startswith(f"{PUBLIC}/")
        assert public.post("/connexion", headers={"x-forwarded-proto": "http"}).status_code == 400
        assert public.get("/connexion", headers={"x-forwarded-proto": "https"}).status_code == 200


def test_https_is_remembered_and_cookies_keep_to_it(public: TestClient, site: Site) -> None:  # type: ignore[type-arg]
    """Where we have https, browsers are told to stay there, and the cookie of a sign-in goes nowhere else."""
    with public:
        assert "max-age" in public.get("/connexion").headers["strict-transport-security"]
        assert public.get("/connexion", headers={"host": "old.example.org"}).status_code == 200
        public.cookies.set(cookie_name(https=True), public.app.state.people.begin(site.owner()))
        assert public.get("/").status_code == 200
        left = public.post("/deconnexion").headers["set-cookie"].lower()
        assert left.startswith("__host-channelsync=")
        for word in ("secure", "httponly", "samesite=lax", "path=/"):
            assert word in left
        assert "domain" not in left


def test_figures_are_for_this_machine_or_by_word(public: TestClient, site: Site) -> None:  # type: ignore[type-arg]
    """Figures open to whoever knows the word; a proxy of this machine does not make a stranger local."""
    with public:
        assert public.get("/metrics").status_code == 404
        assert public.get("/metrics", headers={"authorization": "Bearer " + "x" * 20}).status_code == 404
        shown = public.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert shown.status_code == 200
        assert "channelsync_listings_due 0" in shown.text
    site.lodging()
    strangers = site.browser(None).get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})
    assert strangers.status_code == 404


def test_figures_name_nobody(public: TestClient, site: Site) -> None:  # type: ignore[type-arg]
    """Routes are counted, not paths: no token, no id, no name of an owner's stands in the figures."""
    unit = site.lodging()
    with public:
        public.get("/c/abcdefghijklmnop.ics")
        public.get(f"/logements/{unit.id}")
        public.get("/wp-login.php?x=secret")
        text = public.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).text
    for word in ("abcdefghijklmnop", unit.id, "wp-login", "secret", "Camille", "Gîte"):
        assert word not in text
    assert 'route="/logements/{unit_id}"' in text


def test_every_answer_is_guarded(site: Site) -> None:
    """Pages, refusals and what has no route all carry the policy, and nothing private is kept by a cache."""
    hers, stranger = site.browser(), site.browser(None)
    for browser, path in ((hers, "/"), (stranger, "/"), (hers, "/nowhere"), (stranger, "/connexion"), (hers, "/%00")):
        answer = browser.get(path)
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in answer.headers["cache-control"]
    assert "'unsafe" not in POLICY
    assert "http" not in POLICY


LEAVING = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/\r\nset-cookie: a=b",
    "http:evil.example",
    "evil.example",
    "/" * 3 + "evil.example",
]


def test_no_link_leads_away(site: Site) -> None:
    """Whatever an address says to go on to, a redirect stays on this site."""
    plain = [one for one in places(site.app) if one.method == "GET" and not one.blanks and one.path != "/vivant"]
    onward_ones = [one for one in plain if site.browser().get(one.path).status_code == 303 or "connexion" in one.path]
    for browser in (site.browser(), site.browser(None)):
        for where in LEAVING:
            for place in onward_ones:
                answer = browser.get(place.path, params={"vers": where, "retour": where, "next": where, "to": where})
                onward = answer.headers.get("location", "/")
                assert onward.startswith("/"), (str(place), onward)
                assert not onward.startswith(("//", "/\\")), (str(place), onward)
                assert "evil.example" not in onward.partition("?")[0], (str(place), onward)


def test_a_session_is_not_somebody_elses_choice(site: Site) -> None:
    """A token that was set beforehand opens nothing, and a new sign-in gets another one (session fixation)."""
    stranger = site.browser(None)
    stranger.cookies.set(cookie_name(https=False), "chosen-by-somebody-else-0123456789")
    assert stranger.get("/").status_code == 303
    people = site.app.state.people
    first, second = people.begin(site.owner()), people.begin(site.owner())
    assert first != second
    assert min(len(first), len(second)) >= 32
