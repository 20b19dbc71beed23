"""``bot rehearse``: the conversations of a folder tried out, all in memory: what fails, and what was never reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path

from bot import settings as table
from bot.flow.model import Flow
from bot.flow.rehearse.coverage import Coverage
from bot.flow.rehearse.judge import Judge
from bot.flow.rehearse.play import Troupe
from bot.flow.rehearse.problem import Problem
from bot.flow.rehearse.rehearsal import Rehearsal, read_rehearsals
from bot.flow.rehearse.report import Report
from bot.flow.rehearse.stage import CHANNELS, SMS, Stage
from bot.flow.rehearse.untranslated import Text, Untranslated
from bot.flow.rehearse.walk import Key, Walk
from bot.flow.rehearse.wording import Wordings
from bot.flow.replies import Vocabulary
from bot.flow.world import Champions, World
from bot.inbox import AWAY_MS
from bot.knowledge.answers import read_answer_files
from bot.knowledge.directory import Directory
from bot.knowledge.reading import Taken
from bot.knowledge.services import Service, read_services
from bot.language.catalogue import Catalogues
from bot.language.extract import Sources, messages
from bot.language.identify import Identifier
from bot.settings import Settings
from bot.store.shelf import Written, read_folder
from bot.workshop.checking import files_of, shown

FOLDER = "rehearsals"
DOMAINS = ("bot", "answers", "services")
TRANSCRIPT_MEND = 'Read what it says now. If that is right, run "bot rehearse --update".'


class House:
    """A folder of flows and its content, ready to be tried out.

    ``empty`` is the same with no answer, no service, and no champion who reads anything.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises ContentErrors, CatalogueError and ExtractionError for files that cannot be read."""
        self.folder = settings.flows_dir
        self.rehearsals = read_rehearsals(files_of(self.folder / FOLDER))
        written = read_folder(self.folder, demo=True)
        self.texts = _texts(self.folder)
        catalogues = Catalogues(settings.locales_dir, settings.languages)
        identifier = Identifier(settings.languages)
        full, empty = (_world(settings, written, catalogues, bare=bare) for bare in (False, True))
        self.full, self.empty = (Stage(world, _sure(identifier)) for world in (full, empty))
        self.catalogues = catalogues

    @property
    def flows(self) -> Mapping[str, Flow]:
        """The flows by name."""
        return self.full.flows.flows


class Rehearsing:
    """One run. ``flow``: play and walk only what has to do with this one. ``update``: write transcripts instead of
    comparing."""

    def __init__(
        self,
        house: House,
        languages: tuple[str, ...],
        *,
        flow: str = "",
        update: bool = False,
    ) -> None:
        self._house, self._flow, self._update = house, flow, update
        self._untranslated = Untranslated(house.texts, house.catalogues)
        self._coverage = Coverage(house.full)
        self.report = Report(languages)

    def parts(self) -> list[Callable[[], None]]:
        """The work in pieces of about a second; when all are done, ``finished`` gives the report."""
        return [*self.plays(), *self.walks()]

    def plays(self) -> list[Callable[[], None]]:
        """The rehearsals, one by one."""
        return [partial(self._play, rehearsal) for rehearsal in self._house.rehearsals]

    def walks(self) -> list[Callable[[], None]]:
        """The walks: each language on each channel, and once where there is nothing and nobody."""
        return [part for language in self.report.languages for part in self._walks(language)]

    def finished(self) -> Report:
        """The report, when every part is done."""
        report = self.report
        rows = self._coverage.rows(report.languages, self._flow)
        report.rows = [replace(row, file=shown(self._house.folder / row.file)) for row in rows]
        report.problems = [self._placed(one) for one in report.problems if self._is_wanted(one)]
        report.problems.sort(key=lambda one: (one.file, one.line, one.code))
        return report

    # walks -----------------------------------------------------------------------------------------------------------
    def _walks(self, language: str) -> Iterator[Callable[[], None]]:
        tried: set[Key] = set()
        for channel in CHANNELS:
            yield partial(self._walk, self._house.full, language, channel, tried)
        yield partial(self._walk, self._house.empty, language, SMS, tried)

    def _walk(self, stage: Stage, language: str, channel: str, tried: set[Key]) -> None:
        judge = Judge(stage, self._untranslated)
        walked = Walk(stage, judge, self._coverage, language, channel, tried, self._flow).run()
        self.report.problems += walked.problems
        self.report.walks += 1
        self.report.turns += walked.turns

    # rehearsals ------------------------------------------------------------------------------------------------------
    def _play(self, rehearsal: Rehearsal) -> None:
        stage = self._house.full
        judge = Judge(stage, self._untranslated)
        wordings = Wordings(self._house.texts, self._house.catalogues)
        troupe = Troupe(stage, judge, self._coverage, wordings, AWAY_MS)
        spoken = rehearsal.spoken_in(self.report.languages)
        plays = [(language, channel) for language in spoken for channel in rehearsal.channels]
        if not all(self._once(troupe, rehearsal, language, channel) for language, channel in plays):
            return
        self.report.rehearsals += 1
        if not rehearsal.languages:
            self.report.skipped += [(rehearsal.name, one) for one in self.report.languages if one not in spoken]

    def _once(self, troupe: Troupe, rehearsal: Rehearsal, language: str, channel: str) -> bool:
        """False when it has nothing to do with the one flow that is looked at. Who fails before it gets there has."""
        played = troupe.play(rehearsal, language, channel)
        failed = any(one.file == rehearsal.file for one in played.problems)
        if self._flow and self._flow not in played.flows and not failed:
            return False
        self.report.played += 1
        self.report.problems += played.problems
        if rehearsal.transcript and not failed:
            infix = "" if channel == SMS else f".{channel}"
            file = self._house.folder / FOLDER / f"{rehearsal.name}.{language}{infix}.txt"
            self._transcript(file, played.transcript, language, channel)
        return True

    def _transcript(self, file: Path, went: str, language: str, channel: str) -> None:
        before = file.read_text(encoding="utf-8") if file.is_file() else ""
        if went == before:
            return
        if self._update:
            file.write_text(went, encoding="utf-8")
            self.report.written.append(shown(file))
            return
        line, says = _first_difference(before, went)
        sentence = f'It goes otherwise than in this transcript. Here it now says: "{says}".'
        if not before:
            sentence = "This conversation has no transcript yet."
        problem = Problem(shown(file), line, "transcript", sentence, TRANSCRIPT_MEND, language, channel)
        self.report.problems.append(problem)

    # where problems are ----------------------------------------------------------------------------------------------
    def _is_wanted(self, problem: Problem) -> bool:
        """With a flow named, what is wrong in the other flows does not matter now."""
        others = {flow.file for name, flow in self._house.flows.items() if name != self._flow}
        return not self._flow or problem.file not in others

    def _placed(self, problem: Problem) -> Problem:
        """The engine knows a flow's file by its name alone."""
        own = {flow.file for flow in self._house.flows.values()}
        return replace(problem, file=shown(self._house.folder / problem.file)) if problem.file in own else problem


def _first_difference(before: str, went: str) -> tuple[int, str]:
    """The line, from 1, where two texts differ first, and what the second says there."""
    pairs = zip_longest(before.split("\n"), went.split("\n"), fillvalue="")
    return next((at, new) for at, (old, new) in enumerate(pairs, 1) if old != new)


def _sure(identifier: Identifier) -> Callable[[str], str]:
    def guess(text: str) -> str:
        found = identifier.guess(text)
        return found.language or "" if found.sure else ""

    return guess


def _world(settings: Settings, written: Written, catalogues: Catalogues, *, bare: bool) -> World:
    folder = settings.flows_dir
    directory = Directory(
        () if bare else read_answer_files(folder / "answers"),
        () if bare else _services(folder),
        places=written.places,
        languages=catalogues.languages,
        translate=catalogues.text,
    )
    vocabulary = Vocabulary(catalogues)
    champions = Champions(read=frozenset()) if bare else Champions()
    return World(
        written.flows, lambda digest: written.flows, catalogues, vocabulary, directory, written.danger,
        settings.service_name, champions,
    )  # fmt: skip


def _services(folder: Path) -> list[Service]:
    """The services of the files, the made-up borough among them."""
    taken: Taken = {}
    files = [*sorted((folder / "services").glob("*.yaml")), folder / "demo" / "services.yaml"]
    return [one for file in files if file.is_file() for one in read_services(file.read_bytes(), shown(file), taken)]


def _texts(folder: Path) -> list[Text]:
    """Everything that people may read, with where it is written."""
    sources = Sources(folder, table.PACKAGE)
    return [
        Text(message.msgid, domain, _file(message.file, folder), message.line)
        for domain in DOMAINS
        for message in messages(sources, domain)
        if message.context is None
    ]


def _file(name: str, folder: Path) -> str:
    """The catalogues know a file by its folder's name and what follows."""
    root, _, rest = name.partition("/")
    return shown((folder if root == folder.name else table.PACKAGE) / rest)
