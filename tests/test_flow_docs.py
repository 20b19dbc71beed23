"""docs/flows.md: every example runs, every transcript is what the bot says, and no word of the language is left out.

``--update-golden`` writes the transcripts anew; read what it wrote.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import polib
import pytest

from bot.flow.actions import ACTIONS
from bot.flow.budget import BUDGETS
from bot.flow.commands import COMMANDS
from bot.flow.events import FollowUpSet, Say
from bot.flow.load import load_flows
from bot.flow.model import Expect, Verb
from bot.flow.rehearse.stage import PHOTO, TODAY
from bot.flow.replies import Vocabulary
from bot.flow.session import Session
from bot.flow.span import span_ms
from bot.flow.world import FromDesk, World
from bot.flow.written import ALLOWED, VERB_ORDER, FlowFile, StepFile, names_verb
from bot.knowledge.answers import read_answers
from bot.knowledge.directory import Directory
from bot.knowledge.services import read_services
from bot.knowledge.source import read_source
from bot.language.catalogue import Catalogues, catalogue_file
from bot.language.names import LANGUAGES
from bot.language.phrases import COMMAND
from bot.language.phrases import COMMANDS as PHRASES
from bot.settings import SHIPPED
from bot.store.shelf import read_folder
from bot.values import KNOWN_LANGUAGES
from tests.flow.stage import CATALOGUES, VOCABULARY, Talk

DOCUMENT = Path(__file__).parent.parent / "docs" / "flows.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (.*) \|$", re.MULTILINE)
FLOWS = SHIPPED / "flows"
DESK = {"# A champion texts her": FromDesk.WROTE, "# The champion finishes": FromDesk.FINISHED}


@dataclass(frozen=True)
class Example:
    """Flows that the document shows, and a conversation in them: ``start`` and ``end`` are where its text stands."""

    flows: tuple[str, ...]
    catalogue: str
    transcript: str
    start: int
    end: int

    @property
    def name(self) -> str:
        return f"{self.flows[0].split()[1]} at {self.start}"


def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def examples() -> Iterator[Example]:
    """Every transcript with the flows before it. Flows after a transcript begin the next example."""
    flows: list[str] = []
    catalogue, told = "", False
    for block in BLOCK.finditer(document()):
        kind, body = block.groups()
        if kind == "yaml" and body.startswith("flow:"):
            flows = [body] if told else [*flows, body]
            catalogue, told = "" if told else catalogue, False
        elif kind == "po":
            catalogue = body
        elif kind == "text" and "> " in body:
            told = True
            yield Example(tuple(flows), catalogue, body, block.start(2), block.end(2))


EXAMPLES = list(examples())
SHOWN = tuple(dict.fromkeys(flow for example in EXAMPLES for flow in example.flows))


# the conversations --------------------------------------------------------------------------------------------------
class Shown(Talk):
    """Somebody who talks with the example's flows; the shipped ones and the made-up borough are there, as in chat."""

    def __init__(self, world: World, channel: str, language: str) -> None:
        self.world, self.channel, self.luck = world, channel, Random(1)
        self.kept = Session(language=language, settled=True).to_json()
        self.last = None
        self.later: FollowUpSet | None = None

    def sends(self, line: str) -> list[str]:
        """Text this line, or send a photo when it says so."""
        sent = {"media": (PHOTO,)} if line == "[photo]" else {}
        return self.messages("" if sent else line, today=TODAY, **sent)

    def messages(self, words: str, **more: object) -> list[str]:
        """Text this; each message that is sent back, as the document shows it."""
        self.says(words, **more)
        assert self.last is not None
        events = self.last.events
        self.later = next((event for event in events if isinstance(event, FollowUpSet)), self.later)
        return [shown(event.text) for event in events if isinstance(event, Say)]

    def time_passes(self, note: str) -> list[str]:
        """Nobody writes ("# 2 days later"), and what was to come later comes."""
        later, self.later = self.later, None
        silent_ms = span_ms(note.removeprefix("# ").removesuffix(" later"))
        return self.messages("", timer=True, follow_up=later, silent_ms=silent_ms)

    def desk_does(self, note: str) -> list[str]:
        """What a champion does at the desk: "# A champion texts her: ..." or "# The champion finishes"."""
        done = next((what for begins, what in DESK.items() if note.startswith(begins)), None)
        return self.messages("", timer=True, desk=done, talk=self.session.talk) if done else []


def shown(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([f"< {first}", *(f"  {row}".rstrip() for row in rest)])


@cache
def borough() -> World:
    """The shipped flows, answers, services and danger signs, with the made-up borough of Wexmoor."""
    written = read_folder(FLOWS, demo=True)
    answers = [one for file in texts("answers") for one in read_answers(file.read_bytes(), file.name)]
    services = [one for file in texts("services") for one in read_services(file.read_bytes(), file.name)]
    services += read_services((FLOWS / "demo" / "services.yaml").read_bytes(), "services.yaml")
    directory = Directory(
        answers, services, places=written.places, languages=KNOWN_LANGUAGES, translate=CATALOGUES.text
    )
    flows = written.flows
    return World(
        flows, {flows.digest: flows}.get, CATALOGUES, VOCABULARY, directory, written.danger, "Community Champions"
    )


def texts(folder: str) -> list[Path]:
    return sorted((FLOWS / folder).glob("*.yaml"))


def world_of(example: Example, folder: Path) -> World:
    world = borough()
    sources = read_folder(FLOWS, demo=True).sources
    flows = load_flows({**sources, **{f"example{number}.yaml": flow for number, flow in enumerate(example.flows)}})
    world = replace(world, newest=flows, pinned={flows.digest: flows}.get)
    if example.catalogue:
        catalogues = translated(example.catalogue, folder)
        world = replace(world, catalogues=catalogues, vocabulary=Vocabulary(catalogues))
    return world


def translated(entries: str, folder: Path) -> Catalogues:
    """The shipped catalogues, with these entries in the Polish one."""
    shutil.copytree(SHIPPED / "locales", folder, dirs_exist_ok=True)
    fill(catalogue_file(folder, "pl", "bot"), entries)
    return Catalogues(folder, KNOWN_LANGUAGES)


def fill(file: Path, entries: str) -> None:
    """Do what a translator does: put each msgstr behind its msgid."""
    catalogue = polib.pofile(str(file))
    for entry in polib.pofile(entries):
        known = catalogue.find(entry.msgid, msgctxt=entry.msgctxt or False)
        if known is None:
            catalogue.append(entry)
        else:
            known.msgstr = entry.msgstr
    catalogue.save()


def played(example: Example, folder: Path) -> str:
    """The transcript as it goes today."""
    lines = example.transcript.splitlines()
    notes = [line for line in lines if line.startswith("# ")]
    channel = "whatsapp" if "# On WhatsApp" in notes else "sms"
    language = next((code for code, one in LANGUAGES.items() if f"# In {one.english_name}" in notes), "en")
    talk = Shown(world_of(example, folder), channel, language)
    rows: list[str] = []
    for line in lines:
        if line.startswith("> "):
            rows += [line, *talk.sends(line.removeprefix("> "))]
        elif line.startswith("# "):
            rows += [line, *(talk.time_passes(line) if line.endswith(" later") else talk.desk_does(line))]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.name))
def test_an_example_goes_as_the_document_says(example: Example, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    went = played(example, tmp_path)
    if request.config.getoption("--update-golden"):
        DOCUMENT.write_text(document().replace(example.transcript, went, 1), encoding="utf-8")
    else:
        assert went == example.transcript


def test_replies_are_understood_as_the_table_says() -> None:
    section = part("How replies are understood")
    rows = re.findall(r"^\| `(.+)` \| (\w+) \|$", section, re.MULTILINE)
    assert len(rows) >= 10
    taken = {}
    for words, _ in rows:
        talk = Shown(borough(), "sms", "en")
        talk.says("find help")
        talk.says(words)
        taken[words] = talk.session.frames[-1].values.get("topic")
    assert taken == dict(rows)


# the first flow -----------------------------------------------------------------------------------------------------
@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a community's own flows and catalogues."""
    shutil.copytree(FLOWS, tmp_path / "flows")
    shutil.copytree(SHIPPED / "locales", tmp_path / "locales")
    return tmp_path


def bot(*arguments: str, folder: Path, said: str = "", well: bool = True) -> str:
    """What this command prints. It must end ``well``, or may end with findings."""
    given = {"FLOWS_DIR": f"{folder}/flows", "LOCALES_DIR": f"{folder}/locales"}
    environ = {**os.environ, **given, "DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3"}
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, input=said, capture_output=True, text=True, env=environ, check=False, timeout=120)
    assert done.returncode == 0 or (not well and not done.stderr), done.stdout + done.stderr
    return done.stdout


def chatted(example: Example, folder: Path, language: str) -> str:
    """The transcript as "bot chat" goes."""
    said = [line.removeprefix("> ") for line in example.transcript.splitlines() if line.startswith("> ")]
    lines = bot("chat", "--language", language, "--json", folder=folder, said="\n".join(said)).splitlines()
    return "\n".join(shown(json.loads(line)["text"]) for line in lines)


def test_the_first_flow_is_written_checked_translated_and_tried_as_it_is_told(own: Path) -> None:
    one_branch, other_branch, in_polish = EXAMPLES[:3]
    file = own / "flows" / "lunch.yaml"
    file.write_text(one_branch.flows[0], encoding="utf-8")
    assert complaints(own, str(file)) == []
    assert chatted(one_branch, own, "en") == answers(one_branch)
    assert chatted(other_branch, own, "en") == answers(other_branch)
    bot("translations", "extract", folder=own)
    bot("translations", "update", folder=own)
    polish = catalogue_file(own / "locales", "pl", "bot")
    missing = [one.msgid for one in polib.pofile(str(polish)).untranslated_entries() if "lunch.yaml" in str(one)]
    assert sorted(missing) == sorted(one.msgid for one in polib.pofile(in_polish.catalogue))
    fill(polish, in_polish.catalogue)
    assert chatted(in_polish, own, "pl") == answers(in_polish)
    rehearsal = next(body for kind, body in BLOCK.findall(document()) if body.startswith("rehearsal:"))
    (own / "flows" / "rehearsals" / "lunch.yaml").write_text(rehearsal, encoding="utf-8")
    assert rehearsed(own) <= {("untranslated", "ur"), ("untranslated", "bn")}
    assert complaints(own, str(file), str(polish)) == []


def rehearsed(folder: Path) -> set[tuple[str, str]]:
    """What goes wrong in the Polish rehearsal of the first flow: (code, language)."""
    said = bot("rehearse", "--flow", "lunch", "--language", "pl", "--json", folder=folder, well=False)
    found = [json.loads(line) for line in said.splitlines()]
    assert found, "nothing was rehearsed"
    return {(one["code"], language) for one in found if one["kind"] == "failure" for language in one["languages"]}


def complaints(folder: Path, *files: str) -> list[str]:
    """What "bot check" finds beside texts that wait for a translation."""
    found = map(json.loads, bot("check", "--json", "--severity", "warning", *files, folder=folder).splitlines())
    return [f"{one['file']}: {one['message']}" for one in found if one["code"] != "untranslated"]


def test_no_example_is_one_that_would_be_complained_about(own: Path) -> None:
    for number, flow in enumerate(SHOWN):
        (own / "flows" / f"example{number}.yaml").write_text(flow, encoding="utf-8")
    assert [line for line in complaints(own) if "example" in line] == []


def answers(example: Example) -> str:
    """What the bot says in the transcript."""
    return "\n".join(line for line in example.transcript.splitlines() if not line.startswith(("> ", "# ")))


# nothing is left out -----------------------------------------------------------------------------------------------
def part(heading: str) -> str:
    """The text under this heading, up to the next one of its kind."""
    return document().split(f"\n## {heading}\n")[1].split("\n## ")[0]


def steps() -> Iterator[tuple[Verb, StepFile]]:
    """Every step of the examples, with its verb."""
    for flow in SHOWN:
        value: Any = read_source(flow, "example.yaml").value
        value["steps"] = [{"end": "yes"} if step == "end" else step for step in value["steps"]]
        for step in FlowFile.model_validate(value).steps:
            yield next(verb for verb in VERB_ORDER if names_verb(step, verb)), step


def words_of(verb: Verb, step: StepFile) -> set[str]:
    names = {StepFile.model_fields[key].alias or key for key in step.model_fields_set}
    return names - {verb.value}


def test_every_verb_stands_under_a_heading_and_in_an_example() -> None:
    headings = re.findall(r"^### (\w+)$", document(), re.MULTILINE)
    assert sorted(headings) == sorted(verb.value for verb in Verb)
    assert {verb for verb, _ in steps()} == set(Verb)


@pytest.mark.parametrize("word", sorted(set().union(*ALLOWED.values())))
def test_every_word_that_a_step_may_have_is_in_an_example(word: str) -> None:
    verbs = {verb for verb, step in steps() if word in words_of(verb, step)}
    assert verbs, f'No example shows "{word}".'


@pytest.mark.parametrize("word", sorted(FlowFile.model_fields))
def test_every_word_of_a_flow_is_explained(word: str) -> None:
    assert f"| `{word}` |" in part("How a flow file looks")


def test_the_table_of_all_words_is_the_language() -> None:
    rows = [row.split(" | ") for row in ROW.findall(part("All the words"))[1:]]
    assert {name.strip("`"): set(re.findall(r"`(\w+)`", words)) for name, words in rows} == {
        verb.value: set(allowed) for verb, allowed in ALLOWED.items()
    }


def test_every_word_of_a_step_has_its_line_in_the_order_of_letters() -> None:
    rows = [row.split(" | ")[0].strip("`") for row in ROW.findall(part("What each word says"))[1:]]
    assert rows == sorted(StepFile.model_fields[key].alias or key for key in StepFile.model_fields)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_command_words_are_those_that_each_language_shows(command: str) -> None:
    row = next(row for row in ROW.findall(part("Translations")) if row.startswith(f"`{{{command}}}`"))
    shown = [CATALOGUES.words(PHRASES[command], language, context=COMMAND)[0] for language in ("en", "pl", "ur", "bn")]
    assert row.split(" | ")[1:] == shown


def test_every_kind_of_answer_every_action_and_every_command_has_a_row() -> None:
    assert [name for name in (*Expect, *ACTIONS) if f"| `{name}` |" not in document()] == []
    assert [name for name in COMMANDS if f"| {name.replace('_', ' ').upper()}" not in part("What works anywhere")] == []


def test_the_budget_is_the_one_that_is_checked() -> None:
    assert f"more than {BUDGETS['GSM-7']} parts, or more than {BUDGETS['UCS-2']} in" in part("What a text costs")
