"""Flows and translations written down in a test, and what a check says of them."""

from __future__ import annotations

from collections.abc import Sequence

import polib

from bot.flow.check import check_flows
from bot.flow.check.finding import Finding
from bot.flow.check.material import Material
from bot.flow.check.translated import Translated, translated
from bot.flow.check.translations import entries
from bot.flow.check.written import written
from bot.flow.load import load_flow
from bot.knowledge.source import read_source
from bot.language import phrases

Entry = tuple[str, str] | tuple[str, str, str]  # English, translation, and a context when it has one
WORDS: Sequence[Entry] = (
    ("MENU, MAIN MENU, START AGAIN", "MENU, OD NOWA", phrases.COMMAND),
    (phrases.YES, "TAK", phrases.YES_NO),
)


def flow(steps: str, head: str = "start_words: [tea]", name: str = "tea") -> str:
    """A flow file whose steps begin on line 5."""
    return f"flow: {name}\nabout: A small one.\n{head}\nsteps:\n{steps}"


def catalogue(rows: Sequence[Entry], language: str = "pl", *, fuzzy: bool = False, domain: str = "bot") -> Translated:
    """A catalogue with these entries, each on a line of its own, the first on line 1."""
    made = []
    for line, row in enumerate(rows, 1):
        context = row[2] if len(row) == 3 else None
        entry = polib.POEntry(msgid=row[0], msgstr=row[1], msgctxt=context, linenum=line)
        entry.flags = ["fuzzy"] if fuzzy else []
        made.append(entry)
    return translated(language, domain, f"{language}.po", made)


def look(*files: str, polish: Sequence[Entry] | None = None, whole: bool = False) -> list[Finding]:
    """What a check says of these flow files; with ``polish`` also of their Polish."""
    sources = {f"{number}.yaml": text for number, text in enumerate(files, 1)}
    flows = {name: load_flow(text, name) for name, text in sources.items()}
    written_down = [written(flow, read_source(sources[name], name)) for name, flow in flows.items()]
    catalogues = [] if polish is None else [catalogue([*WORDS, *polish])]
    return list(
        check_flows(Material(written_down, {flow.name: flow for flow in flows.values()}, catalogues, whole=whole))
    )


def of(code: str, findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """Where the findings of this kind stand: file and line."""
    return [(found.file, found.line) for found in findings if found.code == code]


def told(*rows: Entry, domain: str = "bot", fuzzy: bool = False) -> list[Finding]:
    """What a check says of these Polish entries."""
    return list(entries(catalogue(rows, domain=domain, fuzzy=fuzzy)))
