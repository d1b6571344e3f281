"""A forgotten password: a link by mail, the same answer for everybody, and what the link can do."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.controller import Controller

from channelsync.notify.smtp import Smtp, SmtpServer
from tests.web.signin.house import MAIL, SAFETY, WORDS, door_of, enter, is_in, moved_in, with_app
from tests.web.site import Site

OTHER = "encore une autre phrase"
FORGOTTEN = "/mot-de-passe-oublie"


class Postman:
    """Keeps what comes."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []
        self.comes, self.takes = threading.Semaphore(0), threading.Event()
        """A mail has come; what comes is taken, or waits."""
        self.takes.set()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        mail = cast("EmailMessage", message_from_bytes(envelope.content, policy=default))
        self.mails.append((envelope.rcpt_tos, mail))
        self.comes.release()
        await asyncio.to_thread(self.takes.wait, 10)
        return "250 OK"

    def link(self) -> str:
        """The path of the link in the latest mail."""
        found = re.search(r"http://\S+?(/mot-de-passe/\S+)", self.mails[-1][1].get_content())
        assert found is not None
        return found[1]


@contextmanager
def posted(site: Site) -> Generator[Postman]:
    """Give the site a mail server on loopback."""
    postman = Postman()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    running = Controller(postman, hostname="127.0.0.1", port=port)
    running.start()
    try:
        server = SmtpServer.parse(f"smtp+insecure://127.0.0.1:{port}")
        door_of(site, mail=Smtp(server, "gites@example.org"))
        yield postman
    finally:
        running.stop()


def test_a_link_chooses_a_password(site: Site) -> None:
    """The link in the mail chooses another password, once; every browser is signed out, and the new word signs in."""
    before = moved_in(site)
    with posted(site) as postman:
        stranger = site.browser(None)
        told = stranger.post(FORGOTTEN, data={"email": "Camille@Example.org"})
        assert "un e-mail est en route" in told.text
        assert [one[0] for one in postman.mails] == [[MAIL]]
        assert WORDS not in str(postman.mails[0][1])
        link = postman.link()
        assert stranger.get(link).status_code == 200
        assert "moins de 10 caractères" in stranger.post(link, data={"password": "court"}).text
        assert stranger.post(link, data={"password": OTHER}).headers["location"].startswith("/connexion")
        assert not is_in(before)
        assert stranger.post(link, data={"password": "et encore une autre"}).status_code == 410
        assert enter(stranger).status_code == 422
        assert enter(stranger, password=OTHER).status_code == 303


def test_the_answer_says_nothing(site: Site) -> None:
    """An address that nobody has is answered in the same words, and gets no mail."""
    moved_in(site)
    with posted(site) as postman:
        known = site.browser(None).post(FORGOTTEN, data={"email": MAIL})
        unknown = site.browser(None).post(FORGOTTEN, data={"email": "nobody@example.org"})
        odd = site.browser(None).post(FORGOTTEN, data={"email": "x\r\nBcc: all@example.org"})
        assert known.text == unknown.text == odd.text
        assert len(postman.mails) == 1


def test_only_the_latest_link_for_half_an_hour(site: Site) -> None:
    """A second mail ends the first one's link; the second ends by itself."""
    moved_in(site)
    with posted(site) as postman:
        browser = site.browser(None)
        links = []
        for _ in range(2):
            browser.post(FORGOTTEN, data={"email": MAIL})
            links.append(postman.link())
        assert [browser.get(one).status_code for one in links] == [410, 200]
        site.pass_time(minutes=31)
        late = browser.get(links[1])
        assert late.status_code == 410
        assert "Ce lien n’ouvre plus rien" in late.text


def test_a_mailbox_opens_no_second_step(site: Site) -> None:
    """Who reads the owner's mail and no more is still asked for the code of the telephone."""
    with_app(moved_in(site), site)
    with posted(site) as postman:
        browser = site.browser(None)
        browser.post(FORGOTTEN, data={"email": MAIL})
        browser.post(postman.link(), data={"password": OTHER})
        assert enter(browser, password=OTHER).headers["location"] == "/connexion/code"


def test_no_word_is_kept_away_by_others(site: Site) -> None:
    """However many links strangers have sent by a slow server, the word of a change leaves."""
    owner, others = moved_in(site), [f"{name}@example.org" for name in ("a", "b", "c", "d")]
    for one in others:
        moved_in(site, one, one)
    with posted(site) as postman, ThreadPoolExecutor(len(others)) as strangers:
        postman.takes.clear()
        for one in others:
            strangers.submit(site.browser(None).post, FORGOTTEN, data={"email": one})
            assert postman.comes.acquire(timeout=10)
        threading.Timer(0.3, postman.takes.set).start()
        owner.post(f"{SAFETY}/mot-de-passe", data={"current": WORDS, "new": OTHER})
    assert sorted(to[0] for to, _ in postman.mails) == sorted([*others, MAIL])


def test_what_changes_the_sign_in_is_told_by_mail(site: Site) -> None:
    """Who took a browser over cannot change how its owner signs in without the owner's old address hearing of it."""
    browser = moved_in(site)
    with_app(browser, site)
    with posted(site) as postman:
        browser.post(f"{SAFETY}/mot-de-passe", data={"current": WORDS, "new": OTHER})
        browser.post(f"{SAFETY}/adresse", data={"email": "other@example.org", "current": OTHER})
        browser.post(f"{SAFETY}/telephone/arreter")
        site.browser(None).post(FORGOTTEN, data={"email": "other@example.org"})
        site.browser(None).post(postman.link(), data={"password": WORDS})
        told = [(to[0], mail.get_content()) for to, mail in postman.mails]
    for (to, text), (address, said) in zip(
        told,
        (
            (MAIL, "mot de passe a été changé"),
            (MAIL, "avec une autre adresse"),
            ("other@example.org", "deuxième étape de votre connexion a été désactivée"),
            ("other@example.org", "Ouvrez ce lien"),
            ("other@example.org", "mot de passe a été changé"),
        ),
        strict=True,
    ):
        assert to == address
        assert said in text.replace("\n", " ")
        assert "other@" not in text
        assert OTHER not in text


def test_without_a_mail_server(site: Site) -> None:
    """Where no mail can be sent the page says who helps, and how."""
    assert "channelsync owner reset" in site.browser(None).get(FORGOTTEN).text


def test_a_mail_server_that_is_away(site: Site) -> None:
    """The answer is the same, and the log has no address in it."""
    moved_in(site)
    with posted(site):
        pass
    assert "un e-mail est en route" in site.browser(None).post(FORGOTTEN, data={"email": MAIL}).text
