"""What runs in the background, and when: texts go out at once, and each minute what was missed is made up for.

The queue holds contacts' ids, nothing else, and is never the only copy of anything: the database knows what waits.
"""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import structlog
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer, Scheduler
from huey.serializer import SignedSerializer
from huey.storage import RedisStorage, SqliteStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.outbox import Outbox
from bot.settings import INSTANCE, Settings, sqlite_path
from bot.store.database import DatabaseAway
from bot.waking import Waking

log = structlog.get_logger("jobs")

WORKERS = 2
POLL_MOST = 0.25  # seconds; how long a text may lie in the SQLite queue unseen
POLL_MOST_REDIS = 2.0  # only while Redis is away: it wakes its readers by itself
REDIS_PATIENCE = 3.0  # seconds; above the queue's own waiting time of one, below Twilio's for our answer
SOON_MS = 60_000  # what is due later than that, the sweep finds
AGAIN_S = 3  # while the database is away
GOODBYE = 25  # seconds to finish on SIGTERM, before Heroku's and Dokku's 30 are over


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Jobs:
    """The background work of one house. ``timers`` fires what is due at a moment in ms, and gives how many."""

    def __init__(self, settings: Settings, outbox: Outbox, timers: Callable[[int], int]) -> None:
        self._outbox = outbox
        self._timers = timers
        self._huey = _huey(settings)
        self._poll_most = POLL_MOST_REDIS if settings.redis_url else POLL_MOST
        self._deliver = self._huey.task(name="deliver")(self._deliver_now)
        every_minute = crontab(minute="*")
        self._huey.periodic_task(every_minute, name="sweep")(self._sweep_outbox)
        self._huey.periodic_task(every_minute, name="sweep_timers")(self._sweep_timers)
        self._huey.periodic_task(crontab(minute="*/10"), name="ask_for_news")(self._ask_for_news)
        self._consumer: _InThreads | None = None
        self._waking: Waking | None = None

    def wake(self, contact_id: int) -> None:
        """Ask for this person's texts to go now. Never raises: when the queue is away, the sweep sends them."""
        if self._waking:
            self._waking.wake(contact_id)
        else:
            self._enqueue([contact_id])

    def gather(self) -> None:
        """From now on ask for many people's texts together. For a web process."""
        self._waking = Waking(self._enqueue)
        self._waking.start()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then finish what is under way. For ``bot work``."""
        _Worker(self._huey, **self._options()).run()

    def start(self) -> None:
        """Work in threads of this process. For ``bot serve``."""
        self._consumer = _InThreads(self._huey, **self._options())
        self._consumer.start()

    def stop(self) -> None:
        """Finish what is under way, and end the threads."""
        if self._consumer:
            self._consumer.stop(graceful=True)
            self._consumer = None
        if self._waking:
            self._waking.stop()
            self._waking = None
        self._huey.storage.close()

    def _options(self) -> dict[str, Any]:
        return {
            "workers": WORKERS,
            "initial_delay": min(0.05, self._poll_most),
            "max_delay": self._poll_most,
            "shutdown_timeout": GOODBYE,
            "graceful_signal": "TERM",
        }

    def _enqueue(self, contact_ids: Iterable[int]) -> bool:
        """A job for each, so that the workers share them; all with one write."""
        try:
            self._huey.storage.enqueue_all([self._huey.serialize_task(self._deliver.s(one)) for one in contact_ids])
        except Exception as away:  # whatever the queue's trouble, the text is safe in the database
            log.warning("the queue is away", error=type(away).__name__)
            return False
        return True

    def _deliver_now(self, contact_id: int) -> None:
        try:
            self._outbox.deliver(contact_id, _now_ms())
            self._come_back(contact_id)
        except DatabaseAway:  # it may be back long before the next sweep
            log.warning("the database is away", contact_id=contact_id)
            self._deliver.schedule((contact_id,), delay=AGAIN_S)

    def _come_back(self, contact_id: int) -> None:
        """A text that must wait some seconds, after "slow down", need not wait for the sweep."""
        moment = self._outbox.next_try(contact_id)
        ahead = moment - _now_ms() if moment is not None else SOON_MS
        if ahead < SOON_MS:
            self._deliver.schedule((contact_id,), delay=max(1.0, ahead / 1000))

    def _sweep_outbox(self) -> None:
        now_ms = _now_ms()
        if not self._enqueue(self._outbox.due(now_ms)):
            self._outbox.sweep(now_ms)

    def _ask_for_news(self) -> None:
        self._outbox.ask_for_news(_now_ms())

    def _sweep_timers(self) -> None:
        self._timers(_now_ms())


def _huey(settings: Settings) -> Huey:
    # Signed, because huey pickles: who can write to Redis must not be able to run code here.
    shared = {"results": False, "serializer": SignedSerializer(secret=settings.secret_key)}
    if settings.redis_url:
        pool = ConnectionPool.from_url(
            settings.redis_url,
            socket_connect_timeout=REDIS_PATIENCE,
            socket_timeout=REDIS_PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        return RedisHuey("bot", storage_class=_RedisStorage, connection_pool=pool, **shared)
    try:
        return SqliteHuey("bot", storage_class=_SqliteStorage, filename=str(_file(settings)), **shared)
    except (OSError, sqlite3.OperationalError) as error:
        raise DatabaseAway(f"The queue jobs.sqlite3 cannot be kept here: {error}. Or set REDIS_URL.") from error


def _file(settings: Settings) -> Path:
    on_sqlite = settings.database_url.startswith("sqlite")
    folder = sqlite_path(settings.database_url).parent if on_sqlite else INSTANCE
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "jobs.sqlite3"


class _RedisStorage(RedisStorage):  # type: ignore[misc] # huey ships no types
    """huey's queue in Redis, which takes many jobs at once."""

    def enqueue_all(self, jobs: Sequence[bytes]) -> None:
        """Like ``enqueue`` for each."""
        if jobs:
            self.conn.lpush(self.queue_key, *jobs)


class _SqliteStorage(SqliteStorage):  # type: ignore[misc] # huey ships no types
    """huey's queue in SQLite, without waiting for the disk at each job: losing the last ones to a power cut is fine."""

    def _create_connection(self) -> sqlite3.Connection:
        conn: sqlite3.Connection = super()._create_connection()
        conn.execute("pragma synchronous=NORMAL")
        return conn

    def enqueue_all(self, jobs: Sequence[bytes]) -> None:
        """Like ``enqueue`` for each, in one transaction."""
        rows = [(self.name, self.to_blob(job), 0) for job in jobs]
        with self.db(commit=True) as cursor:
            cursor.executemany("insert into task (queue, data, priority) values (?, ?, ?)", rows)


class _SurvivingScheduler(Scheduler):  # type: ignore[misc] # huey ships no types
    """Does the minute's work by itself while the queue is away."""

    def enqueue_periodic_tasks(self, now: Any) -> None:
        """Put the minute's work into the queue, or do it here."""
        for task in self.huey.read_periodic(now):
            try:
                self.huey.enqueue(task)
            except Exception:
                self._do(task)

    def _do(self, task: Any) -> None:
        try:
            task.execute()
        except Exception:
            log.exception("periodic work failed", task=task.name)


class _Worker(Consumer):  # type: ignore[misc] # huey ships no types
    """Ends gracefully on Ctrl-C too: huey would drop the text under way."""

    scheduler_class = _SurvivingScheduler

    def __init__(self, huey: Huey, **options: Any) -> None:
        super().__init__(huey, **options)
        self._signal_actions = {signal.SIGINT: (False, True), signal.SIGTERM: (False, True)}


class _InThreads(_Worker):
    """Leaves the signals to the web server whose process it shares."""

    def _set_signal_handlers(self) -> None:
        """None."""
