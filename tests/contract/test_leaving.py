"""An owner's whole: given to them without a secret, and forgotten without a trace and without a night opened by it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import channelsync as cs
from channelsync.errors import UsageError
from channelsync.ids import ChannelName
from channelsync.inventory import Owner, Unit
from channelsync.ledger import Subscriber
from channelsync.ledger.service_tables import METADATA
from channelsync.manager import Asked, Manager
from channelsync.orders import restored
from channelsync.service.addresses import preferences_of, set_apprise, set_language, set_preferences
from channelsync.service.exporting import EXPORTED, WITHHELD, export
from channelsync.service.hooks import MAIL, find_hook, hook
from channelsync.service.indicators import measure
from channelsync.service.people import People
from channelsync.service.preferences import Preferences
from channelsync.service.teaching import teach
from channelsync.traits import Traits
from tests.contract.life import STAY, Life, living

MAIL_OF_ZORA = "zora@example.org"
READER = Asked(client="Mozilla/5.0 (compatible; BookingCalendarReader/1.0)")


@pytest.fixture
def life() -> Iterator[Life]:
    """Platforms being served."""
    with living() as found:
        yield found


@pytest.fixture
def manager(life: Life, database: str) -> Iterator[Manager]:
    """Anne, with a lodging; and Zora, with everything that an owner can have."""
    with life.manager(database) as made:
        anne = made.add_owner("Anne").owner
        made.reserve(made.add_unit("Chalet", owner=anne.id), STAY, guest="Annes Gast")
        wish(made, anne, life, mail="anne@example.org")
        settle_in(made, life)
        yield made


def wish(manager: Manager, owner: Owner, life: Life, *, mail: str) -> None:
    """Say how an owner wants to be told."""
    with manager.ledger.transaction() as tx:
        set_preferences(tx, owner, Preferences(mail=mail), actor="owner", at=life.time)


def settle_in(manager: Manager, life: Life) -> None:
    """Let Zora have everything."""
    zora = manager.add_owner("Zora").owner
    lac = manager.add_unit("Zoras Lac", owner=zora.id)
    for name in life.platforms:
        manager.link(lac, name, feed=life.url(name))
    life.platforms["airbnb"].book(STAY, life.time)
    manager.reserve(lac, cs.Stay.parse("2027-07-01/2027-07-04"), guest="Zoras Gast", note="zora note")
    manager.sync(everything=True)
    wish(manager, zora, life, mail=MAIL_OF_ZORA)
    People(manager.ledger, manager.vault, life.now).begin(zora.id, "zora's browser")
    hook(manager, MAIL, zora.id, now=life.time)
    with manager.ledger.transaction() as tx:
        set_apprise(tx, manager.vault, zora.id, "ntfys://zora", actor="owner", at=life.time)
        tx.add_subscriber(Subscriber("zoras-telephone", zora.id, "zoras telephone", life.time))
        tx.put_secret("push", "zoras-telephone", b"sealed", at=life.time)
        tx.put_incoming("k", f"{MAIL}/{zora.id}", {}, b"zora", at=life.time)
        teach(tx, zora.id, ChannelName("greengo"), "zora@greengo.example", "Réservation", at=life.time)
    manager.serve(token(manager, lac, "booking"), READER)
    measure(manager, life.time)


def token(manager: Manager, unit: Unit, channel: str) -> str:
    """The token of a calendar's address."""
    return manager.feed_url(unit, channel).reveal().rpartition("/")[2].removesuffix(".ics")


def everything(manager: Manager, *, but: frozenset[str] = frozenset()) -> dict[str, list[Any]]:
    """Every row of every table."""
    with manager.ledger.reading() as tx:
        return {name: list(tx.copied(name)) for name in tx.tables() if name not in but}


def exported(manager: Manager, owner: Owner, life: Life) -> tuple[str, dict[str, Any]]:
    """What an owner is given: the page that explains it, and the document."""
    file = io.BytesIO()
    export(manager, owner, file, life.time, actor=owner.id)
    with zipfile.ZipFile(file) as packed:
        page, document = (packed.read(name).decode() for name in packed.namelist())
    return page, json.loads(document)


class TestExport:
    """Everything of an owner, for them."""

    def test_every_table_is_thought_about(self) -> None:
        """A table is given out or withheld with a reason, and what is given out is there."""
        assert {*EXPORTED, *WITHHELD} == set(METADATA.tables)
        assert not EXPORTED.keys() & WITHHELD.keys()
        for name, columns in EXPORTED.items():
            assert set(columns) <= set(METADATA.tables[name].c.keys()), name

    def test_an_owner_gets_their_own_and_no_secret(self, manager: Manager, life: Life) -> None:
        """All of it is theirs, in their language, none of it is another's, and nothing in it opens anything."""
        zora, lac = manager.owner("Zora"), manager.unit("Zoras Lac")
        page, document = exported(manager, zora, life)
        assert "Vos données" in page
        assert document["owners"] == [
            {"id": zora.id, "name": "Zora", "language": "fr", "created_at": "2027-01-10T09:00:00+00:00"}
        ]
        assert [one["name"] for one in document["units"]] == ["Zoras Lac"]
        assert {one["channel"] for one in document["listings"]} == {"airbnb", "booking"}
        assert {(one["arrival"], one["kind"]) for one in document["claims"]} >= {
            ("2027-03-15", "reservation"),
            ("2027-07-01", "reservation"),
        }
        for table in ("people", "history", "revisions", "fetches", "observations", "preferences", "sessions", "audit"):
            assert document[table] or table == "people", table
        assert {"unit added", "listing linked", "preferences"} <= {one["what"] for one in document["audit"]}
        text = json.dumps(document)
        assert MAIL_OF_ZORA in text
        assert "Zoras Gast" in text
        for hidden in ("anne@", "Anne", "Chalet", token(manager, lac, "booking"), life.url("airbnb"), "ntfys"):
            assert hidden not in text
        assert manager.audit_lines()[-1].what == "data exported"
        assert manager.audit_lines()[-1].actor == zora.id

    def test_the_page_is_in_the_owners_language(self, manager: Manager, life: Life) -> None:
        """Who reads English is told in English; and so are their messages from then on."""
        zora = manager.owner("Zora")
        with manager.ledger.transaction() as tx:
            set_language(tx, zora, "en", actor=zora.id, at=life.time)
        zora = manager.owner("Zora")
        assert "Your data" in exported(manager, zora, life)[0]
        with manager.ledger.reading() as tx:
            assert preferences_of(tx, zora)[0].language == "en"
            assert preferences_of(tx, zora)[0].mail == MAIL_OF_ZORA


class TestLeaving:
    """Everything of an owner, gone."""

    def test_nothing_is_left_but_the_trail(self, manager: Manager, life: Life) -> None:
        """No row of any table says anything of who has left; what is another's stays to the letter, the trail whole."""
        zora, kept = manager.owner("Zora"), exported(manager, manager.owner("Anne"), life)[1]
        ids = {zora.id, manager.unit("Zoras Lac").id, *(one.id for one in manager.links("Zoras Lac"))}
        people = People(manager.ledger, manager.vault, life.now)
        session, address = people.begin(zora.id), hook(manager, MAIL, zora.id, now=life.time)
        before = everything(manager)
        assert "zora" in json.dumps(before).lower()
        left = manager.delete_owner(zora.id, calendars_removed=True, actor=zora.id)
        assert (left.owner, left.units, left.calendars, left.until) == (zora.id, 1, 0, None)
        text = json.dumps(everything(manager, but=frozenset({"audit"}))).lower()
        assert "zora" not in text
        assert not [one for one in ids if one in text]
        assert people.session(session) is None
        assert find_hook(manager, MAIL, address) is None
        assert [one.name for one in manager.owners()] == ["Anne"]
        document = exported(manager, manager.owner("Anne"), life)[1]
        assert {**document, "audit": []} == {**kept, "audit": []}
        assert manager.verify_audit() > len(before["audit"])
        assert "owner deleted" in [one.what for one in manager.audit_lines()]
        assert manager.sync(everything=True).looks == ()
        with pytest.raises(UsageError, match="no owner is called"):
            manager.delete_owner(zora.id)

    def test_no_platform_opens_a_night_by_it(self, manager: Manager, life: Life) -> None:
        """The calendars answer as they did, without the name, until their nights are over: then 410, then nothing."""
        lac, asked = manager.unit("Zoras Lac"), Asked()
        tokens = {name: token(manager, lac, name) for name in life.platforms}
        manager.rotate_feed_url(lac, "booking")
        tokens["again"] = token(manager, lac, "booking")
        before = {name: manager.serve(one, asked).body for name, one in tokens.items()}
        assert b"20270315" in before["booking"]
        left = manager.delete_owner("Zora")
        assert left.calendars == 3
        assert left.until is not None
        for name, one in tokens.items():
            answer = manager.serve(one, asked)
            assert answer.status == 200
            assert answer.body == before[name].replace(b"X-WR-CALNAME:Zoras Lac", b"X-WR-CALNAME:")
            tag = dict(answer.headers)["ETag"]
            assert manager.serve(one, Asked(if_none_match=tag)).status == 304
        life.time = left.until
        assert {manager.serve(one, asked).status for one in tokens.values()} == {410}
        life.time += timedelta(days=32)
        manager.add_owner("Bruno")
        manager.delete_owner("Bruno")
        assert {manager.serve(one, asked).status for one in tokens.values()} == {404}
        assert "farewell" not in json.dumps(everything(manager))

    def test_nobody_leaves_while_a_unit_recovers(self, manager: Manager, life: Life) -> None:
        """A calendar may lack what was sold since the restore, and an address that ends may open nights: neither is."""
        lac = manager.unit("Zoras Lac")
        one = token(manager, lac, "booking")
        with manager.ledger.transaction() as tx:
            before = tx.load(lac.id, lambda *_: Traits())
            tx.save(before, restored(before, life.time), (), life.time)
        assert manager.serve(one).status == 503
        with pytest.raises(UsageError, match="since the restore"):
            manager.delete_owner("Zora")
        assert manager.serve(one).status == 503
        assert manager.delete_owner("Zora", calendars_removed=True).calendars == 0
        assert manager.serve(one).status == 404
