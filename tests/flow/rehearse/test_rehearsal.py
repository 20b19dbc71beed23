"""Rehearsals as people write them: read with every mistake named, played line by line, kept as transcripts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot import settings as table
from bot.flow.rehearse.rehearsal import read_rehearsal
from bot.knowledge.content_error import ContentErrors
from bot.values import KNOWN_LANGUAGES
from bot.workshop.rehearsing import House, Rehearsing
from tests.flow.rehearse.village import MENU, found, rehearsed, sentence, settle

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "rehearsals.md"
FLOWS = ROOT / "flows"
TEA = """rehearsal: tea
about: She asks for tea.
turns:
  - she: MENU
  - bot: What do you need?
    options: [A cup of tea, An answer]
  - chooses: A cup of tea
  - bot: Here is your tea.
    exactly: yes
    kept: nothing
"""
ANSWER = """rehearsal: answer
about: She asks about rain.
channel: both
turns:
  - she: MENU
  - bot: ...
  - chooses: An answer
  - bot: What would you like ... the village?
  - sends: photo
  - bot: I can only read words for now.
  - waits: 2 days
  - bot: nothing
  - she: An interpreter
  - bot: It rains.
"""


def changed(old: str, new: str) -> str:
    assert old in TEA
    return TEA.replace(old, new, 1)


def test_a_rehearsal_that_goes_as_written_has_no_problem(tmp_path: Path) -> None:
    report = rehearsed(settle(tmp_path, tea=TEA, answer=ANSWER))
    assert report.problems == []
    assert (report.rehearsals, report.played) == (2, 3)


@pytest.mark.parametrize(
    ("what", "tea", "code", "line", "says"),
    [
        (
            "another message",
            changed("bot: Here is your tea.", "bot: Here is your coffee."),
            "not-said",
            8,
            'The bot does not say exactly "Here is your coffee." here. It says: Here is your tea.',
        ),
        (
            "only a part of the message, when all of it is wanted",
            changed("bot: Here is your tea.", "bot: Here is your"),
            "not-said",
            8,
            'The bot does not say exactly "Here is your" here. It says: Here is your tea.',
        ),
        (
            "a message where there should be none",
            changed("bot: Here is your tea.\n    exactly: yes", "bot: nothing"),
            "not-said",
            8,
            "The bot should say nothing here. It says: Here is your tea..",
        ),
        (
            "other options",
            changed("[A cup of tea, An answer]", "[A cup of tea]"),
            "options",
            5,
            "The options are others: A cup of tea, An answer.",
        ),
        (
            "an option that is not on offer",
            changed("chooses: A cup of tea", "chooses: Cake"),
            "not-offered",
            7,
            '"Cake" is not on offer. On offer: A cup of tea, An answer.',
        ),
        ("nothing kept", changed("kept: nothing", "kept: story"), "kept", 8, "What is kept of this turn: nothing."),
        (
            "words that never come",
            changed("- chooses: A cup of tea\n  - bot: Here", "- waits: 1 day\n  - bot: Here"),
            "not-said",
            8,
            'The bot does not say exactly "Here is your tea." here. It says: nothing',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value and " " in value else "",
)
def test_what_goes_otherwise_is_said_at_its_line(
    tmp_path: Path, what: str, tea: str, code: str, line: int, says: str
) -> None:
    report = rehearsed(settle(tmp_path, tea=tea))
    assert found(report) == {(code, "tea.yaml", line)}, what
    assert sentence(report, code) == says


def test_a_message_that_nobody_expects_is_a_problem_unless_dots_stand_for_it(tmp_path: Path) -> None:
    long = "  - say: " + "Tea is on its way. " * 17 + "\n  - say: Here is your tea.\n    end: true\n"
    menu_tea = "  - say: Here is your tea.\n    end: true\n"
    menu = MENU.replace(menu_tea, long, 1)
    dots = changed("    exactly: yes\n", "").replace("  - bot: Here", "  - bot: ...\n  - bot: Here")
    report = rehearsed(settle(tmp_path / "one", menu=menu, tea=TEA))
    assert found(report) == {("also-said", "tea.yaml", 8)}
    assert rehearsed(settle(tmp_path / "two", menu=menu, tea=dots)).problems == []


@pytest.mark.parametrize("file", sorted((FLOWS / "rehearsals").glob("*.yaml")), ids=lambda file: str(file.stem))
def test_each_shipped_rehearsal_bears_the_name_of_its_file_and_has_words_in_its_languages(file: Path) -> None:
    one = read_rehearsal(file.read_bytes(), file.name)
    assert one.name == file.stem
    assert one.spoken_in(KNOWN_LANGUAGES) == (one.languages or KNOWN_LANGUAGES)


def test_each_shipped_transcript_belongs_to_a_rehearsal() -> None:
    ones = [read_rehearsal(file.read_bytes(), file.name) for file in (FLOWS / "rehearsals").glob("*.yaml")]
    kept = {one.name for one in ones if one.transcript}
    assert {file.name.partition(".")[0] for file in (FLOWS / "rehearsals").glob("*.txt")} == kept


def test_a_rehearsal_is_played_only_in_languages_that_it_has_words_in(tmp_path: Path) -> None:
    tea = changed("she: MENU", "she: {en: MENU, bn: মেনু}")
    report = rehearsed(settle(tmp_path, tea=tea, languages="en,pl"))
    assert report.played == 1
    assert report.skipped == [("tea", "pl")]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("  - she: MENU\n", "", 4, 'A rehearsal begins with what she does: put a line "- she: ..." before this one.'),
        ("she: MENU", "hse: MENU", 4, '"hse" is no key of this entry. Did you mean "she"?'),
        ("chooses:", "bot: Tea.\n    chooses:", 7, "Each line says one thing: one of she, chooses, sends, waits, bot."),
        ("  - chooses: A cup of tea", "  - she: Tea\n    kept: story", 8, '"kept" belongs under "bot:"'),
        ("kept: nothing", "kept: storys", 10, '"storys" is no thing to keep. Did you mean "story"? Use one of: '),
        ("chooses: A cup of tea", "sends: video", 7, '"video" is no thing to send.'),
        ("chooses: A cup of tea", "waits: a while", 7, '"a while" is not a length of time. Write it like'),
        ("about: She asks for tea.\n", "", 1, '"about" is missing here.'),
        ("turns:", "channel: post\nturns:", 3, '"post" is no channel.'),
        ("turns:", "language: xx\nturns:", 3, '"xx" is no language code.'),
        ("rehearsal: tea", "rehearsal: Tea Time", 1, '"Tea Time" is no id.'),
        ("she: MENU", "she: [MENU]", 4, "This must be a text, or one for each language"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rehearsal_is_named_with_its_line(old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(ContentErrors) as caught:
        read_rehearsal(changed(old, new), "tea.yaml")
    first = caught.value.errors[0]
    assert (first.line, first.sentence[: len(says)]) == (line, says)


def test_two_rehearsals_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentErrors, match='has the name "tea" already'):
        rehearsed(settle(tmp_path, tea=TEA, again=TEA))


def test_a_transcript_is_written_when_told_and_held_to_afterwards(tmp_path: Path) -> None:
    environ = settle(tmp_path, tea=changed("turns:", "transcript: yes\nturns:"))
    file = tmp_path / "flows" / "rehearsals" / "tea.en.txt"
    assert sentence(rehearsed(environ), "transcript") == "This conversation has no transcript yet."
    assert rehearsed(environ, update=True).problems == []
    assert file.read_text(encoding="utf-8") == (
        "# She asks for tea.\n\n> MENU\n< What do you need?\n< 1. A cup of tea\n< 2. An answer\n  [1 GSM-7]\n"
        "\n> 1\n< Here is your tea.\n  [1 GSM-7]\n"
    )
    assert rehearsed(environ).problems == []
    menu = tmp_path / "flows" / "menu.yaml"
    menu.write_text(menu.read_text(encoding="utf-8").replace("An answer", "Answers"), encoding="utf-8")
    (tmp_path / "flows" / "rehearsals" / "tea.yaml").write_text(
        changed("turns:", "transcript: yes\nturns:").replace("An answer", "Answers"), encoding="utf-8"
    )
    report = rehearsed(environ)
    assert found(report) == {("transcript", "tea.en.txt", 6)}
    assert sentence(report, "transcript").endswith('Here it now says: "< 2. Answers".')


def test_the_example_of_the_document_goes_as_written(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    flows = tmp_path / "flows"
    shutil.copytree(FLOWS, flows, ignore=shutil.ignore_patterns("rehearsals"))
    (flows / "rehearsals").mkdir()
    (flows / "rehearsals" / "example.yaml").write_text(example[1], encoding="utf-8")
    run = Rehearsing(House(table.load({"FLOWS_DIR": str(flows)})), KNOWN_LANGUAGES)
    for play in run.plays():
        play()
    assert run.finished().problems == []
    assert run.report.played == len(KNOWN_LANGUAGES)
