"""The round trip with translators: texts out into .pot templates, merged into each language's .po, and counted.

Nothing in these files changes from one run to the next unless a text did: no dates, no absolute paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from babel.messages.plurals import get_plural
from rapidfuzz import fuzz, process

from bot.language.catalogue import (
    DOMAINS,
    SOURCE_LANGUAGE,
    WRAP,
    catalogue_file,
    read_catalogue,
    sound,
    usable,
)
from bot.language.extract import Message, messages
from bot.language.extract import Sources as Sources  # what extract() needs
from bot.language.names import LANGUAGES

DRAFT = "DRAFT: no native speaker has reviewed this"
REVIEW = "X-Review"
# A changed text keeps its old translation, marked fuzzy, when this much of it (0-100) stayed the same. Of a label
# more must stay: "Hindu" is not a changed "find".
ALIKE, ALIKE_SHORT = 65, 85
SHORT = 20

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
class Merge:
    """What an update did to one catalogue. A changed text that kept its translation counts as fuzzy, not as added."""

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
    beside it; one that is gone is kept as obsolete. A domain without a catalogue gets one. Raises
    TranslationsError when there is no template yet.
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
        _status_of(folder, language, domain) for language in wanted if language != SOURCE_LANGUAGE for domain in DOMAINS
    ]


def languages_in(folder: Path) -> list[str]:
    """The languages that have catalogues in a folder, by code."""
    return sorted(path.parent.name for path in folder.glob("*/LC_MESSAGES"))


def _template(domain: str, found: Sequence[Message]) -> polib.POFile:
    template = _empty("Every text of this domain. Written by: bot translations extract", _metadata(domain))
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
    return polib.POEntry(msgid=message.msgid, msgid_plural=message.plural, msgctxt=message.context, msgstr_plural=forms)


def _update_one(folder: Path, language: str, domain: str) -> Merge:
    template = read_catalogue(_written_template(folder, domain))
    file = catalogue_file(folder, language, domain)
    old = read_catalogue(file) if file.is_file() else _fresh(language, domain)
    # Obsolete entries first: an entry in use with the same msgid wins.
    known = {_key(entry): entry for entry in sorted(old, key=lambda entry: not entry.obsolete)}
    wanted = {_key(entry) for entry in template}
    lost = {key: entry for key, entry in known.items() if key not in wanted and _said(entry)}
    merged = _empty(old.header, old.metadata)
    merged.extend(_merged(entry, known, lost) for entry in template)
    merged.extend(_retired(entry) for entry in lost.values())
    file.parent.mkdir(parents=True, exist_ok=True)
    _save(merged, file)
    added = sum(_key(entry) not in known and not entry.fuzzy for entry in template)
    return Merge(language, domain, len(template), added, sum(map(_fuzzy, merged)), len(lost))


def _written_template(folder: Path, domain: str) -> Path:
    template = folder / f"{domain}.pot"
    if not template.is_file():
        raise TranslationsError(f'{template} is not there yet: run "bot translations extract" first.')
    return template


def _merged(
    entry: polib.POEntry, known: dict[EntryKey, polib.POEntry], lost: dict[EntryKey, polib.POEntry]
) -> polib.POEntry:
    """The template's entry with the translation it had, or the fuzzy one of a lost text much like it."""
    old = known.get(_key(entry))
    if old is not None:
        _take_translation(entry, old)
        return entry
    near = _nearest(entry, lost)
    if near is not None:
        old = lost.pop(near)
        _take_translation(entry, old)
        entry.previous_msgid, entry.previous_msgctxt = old.msgid, old.msgctxt
        if not entry.fuzzy:
            entry.flags.append("fuzzy")
    return entry


def _nearest(entry: polib.POEntry, lost: dict[EntryKey, polib.POEntry]) -> EntryKey | None:
    choices = {
        key: key[1]
        for key, old in lost.items()
        if key[0] == entry.msgctxt and bool(old.msgid_plural) == bool(entry.msgid_plural)
    }
    cutoff = ALIKE_SHORT if len(entry.msgid) <= SHORT else ALIKE
    found = process.extractOne(entry.msgid, choices, scorer=fuzz.ratio, score_cutoff=cutoff)
    return found[2] if found else None


def _take_translation(entry: polib.POEntry, old: polib.POEntry) -> None:
    entry.msgstr, entry.tcomment, entry.flags = old.msgstr, old.tcomment, list(old.flags)
    entry.previous_msgid, entry.previous_msgctxt = old.previous_msgid, old.previous_msgctxt
    if entry.msgid_plural:
        entry.msgstr_plural = dict(old.msgstr_plural)


def _retired(entry: polib.POEntry) -> polib.POEntry:
    """An entry whose text is gone: its translation stays at the end of the file, in case the text comes back."""
    entry.obsolete, entry.occurrences, entry.comment = True, [], ""
    return entry


def _status_of(folder: Path, language: str, domain: str) -> Status:
    template = folder / f"{domain}.pot"
    file = catalogue_file(folder, language, domain)
    entries = read_catalogue(file) if file.is_file() else _empty()
    texts = {_key(entry) for entry in (read_catalogue(template) if template.is_file() else entries)}
    counted = [entry for entry in entries if not entry.obsolete and _key(entry) in texts]
    return Status(
        language,
        domain,
        texts=len(texts),
        done=sum(map(usable, counted)),
        fuzzy=sum(map(_fuzzy, counted)),
        broken=sum(map(_broken, counted)),
        reviewed=entries.metadata.get(REVIEW, "draft") != "draft",
    )


def _key(entry: polib.POEntry) -> EntryKey:
    return entry.msgctxt, entry.msgid


def _said(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr or any(entry.msgstr_plural.values()))


def _fuzzy(entry: polib.POEntry) -> bool:
    return bool(entry.fuzzy) and not entry.obsolete


def _broken(entry: polib.POEntry) -> bool:
    return bool(entry.translated()) and not sound(entry)


def _fresh(language: str, domain: str) -> polib.POFile:
    plural = get_plural(language)
    metadata = _metadata(domain) | {"Language": language, "Plural-Forms": plural.plural_forms, REVIEW: "draft"}
    return _empty(DRAFT, metadata)


def _empty(header: str = "", metadata: dict[str, str] | None = None) -> polib.POFile:
    file = polib.POFile(wrapwidth=WRAP)
    file.header, file.metadata = header, dict(metadata or {})
    return file


def _metadata(domain: str) -> dict[str, str]:
    return {
        "Project-Id-Version": f"community-champions-bot {domain}",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }


def _save(file: polib.POFile, path: Path) -> None:
    """Writes by way of a second file, so that a crash never leaves half a catalogue."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(f"{file}\n" if not str(file).endswith("\n") else str(file), encoding="utf-8", newline="\n")
    beside.replace(path)
