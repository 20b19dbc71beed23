"""The five-turn conversation in our engine and in others: each a process of its own, round by round in turn."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.language.names import LANGUAGES
from bot.settings import SHIPPED
from bot.values import KNOWN_LANGUAGES
from tests.bench import engine
from tests.bench.measure import Table, in_turn, progress
from tests.bench.others.rounds import Brief, Texts
from tests.bench.talks import NO, SPOKEN, YES, says_yes, talks

ROOT = Path(__file__).parents[2]
OTHERS = ROOT / "tests" / "bench" / "others"
BENCH = ROOT / ".bench"  # what "make bench-others" installs
PYTHON = BENCH / "python" / "bin" / "python"
NODE = BENCH / "node"
OURS, FLOOR = "this bot", "by hand"
FIRST, ENOUGH_S = 200, 0.6  # talks of the very first round; seconds of CPU that a round should take


class WrongAnswer(RuntimeError):
    """An entrant did not hold the conversation that was asked of it."""


@dataclass(frozen=True)
class Entrant:
    """One engine: what runs it, in which folder, and what must be there for it."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT
    needs: Path = ROOT

    @property
    def is_installed(self) -> bool:
        """Whether it can take part."""
        return self.needs.exists() and shutil.which(self.command[0]) is not None


def entrants() -> list[Entrant]:
    """Everyone who may take part."""
    packages, modules = BENCH / "python" / ".installed", NODE / ".installed"
    script = (str(PYTHON), "-m")
    return [
        Entrant(OURS, (sys.executable, "-m", "tests.bench.engine")),
        Entrant(FLOOR, (sys.executable, "-m", "tests.bench.others.by_hand")),
        Entrant("transitions", (*script, "tests.bench.others.transitions_machine"), needs=packages),
        Entrant("botbuilder-dialogs", (*script, "tests.bench.others.botbuilder_dialogs"), needs=packages),
        Entrant("xstate (Node)", ("node", str(OTHERS / "xstate.mjs")), NODE, modules),
        Entrant("@floip/flow-runner (Node)", ("node", str(OTHERS / "flow_runner.mjs")), NODE, modules),
    ]


class Runner:
    """An entrant at work."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._out, self._in = _pipes(process)
        self.said: list[list[str]] = json.loads(self._out.readline() or "{}").get("said", [])
        self._talks = FIRST

    def turn_us(self) -> float:
        """Microseconds of CPU that a turn takes in one round."""
        cost = self._play(self._talks)
        return float(cost["cpu_s"] / cost["turns"] * 1e6)

    def get_ready(self) -> None:
        """Settle how many talks make a round that is long enough to measure, and warm up with two such rounds."""
        for _ in range(3):
            self._talks = max(10, int(ENOUGH_S * 1e6 / self.turn_us() / 5))

    def _play(self, talks: int) -> Any:
        self._in.write(f"{talks}\n")
        self._in.flush()
        return json.loads(self._out.readline())


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdout
    assert process.stdin
    return process.stdout, process.stdin


def race() -> list[Table]:
    """A line for each engine. Raises WrongAnswer when one does not hold the conversation."""
    brief = the_brief()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder) / "brief.json"
        file.write_text(json.dumps(brief), encoding="utf-8")
        runners = {}
        for entrant in entrants():
            if not entrant.is_installed:
                progress(f"{entrant.name} is left out: it is not installed (make bench-others)")
                continue
            progress(f"the five-turn conversation: {entrant.name} warms up")
            runner = stack.enter_context(_running(entrant, file))
            check(entrant.name, runner.said, brief)
            runner.get_ready()
            runners[entrant.name] = runner
        progress("the five-turn conversation: rounds")
        costs = in_turn({name: runner.turn_us for name, runner in runners.items()})
    rows = [(name, us, 1e6 / us, us / costs[OURS], us / costs[FLOOR]) for name, us in costs.items()]
    columns = ("engine", "CPU us a turn", "turns a second", f"beside {OURS}", f"beside {FLOOR}")
    return [Table("The five-turn conversation, each turn with the session out of JSON and into it", columns, rows)]


@contextmanager
def _running(entrant: Entrant, brief: Path) -> Iterator[Runner]:
    with subprocess.Popen(
        [*entrant.command, str(brief)], cwd=entrant.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Runner(process)


def check(name: str, said: list[list[str]], brief: Brief) -> None:
    """Every question, every label and the right ending, in the person's language; else raises WrongAnswer."""
    if len(said) != len(brief["talks"]):
        raise WrongAnswer(f"{name} did not play all talks. What it printed above says why.")
    for number, replies in enumerate(said):
        for words, reply, wanted in zip(brief["talks"][number], replies, _wanted(number, brief), strict=True):
            missing = [text for text in wanted if text not in reply]
            if missing:
                raise WrongAnswer(f'{name} answers "{words}" with "{reply}", without "{missing[0]}".')


def _wanted(number: int, brief: Brief) -> Iterator[list[str]]:
    text = brief["texts"][SPOKEN[number % 2]]
    yield [brief["language"], *brief["names"]]
    yield [text["topic"], *text["topics"]]
    yield [text["story"]]
    yield [text["confirm"], *text["confirms"]]
    yield [text["thanks"] if says_yes(brief["talks"][number]) else text["fine"]]


def the_brief() -> Brief:
    """The conversation in words: what is said in both languages, and all talks."""
    catalogues = Catalogues(SHIPPED / "locales", KNOWN_LANGUAGES)
    texts = {language: _texts(catalogues, language) for language in SPOKEN}
    names = [LANGUAGES[code].own_name for code in KNOWN_LANGUAGES]
    topics = {language: text["topics"] for language, text in texts.items()}
    asked = " / ".join(dict.fromkeys(catalogues.text(engine.LANGUAGE, code) for code in KNOWN_LANGUAGES))
    return Brief(
        language=asked,
        names=names,
        spoken=list(KNOWN_LANGUAGES),
        texts=texts,
        talks=[list(talk) for talk in talks(names, topics)],
    )


def _texts(catalogues: Catalogues, language: str) -> Texts:
    def said(msgid: str) -> str:
        return catalogues.text(msgid, language)

    menu = catalogues.words(phrases.COMMANDS["menu"], language, context=phrases.COMMAND)[0]
    return Texts(
        topic=said(engine.TOPIC),
        topics=[said(label) for label in engine.TOPICS],
        story=said(engine.STORY),
        confirm=said(engine.CONFIRM),
        confirms=[said(label) for label in engine.CONFIRMS],
        thanks=said(engine.THANKS),
        fine=said(engine.FINE).replace("{menu}", menu),
        again=said(phrases.NOT_UNDERSTOOD_OPTIONS),
        yes=_as_words(YES),
        no=_as_words(NO),
    )


def _as_words(spoken: Mapping[str, Sequence[str]]) -> list[str]:
    bare = {word.strip().rstrip(".").lower() for word in chain.from_iterable(spoken.values())}
    return sorted(word for word in bare if not word.isdigit())
