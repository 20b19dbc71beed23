"""Answers and services follow the files; a check by the desk, and what it switched off, stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.knowledge.content_error import ContentErrors
from bot.settings import SHIPPED
from bot.store import content, library, schema
from bot.store.content import KeyTaken, Kind, Loaded
from bot.store.database import Database
from bot.store.swap import Gone
from tests.store import rows
from tests.store.together import run_together


def answer_entry(key: str, short: str = "Yes, you can.") -> str:
    return (
        f"  - id: {key}\n    topic: health\n    title: See a doctor\n    questions: [Can I see a doctor]\n"
        f"    short: {short}\n    source: https://www.nhs.uk/doctor\n    source_name: NHS\n    verified:\n"
    )


def service_entry(key: str, area: str = "national") -> str:
    return (
        f"  - id: {key}\n    name: The {key}\n    topics: [mind]\n    area: {area}\n    summary: Someone to talk to.\n"
        f"    who: Anyone.\n    reach: Ring.\n    phone: '116 123'\n    source: https://www.example.org\n"
        f"    verified: 2026-05-01\n"
    )


class Files:
    """A community's own folder of answers and services."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("answers", "services", "demo"):
            (folder / name).mkdir(parents=True)

    def answers(self, *entries: str, file: str = "health") -> None:
        (self.folder / "answers" / f"{file}.yaml").write_text("answers:\n" + "".join(entries))

    def services(self, *entries: str, file: str = "services/national") -> None:
        (self.folder / f"{file}.yaml").write_text("services:\n" + "".join(entries))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = Files(tmp_path / "flows")
    files.answers(answer_entry("one"), answer_entry("two"))
    files.services(service_entry("helpline"))
    files.services(service_entry("kitchen", area="wexmoor"), file="demo/services")
    return files


def load(db: Database, files: Files, now: int, *, demo: bool = False) -> Loaded:
    return content.load_content(db, files.folder, demo=demo, now_ms=now)


def in_use(db: Database) -> tuple[list[str], list[str], int]:
    with db.read() as conn:
        answers, services, number = content.load_directory_rows(conn)
    return [one.key for one in answers], [one.key for one in services], number


def keep(db: Database, now: int, key: str = "swim") -> int:
    with db.begin() as conn:
        return content.keep_answer(
            conn,
            key=key,
            language="ur",
            topic="health",
            title="Swimming",
            questions=["Where can I swim?"],
            short="At the pool.",
            user_id=1,
            now_ms=now,
        )


def switch(db: Database, kind: Kind, key: str, now: int, *, active: bool) -> None:
    table = content.TABLES[kind]
    with db.begin() as conn:
        id = conn.execute(select(table.c.id).where(table.c.key == key)).scalar_one()
        content.set_active(conn, kind=kind, id=id, active=active, user_id=1, now_ms=now)


def test_the_files_come_into_use(db: Database, files: Files, now: int) -> None:
    assert load(db, files, now) == Loaded(answers=2, services=1, stored=3)
    assert in_use(db) == (["one", "two"], ["helpline"], 1)
    with db.read() as conn:
        (first, _), (helpline,), _ = content.load_directory_rows(conn)
    assert (first.questions, first.short, first.verified) == (("Can I see a doctor",), "Yes, you can.", None)
    assert (helpline.name, str(helpline.verified)) == ("The helpline", "2026-05-01")


def test_loading_the_same_files_again_changes_nothing(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    assert load(db, files, now + 5) == Loaded(answers=2, services=1, unchanged=3)
    with db.read() as conn:
        assert content.content_number(conn) == 1
        assert set(conn.scalars(select(schema.answer.c.updated_at))) == {now}


def test_only_what_changed_is_written(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    files.answers(answer_entry("one"), answer_entry("two", short="No, but ring us."))
    assert load(db, files, now + 5) == Loaded(answers=2, services=1, stored=1, unchanged=2)
    with db.read() as conn:
        stamps = {row.key: row.updated_at for row in conn.execute(select(schema.answer))}
        assert content.content_number(conn) == 2
    assert stamps == {"one": now, "two": now + 5}


def test_what_left_the_files_is_switched_off_and_comes_back_with_them(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    files.answers(answer_entry("two"))
    assert load(db, files, now) == Loaded(answers=1, services=1, unchanged=2, retired=1)
    assert in_use(db) == (["two"], ["helpline"], 2)
    files.answers(answer_entry("one"), answer_entry("two"))
    assert load(db, files, now).stored == 1
    assert in_use(db)[0] == ["one", "two"]


def test_the_made_up_borough_is_there_in_the_demo_only(db: Database, files: Files, now: int) -> None:
    load(db, files, now, demo=True)
    assert in_use(db)[1] == ["helpline", "kitchen"]
    assert load(db, files, now).retired == 1
    assert in_use(db)[1] == ["helpline"]


def test_a_kept_answer_is_in_use_at_once_and_no_file_touches_it(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    keep(db, now)
    assert in_use(db) == (["one", "swim", "two"], ["helpline"], 2)
    files.answers(answer_entry("swim", short="The file's words."))
    assert load(db, files, now).left_to_desk == 1
    with db.read() as conn:
        kept = next(one for one in content.load_directory_rows(conn)[0] if one.key == "swim")
    assert (kept.short, kept.language) == ("At the pool.", "ur")


def test_two_answers_cannot_have_one_key(db: Database, now: int) -> None:
    keep(db, now)
    with pytest.raises(KeyTaken, match='"swim" already'):
        keep(db, now)


@pytest.mark.parametrize(("kind", "key"), [("answer", "one"), ("service", "helpline")])
def test_what_the_desk_switched_off_stays_off(db: Database, files: Files, now: int, kind: Kind, key: str) -> None:
    """A champion found the place closed: the next start must not send people there again."""
    load(db, files, now)
    switch(db, kind, key, now, active=False)
    load(db, files, now)
    answers, services, _ = in_use(db)
    assert key not in answers + services
    switch(db, kind, key, now, active=True)
    answers, services, _ = in_use(db)
    assert key in answers + services


def check(db: Database, kind: Kind, key: str, now: int, day: date) -> None:
    table = content.TABLES[kind]
    with db.begin() as conn:
        id = conn.execute(select(table.c.id).where(table.c.key == key)).scalar_one()
        amina = conn.scalar(select(schema.user.c.id)) or rows.champion(conn, "Amina")
        library.check(conn, kind=kind, id=id, day=day, user_id=amina, now_ms=now)


def test_a_corrected_number_reaches_a_service_that_the_desk_has_checked(db: Database, files: Files, now: int) -> None:
    """A check is not a claim to the row; the newer of the two days of checking is kept."""
    load(db, files, now)
    check(db, "service", "helpline", now, date(2026, 6, 2))
    assert load(db, files, now).unchanged == 3
    files.services(service_entry("helpline").replace("116 123", "116 124"))
    assert load(db, files, now).stored == 1
    with db.read() as conn:
        (helpline,) = content.load_directory_rows(conn)[1]
        row = conn.execute(select(schema.service)).one()
    assert (helpline.phone, helpline.verified) == ("116 124", date(2026, 6, 2))
    assert (row.origin, row.verified) == ("file", date(2026, 6, 2))
    files.services(service_entry("helpline").replace("2026-05-01", "2026-07-01"))
    load(db, files, now)
    with db.read() as conn:
        assert content.load_directory_rows(conn)[1][0].verified == date(2026, 7, 1)


def test_a_checked_answer_follows_its_file_and_its_day_of_review_stays_cleared(
    db: Database, files: Files, now: int
) -> None:
    due = "    verified: 2026-01-01\n    review_by: 2026-06-01\n"
    first = answer_entry("one").replace("    verified:\n", due)
    files.answers(first)
    load(db, files, now)
    check(db, "answer", "one", now, date(2026, 6, 2))
    files.answers(first.replace("Yes, you can.", "Yes, always."))
    load(db, files, now)
    with db.read() as conn:
        (one,) = content.load_directory_rows(conn)[0]
    assert (one.short, one.verified, one.review_by) == ("Yes, always.", date(2026, 6, 2), None)


@pytest.mark.parametrize(("kind", "key"), [("answer", "one"), ("service", "helpline")])
def test_what_is_checked_or_switched_on_still_goes_with_its_file(
    db: Database, files: Files, now: int, kind: Kind, key: str
) -> None:
    load(db, files, now)
    check(db, kind, key, now, date(2026, 6, 2))
    switch(db, kind, key, now, active=False)
    switch(db, kind, key, now, active=True)
    files.answers(answer_entry("two"))
    files.services(service_entry("other"))
    assert load(db, files, now).retired == 2
    answers, services, _ = in_use(db)
    assert key not in answers + services


def test_what_the_desk_switched_off_is_still_off_when_its_file_comes_back(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    switch(db, "answer", "one", now, active=False)
    files.answers(answer_entry("two"))
    load(db, files, now)
    files.answers(answer_entry("one", short="New words."), answer_entry("two"))
    load(db, files, now)
    assert in_use(db)[0] == ["two"]
    switch(db, "answer", "one", now, active=True)
    with db.read() as conn:
        assert content.load_directory_rows(conn)[0][0].short == "New words."


def test_switching_off_something_that_is_not_there(db: Database, now: int) -> None:
    with db.begin() as conn, pytest.raises(Gone):
        content.set_active(conn, kind="service", id=77, active=False, user_id=1, now_ms=now)


def test_what_was_done_is_recorded_without_words(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    keep(db, now)
    switch(db, "service", "helpline", now, active=False)
    with db.read() as conn:
        found = conn.execute(select(schema.audit.c.event, schema.audit.c.detail).order_by(schema.audit.c.id)).all()
    assert [tuple(row) for row in found] == [
        ("content_loaded", {"answers": 2, "services": 1, "stored": 3, "retired": 0}),
        ("answer_kept", {"language": "ur", "topic": "health"}),
        ("service_changed", {"before": True, "after": False}),
    ]


def test_every_problem_of_every_file_is_told_and_nothing_is_changed(db: Database, files: Files, now: int) -> None:
    load(db, files, now)
    files.answers(answer_entry("one").replace("health", "helth"))
    files.services(service_entry("helpline").replace("topics: [mind]", "topics: [mnd]"))
    with pytest.raises(ContentErrors) as raised:
        load(db, files, now)
    assert {error.file for error in raised.value.errors} == {"answers/health.yaml", "services/national.yaml"}
    assert in_use(db) == (["one", "two"], ["helpline"], 1)


def test_one_id_in_two_files_is_refused(db: Database, files: Files, now: int) -> None:
    files.answers(answer_entry("one"), file="money")
    with pytest.raises(ContentErrors, match="one"):
        load(db, files, now)


def test_processes_that_load_at_once_agree(db: Database, files: Files, now: int) -> None:
    run_together([lambda: load(db, files, now)] * 4)
    assert in_use(db) == (["one", "two"], ["helpline"], 1)


def test_champions_who_keep_answers_at_once_lose_none(db: Database, now: int) -> None:
    run_together([lambda number=number: keep(db, now, f"kept-{number}") for number in range(8)])  # type: ignore[misc]
    assert len(in_use(db)[0]) == in_use(db)[2] == 8


def test_the_shipped_content_loads(db: Database, now: int) -> None:
    done = content.load_content(db, SHIPPED / "flows", demo=True, now_ms=now)
    answers, services, _ = in_use(db)
    assert (len(answers), len(services)) == (done.answers, done.services)
    assert answers
    assert services
