"""The champions' codebook: what stories are about, and what is hard to read, each with words that point to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.source import Source, Value, read_source
from bot.language.names import LANGUAGES
from bot.language.normal import words

TAGS, NOTES = "tags", "content_notes"
FIELDS = frozenset({"key", "name", "covers", "words", "distressing"})
LONGEST_KEY = 40
_KEY = re.compile(r"[a-z][a-z0-9-]*")

OPENING = 3  # letters; no shorter word may end in *
Phrase = tuple[str, ...]
Openings = dict[str, list[tuple[Phrase, str]]]


@dataclass(frozen=True, slots=True)
class Theme:
    """One tag, or one content note. ``covers`` says in a sentence what belongs to it; ``distressing``, whether stories
    that wear it are hard to read."""

    key: str
    name: str
    covers: str
    distressing: bool
    phrases: tuple[Phrase, ...]


class Codebook:
    """The tags and the content notes of a community, each list in the order of its file."""

    def __init__(self, tags: Sequence[Theme] = (), notes: Sequence[Theme] = ()) -> None:
        self.tags, self.notes = tuple(tags), tuple(notes)
        self._tags, self._notes = _by_opening(self.tags), _by_opening(self.notes)

    def tag(self, key: str) -> Theme | None:
        """The tag of this key; None when the codebook has none, or none any more."""
        return next((theme for theme in self.tags if theme.key == key), None)

    def suggested(self, texts: Iterable[str]) -> list[Theme]:
        """The tags whose words stand in these texts, whatever their language, in the codebook's order."""
        return _found(self.tags, self._tags, texts)

    def noted(self, texts: Iterable[str]) -> list[Theme]:
        """The content notes whose words stand in these texts, whatever their language: people mix them."""
        return _found(self.notes, self._notes, texts)


def _by_opening(themes: Iterable[Theme]) -> Openings:
    """Every phrase under the first letters of its first word: a page looks through a score of stories."""
    found: Openings = {}
    for theme in themes:
        for phrase in theme.phrases:
            found.setdefault(phrase[0].rstrip("*")[:OPENING], []).append((phrase, theme.key))
    return found


def _found(themes: Sequence[Theme], openings: Openings, texts: Iterable[str]) -> list[Theme]:
    hit = set[str]()
    for text in texts:
        said = words(text)
        for at, word in enumerate(said):
            hit.update(
                key for phrase, key in openings.get(word[:OPENING], ()) if _stands(phrase, said[at : at + len(phrase)])
            )
    return [theme for theme in themes if theme.key in hit]


def _stands(phrase: Phrase, said: Sequence[str]) -> bool:
    """Word by word; one with * may end in any way."""
    return len(said) == len(phrase) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part, word in zip(phrase, said, strict=True)
    )


def read_codebook(files: Mapping[str, str | bytes]) -> Codebook:
    """The codebook of these files ({file name: text}). Raises ContentErrors with every place that cannot be used."""
    found: dict[str, list[Theme]] = {TAGS: [], NOTES: []}
    errors: list[ContentError] = []
    for filename, text in sorted(files.items()):
        source = read_source(text, filename)
        document = source.value if isinstance(source.value, dict) else {}
        for part, listed in document.items():
            if part not in found or not isinstance(listed, list):
                sentence = f'"{part}" must be "{TAGS}" or "{NOTES}", with a list below it.'
                errors.append(source.error((part,), sentence, code="codebook-part"))
                continue
            for number, item in enumerate(listed):
                theme = _theme(source, (part, number), item, errors)
                if theme and any(theme.key == other.key for other in found[part]):
                    errors.append(
                        source.error((part, number, "key"), f'"{theme.key}" is there twice.', code="codebook-key")
                    )
                elif theme:
                    found[part].append(theme)
    if errors:
        raise ContentErrors(errors)
    return Codebook(tuple(found[TAGS]), tuple(found[NOTES]))


def _theme(source: Source, path: tuple[str | int, ...], item: Value, errors: list[ContentError]) -> Theme | None:
    record = item if isinstance(item, dict) else {}
    before = len(errors)
    for name in sorted(record.keys() - FIELDS):
        errors.append(
            source.error(
                (*path, name), f'"{name}" means nothing here. Known are {_listed(FIELDS)}.', code="codebook-field"
            )
        )
    for name in ("key", "name", "covers"):
        if not isinstance(record.get(name), str):
            errors.append(source.error(path, f'Write "{name}:" with some words.', code="codebook-missing"))
    key = record.get("key")
    if isinstance(key, str) and (not _KEY.fullmatch(key) or len(key) > LONGEST_KEY):
        sentence = f'"{key}" must be small letters, digits and hyphens, at most {LONGEST_KEY}.'
        errors.append(source.error((*path, "key"), sentence, code="codebook-key"))
    if record.get("distressing", "no") not in {"yes", "no"}:
        errors.append(source.error((*path, "distressing"), 'Write "yes" or "no".', code="codebook-distressing"))
    phrases = tuple(_phrases(source, (*path, "words"), record.get("words"), errors))
    if len(errors) > before:
        return None
    distressing = record.get("distressing") == "yes"
    return Theme(str(key), str(record["name"]), str(record["covers"]), distressing, phrases)


def _phrases(
    source: Source, path: tuple[str | int, ...], listed: Value, errors: list[ContentError]
) -> Iterable[Phrase]:
    by_language = listed if isinstance(listed, dict) else {}
    for language, phrases in by_language.items():
        if language not in LANGUAGES or not isinstance(phrases, list):
            sentence = f'"{language}" must be the code of a language, with a list of words below it.'
            errors.append(source.error((*path, language), sentence, code="codebook-language"))
            continue
        for number, phrase in enumerate(phrases):
            read = _phrase(str(phrase))
            if read:
                yield read
            else:
                sentence = f'"{phrase}" can stand in no story: write words, the first of 3 letters or more before *.'
                errors.append(source.error((*path, language, number), sentence, code="codebook-words"))


def _phrase(written: str) -> Phrase | None:
    """The folded words. Two letters and * would point at half of all words."""
    found: list[str] = []
    for part in written.split():
        folded = words(part.rstrip("*"))
        if len(folded) != 1 or (part.endswith("*") and not found and len(folded[0]) < OPENING):
            return None
        found.append(folded[0] + "*" * part.endswith("*"))
    return tuple(found) or None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
