"""The contract of what is kept of people who sign in, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from channelsync.errors import UsageError
from channelsync.ids import OwnerId
from channelsync.ledger import Identity, Ledger, Passkey, Person, Session, Ticket, open_ledger
from channelsync.manager.keeping import code_hash
from channelsync.service.people import People
from channelsync.vault import new_key, open_vault

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Clock:
    """Everybody's time."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        """Return it."""
        return self.time


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


@pytest.fixture
def owner(ledger: Ledger) -> OwnerId:
    """An owner."""
    with ledger.transaction() as tx:
        return tx.add_owner("Anne", at=NOW).id


@pytest.fixture
def other(ledger: Ledger, owner: OwnerId) -> OwnerId:
    """Another owner."""
    with ledger.transaction() as tx:
        return tx.add_owner("Benoît", at=NOW).id


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def people(ledger: Ledger, clock: Clock) -> People:
    """The service on that ledger."""
    return People(ledger, open_vault("postgresql://none", key=new_key(), secrets_exist=False), clock)


def test_people_come_back_as_they_were(ledger: Ledger, owner: OwnerId, other: OwnerId) -> None:
    """Everything that was put comes back, by owner and by address; what was not put is None."""
    blank = Person(other, NOW)
    full = Person(owner, NOW, "anne@example.org", "$argon2id$v=19$x", NOW + DAY, 2**33)
    with ledger.transaction() as tx:
        tx.put_person(blank)
        tx.put_person(Person(owner, NOW, "old@example.org"))
        tx.put_person(full)
        assert (tx.person(owner), tx.person(other)) == (full, blank)
        assert tx.person_by_email("anne@example.org") == full
        assert tx.person_by_email("old@example.org") is None
        assert tx.totp_used(owner, 2**33) is False
        assert tx.totp_used(owner, 2**33 + 1) is True


def test_keys_belong_to_their_owner(ledger: Ledger, owner: OwnerId, other: OwnerId) -> None:
    """Passkeys and identities come back whole, and are forgotten for their own owner only."""
    key = Passkey("k" * 1000, owner, b"\x00\xff", NOW, 3, "Téléphone\x00")
    identity = Identity("https://id.example.org", "sub", owner, NOW)
    with ledger.transaction() as tx:
        tx.add_passkey(key)
        tx.add_identity(identity)
        tx.set_recovery_codes(owner, ["a", "b"])
        assert (tx.drop_passkeys(other, key.id), tx.drop_identities(other)) == (0, 0)
        assert tx.passkeys(owner) == (key,)
        tx.passkey_used(key.id, 9, at=NOW + DAY)
        found = tx.passkey(key.id)
        assert found is not None
        assert (found.uses, found.last_used_at) == (9, NOW + DAY)
        assert tx.identity(identity.issuer, "sub") == identity
        assert tx.identity("https://other.example.org", "sub") is None
        assert (tx.use_recovery_code(other, "a", at=NOW), tx.use_recovery_code(owner, "a", at=NOW)) == (False, True)
        assert (tx.use_recovery_code(owner, "a", at=NOW), tx.count_recovery_codes(owner)) == (False, 1)
        assert (tx.drop_passkeys(owner), tx.drop_identities(owner, identity.issuer)) == (1, 1)


def test_tickets_serve_once(ledger: Ledger, owner: OwnerId) -> None:
    """A ticket serves once, for what it was made for, until it is over."""
    made = Ticket("reset", owner, NOW, NOW + MINUTE, {"a": 1})
    with ledger.transaction() as tx:
        tx.add_ticket(made, "h")
        assert tx.use_ticket("other", "h", at=NOW) is None
        assert tx.use_ticket("reset", "h", at=NOW + MINUTE) is None
        assert tx.ticket("reset", "h", at=NOW) == made
        assert tx.use_ticket("reset", "h", at=NOW) == made
        assert tx.use_ticket("reset", "h", at=NOW) is None
        assert tx.has_ticket("h")


def test_old_sessions_are_forgotten(ledger: Ledger, people: People, owner: OwnerId, clock: Clock) -> None:
    """What is long over leaves the database, so it does not grow with every sign-in."""
    for _ in range(3):
        people.end(people.session(people.begin(owner)).id, owner)
    clock.time += 31 * DAY
    people.begin(owner)
    with ledger.reading() as tx:
        assert len(list(tx.copied("sessions"))) == 1


def test_a_session_lives_while_it_is_used(people: People, owner: OwnerId, clock: Clock) -> None:
    """It is known by its token alone, ends a month after its last use, and when it is ended."""
    token = people.begin(owner, "Firefox\n, Linux", how="password")
    first = people.session(token)
    assert first is not None
    assert (first.owner.id, first.since, first.confirmed_at) == (owner, NOW, NOW)
    assert people.sessions(owner)[0].agent == "Firefox, Linux"
    assert (people.session(""), people.session(token + "x"), people.session(first.id)) == (None, None, None)
    clock.time += 29 * DAY
    assert people.session(token) is not None
    clock.time += 29 * DAY
    assert people.session(token) is not None
    clock.time += 30 * DAY
    assert people.session(token) is None
    again = people.begin(owner)
    people.end_all(owner)
    assert people.session(again) is None


def test_sessions_are_bounded(people: People, owner: OwnerId) -> None:
    """Nobody has more than twenty sessions: the one not used for longest ends."""
    tokens = [people.begin(owner) for _ in range(22)]
    assert sum(people.session(one) is not None for one in tokens) == 20
    assert people.session(tokens[-1]) is not None


def test_an_owner_ends_their_own_sessions_only(people: People, owner: OwnerId, other: OwnerId) -> None:
    """Ending names session and owner."""
    theirs = people.begin(other)
    session = people.session(theirs)
    assert session is not None
    assert people.end(session.id, owner) is False
    people.end_all(owner)
    assert people.session(theirs) is not None


def test_a_welcome_is_whole_or_nothing(ledger: Ledger, people: People, owner: OwnerId, other: OwnerId) -> None:
    """A code that meets a taken address stays good; used, it sets everything at once."""
    with ledger.transaction() as tx:
        tx.put_person(Person(other, NOW, "b@example.org"))
        tx.add_signin(code_hash("ABC"), owner, at=NOW, until=NOW + DAY)
    with pytest.raises(UsageError, match="somebody else"):
        people.welcome("abc", "B@example.org", "hash")
    assert people.invited("a-b-c").id == owner
    assert people.session(people.welcome("ABC", "A@example.org", "hash")) is not None
    known = people.by_email("a@EXAMPLE.org")
    assert known is not None
    assert (known.owner, known.password) == (owner, "hash")
    with pytest.raises(UsageError, match="does not open anything"):
        people.welcome("ABC", "a@example.org", "hash")


def test_a_reset_ends_everything_open(people: People, ledger: Ledger, owner: OwnerId, clock: Clock) -> None:
    """A ticket by mail serves once within half an hour, the latest only, and ends every session."""
    with ledger.transaction() as tx:
        tx.put_person(Person(owner, NOW, "a@example.org", "old"))
    assert people.reset_ticket("nobody@example.org") is None
    session, made = people.begin(owner), [people.reset_ticket("a@example.org") for _ in range(2)]
    assert made[0] is not None
    assert made[1] is not None
    with pytest.raises(UsageError, match="any more"):
        people.reset(made[0][2], "new")
    people.reset(made[1][2], "new")
    assert people.person(owner).password == "new"
    assert people.session(session) is None
    late = people.reset_ticket("a@example.org")
    assert late is not None
    clock.time += 30 * MINUTE
    with pytest.raises(UsageError, match="any more"):
        people.check_ticket(late[2])


def test_the_app_is_bound_to_its_owner(people: People, owner: OwnerId, other: OwnerId) -> None:
    """A proposed secret stays the same until it is used; recovery codes of one owner are nobody else's."""
    assert people.propose_totp(owner, "ONE") == people.propose_totp(owner, "TWO") == "ONE"
    codes = people.turn_on_totp(owner, 7)
    with pytest.raises(UsageError, match="already"):
        people.propose_totp(owner, "THREE")
    assert (people.use_totp(owner, 7), people.use_totp(owner, 8)) == (False, True)
    assert people.use_recovery_code(other, codes[0]) is False
    assert people.use_recovery_code(owner, codes[0]) is True
    people.turn_off_totp(owner)
    assert (people.totp_secret(owner), people.recovery_codes_left(owner)) == (None, 0)


def test_a_copied_passkey_is_refused(people: People, owner: OwnerId) -> None:
    """A count that does not rise, and a challenge that was met before, open nothing; a key without a count may stay."""
    people.add_passkey(owner, "counts", b"k", uses=5, label="x")
    people.add_passkey(owner, "plain", b"k", uses=0, label="y")
    counts, plain = people.passkeys(owner)
    assert people.use_passkey(counts, 5, "a") is False
    assert people.use_passkey(counts, 6, "a") is True
    assert people.use_passkey(counts, 7, "a") is False
    assert people.use_passkey(plain, 0, "b") is True
    assert people.use_passkey(plain, 0, "c") is True
    with pytest.raises(UsageError, match="in use"):
        people.add_passkey(owner, "plain", b"k", uses=0, label="z")


def test_an_identity_is_one_owners(people: People, owner: OwnerId, other: OwnerId) -> None:
    """Who somebody is for a service opens one account; linking it again changes nothing."""
    people.link_identity(owner, "https://id.example.org", "s")
    people.link_identity(owner, "https://id.example.org", "s")
    with pytest.raises(UsageError, match="somebody else"):
        people.link_identity(other, "https://id.example.org", "s")
    found = people.use_identity("https://id.example.org", "s")
    assert found is not None
    assert found.id == owner
    assert people.use_identity("https://id.example.org/", "s") is None
    assert people.unlink_identity(owner, "https://id.example.org") is True
    assert people.use_identity("https://id.example.org", "s") is None


def test_nobody_is_signed_in_after_a_restore(ledger: Ledger, people: People, owner: OwnerId) -> None:
    """A session or a link that was ended since the backup does not come back to life with it."""
    token = people.begin(owner)
    with ledger.transaction() as tx:
        tx.add_ticket(Ticket("reset", owner, NOW, NOW + DAY), "h")
        copies = {name: list(tx.copied(name)) for name in tx.tables()}
        tx.clear()
        for name, rows in copies.items():
            tx.paste(name, rows)
        tx.start_over(NOW)
        assert tx.ticket("reset", "h", at=NOW) is None
    assert people.session(token) is None


def test_a_session_row_comes_back(ledger: Ledger, owner: OwnerId) -> None:
    """What was noted of a session is all there."""
    made = Session("id", owner, NOW, NOW + MINUTE, NOW + 2 * MINUTE, "Firefox", "passkey")
    with ledger.transaction() as tx:
        tx.add_session(made, "hash")
        tx.session_seen("id", at=NOW)
        assert tx.session_by("hash") == made
        tx.session_seen("id", at=NOW + DAY)
        tx.session_confirmed("id", at=NOW + DAY)
        found = tx.session_by("hash")
    assert found is not None
    assert (found.last_seen_at, found.confirmed_at) == (NOW + DAY, NOW + DAY)
