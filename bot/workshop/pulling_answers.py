"""``bot answers pull``: what the desk checked, kept and translated, written into the folders where files are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polib
from sqlalchemy import select

from bot.app import House
from bot.knowledge.answers import CHAMPIONS, Answer, read_answers
from bot.language.catalogue import SOURCE_LANGUAGE, Key, catalogue_file, read_catalogue
from bot.store import audit, translated
from bot.store.audit import Event
from bot.store.content import ANSWER_FIELDS, DESK
from bot.store.schema import answer

KEPT = "kept-on-the-desk.yaml"  # where answers that were kept on the desk go
HEADER = "# Answers that champions kept on the desk, written here by: bot answers pull\nanswers:\n"
TRANSLATED = ("title", "short", "detail", "say")


@dataclass(frozen=True)
class Pulled:
    """What there is to pull. ``files`` are the folder's files as they will be, ``texts`` what goes into which
    language's catalogue, ``lines`` what is told about it."""

    files: Mapping[Path, str] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lines: Sequence[str] = ()
    answers: int = 0

    @property
    def nothing(self) -> bool:
        """True when the folder has all of it already."""
        return not self.files and not self.texts


def waiting(house: House) -> Pulled:
    """What the desk knows and the folders do not. Raises DatabaseAway, and ContentErrors for a broken file."""
    settings = house.parts.settings
    with house.parts.db.read() as conn:
        rows = conn.execute(select(answer).order_by(answer.c.key)).all()
        said = translated.texts(conn)
    kept = {row.key: _answer(row._mapping) for row in rows if row.origin == DESK and row.active}
    known = {row.key: _answer(row._mapping) for row in rows}
    files, lines, there = _checked(settings.flows_dir / "answers", known)
    new = [_in_english(one, said) for key, one in kept.items() if key not in there]
    if new:
        target = settings.flows_dir / "answers" / KEPT
        before = files.get(target) or (target.read_text(encoding="utf-8") if target.is_file() else HEADER)
        files[target] = before.rstrip("\n") + "\n" + "".join(_written(one) for one in new)
    texts = _texts(house, [*kept.values()], [*known.values()], said)
    for file, text in files.items():
        read_answers(text, file.name)  # a file that could not be read again is never written
    lines += [f"{one.key}: kept on the desk" for one in new]
    lines += [f"{language}: {len(found)} texts translated on the desk" for language, found in texts.items()]
    return Pulled(files, texts, lines, len(lines) - len(texts))


def pull(house: House, found: Pulled, now_ms: int) -> None:
    """Write it all. Raises OSError, CatalogueError and DatabaseAway."""
    for file, text in found.files.items():
        file.write_text(text, encoding="utf-8", newline="\n")
    for language, texts in found.texts.items():
        _into_catalogue(catalogue_file(house.parts.settings.locales_dir, language, translated.ANSWERS), texts)
    detail = {"answers": found.answers, "texts": sum(map(len, found.texts.values()))}
    with house.parts.db.begin() as conn:
        audit.append(conn, now_ms=now_ms, actor="system", event=Event.ANSWERS_PULLED, subject="content", detail=detail)


def _answer(row: Mapping[Any, Any]) -> Answer:
    values = {name: row[name] for name in ANSWER_FIELDS}
    return Answer(**{**values, "questions": tuple(row["questions"])})


def _checked(folder: Path, known: Mapping[str, Answer]) -> tuple[dict[Path, str], list[str], set[str]]:
    """The files in which a day of a check is older than the desk's, as they will be; and every key they have."""
    files: dict[Path, str] = {}
    lines: list[str] = []
    there: set[str] = set()
    for file in sorted(folder.glob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        for one in read_answers(text, file.name):
            there.add(one.key)
            ours = known.get(one.key)
            if ours and ours.verified and (one.verified is None or ours.verified > one.verified):
                text = with_days(text, one.key, ours.verified, ours.review_by)
                lines.append(f"{one.key}: checked on {ours.verified}")
                files[file] = text
    return files, lines, there


def with_days(text: str, key: str, verified: date | None, review_by: date | None) -> str:
    """A file of answers with these days at one answer; nothing else in it moves."""
    begins = re.search(rf"^  - id: *{re.escape(key)} *$", text, re.MULTILINE)
    if begins is None:
        return text
    after = re.search(r"^  - id:", text[begins.end() :], re.MULTILINE)
    end = begins.end() + after.start() if after else len(text)
    entry = text[begins.start() : end]
    for name, day in (("verified", verified), ("review_by", review_by)):
        line = f"    {name}: {day}" if day else f"    {name}:"
        if re.search(rf"^    {name}:.*$", entry, re.MULTILINE):
            entry = re.sub(rf"^    {name}:.*$", line, entry, flags=re.MULTILINE)
        elif day:
            entry = f"{entry.rstrip()}\n{line}\n" + ("\n" if after else "")
    return text[: begins.start()] + entry + text[end:]


def _in_english(one: Answer, said: Mapping[Key, str]) -> Answer:
    """An answer that has been translated into English is written in English, as all the others are."""
    if one.language == SOURCE_LANGUAGE:
        return one
    english = {
        text: said.get((SOURCE_LANGUAGE, translated.ANSWERS, None, text), "") for text in translated.texts_of(one)
    }
    if not all(english[text] for text in translated.read_by_people(one)):
        return one
    words: dict[str, Any] = {name: english.get(getattr(one, name), "") for name in TRANSLATED}
    questions = tuple(english[asked] for asked in one.questions if english[asked]) or (words["title"],)
    return replace(one, language=SOURCE_LANGUAGE, questions=questions, **words)


def _texts(
    house: House, kept: Sequence[Answer], known: Sequence[Answer], said: Mapping[Key, str]
) -> dict[str, dict[str, str]]:
    """What each language's catalogue of answers lacks. Of an answer that is not in English yet nothing is taken: the
    catalogues go from English."""
    found: dict[str, dict[str, str]] = {}
    for one in {**{one.key: one for one in known}, **{one.key: one for one in kept}}.values():
        for language, msgid, msgstr in _pairs(one, _in_english(one, said), said):
            if house.parts.catalogues.text(msgid, language, domain=translated.ANSWERS) != msgstr:
                found.setdefault(language, {})[msgid] = msgstr
    return {language: found[language] for language in sorted(found)}


def _pairs(own: Answer, english: Answer, said: Mapping[Key, str]) -> Iterator[tuple[str, str, str]]:
    if english.language != SOURCE_LANGUAGE:
        return
    to_english = {
        text: said.get((SOURCE_LANGUAGE, translated.ANSWERS, None, text), text) for text in translated.texts_of(own)
    }
    for (language, domain, _, text), msgstr in said.items():
        if domain == translated.ANSWERS and language != SOURCE_LANGUAGE and text in to_english:
            yield language, to_english[text], msgstr
    if own.language != SOURCE_LANGUAGE:
        yield from ((own.language, msgid, text) for text, msgid in to_english.items() if msgid != text)


def _written(one: Answer) -> str:
    """An answer as a file has it. JSON's quoted words are YAML's too."""
    lines = [f"  - id: {one.key}"]
    if one.language != SOURCE_LANGUAGE:
        lines.append(f"    language: {one.language}")
    lines += [f"    topic: {one.topic}", f"    title: {_quoted(one.title)}", "    questions:"]
    lines += [f"      - {_quoted(asked)}" for asked in one.questions]
    lines += [f"    {name}: {_quoted(text)}" for name in ("short", "detail", "say") if (text := getattr(one, name))]
    lines += [f"    source: {_quoted(one.source or CHAMPIONS)}", f"    source_name: {_quoted(one.source_name)}"]
    lines += [f"    {name}: {day or ''}".rstrip() for name, day in _days(one)]
    return "\n".join(lines) + "\n\n"


def _days(one: Answer) -> list[tuple[str, date | None]]:
    return [("verified", one.verified), ("review_by", one.review_by)]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _into_catalogue(file: Path, texts: Mapping[str, str]) -> None:
    catalogue = read_catalogue(file)
    for msgid, msgstr in texts.items():
        entry = catalogue.find(msgid)
        if entry is None:
            entry = polib.POEntry(msgid=msgid)
            catalogue.append(entry)
        entry.msgstr = msgstr
        if "fuzzy" in entry.flags:
            entry.flags.remove("fuzzy")
    catalogue.save(str(file))
