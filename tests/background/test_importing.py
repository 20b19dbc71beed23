"""Fetching a directory over real HTTP into a real database: nothing is lost, or counted twice, or taken away."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.app import House
from bot.background.importing import Importing, Outcome
from bot.channel.feed_client import FeedClient, FeedTrouble
from bot.store import content, library, sources
from bot.store.content import load_directory_rows, set_active
from bot.store.database import Database
from bot.store.schema import audit, service, source
from bot.store.sources import Held, Source, State
from tests.people import Person
from tests.stand_in.directory import DirectoryStandIn
from tests.store import rows

SAMPLES = Path(__file__).parents[1] / "data" / "oruk"
HOUR = 3_600_000


def record(number: int, **more: Any) -> dict[str, Any]:
    """One whole record."""
    return {
        "id": f"r{number}", "name": f"Food bank {number}", "description": "Food for three days.", "status": "active",
        "contacts": [{"phones": [{"number": f"01632 96{number:04d}"}]}], **more,
    }  # fmt: skip


def records(many: int) -> list[dict[str, Any]]:
    return [record(number) for number in range(many)]


class Fetcher:
    """Somebody who fetches directories into one database, at a moment of her own."""

    def __init__(self, db: Database, now: int) -> None:
        self.db, self.now = db, now
        self.most = 5_000_000
        self.importing = Importing(db, self.client, lambda: self.now)

    def client(self, by_hand: str = "") -> FeedClient:
        return FeedClient(self.most, own_network=True, pause=lambda seconds: None)

    def add(self, location: str, key: str = "wex", **more: Any) -> int:
        with self.db.begin() as conn:
            given = {"area": "wexmoor", "mapping": None, "alone": True, "now_ms": self.now, **more}
            return sources.register(conn, key=key, location=location, **given)

    def fetch(self, id: int, **how: Any) -> Outcome:
        outcome = self.importing.fetch(id, **how)
        counts = outcome.counts
        assert counts.read == counts.stored + counts.unchanged + counts.rejected
        assert counts.rejected == len(outcome.rejected)
        return outcome

    def source(self, id: int) -> Source:
        with self.db.read() as conn:
            found = sources.one(conn, id)
        assert found
        return found

    def rows(self) -> dict[str, Any]:
        with self.db.read() as conn:
            return {row.record: row for row in conn.execute(select(service).order_by(service.c.id))}

    def offered(self) -> set[str]:
        """What residents can find."""
        with self.db.read() as conn:
            return {one.name for one in load_directory_rows(conn)[1]}


@pytest.fixture
def ruth(db: Database, now: int) -> Fetcher:
    return Fetcher(db, now)


@pytest.mark.parametrize("v3", [True, False], ids=["newer envelope", "older envelope"])
@pytest.mark.parametrize("shallow", [True, False], ids=["shallow list", "whole list"])
def test_every_page_of_either_envelope_is_read(ruth: Fetcher, v3: bool, shallow: bool) -> None:
    with DirectoryStandIn(records(23), v3=v3, shallow=shallow, size=5) as directory:
        outcome = ruth.fetch(ruth.add(f"{directory.url}/services"))
    assert (outcome.complete, outcome.trouble) == (True, "")
    assert (outcome.counts.read, outcome.counts.stored) == (23, 23)
    assert {row.document["phone"] for row in ruth.rows().values()} == {f"01632 96{n:04d}" for n in range(23)}
    assert "/service_at_locations" not in directory.asked


@pytest.mark.parametrize(
    "how", [{"bom": True}, {"packed": True}, {"base": "/o/ServiceDirectoryService/v2"}, {"own_pages": False}]
)
def test_how_an_answer_is_wrapped_makes_no_difference(ruth: Fetcher, how: dict[str, Any]) -> None:
    with DirectoryStandIn(records(7), size=3, **how) as directory:
        assert ruth.fetch(ruth.add(directory.url)).counts.stored == 7


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.name)
def test_every_sample_is_kept_or_told_of(ruth: Fetcher, file: Path) -> None:
    value = json.loads(file.read_text(encoding="utf-8-sig"))
    listed = value if isinstance(value, list) else value.get("contents") or value.get("content") or [value]
    outcome = ruth.fetch(ruth.add(str(file), alone=False))
    assert outcome.complete
    assert outcome.counts.read == len(listed)
    assert outcome.counts.stored == len(ruth.rows())
    assert all(one.sentence for one in outcome.rejected)
    again = ruth.fetch(ruth.add(str(file), alone=False))
    assert (again.counts.stored, again.counts.unchanged) == (0, outcome.counts.stored)
    assert again.rejected == outcome.rejected


@pytest.mark.parametrize("shallow", [True, False])
def test_junk_in_a_feed_is_told_of_with_its_place(ruth: Fetcher, shallow: bool) -> None:
    junk = [None, "a text", {}, *records(2), record(1), {"id": "x"}]
    with DirectoryStandIn(junk, shallow=shallow, size=4) as directory:
        outcome = ruth.fetch(ruth.add(directory.url))
    assert (outcome.counts.read, outcome.counts.stored) == (7, 2)
    sentences = {one.record: one.sentence for one in outcome.rejected}
    assert sentences["page 1, entry 1"] == "This is no record of a service but nothing."
    assert sentences["r1"].startswith("It comes twice")
    assert sentences["x"].startswith("It has no name")


def test_a_table_is_imported_by_its_mapping(ruth: Fetcher) -> None:
    mapping = (SAMPLES / "food-banks.yaml").read_text()
    id = ruth.add(str(SAMPLES / "food-banks.csv"), mapping=mapping, alone=False)
    outcome = ruth.fetch(id)
    assert (outcome.counts.read, outcome.counts.stored, outcome.counts.rejected) == (5, 2, 3)
    assert [one.record for one in outcome.rejected] == ["line 5", "4", "5"]


def test_a_packed_file_is_unpacked(ruth: Fetcher, tmp_path: Path) -> None:
    (tmp_path / "feed.json.gz").write_bytes(gzip.compress(json.dumps(records(3)).encode()))
    assert ruth.fetch(ruth.add(str(tmp_path / "feed.json.gz"), alone=False)).counts.stored == 3


# A second fetch ------------------------------------------------------------------------------------------------------
def test_what_has_not_changed_is_not_written_again(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(12), shallow=True) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        directory.records[3]["fees"] = "Free"
        outcome = ruth.fetch(id)
    assert (outcome.counts.stored, outcome.counts.unchanged) == (1, 11)


def test_what_disappears_from_a_complete_fetch_is_hidden_and_kept(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(12)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        left = directory.records.pop(4)
        outcome = ruth.fetch(id)
        assert outcome.counts.gone == 1
        assert "Food bank 4" not in ruth.offered()
        assert ruth.rows()["r4"].gone_at == ruth.now
        assert ruth.rows()["r4"].document["name"] == "Food bank 4"
        directory.records.append(left)
        ruth.fetch(id)
    assert "Food bank 4" in ruth.offered()
    assert ruth.rows()["r4"].gone_at is None


@pytest.mark.parametrize("status", ["inactive", "defunct", "temporarily closed"])
def test_what_is_closed_is_hidden_until_it_opens_again(ruth: Fetcher, status: str) -> None:
    with DirectoryStandIn(records(3)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        directory.records[0]["status"] = status
        ruth.fetch(id)
        assert "Food bank 0" not in ruth.offered()
        assert ruth.rows()["r0"].closed == status
        directory.records[0]["status"] = "active"
        ruth.fetch(id)
    assert "Food bank 0" in ruth.offered()


def test_a_fetch_that_breaks_off_takes_nothing_away(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(20), size=5) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        directory.records[:] = records(3)
        directory.broken["/services"] = [500] * 9
        outcome = ruth.fetch(id)
    assert not outcome.complete
    assert outcome.trouble == "127.0.0.1 answered 500."
    assert len(ruth.offered()) == 20


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: one.records.clear(), "It gave no services at all"),
        (lambda one: one.__dict__.update(records=one.records[:9]), "It lacks 11 of the 20 services that it had"),
        (lambda one: one.__dict__.update(says_total=25), "It says that it has 25 services, and gave 20"),
    ],
    ids=["empty", "most are gone", "fewer than it says"],
)
def test_a_list_that_cannot_be_right_takes_nothing_away(
    ruth: Fetcher, spoil: Callable[[DirectoryStandIn], None], sentence: str
) -> None:
    with DirectoryStandIn(records(20)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        spoil(directory)
        outcome = ruth.fetch(id)
    assert outcome.trouble.startswith(sentence)
    assert len(ruth.offered()) == 20


def test_most_of_a_list_may_go_when_somebody_says_so(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(20)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        directory.records[:] = records(5)
        assert ruth.fetch(id, accept_missing=True).counts.gone == 15


def test_a_list_that_changes_while_it_is_read_takes_nothing_away(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(20), size=5) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        directory.on_page = lambda page: directory.records.pop(0) and None if page == 2 else None
        outcome = ruth.fetch(id)
    assert outcome.trouble.startswith("The list changed while it was read")
    assert len(ruth.offered()) == 20


def test_a_feed_that_gives_the_same_page_again_and_again_ends(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(20), size=5, same_page=True) as directory:
        outcome = ruth.fetch(ruth.add(directory.url))
    assert outcome.trouble == "Asked for page 2, it gives page 1."


# Own pages that fail -------------------------------------------------------------------------------------------------
def test_a_record_whose_own_page_fails_is_told_of_and_tried_again(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(8), shallow=True) as directory:
        directory.broken["/services/r5"] = [500, 500, 500]
        id = ruth.add(directory.url)
        outcome = ruth.fetch(id)
        (told,) = outcome.rejected
        assert (told.record, told.name) == ("r5", "Food bank 5")
        assert told.sentence == "127.0.0.1 answered 500. It is tried again at the next fetch."
        assert ruth.fetch(id).counts.stored == 1
        directory.broken["/services/r5"] = [500, 500, 500]
        ruth.fetch(id)
    assert "Food bank 5" in ruth.offered()  # what was known of it before stays


def test_an_own_page_that_works_at_the_second_try_is_no_news(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(8), shallow=True) as directory:
        directory.broken["/services/r5"] = [503]
        assert ruth.fetch(ruth.add(directory.url)).counts.stored == 8


def test_a_directory_that_falls_ill_in_the_middle_is_taken_up_where_it_was(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(100), shallow=True, size=30) as directory:
        directory.broken = {f"/services/r{number}": [500] * 3 for number in range(40, 100)}
        id = ruth.add(directory.url)
        outcome = ruth.fetch(id)
        assert not outcome.complete
        assert outcome.trouble.startswith("None of the last 40 services could be fetched.")
        assert ruth.source(id).state is State.BROKEN
        assert len(ruth.rows()) == 40
        directory.broken.clear()
        lists = directory.asked["/services"]
        outcome = ruth.fetch(id)
    assert (outcome.counts.read, outcome.counts.stored) == (100, 100)
    assert directory.asked["/services"] - lists <= 1  # the pages of the list were not read again


def test_an_import_that_is_killed_goes_on_where_it_was(
    db: Database, database_url: str, now: int, tmp_path: Path
) -> None:
    """kill -9 in the middle of the pages; another process takes it up, and nothing is counted twice."""
    ruth = Fetcher(db, now)
    killed: list[subprocess.Popen[bytes]] = []

    def kill(page: int) -> None:
        if page == 5 and killed:
            killed.pop().send_signal(signal.SIGKILL)

    with DirectoryStandIn(records(60), size=5, on_page=kill) as directory:
        id = ruth.add(directory.url)
        program = (
            "import sys; from bot.store.vault import Vault; from bot.store.database import open_database;"
            "from bot.background.importing import Importing; from bot.channel.feed_client import FeedClient;"
            "db = open_database(sys.argv[1], Vault([sys.argv[2]]));"
            "Importing(db, lambda url: FeedClient(10**6, True), lambda: int(sys.argv[4])).fetch(int(sys.argv[3]))"
        )
        from bot.settings import new_key

        process = subprocess.Popen([sys.executable, "-c", program, database_url, new_key(), str(id), str(now)])
        killed.append(process)
        assert process.wait() == -signal.SIGKILL
        half = len(ruth.rows())
        assert 0 < half < 60
        with pytest.raises(Held):
            ruth.fetch(id)
        ruth.now += sources.LEASE_MS + 1
        outcome = ruth.fetch(id)
    assert outcome.complete
    assert (outcome.counts.read, outcome.counts.stored, outcome.counts.unchanged) == (60, 60, 0)
    assert len(ruth.rows()) == 60


def test_a_run_that_was_left_off_long_ago_begins_again(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(20), size=5) as directory:
        id = ruth.add(directory.url)
        directory.on_page = lambda page: directory.broken.update({"/services": [404]}) if page == 2 else None
        assert not ruth.fetch(id).complete
        directory.on_page = lambda page: None
        ruth.now += 7 * HOUR
        outcome = ruth.fetch(id)
    assert outcome.source.run == 2
    assert (outcome.counts.read, outcome.counts.unchanged) == (20, 10)


# When it is fetched ---------------------------------------------------------------------------------------------------
def test_a_directory_is_fetched_again_each_day_and_after_an_hour_when_it_broke(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(3)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        assert ruth.importing.fetch_due() == 0
        ruth.now += 24 * HOUR
        assert ruth.importing.fetch_due() == 1
        directory.broken["/"] = directory.broken[""] = [404]
        ruth.now += 24 * HOUR
        ruth.importing.fetch_due()
        assert ruth.source(id).next_at == ruth.now + HOUR
        assert ruth.source(id).good_at == ruth.now - 24 * HOUR


def test_a_directory_that_is_switched_off_is_not_fetched_by_itself(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(3)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        with ruth.db.begin() as conn:
            sources.set_active(conn, id, active=False, user_id=1, now_ms=ruth.now)
        ruth.now += 48 * HOUR
        assert ruth.importing.fetch_due() == 0


def test_a_process_that_ends_leaves_the_rest_to_another(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(20), size=5) as directory:
        id = ruth.add(directory.url)
        with ruth.db.begin() as conn:
            conn.execute(update(source).values(next_at=ruth.now))
        directory.on_page = lambda page: ruth.importing.stop() if page == 2 else None
        assert ruth.importing.fetch_due() == 0
        directory.on_page = lambda page: None
        other = Importing(ruth.db, ruth.client, lambda: ruth.now)
        assert other.fetch_due() == 1
    assert len(ruth.rows()) == 20
    assert ruth.source(id).counts.read == 20


def test_a_fetch_is_in_the_audit_log(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(3)) as directory:
        ruth.fetch(ruth.add(directory.url))
    with ruth.db.read() as conn:
        events = [(row.event, row.detail) for row in conn.execute(select(audit).order_by(audit.c.id))]
    assert [event for event, _ in events] == ["source_added", "content_loaded"]
    assert events[1][1] == {"answers": 0, "services": 3, "stored": 3, "retired": 0}


# What the desk says --------------------------------------------------------------------------------------------------
def test_what_the_desk_changed_survives_a_fetch(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(3)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        row = ruth.rows()["r1"]
        with ruth.db.begin() as conn:
            library.change(
                conn, id=row.id, changes={"phone": "01632 960999", "facts": {"asks_immigration_status": False}},
                user_id=1, now_ms=ruth.now,
            )  # fmt: skip
            amina = rows.champion(conn, "Amina")
            library.check(conn, kind="service", id=row.id, day=row_day(), user_id=amina, now_ms=ruth.now)
        directory.records[1]["name"] = "Food bank in the hall"
        ruth.fetch(id)
    after = ruth.rows()["r1"]
    assert after.document["name"] == "Food bank in the hall"
    assert after.document["phone"] == "01632 960999"
    assert after.document["facts"] == {"asks_immigration_status": False}
    assert after.document["verified"] == "2026-06-01"
    assert after.imported["phone"] == "01632 960001"


def row_day() -> Any:
    from datetime import date

    return date(2026, 6, 1)


def test_what_the_desk_switched_off_stays_off(ruth: Fetcher) -> None:
    with DirectoryStandIn(records(3)) as directory:
        id = ruth.add(directory.url)
        ruth.fetch(id)
        with ruth.db.begin() as conn:
            set_active(conn, kind="service", id=ruth.rows()["r1"].id, active=False, user_id=1, now_ms=ruth.now)
        directory.records[1]["fees"] = "Free"
        ruth.fetch(id)
    assert "Food bank 1" not in ruth.offered()


def test_loading_the_files_leaves_directories_alone(ruth: Fetcher, tmp_path: Path) -> None:
    with DirectoryStandIn(records(3)) as directory:
        ruth.fetch(ruth.add(directory.url))
    (tmp_path / "answers").mkdir()
    content.load_content(ruth.db, tmp_path, demo=False, now_ms=ruth.now)
    assert len(ruth.offered()) == 3


# The line ------------------------------------------------------------------------------------------------------------
def client(**how: Any) -> FeedClient:
    return FeedClient(how.pop("most", 1_000_000), pause=lambda seconds: None, **how)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"])  # noqa: S104 # an address to refuse
def test_this_machine_is_not_asked(host: str) -> None:
    with DirectoryStandIn(records(1)) as directory:
        url = directory.url.replace("127.0.0.1", host)
        with client() as asking, pytest.raises(FeedTrouble, match=r"own network|cannot be reached"):
            asking.get(f"{url}/services")
        assert not directory.asked


def test_this_machine_is_asked_when_somebody_types_its_address_but_no_other_for_it() -> None:
    with DirectoryStandIn(records(1)) as directory, DirectoryStandIn(records(1)) as neighbour:
        directory.redirect["/elsewhere"] = f"{neighbour.url}/services"
        with client(by_hand=directory.url) as asking:
            assert asking.get(f"{directory.url}/services").data
            with pytest.raises(FeedTrouble, match="own network"):
                asking.get(f"{directory.url}/elsewhere")
        assert not neighbour.asked


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/x", "https://me:pw@example.org/", "https://", "x"]
)
def test_only_the_web_is_asked(url: str) -> None:
    with client(own_network=True) as asking, pytest.raises(FeedTrouble):
        asking.get(url)


def test_a_redirect_is_followed_and_a_circle_is_not() -> None:
    with DirectoryStandIn(records(1)) as directory, client(own_network=True) as asking:
        directory.redirect = {"/old": "/services", "/round": "/round"}
        assert asking.get(f"{directory.url}/old").url == f"{directory.url}/services"
        with pytest.raises(FeedTrouble, match="circle"):
            asking.get(f"{directory.url}/round")


def test_an_answer_that_is_too_large_is_not_read_on() -> None:
    with DirectoryStandIn(records(2000), size=2000, packed=True) as directory:
        with client(own_network=True, most=100_000) as asking, pytest.raises(FeedTrouble, match="larger than"):
            asking.get(f"{directory.url}/services")
        directory.files["/packed.json.gz"] = gzip.compress(b" " * 10_000_000)
        with client(own_network=True, most=100_000) as asking, pytest.raises(FeedTrouble, match="larger than"):
            asking.get(f"{directory.url}/packed.json.gz")


def test_a_line_that_breaks_is_tried_again_and_told_of() -> None:
    with DirectoryStandIn(records(50)) as directory, client(own_network=True) as asking:
        directory.cut.add("/services")
        with pytest.raises(FeedTrouble, match="broke"):
            asking.get(f"{directory.url}/services")
        assert directory.asked["/services"] == 3


# Residents -----------------------------------------------------------------------------------------------------------
def test_a_resident_finds_what_was_imported(house: House) -> None:
    ruth = Fetcher(house.parts.db, house.parts.now_ms())
    hall = record(
        1, name="Quayside Food Hall", locations=[{"address_1": "1 Quay", "postal_code": "ZZ1 1AA"}],
    )  # fmt: skip
    hall["locations"][0] |= dict(zip(("latitude", "longitude"), house.shelf.places.point("ZZ1 1AA") or (), strict=True))
    hall["contacts"][0]["phones"][0]["number"] = "Youth MAPS: 0117 496 0111"
    with DirectoryStandIn([hall]) as directory:
        ruth.fetch(ruth.add(directory.url))
    house.shelf.look_again()
    amina = Person(house, language="en")
    amina.says("MENU")
    amina.says("1")
    said = amina.says("1") + amina.says("ZZ1 1AA")
    pages = [said]
    while "Quayside Food Hall" not in pages[-1] and len(pages) < 9:
        pages.append(amina.says("MORE"))
    assert "Quayside Food Hall" in pages[-1]
    found = [one.name for one, _ in house.parts.directory().match_services("quayside food hall", "en", 3)]
    assert found[0] == "Quayside Food Hall"
