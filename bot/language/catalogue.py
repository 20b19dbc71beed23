"""Gettext catalogues: <folder>/<language>/LC_MESSAGES/<domain>.po, read once, then plain dictionaries."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import TypeAlias

import polib

from bot.language.po_lines import Slip, slips

DOMAINS = ("bot", "answers", "services", "desk")
SOURCE_LANGUAGE = "en"
WRAP = 110

Key: TypeAlias = tuple[str, str, str | None, str]  # language, domain, context, msgid

_PLACEHOLDER = re.compile(r"\{(\w+)\}|%\((\w+)\)")
_LINE = re.compile(r"line (\d+)")
NOT_UTF_8 = "This is not UTF-8 text. Open the file in your editor and save it again with the encoding UTF-8."
ORDER = (
    'An entry is msgid "the English" and below it msgstr "the translation", each once, with an empty line between two.'
)
_COMMA = re.compile(r"[,،、，\n]")


class CatalogueError(ValueError):
    """A catalogue that cannot be read: each ``slip`` is a line, what is wrong there and how to mend it."""

    def __init__(self, file: Path, slips: Sequence[Slip]) -> None:
        super().__init__("\n".join(f"{file}:{slip.line}:1: error: {slip.sentence}" for slip in slips))
        self.file, self.slips = file, tuple(slips)


class Catalogues:
    """Every translation of the offered languages. The msgid is the English text, said when there is no other.

    A fuzzy entry (its English has changed since) is not used, nor one whose placeholders differ from the
    msgid's: an English sentence is better than one that has lost its number.
    """

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        """Reads all catalogues of these languages. Raises CatalogueError for a file that is broken."""
        self.folder = folder
        self.languages = tuple(languages)
        self._texts: dict[Key, str] = {}
        self._words: dict[Key, tuple[str, ...]] = {}
        for code in self.languages:
            for domain in DOMAINS:
                self._load(code, domain)

    def text(self, msgid: str, language: str, *, domain: str = "bot", context: str | None = None) -> str:
        """The text in that language, or the msgid itself."""
        return self._texts.get((language, domain, context, msgid), msgid)

    def words(self, msgid: str, language: str, *, domain: str = "bot", context: str | None = None) -> tuple[str, ...]:
        """The words of a comma-separated list: that language's, then always the English ones, none twice."""
        key = (language, domain, context, msgid)
        if key not in self._words:
            own = listed(self.text(msgid, language, domain=domain, context=context))
            self._words[key] = tuple(dict.fromkeys([*own, *listed(msgid)]))
        return self._words[key]

    def has(self, msgid: str, language: str, *, domain: str = "bot", context: str | None = None) -> bool:
        """Whether the text can be said in that language. In English it always can."""
        return language == SOURCE_LANGUAGE or (language, domain, context, msgid) in self._texts

    def knows(self, msgid: str, language: str, domain: str) -> bool:
        """Whether there is an entry for this text, whatever language the text itself is in."""
        return (language, domain, None, msgid) in self._texts

    def over(self, texts: Mapping[Key, str]) -> Catalogues:
        """The same catalogues with these texts in place of their own."""
        laid = copy(self)
        laid._texts, laid._words = {**self._texts, **texts}, {}
        return laid

    def compiled(self, language: str, domain: str) -> gettext.NullTranslations:
        """The same entries with their plurals, for code that speaks gettext (the desk's templates)."""
        file = catalogue_file(self.folder, language, domain)
        if not file.is_file():
            return gettext.NullTranslations()
        catalogue = read_catalogue(file)
        catalogue[:] = [entry for entry in catalogue if usable(entry)]
        return gettext.GNUTranslations(io.BytesIO(catalogue.to_binary()))

    def _load(self, language: str, domain: str) -> None:
        file = catalogue_file(self.folder, language, domain)
        if not file.is_file():
            return
        for entry in read_catalogue(file):
            if usable(entry) and entry.msgstr:
                self._texts[language, domain, entry.msgctxt, entry.msgid] = entry.msgstr


def N_(msgid: str) -> str:  # noqa: N802 # the name gettext tools look for
    """Mark a sentence for translators where it is written down; it is translated where it is shown."""
    return msgid


def catalogue_file(folder: Path, language: str, domain: str) -> Path:
    """Where a language's catalogue of a domain lies."""
    return folder / language / "LC_MESSAGES" / f"{domain}.po"


def read_catalogue(file: Path) -> polib.POFile:
    """The entries of a .po or .pot file. Raises CatalogueError when it cannot be read."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = bad.object[: bad.start].count(b"\n") + 1
        raise CatalogueError(
            file, [Slip(line, "This is not UTF-8 text. Save the file with the encoding UTF-8.")]
        ) from bad
    except OSError as bad:
        raise CatalogueError(file, [Slip(1, f"This catalogue cannot be read: {bad.strerror}.")]) from bad
    if found := tuple(slips(text)):
        raise CatalogueError(file, found)
    try:
        catalogue = polib.pofile(str(file), encoding="utf-8-sig", wrapwidth=WRAP)
    except OSError as bad:
        raise CatalogueError(file, [_out_of_order(str(bad))]) from bad
    catalogue.encoding = "utf-8"  # what it is written with, never with a mark at its beginning
    return catalogue


def _out_of_order(said: str) -> Slip:
    """Each line can be read, but not where it stands. The library says which one it is."""
    line = _LINE.search(said)
    return Slip(int(line[1]) if line else 1, "This line stands in the wrong place. " + ORDER)


def usable(entry: polib.POEntry) -> bool:
    """Whether an entry may be sent: translated, not fuzzy, not obsolete, with the msgid's placeholders."""
    return bool(entry.translated()) and sound(entry)


def sound(entry: polib.POEntry) -> bool:
    """Whether a translation keeps every placeholder of its msgid and makes up none (a plural form may drop some)."""
    own = placeholders(entry.msgid)
    if not entry.msgid_plural:
        return placeholders(entry.msgstr) == own
    allowed = own | placeholders(entry.msgid_plural)
    return all(placeholders(form) <= allowed for form in entry.msgstr_plural.values())


def placeholders(text: str) -> frozenset[str]:
    """The names in {braces}, and in %(brackets)s as the desk's templates write them."""
    return frozenset(braced or bracketed for braced, bracketed in _PLACEHOLDER.findall(text))


def listed(words: str) -> list[str]:
    """The items of a comma-separated list; the Arabic and Chinese commas count too."""
    return [word for word in (part.strip() for part in _COMMA.split(words)) if word]
