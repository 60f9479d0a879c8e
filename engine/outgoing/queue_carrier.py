"""procrastinate's worker in a thread of ours: each job names a row of the outbox, which `deliver_one` tries."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg import Error as PsycopgError
from psycopg_pool import PoolTimeout
from sqlalchemy.engine import make_url

from engine.application import Engine
from engine.errors import NotFound
from engine.outgoing.delivery import Deliveries, deliver_one
from engine.outgoing.outgoing import Channels
from engine.store.queue import QUEUE, TASK

log = logging.getLogger("throughline.worker")

AFTER_FAILURE = 5.0  # seconds to leave alone a database that did not answer
# The queue tells of new jobs by NOTIFY; a notice that is lost is made up for by looking this often.
POLL = 5.0
TIDY = 60.0  # seconds between two looks for jobs of workers that are gone
_FAULTS = (ConnectorException, PsycopgError, PoolTimeout, OSError)


class QueueCarrier:
    """Any number may run, in any number of processes: a job is one worker's, a row one attempt's."""

    def __init__(self, engine: Engine, channels: Channels, at_a_time: int) -> None:
        self.done = Deliveries()
        self._engine, self._channels, self._at_a_time = engine, channels, at_a_time
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._thread = threading.Thread(target=self._run, name="throughline-carrier")

    def start(self) -> None:
        # A line for each job says what the delivery's own line says better.
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
        self._thread.start()

    def is_at_work(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> None:
        with self._lock:
            self._stop.set()
            if self._running is not None:
                loop, task = self._running
                loop.call_soon_threadsafe(task.cancel)
        self._thread.join()

    def work(self, row_id: int) -> None:
        """The one task of the queue. It succeeds whatever comes of the row, which holds its next attempt itself."""
        try:
            deliver_one(self._engine, self._channels, row_id, self.done)
        except NotFound:
            log.warning("a job names outgoing work %s, which there is none of", row_id)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                asyncio.run(self._served())
            except _FAULTS as error:
                log.error("the queue does not answer, trying again in %s s: %s", AFTER_FAILURE, type(error).__name__)
            self._stop.wait(AFTER_FAILURE)  # not asked to stop, and yet at an end: the database went away

    async def _served(self) -> None:
        serving = asyncio.create_task(self._serve())
        with self._lock:
            self._running = (asyncio.get_running_loop(), serving)
            if self._stop.is_set():
                serving.cancel()
        try:
            with suppress(asyncio.CancelledError):
                await serving
        finally:
            with self._lock:
                self._running = None

    async def _serve(self) -> None:
        app = _app(self._engine.db.url)
        app.task(name=TASK, queue=QUEUE)(self.work)
        async with app.open_async():
            tidying = asyncio.create_task(_for_ever(_clear_stalled, app))
            try:
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._at_a_time,
                    fetch_job_polling_interval=POLL,
                    install_signal_handlers=False,
                    delete_jobs="always",  # the row of the outbox is the record; a job is a call
                )
            finally:
                tidying.cancel()


def _app(url: str) -> App:
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    # Two connections to fetch and to end jobs with; the listener has one of its own, the work takes the engine's.
    kwargs = {"application_name": "throughline-queue"}
    return App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=2, kwargs=kwargs))


async def _for_ever(look: Callable[[App], Awaitable[None]], app: App) -> None:
    while True:
        await asyncio.sleep(TIDY)
        with suppress(*_FAULTS):
            await look(app)


async def _clear_stalled(app: App) -> None:
    """End the jobs that workers which are gone have had in hand; their rows are called again by the sweep."""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
