"""Which content a question with options goes out with. Whatever is wrong here, the question goes with numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Protocol

import structlog

from bot.channel.content import Content, Filled, with_buttons
from bot.channel.content_client import ContentApi, ContentRefused
from bot.channel.sender import Parcel

log = structlog.get_logger("buttons")

# Somebody waits for the question meanwhile: so long may making a content take, once for all who are asked it later.
PATIENCE_SECONDS = 2.0
REST_SECONDS = 300.0  # after a failure: nobody else waits for what does not answer
INVALID_SID = "21655"  # Twilio does not have this content: www.twilio.com/docs/api/errors/21655
EVERYTHING = ""


class Shelf(Protocol):
    """Where the SIDs of what was made are kept."""

    def sid(self, key: str) -> str | None:
        """The SID of the content with this key."""

    def keep(self, key: str, sid: str, kind: str, language: str) -> str:
        """Keep it; the SID that is kept, when somebody else was quicker theirs."""

    def forget(self, key: str) -> None:
        """Twilio does not have it any more."""


class Buttons:
    """Contents for questions, each made when it is first needed. ``opens_list`` is the button's words in a language."""

    def __init__(self, shelf: Shelf, api: ContentApi, opens_list: Callable[[str], str]) -> None:
        self._shelf, self._api, self._opens_list = shelf, api, opens_list
        self._rests: dict[str, float] = {}  # until when, by content; EVERYTHING: no new one is made
        self._known: dict[str, str] = {}

    def of(self, parcel: Parcel) -> tuple[str, Filled] | None:
        """The SID and the words to send this question with; None when it goes with numbers. Never raises."""
        if not parcel.options:
            return None
        try:
            language = parcel.language or "en"
            filled = with_buttons(parcel.prompt, parcel.options, language, self._opens_list(language))
            sid = self._sid(filled.content) if filled else None
        except Exception as broken:  # a reply is never lost or late because of a button
            self._rest(broken)
            return None
        return (sid, filled) if sid and filled else None

    def refused(self, filled: Filled, code: str) -> None:
        """Twilio did not take a message with this content: for a while it goes with numbers. One that Twilio has not
        is made anew after that."""
        key = filled.content.key
        log.warning("content refused", code=code, kind=filled.content.kind)
        self._rests[key] = time.monotonic() + REST_SECONDS
        if code != INVALID_SID:
            return
        self._known.pop(key, None)
        try:
            self._shelf.forget(key)
        except Exception as broken:
            self._rest(broken)

    def _sid(self, content: Content) -> str | None:
        key = content.key
        if self._is_resting(key):
            return None
        known = self._known.get(key) or self._shelf.sid(key)
        if known is None:
            if self._is_resting(EVERYTHING):
                return None
            known = self._made_soon(content)
        self._known[key] = known
        return known

    def _made_soon(self, content: Content) -> str:
        """Its SID. In a thread of its own: the HTTP client's timeout counts from byte to byte, and not at all while a
        host's name is looked up. What comes too late is kept for the next question."""
        made: Future[str] = Future()
        Thread(target=self._make, args=(content, made), daemon=True).start()
        return made.result(timeout=PATIENCE_SECONDS)

    def _make(self, content: Content, made: Future[str]) -> None:
        try:
            sid = self._api.create(content.document())
            made.set_result(self._shelf.keep(content.key, sid, content.kind, content.language))
        except Exception as broken:
            made.set_exception(broken)

    def _is_resting(self, key: str) -> bool:
        return time.monotonic() < self._rests.get(key, 0.0)

    def _rest(self, broken: Exception) -> None:
        said = str(broken) if isinstance(broken, ContentRefused) else type(broken).__name__
        log.warning("questions go with numbers for a while", why=said)
        self._rests[EVERYTHING] = time.monotonic() + REST_SECONDS
