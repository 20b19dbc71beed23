"""A word that was told to some is in no response to anybody else: every address that can be read is asked for it.

New addresses are asked by themselves (the application's own map of them), with every id there is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Column, select, update
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from bot.channel.message import Channel, Inbound
from bot.store import schema, stories, wordings
from bot.store.content import load_content
from bot.story.status import StoryStatus
from tests.conftest import migrated
from tests.web.desk_stage import NOW, Desk, open_desk

CONSENTS = {"leaders": "1", "champions": "2", "board": "3"}
QUERIES = ("", "?status=approved&state=all&page=1", "?status=received&language=en&people=all")
WORDS = ("en", "share-story", "story", "desk.css", "all")  # for what stands in an address beside ids
MOST = 60  # addresses of one rule

numbers = count(1)


@dataclass
class Told:
    """A story that came in by text, with a word in it that stands nowhere else."""

    id: int
    mark: str
    number: str

    @property
    def prepared(self) -> str:
        """The word that stands in the prepared words alone."""
        return f"{self.mark}prepared"

    @property
    def translated(self) -> str:
        """The word that stands in their translation alone."""
        return f"{self.mark}translated"


@dataclass
class House:
    """A desk with stories in every state, each told with another consent."""

    desk: Desk
    told: dict[str, Told] = field(default_factory=dict)

    def tell(self, name: str, consent: str) -> None:
        """Somebody texts her story, with one mark in the words and in the wish."""
        mark, number = f"zq{name.replace('_', '')}zq", f"+4477009{next(numbers):05d}"
        said = ("story", CONSENTS[consent], f"A man called {mark} shouted", "DONE", f"That {mark} is kinder", "1", "1")
        self.text(number, "hello", "1", *said)
        self.told[name] = Told(self.desk.rows(schema.story)[-1].id, mark, number)

    def text(self, number: str, *texts: str) -> None:
        """What somebody texts."""
        for words in texts:
            inbound = Inbound(Channel.SMS, number, words, f"SM{next(numbers):032d}")
            self.desk.app.extensions["bot"].inbox.receive(inbound, NOW)

    def decide(self, name: str, who: str, status: StoryStatus) -> None:
        """What a champion does about it; approving, she prepares the words."""
        id = self.told[name].id
        with self.desk.db.begin() as conn:
            version = conn.scalar(select(schema.story.c.version).where(schema.story.c.id == id))
            stories.decide(
                conn,
                self.desk.db.vault,
                id=id,
                version=version or 0,
                new_status=status,
                reason="Asked without the words",
                wording=self.told[name].prepared,
                user_id=self.desk.ids[who],
                now_ms=NOW,
            )

    def prepare(self, name: str, who: str) -> None:
        """A champion prepares the words, and translates them."""
        told, user_id, vault = self.told[name], self.desk.ids[who], self.desk.db.vault
        with self.desk.db.begin() as conn:
            wordings.prepare(conn, vault, told.id, told.prepared, user_id=user_id, now_ms=NOW)
            wordings.translate(
                conn, vault, told.id, told.translated, language="ur", version=1, user_id=user_id, now_ms=NOW
            )

    def visitor(self, who: str) -> FlaskClient:
        """A browser: of one of the desk's people, or of anybody."""
        return self.desk.visitor().client if who == "anybody" else self.desk.signed_in(who).client


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    url = f"sqlite:///{tmp_path_factory.mktemp('marked')}/bot.sqlite3"
    migrated(url)
    made = House(open_desk(url))
    parts = made.desk.app.extensions["bot"]
    parts.shelf.publish(NOW)
    load_content(made.desk.db, parts.settings.flows_dir, demo=False, now_ms=NOW)
    for consent in CONSENTS:
        for state in ("received", "needs_second", "approved", "declined", "needs_lead", "withdrawn", "texted_back"):
            name = f"{consent}_{state}"
            made.tell(name, consent)
            if consent == "champions":
                made.prepare(name, "amina")
            if state in {"needs_lead", "declined"}:
                made.decide(name, "amina", StoryStatus(state))
            if state in {"needs_second", "approved", "texted_back"}:
                made.decide(name, "amina", StoryStatus.APPROVED)
            if state in {"approved", "texted_back"} and consent != "champions":
                made.decide(name, "piotr", StoryStatus.APPROVED)
            if state == "withdrawn":
                only_by_its_status(made, name)
            if state == "texted_back":
                reference = made.desk.rows(schema.story)[-1].reference
                made.text(made.told[name].number, f"delete {reference}", "1")
    narrowed(made)
    made.desk.talk("Another person's talk")
    made.desk.question()
    made.desk.alert()
    made.desk.failed_text()
    yield made
    made.desk.db.close()


def narrowed(house: House) -> None:
    """Told for leaders, let out to them with a translation, and then by a text for champions only."""
    house.tell("leaders_narrowed", "leaders")
    house.prepare("leaders_narrowed", "amina")
    for who in ("amina", "piotr"):
        house.decide("leaders_narrowed", who, StoryStatus.APPROVED)
    house.text(house.told["leaders_narrowed"].number, "delete", "2")
    assert house.desk.rows(schema.story)[-1].consent == "champions"


def only_by_its_status(house: House, name: str) -> None:
    """The worst case of a story that was taken back: its status says so, and the words have not been erased."""
    with house.desk.db.begin() as conn:
        mine = schema.story.c.id == house.told[name].id
        conn.execute(update(schema.story).where(mine).values(status=StoryStatus.WITHDRAWN.value))


def addresses(house: House) -> Iterator[str]:
    """Every address that answers a GET, with each id and some words filled in, and what may stand behind it."""
    for rule in house.desk.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for filled in list(fillings(house, rule))[:MOST]:
                built = house.desk.app.url_map.bind("localhost").build(rule.endpoint, filled)
                yield from (built + query for query in (QUERIES if not rule.arguments else ("",)))


def fillings(house: House, rule: Rule) -> Iterator[dict[str, object]]:
    choices = [
        [(name, value) for value in values(house, converter)]
        for name, converter in rule._converters.items()
        if name in rule.arguments
    ]
    for chosen in product(*choices):
        yield {**(rule.defaults or {}), **dict(chosen)}


def values(house: House, converter: BaseConverter) -> list[object]:
    """What may stand in an address: every id there is, each of a few words, or some words of ours."""
    if isinstance(converter, IntegerConverter):
        return [told.id for told in house.told.values()]
    return [*converter.items] if isinstance(converter, AnyConverter) else [*WORDS]


def found(house: House, who: str) -> dict[str, str]:
    """Each mark that this visitor came upon, and where."""
    client = house.visitor(who)
    seen: dict[str, str] = {}
    marks = [mark for told in house.told.values() for mark in (told.mark, told.prepared, told.translated)]
    for address in addresses(house):
        answered = client.get(address)
        said = answered.get_data(as_text=True) + str(answered.headers)
        for mark in marks:
            # A mark begins those of its prepared words, so what is prepared is taken out before it is looked for.
            if mark in said and (mark.endswith("ed") or re.search(f"{mark}(?!prepared|translated)", said)):
                seen.setdefault(mark, address)
    return seen


def test_everybody_reads_only_the_prepared_words_of_what_was_told_for_everybody(house: House) -> None:
    assert set(found(house, "anybody")) == {house.told["board_approved"].prepared}


@pytest.mark.parametrize("who", ["ruth", "tara"])
def test_a_lead_and_a_translator_read_no_word_that_was_not_let_out_to_them(house: House, who: str) -> None:
    """A lead reads the prepared words of what was told for leaders or for everybody, once two have approved it."""
    allowed = {house.told["board_approved"].prepared}
    if who == "ruth":
        allowed.add(house.told["leaders_approved"].prepared)
    assert set(found(house, who)) == allowed


def test_a_champion_reads_all_but_what_was_taken_back(house: House) -> None:
    """Which shows, too, that this crawl comes by every page with words on it."""
    seen = set(found(house, "amina"))
    back = {name for name in house.told if name.endswith(("withdrawn", "texted_back"))}
    assert len(back) == 2 * len(CONSENTS)
    assert {told.mark for name, told in house.told.items() if name not in back} <= seen
    hers = [told for name, told in house.told.items() if name.startswith("champions") or name == "leaders_narrowed"]
    kept = [told for told in hers if told not in [house.told[name] for name in back]]
    assert {mark for told in kept for mark in (told.prepared, told.translated)} <= seen
    gone = [house.told[name] for name in back]
    assert not {mark for told in gone for mark in (told.mark, told.prepared, told.translated)} & seen


def test_of_what_was_taken_back_by_text_no_word_is_kept_at_all(house: House) -> None:
    """Not even sealed: every sealed column of every table is opened."""
    vault, marks = house.desk.db.vault, [house.told[f"{consent}_texted_back"].mark for consent in CONSENTS]
    sealed = [(table, column) for table in schema.metadata.sorted_tables for column in table.c if _is_sealed(column)]
    assert len(sealed) > 20
    with house.desk.db.read() as conn:
        for table, column in sealed:
            for kept in conn.scalars(select(column).where(column.is_not(None))):
                assert not [mark for mark in marks if mark in vault.open(kept)], f"{table.name}.{column.name}"


def _is_sealed(column: Column[Any]) -> bool:
    return column.name.endswith("_enc")


def test_no_text_to_anybodys_phone_repeats_a_story(house: House) -> None:
    """Others may read her phone, and other people have phones of their own."""
    texts = [house.desk.opened(row.text_enc) for row in house.desk.rows(schema.outbound)]
    assert len(texts) > len(house.told)
    assert not [text for text in texts for told in house.told.values() if told.mark in text]


def test_no_mark_lies_open_in_the_database(house: House) -> None:
    """Nor in what is beside it."""
    folder = Path(str(house.desk.db.engine.url.database)).parent
    kept = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    assert not [told.mark for told in house.told.values() if told.mark.encode() in kept]
