"""A worker that is killed while it hands over a mail: the mail is sent again, as the same mail."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, field

import channelsync as cs
from channelsync.config import Config
from channelsync.manager.desk import notice_record
from channelsync.notices import NoticeKind, of_service
from channelsync.service.addresses import set_preferences
from channelsync.service.post import open_post
from channelsync.service.preferences import Preferences
from channelsync.vault import new_key
from tests.integration.test_notify import Postman, server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ANNE = "anne@example.org"


@define
class Hanging(Postman):
    """A server that has a mail whole and never says so, until it is mended."""

    handed: threading.Event = field(factory=threading.Event)
    mended: bool = False

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        """Take a mail; without an answer while it hangs."""
        answer = await Postman.handle_DATA(self, server, session, envelope)
        self.handed.set()
        if not self.mended:
            await asyncio.Event().wait()
        return answer


def test_killed_before_the_server_answered(tmp_path: Path) -> None:
    """After kill -9 between the mail and the server's answer nothing is lost: it goes out again with its Message-ID."""
    postman, database = Hanging(), str(tmp_path / "gite.db")
    with server(postman) as port:
        environ = {
            **os.environ,
            "CHANNELSYNC_KEY": new_key(),
            "CHANNELSYNC_SMTP_URL": f"smtp+insecure://127.0.0.1:{port}",
            "CHANNELSYNC_MAIL_FROM": "alerts@gite.example",
        }
        with cs.open(database, environ=environ) as manager:
            manager.add_unit("Gîte du Lac", timezone="Europe/Paris")
            now = datetime.now(UTC)
            with manager.ledger.transaction() as tx:
                (owner,) = tx.owners()
                wishes = Preferences(mail=ANNE, daily=False, weekly=False)
                set_preferences(tx, owner, wishes, actor="owner", at=now)
                tx.add_notice(notice_record(of_service(NoticeKind.BACKUP_FAILED, now, 1)))
            command = [sys.executable, "-m", "channelsync_worker", "--db", database]
            with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as worker:
                assert postman.handed.wait(60)
                worker.kill()
            postman.mended = True
            config = Config.from_environment(environ)
            with open_post(manager, config, lambda: datetime.now(UTC)) as post:
                assert post.sweep() == 0, "the dead worker's lease still holds"
            with open_post(manager, config, lambda: datetime.now(UTC) + timedelta(minutes=11)) as post:
                assert post.sweep() == 1
                assert post.sweep() == 0
    first, second = postman.mails
    assert first["Message-ID"] == second["Message-ID"] is not None
    assert (first["Subject"], first["To"]) == (second["Subject"], second["To"])
