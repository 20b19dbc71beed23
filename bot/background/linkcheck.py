"""Tries the links that residents are sent to, politely, and writes down what came of it.

It has a thread of its own: a slow site must not hold up a text. The database is its queue, so that several processes
share the work. It asks like a browser that shows nothing: HEAD, then GET where a site does not know HEAD, one request
at a time to a site, and it says who it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
import structlog

from bot.background.loop import Loop
from bot.channel.outside import Inside, Judge, is_public, open_session, refuse_written
from bot.knowledge.links import PASSING, LinkState, uses
from bot.store import links
from bot.store.content import content_number, load_directory_rows
from bot.store.database import Database
from bot.store.links import Link

EVERY_S = 3.0
PAUSE_S = 2.0  # between two requests to one site
CONNECT_S, READ_S = 5.0, 10.0
TRIES = 3
REDIRECTS = 5
# Answers that mean "not you", "not so fast" or "not with this question": the page may well be there for a person.
GUARDED = frozenset({401, 402, 403, 405, 406, 407, 418, 429, 451, 999})
GONE = frozenset({404, 410})

log = structlog.get_logger("links")


@dataclass(frozen=True)
class Result:
    """What came of one try. ``leads_to`` is where it led, "" when it is the address itself."""

    state: LinkState
    status: int | None = None
    leads_to: str = ""


class Asker:
    """Asks sites. ``may`` says which machines may be asked; ``pause`` waits so many seconds."""

    def __init__(self, agent: str, may: Judge, pause: Callable[[float], object]) -> None:
        self._agent, self._may, self._pause = agent, may, pause

    def ask(self, url: str) -> Result:
        """What comes of asking for this address, after some tries when it is trouble that may pass."""
        result = self._once(url)
        for _ in range(TRIES - 1):
            if result.state not in PASSING:
                break
            self._pause(PAUSE_S)
            result = self._once(url)
        return result

    def _once(self, url: str) -> Result:
        try:
            return self._followed(url)
        except Inside:
            return Result(LinkState.INSIDE)
        except requests.exceptions.SSLError:
            return Result(LinkState.CERTIFICATE)
        except requests.exceptions.Timeout:
            return Result(LinkState.SLOW)
        except (requests.RequestException, OSError, ValueError):
            return Result(LinkState.UNREACHABLE)

    def _followed(self, url: str) -> Result:
        at = url
        with open_session(self._may) as session:
            for _ in range(REDIRECTS + 1):
                status, to = self._answered(session, at)
                if not to:
                    return _result(status, "" if at == url else at)
                at = urljoin(at, to)
                self._pause(PAUSE_S if urlsplit(at).hostname == urlsplit(url).hostname else 0)
        return Result(LinkState.TROUBLE, status)

    def _answered(self, session: requests.Session, url: str) -> tuple[int, str]:
        """The status, and where it leads: by HEAD; by GET when HEAD is not answered well, as many sites do not know
        it."""
        status, to = self._request(session, "HEAD", url)
        if status >= 400:
            self._pause(PAUSE_S)
            status, to = self._request(session, "GET", url)
        return status, to

    def _request(self, session: requests.Session, method: str, url: str) -> tuple[int, str]:
        refuse_written(url, self._may)
        headers = {"User-Agent": self._agent, "Accept": "*/*"}
        with session.request(
            method, url, headers=headers, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True
        ) as answer:
            return answer.status_code, answer.headers.get("Location", "") if answer.is_redirect else ""


def _result(status: int, leads_to: str) -> Result:
    if status in GONE:
        return Result(LinkState.GONE, status, leads_to)
    if status in GUARDED:
        return Result(LinkState.GUARDED, status, leads_to)
    if status >= 400:
        return Result(LinkState.TROUBLE if status >= 500 else LinkState.GUARDED, status, leads_to)
    return Result(LinkState.MOVED if leads_to else LinkState.FINE, status, leads_to)


class LinkChecker:
    """Tries what is due. ``every_days`` 0: only what somebody asks for."""

    def __init__(
        self,
        db: Database,
        now_ms: Callable[[], int],
        *,
        agent: str,
        every_days: int,
        may: Judge = is_public,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._db, self._now_ms, self._every_days = db, now_ms, every_days
        self._loop = Loop("links", EVERY_S, self.check_due)
        self._asker = Asker(agent, may, pause or self._loop.ended.wait)
        self._synced: int | None = None

    def start(self) -> None:
        """Work in a thread of this process until ``stop``."""
        self._loop.start()

    def stop(self) -> None:
        """Begin nothing new. What is under way another process does again."""
        self._loop.stop()

    def check_due(self) -> int:
        """Try every link that may be tried now; how many. Raises DatabaseAway."""
        self.sync()
        done = 0
        while not self._loop.ended.is_set() and (link := self._next()):
            self._check(link)
            done += 1
        return done

    def sync(self) -> None:
        """Know the links of the answers and services in use. Raises DatabaseAway."""
        with self._db.read() as conn:
            if content_number(conn) == self._synced:
                return
            answers, services, number = load_directory_rows(conn)
        now = self._now_ms()
        with self._db.begin() as conn:
            links.sync(conn, uses(answers, services), now if self._every_days else links.NEVER)
        self._synced = number

    def _next(self) -> Link | None:
        now = self._now_ms()
        with self._db.read() as conn:
            if not links.is_due(conn, now):
                return None
        with self._db.begin() as conn:
            return links.lease(conn, now)

    def _check(self, link: Link) -> None:
        result = self._asker.ask(link.url)
        if self._loop.ended.is_set():
            return  # cut short: the next process tries it again
        with self._db.begin() as conn:
            links.note(
                conn, link.id, result.state, status=result.status, leads_to=result.leads_to, now_ms=self._now_ms(),
                every_days=self._every_days,
            )  # fmt: skip
        log.info("link_tried", link=link.id, state=result.state.value, status=result.status)
