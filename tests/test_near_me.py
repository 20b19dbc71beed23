"""Near me, over a real database of each kind and the real commands: what is told, and what is kept of where she is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from bot.app import House
from bot.channel.message import Channel
from bot.settings import SHIPPED
from bot.store import schema
from bot.store.postcodes import PostcodeTable
from tests.knowledge.test_build_postcodes import DIRECTORY, IMD_2019, IMD_2025, written
from tests.people import Person, house_on
from tests.test_cli import bot

ASKED = """\
flow: told-for-whom
about: A story, and where it belongs.
start_words: [for whom]
steps:
  - ask: Which town is this about? The people of that town read it.
    id: town
    expect: place
    optional: yes
  - ask: What happened?
    id: words
    expect: text
  - do: submit_story
    with: {text: words, consent: champions, area: town}
  - do: submit_question
    with: {text: words, area: town}
  - say: Thank you. Your reference is {story_ref}.
    end: yes
"""
TOLD = """\
flow: told-from-where
about: A story with a postcode.
start_words: [from where]
steps:
  - ask: What is your postcode?
    id: home
    expect: postcode
  - ask: What happened?
    id: words
    expect: text
  - do: submit_story
    with: {text: words, consent: champions}
  - say: Thank you. Your reference is {story_ref}.
    end: yes
"""


@pytest.fixture(scope="session")
def postcodes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of four postcodes with deciles, built by the command from files as they are published."""
    tmp_path = tmp_path_factory.mktemp("postcodes")
    files = [written(tmp_path, "IMD_2019.csv", IMD_2019), written(tmp_path, "IMD_2025.csv", IMD_2025)]
    source, target = written(tmp_path, "ONSPD.csv", DIRECTORY), tmp_path / "postcodes.sqlite3"
    indices = [part for file in files for part in ("--imd", str(file))]
    done = bot("places", "build", str(source), *indices, folder=tmp_path, POSTCODES_FILE=str(target))
    assert done.returncode == 0, done.stderr
    assert "4 postcodes written" in done.stderr
    assert "with deprivation deciles of 2019 and 2025" in done.stderr
    return target


@pytest.fixture
def near(house: House, postcodes: Path, tmp_path: Path) -> Iterator[House]:
    """The same house, which knows all postcodes, with one more conversation."""
    folder = tmp_path / "flows"
    folder.mkdir()
    for file in (SHIPPED / "flows").iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "told-from-where.yaml").write_text(TOLD, encoding="utf-8")
    (folder / "told-for-whom.yaml").write_text(ASKED, encoding="utf-8")
    url = house.parts.db.engine.url.render_as_string(hide_password=False)
    made = house_on(url, POSTCODES_FILE=str(postcodes), FLOWS_DIR=str(folder))
    made.shelf.publish(0)
    yield made
    made.parts.db.close()


def kept(house: House, table: Table) -> list[tuple[int | None, int | None]]:
    columns = select(table.c.deprivation_edition, table.c.deprivation_decile).order_by(table.c.id)
    with house.parts.db.read() as conn:
        return [(row[0], row[1]) for row in conn.execute(columns)]


def everything_of(house: House) -> str:
    """All that the database holds of messages and sessions, opened."""
    vault = house.parts.db.vault
    columns = (schema.inbound.c.text_enc, schema.outbound.c.text_enc, schema.contact.c.session_enc)
    with house.parts.db.read() as conn:
        sealed = [value for column in columns for value in conn.scalars(select(column)) if value]
    return "\n".join(vault.open(value) for value in sealed)


def test_a_question_asked_after_a_place_is_kept_with_the_decile_and_without_the_postcode(near: House) -> None:
    her = Person(near, language="en")
    her.says("find help")
    her.says("2")
    assert "Places that can help" in her.says("ip1 1ab")
    assert "Ask a champion" in her.says("can i see a doctor without papers")
    assert "We sent your question" in her.says("No. Ask a champion")
    assert kept(near, schema.question) == [(2019, 2)]
    assert "ip1 1ab" not in everything_of(near).lower()


def test_a_story_told_after_a_postcode_is_kept_with_the_decile(near: House) -> None:
    her = Person(near, language="en")
    her.says("from where")
    her.says("SW1A 1AA")
    assert "Your reference is" in her.says("They sent me away at the desk")
    assert kept(near, schema.story) == [(2025, 6)]
    assert "SW1A" not in everything_of(near)


def test_where_no_place_was_told_no_decile_is_kept(near: House) -> None:
    her = Person(near, language="en")
    her.says("story")
    her.says("1")
    her.says("They sent me away at the desk")
    her.says("DONE")
    assert kept(near, schema.story) == [(None, None)]


@pytest.mark.parametrize(("told", "area"), [("Brackley", "brackley"), ("SW1A 1AA", "sw1a"), ("1", None)])
def test_where_it_belongs_is_kept_when_it_was_asked_for_that(near: House, told: str, area: str | None) -> None:
    """A town or a district, never more; and not what she told to find help."""
    her = Person(near, language="en")
    for text in ("for whom", told, "They sent me away at the desk"):
        her.says(text)
    for table in (schema.story, schema.question):
        with near.parts.db.read() as conn:
            assert list(conn.scalars(select(table.c.area))) == [area]


def test_her_erasure_takes_the_decile_with_it(near: House) -> None:
    her = Person(near, language="en")
    her.says("from where")
    her.says("SW1A 1AA")
    her.says("They sent me away at the desk")
    for words in ("DELETE", "3", "1"):
        her.says(words)
    assert kept(near, schema.story) == []


def test_the_miles_are_exact_from_a_postcode_that_the_table_knows(near: House) -> None:
    her = Person(near, language="en", channel=Channel.WHATSAPP)
    assert near.shelf.places.find("SW1A 1AA") != near.shelf.places.find("SW1A 1AB")
    her.text("find help")
    her.text("1")
    assert "Measured" not in her.says("SW1A 1AA")  # the made-up borough lies in the sea: nothing local is near


def test_doctor_says_which_postcodes_are_known(postcodes: Path, tmp_path: Path) -> None:
    said = bot("doctor", folder=tmp_path, POSTCODES_FILE=str(postcodes)).stdout
    assert "Postcodes: 4 from ONSPD.csv, with deprivation deciles of 2019 and 2025." in said
    said = bot("doctor", folder=tmp_path, POSTCODES_FILE=str(tmp_path / "none.sqlite3")).stdout
    assert "Postcodes: the shipped sectors." in said
    other = written(tmp_path, "other.sqlite3", "no table")
    assert "no table of postcodes that I can read" in bot("doctor", folder=tmp_path, POSTCODES_FILE=str(other)).stdout
    done = bot("chat", said="hi\n", folder=tmp_path, POSTCODES_FILE=str(other))
    assert done.returncode == 1
    assert "no table of postcodes that I can read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_small_table_is_built_by_name_and_the_shipped_one_is_left_alone(tmp_path: Path) -> None:
    source = written(tmp_path, "ONSPD.csv", DIRECTORY)
    target = tmp_path / "small" / "sectors.csv.gz"
    done = bot("places", "build", "--sectors", str(source), "--to", str(target), folder=tmp_path)
    assert "3 sectors written" in done.stderr
    assert sorted(file.name for file in target.parent.iterdir()) == ["elsewhere.csv.gz", "sectors.csv.gz"]


def test_a_build_from_another_file_ends_in_a_sentence_and_leaves_the_table(postcodes: Path, tmp_path: Path) -> None:
    bad = written(tmp_path, "bad.csv", "a,b\n1,2\n")
    for more in ((), ("--imd", str(bad))):
        done = bot("places", "build", str(bad), *more, folder=tmp_path, POSTCODES_FILE=str(postcodes))
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "The first line" in done.stderr
    assert PostcodeTable(postcodes).about.postcodes == 4
