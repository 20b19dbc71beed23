"""``bot check``: everything a community writes, looked through before anyone texts. Findings are sentences."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from bot.flow.check import check_flows
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import TEXTS_DOMAIN, Material
from bot.flow.check.translated import Translated, translated
from bot.flow.check.translations import entries
from bot.flow.check.written import Text, templates_written, written
from bot.flow.load import load_flow, load_flows
from bot.flow.model import Flow
from bot.flow.rehearse.rehearsal import read_rehearsal, read_rehearsals
from bot.flow.templates import is_templates, read_templates
from bot.knowledge.answers import read_answer_files, read_answers
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.places import read_demo_places
from bot.knowledge.reading import Taken
from bot.knowledge.services import read_services
from bot.knowledge.source import read_source
from bot.language.catalogue import DOMAINS, SOURCE_LANGUAGE, CatalogueError, catalogue_file, read_catalogue
from bot.language.names import LANGUAGES
from bot.language.translations import status
from bot.settings import Settings
from bot.story.codebook import read_codebook
from bot.story.danger import KINDS, read_signs

FlowFiles = Mapping[str, bytes]  # what findings call a file, and what is in it

# Up to a full stop that does not stand in quotes.
_FIRST_SENTENCE = re.compile(r"(?:\"[^\"]*\"|[^\"])*?\.(?:\s+(?=\S))")
# What may only be so because another word in the same file leads nowhere yet.
FOLLOWING = frozenset({"unreachable-step", "dead-end"})
_FLOW_NAME = re.compile(rb"^flow:[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)


def check_everything(settings: Settings) -> Iterator[Finding]:
    """All that is worth a look in the folder of flows and in the catalogues."""
    folder = settings.flows_dir
    catalogues, unread = _catalogues(settings)
    yield from unread
    files = files_of(folder)
    yield from _check_flow_files(files, files, catalogues, settings, whole=True)
    yield from _found(lambda: read_rehearsals(files_of(folder / "rehearsals")))
    yield from _found(lambda: read_answer_files(folder / "answers"))
    taken: Taken = {}
    for file in (*sorted((folder / "services").glob("*.yaml")), folder / "demo" / "services.yaml"):
        if file.is_file():
            yield from _found(partial(_read_services, file, taken))
    yield from _found(lambda: read_codebook(files_of(folder / "codebook")))
    for file in (*sorted((folder / "safety").glob("*.yaml")), folder / "demo" / "places.yaml"):
        if file.is_file():
            yield from _found(partial(_read, file))
    for catalogue in catalogues:
        yield from entries(catalogue, unfinished=catalogue.domain == TEXTS_DOMAIN)
    yield from _incomplete(settings)


def check_files(files: Iterable[Path], settings: Settings | None = None) -> Iterator[Finding]:
    """All that is worth a look in these files, each taken for what its first lines say it is.

    With ``settings`` the flows among them are also held against the other flows and the translations.
    """
    flows: dict[str, bytes] = {}
    for file in files:
        if not file.is_file():
            yield Finding(
                shown(file), 1, 1, Severity.ERROR, "no-file", f'There is no file "{file}".', "Look at its name."
            )
        elif file.suffix in {".po", ".pot"}:
            yield from _check_catalogue(file)
        elif _reader(file):
            yield from _found(partial(_read, file))
        else:
            flows[shown(file)] = bytes_of(file)
    if flows and settings:
        catalogues, unread = _catalogues(settings, [TEXTS_DOMAIN])
        yield from unread
        yield from _check_flow_files(flows, flows | _others(settings.flows_dir, flows), catalogues, settings)
        yield from _entries_of(flows, catalogues)
    elif flows:
        yield from _check_alone(flows)


def files_of(folder: Path) -> dict[str, bytes]:
    """The YAML files of a folder, by the names that findings call them."""
    return {shown(file): bytes_of(file) for file in sorted(folder.glob("*.yaml"))}


def bytes_of(file: Path) -> bytes:
    """A file without the mark that some editors put at its beginning."""
    return file.read_bytes().removeprefix(BOM_UTF8)


def check_draft(edited: Mapping[str, str], every: Mapping[str, str], settings: Settings) -> list[Finding]:
    """All that is worth a look in the ``edited`` flow files among ``every`` one (by name, the edited ones in it),
    and every error that they cause in another file."""
    try:
        load_flows(every)
        elsewhere: list[Finding] = []
    except ContentErrors as bad:
        elsewhere = [found for found in _errors(bad) if found.file not in edited]
    files = {name: text.encode() for name, text in every.items()}
    named = {name: files[name] for name in edited}
    catalogues, unread = _catalogues(settings, [TEXTS_DOMAIN])
    own = _check_flow_files(named, files, catalogues, settings)
    return at_least([*elsewhere, *unread, *own, *_entries_of(named, catalogues)], Severity.INFO)


def shown(file: Path) -> str:
    """The name by which findings call a file: from here, where it lies below."""
    absolute, here = file.absolute(), Path.cwd()
    return os.path.relpath(absolute, here) if absolute.is_relative_to(here) else str(file)


# flows ---------------------------------------------------------------------------------------------------------------
def _check_flow_files(
    named: FlowFiles, every: FlowFiles, catalogues: Iterable[Translated], settings: Settings, *, whole: bool = False
) -> Iterator[Finding]:
    """What is wrong with the ``named`` files among ``every`` flow file."""
    for name in named.keys() - _decoded(named).keys():
        yield from _found(partial(read_source, named[name], name))
    broken: set[str] = set()
    try:
        flows = dict(load_flows(_decoded(every)).flows)
    except ContentErrors as bad:
        broken = {error.file for error in bad.errors}
        yield from (found for found in _errors(bad) if whole or found.file in named)
        flows = _readable(every)
    files = [written(flow, read_source(named[flow.file], flow.file)) for flow in flows.values() if flow.file in named]
    texts = [catalogue for catalogue in catalogues if catalogue.domain == TEXTS_DOMAIN]
    templates = _templates(named)
    material = Material(files, flows, texts, settings.service_name, whole=whole, templates=templates)
    for found in check_flows(material):
        if found.code not in FOLLOWING or found.file not in broken:
            yield found


def _check_alone(named: FlowFiles) -> Iterator[Finding]:
    """Flows by themselves: nothing is known of other flows or of translations."""
    for name, data in named.items():
        yield from _found(partial(read_templates if is_templates(data) else load_flow, data, name))
    flows = _readable(named)
    files = [written(flow, read_source(named[flow.file], flow.file)) for flow in flows.values()]
    yield from check_flows(Material(files, flows))


def _templates(files: FlowFiles) -> list[Text]:
    """The texts of those of the files that are readable templates."""
    found: list[Text] = []
    for name, data in files.items():
        if is_templates(data):
            try:
                read_templates(data, name)
            except ContentErrors:  # told already
                continue
            found += templates_written(read_source(data, name))
    return found


def _readable(files: FlowFiles) -> dict[str, Flow]:
    """The flows of those files that can be read by themselves."""
    flows: dict[str, Flow] = {}
    for name, data in files.items():
        try:
            flow = load_flow(data, name)
        except ContentErrors:
            continue
        flows.setdefault(flow.name, flow)
    return flows


def _decoded(files: FlowFiles) -> dict[str, str]:
    texts = {}
    for name, data in files.items():
        try:
            texts[name] = data.decode()
        except UnicodeDecodeError:
            continue
    return texts


def _others(folder: Path, named: FlowFiles) -> dict[str, bytes]:
    """The other flow files of the folder; a named flow stands in for the one of its name there, templates for those."""
    ours = {_flow_name(data) for data in named.values()} - {b""}
    files = files_of(folder)
    return {name: data for name, data in files.items() if name not in named and _flow_name(data) not in ours}


def _flow_name(data: bytes) -> bytes:
    found = _FLOW_NAME.search(data)
    return found[1] if found else b"templates:" if is_templates(data) else b""


# catalogues ----------------------------------------------------------------------------------------------------------
def _catalogues(settings: Settings, domains: Iterable[str] = DOMAINS) -> tuple[list[Translated], list[Finding]]:
    """The catalogues of the offered languages, and what kept one from being read."""
    read: list[Translated] = []
    unread: list[Finding] = []
    for language in settings.languages:
        for domain in domains if language != SOURCE_LANGUAGE else ():
            file = catalogue_file(settings.locales_dir, language, domain)
            try:
                read.append(translated(language, domain, shown(file), read_catalogue(file) if file.is_file() else ()))
            except CatalogueError as bad:
                unread += _unreadable(bad)
    return read, unread


def _entries_of(named: FlowFiles, catalogues: Iterable[Translated]) -> Iterator[Finding]:
    """What is wrong with the translations of these flows' texts."""
    texts = {(None, text.msgid) for name, flow in _by_file(named) for text in written(flow, read_source(*name)).texts}
    texts |= {(None, text.msgid) for text in _templates(named)}
    for catalogue in catalogues:
        yield from entries(catalogue, only=texts)


def _by_file(named: FlowFiles) -> Iterator[tuple[tuple[bytes, str], Flow]]:
    for flow in _readable(named).values():
        yield (named[flow.file], flow.file), flow


def _check_catalogue(file: Path) -> Iterator[Finding]:
    """A catalogue by itself: a text that is not translated yet is no fault of the file."""
    try:
        read = read_catalogue(file)
    except CatalogueError as bad:
        yield from _unreadable(bad)
        return
    language = str(read.metadata.get("Language", "")) or file.absolute().parent.parent.name
    if language in LANGUAGES:
        yield from entries(translated(language, file.stem, shown(file), read), unfinished=False)


def _unreadable(bad: CatalogueError) -> Iterator[Finding]:
    for slip in bad.slips:
        yield Finding(
            shown(bad.file), slip.line, 1, Severity.ERROR, "catalogue", slip.sentence, _mending(slip.sentence)
        )


def _incomplete(settings: Settings) -> Iterator[Finding]:
    """How much of the answers, the services and the desk is not translated yet, in one line each."""
    try:
        rows = status(settings.locales_dir, settings.languages)
    except CatalogueError:  # told already
        return
    for row in rows:
        if row.done < row.texts and row.domain != TEXTS_DOMAIN:
            file = shown(catalogue_file(settings.locales_dir, row.language, row.domain))
            name = LANGUAGES[row.language].english_name
            told = f"{row.texts - row.done} of {row.texts} texts are not in {name} yet: people will read English there."
            yield Finding(file, 1, 1, Severity.WARNING, "untranslated", told, "Translate them in this file.")


# files of other kinds ------------------------------------------------------------------------------------------------
def _read_codebook(data: bytes, name: str) -> object:
    return read_codebook({name: data})


READERS: dict[str, Callable[[bytes, str], object]] = {
    "answers": read_answers,
    "services": read_services,
    "postcodes": read_demo_places,
    "tags": _read_codebook,
    "content_notes": _read_codebook,
    "rehearsal": read_rehearsal,
    "turns": read_rehearsal,
    **dict.fromkeys(KINDS, lambda data, name: read_signs({name: data})),
}


# What a file of this folder is taken for when none of these words is in it, nor those of a flow.
FOLDERS: Mapping[str, Callable[[bytes, str], object]] = {
    "answers": read_answers,
    "services": read_services,
    "rehearsals": read_rehearsal,
}


def _reader(file: Path) -> Callable[[bytes, str], object] | None:
    """What reads this file, by the words at the beginning of its lines; None for a flow."""
    data = b"\n" + bytes_of(file)
    reader = next((reader for word, reader in READERS.items() if f"\n{word}:".encode() in data), None)
    is_flow = any(word in data for word in (b"\nflow:", b"\nsteps:", b"\ntemplates:"))
    return reader or (None if is_flow else FOLDERS.get(file.absolute().parent.name))


def _read(file: Path) -> None:
    """Read one file that is no flow. Raises ContentErrors."""
    reader = _reader(file)
    if reader:
        reader(bytes_of(file), shown(file))


def _read_services(file: Path, taken: Taken) -> None:
    read_services(file.read_bytes(), shown(file), taken)


def _found(read: Callable[[], object]) -> Iterator[Finding]:
    try:
        read()
    except ContentErrors as bad:
        yield from _errors(bad)


def _errors(bad: ContentErrors) -> Iterator[Finding]:
    for error in bad.errors:
        told, mend = (error.sentence, error.suggestion) if error.suggestion else _parted(error.sentence)
        yield Finding(error.file, error.line, error.column, Severity.ERROR, error.code, told, mend)


def _parted(sentence: str) -> tuple[str, str]:
    """An error's first sentence, which says what is wrong, and the rest, which says what to do."""
    found = _FIRST_SENTENCE.match(sentence)
    return (found[0].rstrip(), sentence[found.end() :]) if found else (sentence, sentence)


def _mending(sentence: str) -> str:
    return _parted(sentence)[1]


def at_least(findings: Iterable[Finding], severity: Severity) -> list[Finding]:
    """Those that are at least so grave, by file, line and column."""
    grave: Collection[Finding] = {found for found in findings if found.severity.rank <= severity.rank}
    return sorted(grave, key=lambda found: (found.file, found.line, found.column, found.severity.rank, found.code))
