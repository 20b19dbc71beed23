"""``bot answers pull`` brings into the folders what the desk checked, kept and translated, and moves nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import House, prepare
from bot.knowledge.answers import read_answer_files
from bot.language.catalogue import Catalogues
from bot.settings import SHIPPED
from bot.store import content, library, translated
from bot.store.schema import answer
from bot.web import users
from bot.workshop.pulling_answers import KEPT, pull, waiting
from tests.people import NOW_MS, house_on

DAY = date(2026, 11, 21)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """A community with its own folders."""
    shutil.copytree(SHIPPED / "flows", tmp_path / "flows")
    shutil.copytree(SHIPPED / "locales", tmp_path / "locales")
    made = house_on(database_url, FLOWS_DIR=str(tmp_path / "flows"), LOCALES_DIR=str(tmp_path / "locales"))
    prepare(made)
    with made.parts.db.begin() as conn:
        users.add(conn, email="a@example.org", name="Amina", roles=["champion"], languages=["en"])
    yield made
    made.parts.db.close()


def folder(house: House) -> Path:
    return house.parts.settings.flows_dir / "answers"


def keep(house: House, language: str, title: str, short: str, asked: str) -> None:
    with house.parts.db.begin() as conn:
        content.keep_answer(
            conn, key=f"desk-{language}", language=language, topic="company", title=title, questions=[asked],
            short=short, source_name="Our champions", user_id=1, now_ms=NOW_MS,
        )  # fmt: skip


def translate(house: House, language: str, said: dict[str, str]) -> None:
    with house.parts.db.begin() as conn:
        translated.keep(conn, said, language=language, subject="answer:1", user_id=1, now_ms=NOW_MS)


def pulled(house: House) -> list[str]:
    found = waiting(house)
    pull(house, found, NOW_MS)
    return list(found.lines)


def test_without_anything_new_nothing_is_written(house: House) -> None:
    assert waiting(house).nothing


def test_a_check_moves_one_line_of_its_file(house: House) -> None:
    before = {file: file.read_text(encoding="utf-8") for file in folder(house).glob("*.yaml")}
    with house.parts.db.begin() as conn:
        id = conn.scalar(select(answer.c.id).where(answer.c.key == "food-for-faith"))
        assert id
        library.check(conn, kind="answer", id=id, day=DAY, user_id=1, now_ms=NOW_MS)
    assert pulled(house) == ["food-for-faith: checked on 2026-11-21"]
    changed = [
        (old, new)
        for file, text in before.items()
        for old, new in zip(text.splitlines(), file.read_text(encoding="utf-8").splitlines(), strict=True)
        if old != new
    ]
    assert changed == [("    verified:", "    verified: 2026-11-21")]
    assert {one.key: one.verified for one in read_answer_files(folder(house))}["food-for-faith"] == DAY
    assert waiting(house).nothing


def test_what_was_kept_in_english_comes_with_its_translations(house: House) -> None:
    keep(house, "en", 'Women "only" swimming', "At the Lido: Mondays.", "where can women swim")
    translate(house, "pl", {'Women "only" swimming': "Pływanie", "At the Lido: Mondays.": "W Lido."})
    assert pulled(house) == ["desk-en: kept on the desk", "pl: 2 texts translated on the desk"]
    found = {one.key: one for one in read_answer_files(folder(house))}["desk-en"]
    assert (found.title, found.short, found.source) == ('Women "only" swimming', "At the Lido: Mondays.", "")
    catalogues = Catalogues(house.parts.settings.locales_dir, ["en", "pl"])
    assert catalogues.text("At the Lido: Mondays.", "pl", domain="answers") == "W Lido."


def test_what_was_kept_in_polish_is_written_in_english_when_it_has_been_translated(house: House) -> None:
    """As all the others are: the catalogues go from English. Its own words become the Polish translation."""
    keep(house, "pl", "Basen", "W Lido.", "gdzie basen")
    translate(house, "en", {"Basen": "Pool", "W Lido.": "At the Lido.", "gdzie basen": "where is a pool"})
    translate(house, "ur", {"Basen": "تالاب", "W Lido.": "لیڈو میں۔"})
    pulled(house)
    found = {one.key: one for one in read_answer_files(folder(house))}["desk-pl"]
    assert (found.language, found.title, found.questions) == ("en", "Pool", ("where is a pool",))
    catalogues = Catalogues(house.parts.settings.locales_dir, ["en", "pl", "ur"])
    assert catalogues.text("At the Lido.", "pl", domain="answers") == "W Lido."
    assert catalogues.text("At the Lido.", "ur", domain="answers") == "لیڈو میں۔"


def test_what_has_no_english_yet_is_written_as_it_is(house: House) -> None:
    keep(house, "pl", "Basen", "W Lido.", "gdzie basen")
    pulled(house)
    found = {one.key: one for one in read_answer_files(folder(house))}["desk-pl"]
    assert (found.language, found.title) == ("pl", "Basen")
    assert (folder(house) / KEPT).is_file()


def test_after_the_next_start_the_desks_words_are_still_in_use(house: House) -> None:
    keep(house, "en", "Pool", "At the Lido.", "where is a pool")
    pulled(house)
    content.load_content(house.parts.db, house.parts.settings.flows_dir, demo=False, now_ms=NOW_MS)
    with house.parts.db.read() as conn:
        rows = conn.execute(select(answer.c.origin, answer.c.active).where(answer.c.key == "desk-en")).all()
    assert [tuple(row) for row in rows] == [("desk", True)]
    assert waiting(house).nothing
