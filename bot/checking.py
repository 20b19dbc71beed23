"""``bot check``: everything a community writes, looked through before anyone texts. Findings are sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from bot.flow.load import load_flow
from bot.knowledge.answers import read_answer_files, read_answers
from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.places import read_demo_places
from bot.knowledge.reading import Taken
from bot.knowledge.services import read_services
from bot.language.catalogue import CatalogueError, read_catalogue, usable
from bot.language.translations import problems, status
from bot.settings import Settings
from bot.store.shelf import read_folder
from bot.story.danger import KINDS, read_signs


@dataclass(frozen=True)
class Finding:
    """One thing to look at: where, how grave ("error" or "warning"), what, and what to put there instead."""

    file: str
    line: int
    column: int
    severity: str
    code: str
    message: str
    suggestion: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"

    def as_object(self) -> dict[str, object]:
        """The finding for JSON."""
        return asdict(self)


def check_everything(settings: Settings) -> Iterator[Finding]:
    """All that is wrong with the folder of flows and the catalogues."""
    folder = settings.flows_dir
    yield from _found(lambda: read_folder(folder, demo=True))
    yield from _found(lambda: read_answer_files(folder / "answers"))
    taken: Taken = {}
    for file in (*sorted((folder / "services").glob("*.yaml")), folder / "demo" / "services.yaml"):
        if file.is_file():
            yield from _found(partial(_read_services, file, taken))
    yield from check_catalogues(settings)


def check_files(files: Iterable[Path]) -> Iterator[Finding]:
    """All that is wrong with these files, each taken for what its first lines say it is."""
    for file in files:
        if not file.is_file():
            yield Finding(str(file), 1, 1, "error", "no-file", f'There is no file "{file}".')
        else:
            yield from _found(partial(_read, file))


def check_catalogues(settings: Settings) -> Iterator[Finding]:
    """Catalogues that cannot be read, translations that will not be used, and languages that are not complete."""
    try:
        for problem in problems(settings.locales_dir, settings.languages):
            yield Finding(str(problem.file), problem.line, 1, "error", "placeholders", problem.sentence)
        for row in status(settings.locales_dir, settings.languages):
            if row.done < row.texts and row.language != "en":
                missing = row.texts - row.done
                what = f"{missing} of {row.texts} texts of {row.domain} are not in {row.language}"
                sentence = f"{what} yet: people will read English there."
                yield Finding(f"{row.language}/{row.domain}.po", 1, 1, "warning", "untranslated", sentence)
    except CatalogueError as bad:
        yield Finding(str(settings.locales_dir), 1, 1, "error", "catalogue", str(bad))


def _read_services(file: Path, taken: Taken) -> None:
    read_services(file.read_bytes(), str(file), taken)


def _read(file: Path) -> None:
    """Read one file, whatever it is. Raises ContentErrors."""
    if file.suffix in {".po", ".pot"}:
        _check_catalogue(file)
        return
    data = file.read_bytes()
    for word, reader in READERS.items():
        if f"\n{word}:".encode() in b"\n" + data:
            reader(data, str(file))
            return
    load_flow(data, str(file))


def _check_catalogue(file: Path) -> None:
    try:
        entries = read_catalogue(file)
    except CatalogueError as bad:
        raise ContentErrors([ContentError(str(file), 1, 1, str(bad), code="catalogue")]) from bad
    broken = [
        ContentError(
            str(file), entry.linenum or 1, 1, "The {placeholders} differ from the English ones.", code="placeholders"
        )
        for entry in entries
        if entry.translated() and not usable(entry)
    ]
    if broken:
        raise ContentErrors(broken)


READERS: dict[str, Callable[[bytes, str], object]] = {
    "answers": read_answers,
    "services": read_services,
    "postcodes": read_demo_places,
    **dict.fromkeys(KINDS, lambda data, name: read_signs({name: data.decode()})),
}


def _found(read: Callable[[], object]) -> Iterator[Finding]:
    try:
        read()
    except ContentErrors as bad:
        for error in bad.errors:
            yield Finding(
                error.file, error.line, error.column, "error", error.code, error.sentence, error.suggestion or ""
            )
