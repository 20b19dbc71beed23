"""A first translation by a machine: LibreTranslate's or DeepL's HTTP interface, asked only when a champion asks.

LibreTranslate: POST /translate, {"q", "source", "target", "format", "api_key"} gives {"translatedText"}, and
{"error"} when it cannot (docs.libretranslate.com, "API usage"). DeepL: POST /v2/translate with the header
"Authorization: DeepL-Auth-Key ...", {"text": [...], "source_lang", "target_lang"} gives {"translations": [{"text"}]}
(developers.deepl.com, "Translate text"; its statuses in "Error handling").
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests

from bot.channel.outside import Inside, anywhere, is_public, open_session, refuse_written

# Seconds until there is a line, between two pieces, and for the whole: a page waits for this, and on one machine others
# wait for the page; Twilio gives its own calls 15.
CONNECT_S, READ_S, ALL_S = 3.0, 8.0, 10.0
MOST_BYTES = 200_000
PIECE = 16 * 1024
LONGEST = 10_000  # letters that are sent at once
DEEPL_TARGETS = {"en": "EN-GB", "pt": "PT-PT", "zh": "ZH-HANS"}  # DeepL wants to know which one


class TranslateKind(StrEnum):
    """Whose interface it speaks."""

    LIBRETRANSLATE = "libretranslate"
    DEEPL = "deepl"


class TranslateReason(StrEnum):
    """Why there is no translation."""

    AWAY = "away"
    BUSY = "busy"
    KEY = "key"
    LANGUAGE = "language"
    LONG = "long"
    INSIDE = "inside"
    WRONG = "wrong"


SENTENCES = {
    TranslateReason.AWAY: "{host} cannot be reached, or does not answer in time.",
    TranslateReason.BUSY: "{host} has too much to do, or has translated all that was paid for.",
    TranslateReason.KEY: "{host} does not take our key: look at TRANSLATE_KEY.",
    TranslateReason.LANGUAGE: "{host} does not translate between these two languages.",
    TranslateReason.LONG: "This is too long to be translated at once.",
    TranslateReason.INSIDE: (
        "{host} is in this server's own network, and that is not asked. If it shall be, set TRANSLATE_OWN_NETWORK=yes."
    ),
    TranslateReason.WRONG: "{host} answered something that is no translation.",
}
STATUSES = {
    400: TranslateReason.LANGUAGE,
    401: TranslateReason.KEY,
    403: TranslateReason.KEY,
    413: TranslateReason.LONG,
    429: TranslateReason.BUSY,
    456: TranslateReason.BUSY,  # DeepL: the quota is used up
    503: TranslateReason.BUSY,
    529: TranslateReason.BUSY,  # DeepL: too many requests
}


class TranslateTrouble(Exception):
    """There is no translation. The sentence never holds a word of what was sent."""

    def __init__(self, reason: TranslateReason, host: str) -> None:
        super().__init__(SENTENCES[reason].format(host=host))
        self.reason = reason


@dataclass(frozen=True)
class Translator:
    """Asks one service. ``own_network`` lets that be a machine around this one."""

    kind: TranslateKind
    url: str
    key: str = field(default="", repr=False)
    own_network: bool = False

    @property
    def host(self) -> str:
        """Whom the words go to, as people know it."""
        return urlsplit(self.url).hostname or self.url

    def draft(self, text: str, source: str, target: str) -> str:
        """The text in ``target``, from ``source``; both are language codes. Raises TranslateTrouble."""
        if len(text) > LONGEST:
            raise self._trouble(TranslateReason.LONG)
        answer = self._ask(*self._request(text, source, target))
        said = self._words(answer)
        if not said.strip():
            raise self._trouble(TranslateReason.WRONG)
        return said

    def _request(self, text: str, source: str, target: str) -> tuple[str, dict[str, str], dict[str, Any]]:
        """The path, headers and body of the question."""
        if self.kind is TranslateKind.DEEPL:
            asked = {"text": [text], "source_lang": _base(source).upper(), "target_lang": _deepl_target(target)}
            return "/v2/translate", {"Authorization": f"DeepL-Auth-Key {self.key}"}, asked
        body = {"q": text, "source": _base(source), "target": _base(target), "format": "text"}
        return "/translate", {}, {**body, "api_key": self.key} if self.key else body

    def _ask(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
        may = anywhere if self.own_network else is_public
        try:
            refuse_written(self.url, may)
            with (
                open_session(may, lines=1) as session,
                session.post(
                    self.url + path,
                    json=body,
                    headers={**headers, "Accept": "application/json", "User-Agent": "community-champions-bot"},
                    timeout=(CONNECT_S, READ_S),
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                if answer.status_code != 200:
                    raise self._trouble(self._reason(answer.status_code))
                return json.loads(self._whole(answer))
        except Inside:
            raise self._trouble(TranslateReason.INSIDE) from None
        except requests.RequestException:
            raise self._trouble(TranslateReason.AWAY) from None
        except ValueError:
            raise self._trouble(TranslateReason.WRONG) from None

    def _whole(self, answer: requests.Response) -> bytes:
        data, until = bytearray(), time.monotonic() + ALL_S
        for piece in answer.iter_content(PIECE):
            data += piece
            if len(data) > MOST_BYTES:
                raise self._trouble(TranslateReason.WRONG)
            if time.monotonic() > until:
                raise self._trouble(TranslateReason.AWAY)
        return bytes(data)

    def _words(self, answer: Any) -> str:
        try:
            said = answer["translations"][0]["text"] if self.kind is TranslateKind.DEEPL else answer["translatedText"]
        except (LookupError, TypeError):
            said = None
        if not isinstance(said, str):
            raise self._trouble(TranslateReason.WRONG)
        return said.replace("\0", "")

    def _reason(self, status: int) -> TranslateReason:
        other = TranslateReason.AWAY if status >= 500 else TranslateReason.WRONG
        return STATUSES.get(status, other)

    def _trouble(self, reason: TranslateReason) -> TranslateTrouble:
        return TranslateTrouble(reason, self.host)


def _base(code: str) -> str:
    return code.partition("-")[0]


def _deepl_target(code: str) -> str:
    return DEEPL_TARGETS.get(code, code.upper())
