"""The queue of several workers on several machines: procrastinate, in the ledger's own PostgreSQL database.

Theory of operation. A job says "look at this listing" and nothing else. It starts within milliseconds of a hint
(LISTEN/NOTIFY), one at a time for each listing (``lock``), and at most one more waits (``queueing_lock``; a second one
that is refused is no loss, because the hint has raised the generation in the ledger, and the job that waits begins
after it). Every worker sweeps: it asks the ledger what is due and makes the jobs that are missing. So a job may be
lost, doubled or late; a listing is looked at all the same, once, because the step takes a lease.

A worker that is killed leaves jobs that nobody runs and that keep others of their listing from starting. They are
recognised by the heartbeat of their worker, `STALLED` old, and deleted; the ledger still knows what is due.

procrastinate's tables stand in a schema of their own. As jobs hold nothing that the ledger does not know, a schema that
another version of procrastinate made is dropped and made anew.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, final

from sqlalchemy.engine import make_url

from channelsync.errors import LedgerError, Retry, UsageError
from channelsync.ids import ListingId
from channelsync.ledger import Due
from channelsync.service.watch import Watch
from channelsync.service.work import AT_ONCE, Work

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job
    from psycopg_pool import ConnectionPool

__all__ = ["STALLED", "ProcrastinateQueue"]

STALLED: Final = timedelta(seconds=30)
"""A worker whose heartbeat is older is taken for dead."""
_HEARTBEAT: Final = 5.0
"""Seconds between two heartbeats."""
_LONGEST_WAIT: Final = 5.0
"""Seconds between two sweeps at most, and between two searches for stalled jobs."""
_SHORTEST_WAIT: Final = 1.0
_PAUSE: Final = 1.0
"""Seconds before a database that could not be used is tried again."""
_HEED: Final = 0.2
"""Seconds after which an order to stop is heeded."""
_GRACE: Final = 8.0
"""Seconds that running steps are given to end: nearly all need less, and the leases of the others run out."""
_PATIENCE: Final = 3.0
"""Seconds that whoever hints waits for a connection: then the sweep has to do."""
_SCHEMA: Final = "channelsync_queue"
_QUEUE: Final = "channelsync"
_STEP: Final = "channelsync.step"
_ADVISORY_LOCK: Final = 0x6368_7170
_WAITING: Final = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'"
_MADE_BY: Final = "SELECT obj_description(to_regnamespace(%s)::oid, 'pg_namespace'), to_regnamespace(%s) IS NOT NULL"

_log = logging.getLogger("channelsync.worker")


@final
class ProcrastinateQueue:
    """See the head of the module; a `channelsync.ports.Queue`. Close it when done.

    ``where`` is the ledger's ``postgresql://`` URL.
    """

    def __init__(self, where: str, work: Work, *, at_once: int = AT_ONCE, grace: float = _GRACE) -> None:
        """Make the tables where they are missing.

        Raises:
            LedgerError: the database does not answer, or refuses to make them.
            UsageError: the extra ``postgres`` is not installed.
        """
        self._work = work
        self._at_once = at_once
        self._grace = grace
        self._watch = Watch(work.manager.ledger, work.now, work.ticks)
        url = make_url(where).set(drivername="postgresql")
        self._conninfo = url.render_as_string(hide_password=False)
        self._name = work.manager.ledger.name
        for chatty in ("procrastinate", "psycopg.pool"):  # what they report comes to us as errors, and is told once
            logging.getLogger(chatty).setLevel(logging.CRITICAL)
        with self._ours():
            self._make_tables()
        self._pool = self._opened()
        self._app = self._submitting()

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.close()

    def submit(self, listing: ListingId) -> None:
        """Make a job for a listing at once; where that fails, the next sweep makes it."""
        with suppress(LedgerError):
            self._defer([_job(listing, hinted=True)])

    def sweep(self) -> int:
        """Make the jobs that are missing, and return how many listings are due and free."""
        with self._work.manager.ledger.reading() as tx:
            due = tx.due_listings(self._work.now())
        if due:
            waiting = self._waiting()
            self._defer([_job(one.listing, hinted=_hinted(one)) for one in due if one.listing not in waiting])
        return len(due)

    def drain(self) -> int:
        """Take the steps of what is due now, without any job; see `Work.drain`."""
        return self._work.drain()

    def run(self, stop: threading.Event) -> None:
        """Take jobs until told to stop, then let those that run come to their end."""
        asyncio.run(self._run(stop))

    # Making jobs ------------------------------------------------------------------------------------------------------
    def _defer(self, jobs: list[Job]) -> None:
        """Make jobs; one whose listing has a waiting job already is left out.

        Raises:
            LedgerError: the database does not answer.
        """
        from procrastinate.exceptions import AlreadyEnqueued  # noqa: PLC0415 - an extra

        with self._ours():
            try:
                if jobs:
                    self._app.job_manager.batch_defer_jobs(jobs)
            except AlreadyEnqueued:
                for job in jobs if len(jobs) > 1 else ():
                    with suppress(AlreadyEnqueued):
                        self._app.job_manager.defer_job(job)

    def _waiting(self) -> frozenset[str]:
        """Return the listings that a job waits for."""
        with self._ours(), self._pool.connection() as connection:
            return frozenset(str(row[0]) for row in connection.execute(_WAITING).fetchall())

    def _submitting(self) -> App:
        """Return the application through which jobs are made."""
        from procrastinate import App, SyncPsycopgConnector  # noqa: PLC0415 - an extra

        connector = SyncPsycopgConnector()
        connector.open(self._pool)
        return App(connector=connector)

    def _opened(self) -> ConnectionPool:
        from psycopg_pool import ConnectionPool  # noqa: PLC0415 - an extra

        return ConnectionPool(
            self._conninfo,
            kwargs={"options": f"-c search_path={_SCHEMA}", "connect_timeout": 5},
            min_size=0,
            max_size=4,
            timeout=_PATIENCE,
            open=True,
            check=ConnectionPool.check_connection,
        )

    def _make_tables(self) -> None:
        """Make procrastinate's tables, once, whoever comes first."""
        import psycopg  # noqa: PLC0415 - an extra
        from procrastinate.schema import SchemaManager  # noqa: PLC0415
        from psycopg.sql import SQL, Identifier, Literal  # noqa: PLC0415

        maker = f"procrastinate {version('procrastinate')}"
        with psycopg.connect(self._conninfo, connect_timeout=5) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
            row = connection.execute(_MADE_BY, [_SCHEMA, _SCHEMA]).fetchone()
            if row is None or row[0] != maker:
                connection.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
                connection.execute(f"CREATE SCHEMA {_SCHEMA}")
                connection.execute(f"SET LOCAL search_path TO {_SCHEMA}")
                connection.execute(SchemaManager.get_schema())
                connection.execute(SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(_SCHEMA), Literal(maker)))

    # Taking jobs ------------------------------------------------------------------------------------------------------
    async def _run(self, stop: threading.Event) -> None:
        """Work, and begin again when the database was away."""
        asyncio.get_running_loop().set_exception_handler(_left_over)
        while not stop.is_set():
            try:
                with self._ours():
                    await self._served(stop)
            except LedgerError as error:
                self._watch.database(error)
                await asyncio.to_thread(stop.wait, _PAUSE)

    async def _served(self, stop: threading.Event) -> None:
        """Take jobs and sweep until told to stop, or until one of the two fails."""
        threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="step")
        try:
            async with self._taking(threads) as app:
                running = [
                    asyncio.create_task(self._taken(app)),
                    asyncio.create_task(self._sweeping(app)),
                    asyncio.create_task(_until(stop)),
                ]
                try:
                    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for task in running:
                        task.cancel()
                    await asyncio.gather(*running, return_exceptions=True)
                for task in done:
                    task.result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    async def _taken(self, app: App) -> None:
        """Run procrastinate's worker; cancelled, it lets running jobs end."""
        await app.run_worker_async(
            queues=[_QUEUE],
            concurrency=self._at_once,
            install_signal_handlers=False,
            delete_jobs="always",
            shutdown_graceful_timeout=self._grace,
            update_heartbeat_interval=_HEARTBEAT,
            stalled_worker_timeout=STALLED.total_seconds(),
        )

    @asynccontextmanager
    async def _taking(self, threads: ThreadPoolExecutor) -> AsyncGenerator[App]:
        """Open the application whose jobs are run in these threads."""
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415 - an extra
        from psycopg_pool import AsyncConnectionPool  # noqa: PLC0415

        loop, connector = asyncio.get_running_loop(), PsycopgConnector()
        app = App(connector=connector)

        @app.task(name=_STEP, queue=_QUEUE)
        async def step(listing: str) -> None:
            await loop.run_in_executor(threads, self._step, ListingId(listing))

        async with (
            AsyncConnectionPool(
                self._conninfo,
                kwargs={"options": f"-c search_path={_SCHEMA}", "connect_timeout": 5},
                min_size=1,
                max_size=6,
                timeout=10,
                open=False,
                check=AsyncConnectionPool.check_connection,
            ) as pool,
            app.open_async(pool),
        ):
            yield app

    def _step(self, listing: ListingId) -> None:
        """Take a step; a job never fails, as the ledger knows what is still due."""
        try:
            self._work.step(listing)
        except LedgerError as error:
            self._watch.database(error)

    async def _sweeping(self, app: App) -> None:
        """Sweep whenever something becomes due, and look for jobs of dead workers."""
        while True:
            self._watch.clock()
            await asyncio.to_thread(self.sweep)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED.total_seconds()):
                await self._buried(app, job)
            await asyncio.to_thread(self._watch.database, None)
            await asyncio.sleep(await asyncio.to_thread(self._until_due))

    @staticmethod
    async def _buried(app: App, job: Job) -> None:
        """Delete a job of a dead worker; another worker may have been faster."""
        from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - an extra
        from procrastinate.jobs import Status  # noqa: PLC0415

        _log.warning("a worker died; listing %s is taken over", job.lock)
        with suppress(ConnectorException):
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    def _until_due(self) -> float:
        """Return in how many seconds to sweep again."""
        with self._work.manager.ledger.reading() as tx:
            now = self._work.now()
            coming = tx.next_due(now)
        wait = _LONGEST_WAIT if coming is None else (coming - now).total_seconds()
        return min(max(wait, _SHORTEST_WAIT), _LONGEST_WAIT)

    @contextmanager
    def _ours(self) -> Generator[None]:
        """Turn the libraries' errors into ours, without their words.

        Raises:
            LedgerError: the database does not answer.
            UsageError: the extra is not installed.
        """
        try:
            from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - an extra
            from psycopg import Error  # noqa: PLC0415
        except ImportError:
            msg = "a queue on PostgreSQL needs more packages"
            raise UsageError(msg, advice="Install channelsync-core[postgres].") from None
        try:
            yield
        except (ConnectorException, Error):
            msg = f"the queue in the database {self._name} cannot be used"
            advice = "Check that the PostgreSQL server runs, and that its user may create a schema."
            raise LedgerError(msg, advice=advice, retry=Retry.LATER) from None


def _left_over(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Leave out what a task of procrastinate's ended with when its worker had gone: the database was away, as told."""
    from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - an extra
    from psycopg import Error  # noqa: PLC0415

    if not isinstance(context.get("exception"), ConnectorException | Error):
        loop.default_exception_handler(context)


async def _until(stop: threading.Event) -> None:
    while not stop.is_set():  # noqa: ASYNC110 - another thread stops us
        await asyncio.sleep(_HEED)


def _hinted(due: Due) -> bool:
    return due.generation > due.done_generation


def _job(listing: ListingId, *, hinted: bool) -> Job:
    """Return the job of a listing; what was hinted at goes before what is only polled."""
    from procrastinate.jobs import Job  # noqa: PLC0415 - an extra

    return Job(
        id=None,
        queue=_QUEUE,
        lock=listing,
        queueing_lock=listing,
        task_name=_STEP,
        priority=int(hinted),
        task_kwargs={"listing": listing},
    )
