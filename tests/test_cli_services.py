"""``bot services``, as a process with a pipe."""

from __future__ import annotations

import json
from pathlib import Path

from tests.stand_in.directory import DirectoryStandIn
from tests.test_cli import bot

SAMPLES = Path(__file__).parent / "data" / "oruk"


def test_a_file_is_imported_into_a_new_house_and_found(tmp_path: Path) -> None:
    done = bot("services", "import", str(SAMPLES / "phones.json"), "--json", folder=tmp_path)
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (done.returncode, told["read"], told["stored"], told["unchanged"], told["rejected"]) == (0, 5, 4, 0, 1)
    assert told["errors"] == [
        {
            "record": "p5",
            "name": "Nobody can reach it",
            "sentence": "Nobody can reach this service. Add a phone, text, url, email or address.",
        }
    ]
    said = bot("services", "import", str(SAMPLES / "phones.json"), folder=tmp_path).stdout
    assert "5 read: 0 stored, 4 unchanged, 1 rejected." in said
    assert "Nobody can reach this service." in said
    assert "Youth MAPS" in bot("ask", "youth maps", "--language", "en", folder=tmp_path).stdout


def test_a_table_needs_its_mapping(tmp_path: Path) -> None:
    table, mapping = str(SAMPLES / "food-banks.csv"), str(SAMPLES / "food-banks.yaml")
    refused = bot("services", "import", table, folder=tmp_path)
    assert (refused.returncode, "--mapping" in refused.stderr) == (1, True)
    done = bot("services", "import", table, "--mapping", mapping, "--area", "wexmoor", folder=tmp_path)
    assert "5 read: 2 stored, 0 unchanged, 3 rejected." in done.stdout


def test_an_address_of_this_machine_is_fetched_when_it_is_typed_and_kept_for_the_next_time(tmp_path: Path) -> None:
    record = {"id": "r1", "name": "Mill Hall", "phone": "01632 960001"}
    with DirectoryStandIn([record], shallow=True) as directory:
        assert "1 stored" in bot("services", "import", directory.url, "--key", "mill", folder=tmp_path).stdout
        assert "1 unchanged" in bot("services", "refresh", "mill", folder=tmp_path).stdout
        assert "mill" in bot("services", "sources", folder=tmp_path).stdout


def test_what_cannot_be_fetched_ends_in_a_sentence(tmp_path: Path) -> None:
    done = bot("services", "import", "http://127.0.0.1:1/services", folder=tmp_path)
    assert (done.returncode, "cannot be reached" in done.stderr) == (1, True)
    done = bot("services", "import", "no-such-file.json", folder=tmp_path)
    assert (done.returncode, 'There is no file "no-such-file.json"' in done.stderr) == (1, True)
