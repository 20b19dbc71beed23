"""What somebody said yes or no to, told in sentences: beside what she wrote, for who writes to her."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.language.catalogue import N_
from bot.store import consents
from bot.web.wording import gettext, language_name

SENTENCES = {
    ("news", True): N_("Yes to news by text"),
    ("news", False): N_("No more news by text"),
}
HOW = {
    "flow": N_("They were asked in {language}:"),
    "word": N_("They texted the words for it, in {language}."),
    "stop": N_("They said STOP."),
}


@dataclass(frozen=True)
class Agreed:
    """One yes or no: what it is, how it came, and the question as it was read, "" when nothing was asked."""

    sentence: str
    how: str
    asked: str
    language: str
    at: int


def of(conn: Connection, contact_id: int | None) -> list[Agreed]:
    """All that this person said yes or no to, oldest first; nothing of one who is gone."""
    return [_told(one) for one in consents.history(conn, contact_id)] if contact_id is not None else []


def _told(one: consents.Kept) -> Agreed:
    sentence = gettext(SENTENCES[one.purpose, one.given])
    how = gettext(HOW[one.how], language=language_name(one.language))
    return Agreed(sentence, how, one.wording, one.language, one.at)
