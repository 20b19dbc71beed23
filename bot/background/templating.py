"""Templates of WhatsApp from the files to WhatsApp's approval: what there is, handing in what is missing, asking.

Each text is approved in each language by itself (www.twilio.com/docs/whatsapp/tutorial/send-whatsapp-notification-
messages-templates).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.channel.content_client import ContentApi, ContentRefused
from bot.flow.model import FlowSet
from bot.flow.phrasebook import phrasebook
from bot.flow.templates import CATEGORIES, Template
from bot.knowledge.bidi import isolated
from bot.language.catalogue import Catalogues
from bot.store import templates
from bot.store.database import Database
from bot.store.templates import Kept, State

# Languages that WhatsApp knows only with their country.
COUNTRIES = {"pt": "pt_PT", "zh": "zh_CN"}


@dataclass(frozen=True)
class Row:
    """One template in one language, as the files have it now. ``older``: another text of it is approved meanwhile."""

    name: str
    about: str
    language: str
    text: str
    translated: bool
    sid: str = ""
    state: State = State.MISSING
    reason: str = ""
    older: bool = False

    @property
    def usable(self) -> bool:
        """True when people can be asked in this language to write back."""
        return self.state is State.APPROVED or self.older

    @property
    def can_submit(self) -> bool:
        """True when it was not handed in yet and is there in its own language."""
        return self.translated and self.state in {State.MISSING, State.CREATED}


@dataclass(frozen=True)
class Done:
    """What became of one row: its state now, or why it failed."""

    row: Row
    trouble: str = ""


class Templates:
    """The templates of the newest flows, in every language that is offered."""

    def __init__(
        self, db: Database, catalogues: Catalogues, service_name: str, flows: Callable[[], FlowSet], api: ContentApi
    ) -> None:
        self._db, self._catalogues, self._flows, self._api = db, catalogues, flows, api
        self._book = phrasebook(catalogues, service_name)

    def rows(self) -> list[Row]:
        """Every template in every language, with how its approval stood when it was last asked. Raises DatabaseAway."""
        with self._db.read() as conn:
            kept = templates.every(conn)
        found = sorted(self._flows().templates.items())
        return [self._row(one, code, kept) for _, one in found for code in self._catalogues.languages]

    def submit(self, now_ms: int) -> list[Done]:
        """Hand in all that is missing; what became of each. Safe to run again. Raises DatabaseAway."""
        return [self._submitted(row, now_ms) for row in self.rows() if row.can_submit]

    def refresh(self, now_ms: int) -> list[Done]:
        """Ask how each approval stands, of older texts too. Raises DatabaseAway."""
        with self._db.read() as conn:
            kept = templates.every(conn)
        troubles = {one.id: self._asked(one, now_ms) for one in kept if one.state is not State.CREATED}
        by_sid = {one.sid: troubles.get(one.id, "") for one in kept}
        return [Done(row, by_sid.get(row.sid, "")) for row in self.rows()]

    def _row(self, one: Template, code: str, kept: list[Kept]) -> Row:
        text = isolated(self._book.text(one.text, code), code)
        translated = code == "en" or self._catalogues.text(one.text, code) != one.text
        row = Row(one.name, one.about, code, text, translated)
        found = templates.of_text(kept, one.name, code, text)
        older = any(
            (other.name, other.language, other.state) == (one.name, code, State.APPROVED) and other.text != text
            for other in kept
        )
        if found is None:
            return Row(**{**vars(row), "older": older})
        return Row(**{**vars(row), "sid": found.sid, "state": found.state, "reason": found.reason, "older": older})

    def _submitted(self, row: Row, now_ms: int) -> Done:
        """Made and handed in. What was made is kept before it is handed in: a second run does not make it again."""
        try:
            sid = row.sid or self._made(row)
            with self._db.begin() as conn:
                known = templates.of_text(templates.every(conn), row.name, row.language, row.text)
                id = known.id if known else templates.keep(
                    conn, name=row.name, language=row.language, text=row.text, sid=sid, now_ms=now_ms
                )  # fmt: skip
                sid = known.sid if known else sid
            approval = self._api.submit(sid, friendly_name(row), CATEGORIES[0])
        except ContentRefused as refused:
            return Done(row, str(refused))
        state = templates.state_of(approval.status)
        with self._db.begin() as conn:
            templates.note(conn, id, state, approval.reason, now_ms, submitted=True)
        return Done(Row(**{**vars(row), "sid": sid, "state": state, "reason": approval.reason}))

    def _made(self, row: Row) -> str:
        """Its SID. A content of this name that is there already was made by a run whose answer was lost."""
        name = friendly_name(row)
        return self._api.named(name) or self._api.create(
            {
                "friendly_name": name,
                "language": COUNTRIES.get(row.language, row.language),
                "variables": {},
                "types": {"twilio/text": {"body": row.text}},
            }
        )

    def _asked(self, one: Kept, now_ms: int) -> str:
        try:
            approval = self._api.approval(one.sid)
        except ContentRefused as refused:
            return str(refused)
        with self._db.begin() as conn:
            templates.note(conn, one.id, templates.state_of(approval.status), approval.reason, now_ms)
        return ""


def friendly_name(row: Row) -> str:
    """Its name at Twilio and WhatsApp: a to z, 0 to 9 and _. A changed text has another, for a name is taken once."""
    return f"{row.name}_{row.language}_{templates.text_hash(row.text)[:8]}"
