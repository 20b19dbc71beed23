"""Texts that people will read in English because their translation is missing, out of date or cannot be used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from polib import POEntry

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.numbers import numbers_differ
from bot.flow.check.reserved import reserved_in_translation
from bot.flow.check.shouted import command_words_in_translation
from bot.flow.check.translated import EntryKey, Translated
from bot.language.catalogue import placeholders, sound
from bot.language.names import LANGUAGES

SHOWN = 50  # letters of a text that a finding quotes
# Texts of the desk are read on a screen: no carrier acts on them.
TEXTED = frozenset({"bot", "answers", "services"})


def texts_without_entry(material: Material) -> Iterator[Finding]:
    """Texts of flows that translators have not been given yet."""
    for text in material.texts:
        missing = [one.language for one in material.catalogues if (None, text.msgid) not in one.entries]
        if missing:
            names = ", ".join(LANGUAGES[code].english_name for code in missing)
            yield text.finding(
                Severity.WARNING,
                "untranslated",
                f'"{_short(text.msgid)}" is not in {names} yet: people will read English.',
                'Run "bot translations extract", then "bot translations update", and translate it.',
            )


def entries(
    catalogue: Translated, *, only: Collection[EntryKey] | None = None, unfinished: bool = True
) -> Iterator[Finding]:
    """What is wrong with a catalogue's entries, or with ``only`` some. ``unfinished``: also those left to translate."""
    for key, entry in catalogue.entries.items():
        if only is not None and key not in only:
            continue
        if not (entry.msgstr or any(entry.msgstr_plural.values())) or entry.fuzzy:
            yield from _unfinished(catalogue, entry) if unfinished else ()
        elif not sound(entry):
            yield _unsound(catalogue, entry)
        elif catalogue.domain in TEXTED:
            yield from numbers_differ(catalogue, entry)
            yield from reserved_in_translation(catalogue, entry)
            yield from command_words_in_translation(catalogue, entry)


def _unfinished(catalogue: Translated, entry: POEntry) -> Iterator[Finding]:
    name = LANGUAGES[catalogue.language].english_name
    if entry.fuzzy:
        told = f'The English of "{_short(entry.msgid)}" has changed: people will read English until the {name} follows.'
        mend = 'Bring the translation up to date, and delete the line "#, fuzzy" above it.'
    else:
        told = f'"{_short(entry.msgid)}" is not in {name} yet: people will read English.'
        mend = "Translate it here."
    code = "fuzzy" if entry.fuzzy else "untranslated"
    yield catalogue.finding(entry, Severity.WARNING, code, told, mend)


def _unsound(catalogue: Translated, entry: POEntry) -> Finding:
    ours = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    forms = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    theirs: frozenset[str] = frozenset().union(*map(placeholders, forms))
    lost, new = _braced(ours - theirs), _braced(theirs - ours)
    told = " and ".join(filter(None, [f"lacks {lost}" if lost else "", f"has {new}" if new else ""]))
    return catalogue.finding(
        entry,
        Severity.ERROR,
        "placeholders",
        f'The {LANGUAGES[catalogue.language].english_name} of "{_short(entry.msgid)}" {told}, unlike the English: '
        f"it is not used, and people read English.",
        f"Keep exactly {_braced(ours)}, letter by letter." if ours else "Take it out.",
    )


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()}..."
