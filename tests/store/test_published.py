"""What the desk publishes is in use in every process within a second, and breaks no conversation and no start."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select

from bot.app import House, prepare
from bot.flow.live import live
from bot.knowledge.content_error import ContentErrors
from bot.settings import SHIPPED, new_key
from bot.store import audit, flows, published, schema
from bot.store import shelf as shelf_module
from bot.store.swap import Gone, Stale
from bot.workshop.pulling import pull, waiting
from tests.people import NOW_MS, Person, house_on
from tests.store import rows

MENU = "menu.yaml"
ASKED, NOW_ASKED = "What do you need?", "What can we do for you today?"


class Clock:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.s = 100.0

    def monotonic(self) -> float:
        return self.s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(shelf_module, "time", clock)
    return clock


class Town:
    """One database, a folder of flows, and as many processes as a test needs."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.keys = url, folder, new_key()
        shutil.copytree(SHIPPED / "flows", folder)
        self.houses: list[House] = []
        self.first = self.process()
        prepare(self.first)
        with self.first.parts.db.begin() as conn:
            self.ruth = rows.champion(conn, "Ruth")

    def process(self, folder: Path | None = None) -> House:
        house = house_on(self.url, DATA_KEYS=self.keys, FLOWS_DIR=str(folder or self.folder))
        self.houses.append(house)
        return house

    def other_folder(self, name: str, **files: str) -> Path:
        """A copy of the folder with other files in it: what the next deploy brings."""
        other = self.folder.parent / name
        shutil.copytree(self.folder, other)
        for file, text in files.items():
            (other / f"{file}.yaml").write_text(text, encoding="utf-8")
        return other

    def publish(self, house: House, **files: str) -> int:
        changes = {f"{file}.yaml": text for file, text in files.items()}
        with house.parts.db.begin() as conn:
            now = live(house.shelf.folder.flows, house.shelf.folder.sources, published.edits(conn)).sources
            bases = {file: now.get(file) for file in changes}
            folder = house.shelf.folder
            return published.publish(
                conn, folder, changes, bases, user_id=self.ruth, now_ms=NOW_MS, draft_id=self.draft(conn)
            )

    def draft(self, conn: object) -> int:
        return rows.put(
            conn,  # type: ignore[arg-type]
            schema.flow_draft,
            status="published",
            version=1,
            changed_at=NOW_MS,
            created_at=NOW_MS,
        )

    def go_back(self, house: House, publication: int) -> int:
        with house.parts.db.begin() as conn:
            return published.go_back(conn, house.shelf.folder, publication, user_id=self.ruth, now_ms=NOW_MS)

    def menu(self, text: str = NOW_ASKED) -> str:
        return (self.folder / MENU).read_text(encoding="utf-8").replace(ASKED, text)


@pytest.fixture
def town(empty_url: str, tmp_path: Path, clock: Clock) -> Iterator[Town]:
    town = Town(empty_url, tmp_path / "flows")
    yield town
    for house in town.houses:
        house.parts.db.close()


def asks(house: House) -> str:
    return house.shelf.newest.flows["menu"].steps[0].text


def test_every_process_has_it_within_a_second(town: Town, clock: Clock) -> None:
    web, worker = town.process(), town.process()
    assert [asks(web), asks(worker)] == [ASKED, ASKED]
    town.publish(web, menu=town.menu())
    assert asks(worker) == ASKED  # it looked a moment ago
    clock.s += 1.01
    assert [asks(web), asks(worker)] == [NOW_ASKED, NOW_ASKED]


def test_turns_within_one_second_cost_no_round_trip(town: Town, clock: Clock) -> None:
    town.publish(town.first, menu=town.menu())
    clock.s += 2
    town.first.shelf.world()
    statements: list[str] = []
    engine = town.first.parts.db.engine
    event.listen(engine, "before_cursor_execute", lambda *said: statements.append(said[2]))
    for _ in range(5):
        town.first.shelf.world()
    assert statements == []
    clock.s += 2
    town.first.shelf.world()
    assert len([one for one in statements if one.startswith("SELECT")]) == 2, "what has changed, and who reads what"


def test_a_process_that_starts_later_has_it_too(town: Town) -> None:
    town.publish(town.first, menu=town.menu())
    late = town.process()
    assert asks(late) == NOW_ASKED
    prepare(late)
    assert asks(late) == NOW_ASKED


def test_a_conversation_under_way_ends_in_its_old_words(town: Town, clock: Clock) -> None:
    """Even in a process that never had them in memory; whatever begins afterwards begins in the new ones."""
    anna = Person(town.first, language="en")
    assert ASKED in anna.says("menu")
    town.publish(town.first, menu=town.menu())
    clock.s += 2
    other = Person(town.process(), number=anna.number)
    other.contact_id, other.now_ms, other._ids = anna.contact_id, anna.now_ms, anna._ids
    before = anna.session()
    assert before.revision == town.first.shelf.folder.flows.digest
    assert ASKED in other.says("99")
    assert other.session().revision == before.revision
    assert NOW_ASKED in other.says("menu")
    assert other.session().revision == town.first.shelf.newest.digest


def test_going_back_brings_the_words_before_and_going_back_again_the_new_ones(town: Town, clock: Clock) -> None:
    first = town.publish(town.first, menu=town.menu())
    second = town.go_back(town.first, first)
    clock.s += 2
    assert asks(town.first) == ASKED
    assert town.first.shelf.live().edits == ()
    town.go_back(town.first, second)
    clock.s += 2
    assert asks(town.first) == NOW_ASKED


def test_going_back_works_after_a_deploy_has_brought_the_words_into_the_folder(town: Town, clock: Clock) -> None:
    first = town.publish(town.first, menu=town.menu())
    deployed = town.process(town.other_folder("next", menu=town.menu()))
    prepare(deployed)
    assert (asks(deployed), deployed.shelf.live().edits) == (NOW_ASKED, ())
    town.go_back(deployed, first)
    clock.s += 2
    assert asks(deployed) == ASKED


def test_a_new_conversation_goes_when_one_goes_back(town: Town, clock: Clock) -> None:
    lunch = "flow: lunch\nabout: x\nstart_words: [lunch]\nsteps:\n  - say: At twelve.\n"
    made = town.publish(town.first, lunch=lunch)
    clock.s += 2
    assert "lunch" in town.first.shelf.newest.flows
    town.go_back(town.first, made)
    clock.s += 2
    assert "lunch" not in town.first.shelf.newest.flows


def test_only_the_newest_can_be_gone_back_from(town: Town) -> None:
    with pytest.raises(Gone):
        town.go_back(town.first, 1)
    first = town.publish(town.first, menu=town.menu())
    town.publish(town.first, menu=town.menu("And now?"))
    with pytest.raises(Stale) as told:
        town.go_back(town.first, first)
    assert told.value.by == "Ruth"


def test_words_that_somebody_else_published_meanwhile_are_not_overwritten(town: Town) -> None:
    began_from = town.menu(ASKED)
    town.publish(town.first, menu=town.menu())
    with pytest.raises(Stale), town.first.parts.db.begin() as conn:
        published.publish(
            conn, town.first.shelf.folder, {MENU: town.menu("Mine!")}, {MENU: began_from},
            user_id=town.ruth, now_ms=NOW_MS, draft_id=town.draft(conn),
        )  # fmt: skip
    town.first.shelf.look_again()
    assert asks(town.first) == NOW_ASKED


def test_what_does_not_load_is_not_published(town: Town) -> None:
    with pytest.raises(ContentErrors):
        town.publish(town.first, menu="flow: menu\nsteps: [")
    with town.first.parts.db.read() as conn:
        assert published.publications(conn) == []


def test_a_deploy_that_changes_the_file_too_does_not_take_the_desks_words_away(town: Town, clock: Clock) -> None:
    town.publish(town.first, menu=town.menu())
    deployed = town.process(town.other_folder("next", menu=town.menu("How can we help?")))
    prepare(deployed)
    assert (asks(deployed), deployed.shelf.live().moved) == (NOW_ASKED, (MENU,))
    assert "changed since: menu.yaml" in published.warning(deployed.shelf.live())
    clock.s += 2
    assert asks(town.first) == NOW_ASKED


def test_a_deploy_that_an_edit_no_longer_goes_with_starts_all_the_same(town: Town, clock: Clock) -> None:
    """The words rest, the folder's are in use, and it is said; the old process is not disturbed."""
    town.publish(town.first, lunch="flow: lunch\nabout: x\nstart_words: [lunch]\nsteps:\n  - say: At twelve.\n")
    other = "flow: lunch\nabout: x\nstart_words: [lunch]\nsteps:\n  - say: From the folder.\n"
    deployed = town.process(town.other_folder("next", midday=other))
    prepare(deployed)
    found = deployed.shelf.live()
    assert found.flows.flows["lunch"].steps[0].text == "From the folder."
    assert [one.edit.file for one in found.resting] == ["lunch.yaml"]
    assert "not in use" in published.warning(found)
    assert Person(deployed, language="en").says("lunch") == "From the folder."
    clock.s += 2
    assert Person(town.first, language="en").says("lunch") == "At twelve."


def test_a_revision_is_stored_by_whoever_has_it_in_use(town: Town, clock: Clock) -> None:
    """A process with another folder makes another revision; a conversation that begins in it must find it again."""
    deployed = town.process(town.other_folder("next", change_me="flow: change-me\nabout: x\nsteps:\n  - say: Hi.\n"))
    prepare(deployed)
    town.publish(town.first, menu=town.menu())
    clock.s += 2
    digest = deployed.shelf.newest.digest
    assert digest != town.first.shelf.newest.digest
    with town.first.parts.db.read() as conn:
        assert flows.is_stored(conn, digest)


def test_pulling_writes_the_files_and_the_folder_counts_again_from_the_next_deploy(town: Town, clock: Clock) -> None:
    town.publish(town.first, menu=town.menu())
    checkout = town.other_folder("checkout")
    [one] = waiting(town.first, checkout)
    assert (one.file, one.what, one.moved) == (MENU, "changed", False)
    pull(town.first, checkout, [one], NOW_MS)
    assert (checkout / MENU).read_text(encoding="utf-8") == town.menu()
    assert waiting(town.first, checkout) == []
    clock.s += 2
    assert asks(town.first) == NOW_ASKED  # the running process still has the old folder
    (checkout / MENU).write_text(town.menu("Even better?"), encoding="utf-8")
    deployed = town.process(checkout)
    prepare(deployed)
    assert (asks(deployed), deployed.shelf.live().edits) == ("Even better?", ())


def test_pulling_says_when_the_folders_file_has_changed_meanwhile(town: Town) -> None:
    town.publish(town.first, menu=town.menu())
    [one] = waiting(town.first, town.other_folder("checkout", menu=town.menu("Or this?")))
    assert (one.what, one.moved) == ("changed", True)


def test_the_record_names_who_published_and_which_revisions(town: Town) -> None:
    made = town.publish(town.first, menu=town.menu())
    town.go_back(town.first, made)
    with town.first.parts.db.read() as conn:
        kept = conn.execute(select(schema.audit).where(schema.audit.c.subject.like("publication:%"))).all()
        assert audit.verify(conn) is None
        history = published.publications(conn)
    assert [(row.event, row.actor) for row in kept] == [
        ("flows_published", f"user:{town.ruth}"),
        ("flows_put_back", f"user:{town.ruth}"),
    ]
    assert kept[0].detail["before"] == kept[1].detail["after"]
    assert [(one.by, one.files, one.back_of) for one in history] == [("Ruth", (MENU,), made), ("Ruth", (MENU,), None)]
