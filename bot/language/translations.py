"""The round trip with translators: texts out into .pot templates, merged into each language's .po, and counted.

Nothing in these files changes from one run to the next unless a text did: no dates, no absolute paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.plurals import get_plural
from rapidfuzz import fuzz, process

from bot.language.catalogue import (
    DOMAINS,
    SOURCE_LANGUAGE,
    WRAP,
    catalogue_file,
    read_catalogue,
    same_placeholders,
    usable,
)
from bot.language.extract import Message, Sources, messages
from bot.language.names import LANGUAGES

DRAFT = "DRAFT: no native speaker has reviewed this"
REVIEW = "X-Review"
# A changed text keeps its old translation, marked fuzzy, when this much of it (0-100) stayed the same.
ALIKE = 65

EntryKey = tuple[str | None, str]


class TranslationsError(ValueError):
    """A request that cannot be done. The sentence says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Status:
    """How far one language is in one domain. ``fuzzy`` and ``broken`` texts are not used: people read English."""

    language: str
    domain: str
    texts: int
    done: int
    fuzzy: int
    broken: int
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A translation that will not be used, and why."""

    file: Path
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What an update did to one catalogue."""

    language: str
    domain: str
    texts: int
    added: int
    fuzzy: int
    retired: int


def extract(sources: Sources, folder: Path) -> dict[str, int]:
    """Writes <folder>/<domain>.pot for every domain; gives the number of texts in each.

    Raises extract.ExtractionError, with nothing written, when a source file cannot be read.
    """
    templates = {domain: _template(domain, messages(sources, domain)) for domain in DOMAINS}
    folder.mkdir(parents=True, exist_ok=True)
    for domain, template in templates.items():
        _save(template, folder / f"{domain}.pot")
    return {domain: len(template) for domain, template in templates.items()}


def update(folder: Path, languages: Sequence[str] | None = None) -> list[Merge]:
    """Merges the templates into every catalogue of these languages (all of the folder's when None).

    Translations are kept. A text that changed a little keeps its translation marked fuzzy, with the old English
    beside it; one that is gone is kept as obsolete. A domain without a catalogue gets one.
    """
    merges = []
    for language in languages if languages is not None else languages_in(folder):
        for domain in DOMAINS:
            merges.append(_update_one(folder, language, domain))
    return merges


def add(folder: Path, language: str) -> list[Path]:
    """Starts the empty catalogues of a language. Raises TranslationsError when it is unknown or there already."""
    if language == SOURCE_LANGUAGE or language not in LANGUAGES:
        known = ", ".join(code for code in LANGUAGES if code != SOURCE_LANGUAGE)
        raise TranslationsError(f'"{language}" cannot be added. Give one of these codes: {known}.')
    if language in languages_in(folder):
        raise TranslationsError(f'"{language}" is there already. "bot translations update" brings it up to date.')
    update(folder, [language])
    return [catalogue_file(folder, language, domain) for domain in DOMAINS]


def status(folder: Path, languages: Sequence[str] | None = None) -> list[Status]:
    """One row a language and domain, counted against the templates, in their order."""
    wanted = languages if languages is not None else languages_in(folder)
    return [
        _status_of(folder, language, domain)
        for language in wanted
        if language != SOURCE_LANGUAGE
        for domain in DOMAINS
    ]


def problems(folder: Path, languages: Sequence[str] | None = None) -> Iterator[Problem]:
    """Every finished translation that cannot be used because its placeholders differ from the English ones."""
    for language in languages if languages is not None else languages_in(folder):
        for domain in DOMAINS:
            file = catalogue_file(folder, language, domain)
            for entry in read_catalogue(file) if file.is_file() else ():
                if _broken(entry):
                    sentence = f'The translation of "{entry.msgid}" must keep its {{placeholders}} exactly as they are.'
                    yield Problem(file, entry.linenum, sentence)


def languages_in(folder: Path) -> list[str]:
    """The languages that have catalogues in a folder, by code."""
    return sorted(path.parent.name for path in folder.glob("*/LC_MESSAGES"))


def _template(domain: str, found: Sequence[Message]) -> polib.POFile:
    template = _empty()
    template.metadata = _metadata(domain)
    entries: dict[EntryKey, polib.POEntry] = {}
    for message in found:
        entry = entries.setdefault((message.context, message.msgid), _entry(message))
        entry.occurrences.append((message.file, str(message.line)))
        notes = [note for note in message.notes if note not in entry.comment.split("\n")]
        entry.comment = "\n".join(filter(None, [entry.comment, *notes]))
    template.extend(entries.values())
    return template


def _entry(message: Message) -> polib.POEntry:
    if message.plural is None:
        return polib.POEntry(msgid=message.msgid, msgctxt=message.context)
    forms = {0: "", 1: ""}
    return polib.POEntry(
        msgid=message.msgid, msgid_plural=message.plural, msgctxt=message.context, msgstr_plural=forms
    )


def _update_one(folder: Path, language: str, domain: str) -> Merge:
    template = read_catalogue(folder / f"{domain}.pot")
    file = catalogue_file(folder, language, domain)
    old = read_catalogue(file) if file.is_file() else _fresh(language, domain)
    merged = _empty()
    merged.header, merged.metadata = old.header, old.metadata
    known = {_key(entry): entry for entry in old}
    wanted = {_key(entry) for entry in template}
    lost = {key: entry for key, entry in known.items() if key not in wanted and entry.msgstr}
    merged.extend(_merged(entry, known, lost) for entry in template)
    retired = [entry for key, entry in lost.items()]
    for entry in retired:
        entry.obsolete, entry.occurrences, entry.comment = True, [], ""
    merged.extend(retired)
    file.parent.mkdir(parents=True, exist_ok=True)
    _save(merged, file)
    return Merge(
        language,
        domain,
        len(template),
        sum(_key(entry) not in known for entry in template),
        sum(entry.fuzzy for entry in merged if not entry.obsolete),
        len(retired),
    )
