"""How well and how fast questions are matched and languages told: ``held`` figures, and 10,000 services."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from itertools import product
from random import Random
from statistics import median, quantiles

import numpy as np

from bot.knowledge.answers import Answer
from bot.knowledge.directory import Directory
from bot.knowledge.e5 import KeptMeaning, Model, mark, packed
from bot.knowledge.services import Facts, Service
from bot.language.identify import Identifier
from bot.language.normal import words
from tests.bench.measure import Table, progress
from tests.evaluation.measured import (
    Hits,
    accuracy,
    identified,
    matched,
    questions,
    service_questions,
    services_alone,
    shipped,
    texts,
    together,
)
from tests.knowledge.samples import english, shipped_answers, shipped_places

SERVICES = 10_000
QUESTIONS = 300
REAL, MOVED = 500, 0.01  # services whose vectors are made; how far the others lie from them, in each dimension
NO_MODEL = "(not installed)"

_WHAT = (
    "food bank", "halal food parcel", "debt advice", "housing advice", "English class", "carers group", "lunch club",
    "women's group", "youth club", "legal advice on immigration", "counselling", "baby clothes", "warm space",
    "benefits advice", "bereavement support", "domestic abuse refuge", "football for boys", "sewing circle", "job club",
    "parent and toddler group", "diabetes check", "dementia café", "gurdwara kitchen", "furniture reuse", "swimming",
    "homework help", "mental health drop-in", "asylum support", "free dental clinic", "bike repair",
)  # fmt: skip
_WHO = (
    "for women", "for men over 50", "for families with small children", "for asylum seekers", "for young carers",
    "for anyone in the area", "for older people", "for people with a disability", "for Bangla speakers",
    "for new arrivals", "for single parents", "for people without papers",
)  # fmt: skip
_HOW = (
    "Just turn up.", "Ring first for a place.", "Tea and a chat on arrival.", "An interpreter can be booked.",
    "Free, with lunch.", "Held in the church hall.", "Step-free, with parking.", "Bring a friend if you like.",
    "Run by volunteers who speak Urdu.", "Weekly, also in the holidays.",
)  # fmt: skip
_NAMES = (
    "Oak",
    "Lantern",
    "Harbour",
    "Unity",
    "Sunrise",
    "Bridge",
    "Meadow",
    "Star",
    "Anchor",
    "Willow",
    "Crown",
    "Mill",
)


def matching() -> list[Table]:
    """Top-1 and top-3 by language, languages identified, and what searching 10,000 services takes."""
    return [*_quality(), _languages(), _latency()]


def _quality() -> list[Table]:
    progress("questions and their answers")
    asked = questions("held")
    found = {False: shipped(by_meaning=False)} | ({True: shipped(by_meaning=True)} if not Model().trouble else {})
    tables = []
    for title, by in (("kind", lambda one: one.kind), ("language", lambda one: one.language)):
        ways = {meant: matched(directory, asked, by) for meant, directory in found.items()}
        tables.append(_hits(f"Held questions by {title}: per cent first, and among the three shown", ways))
    for title, find in (("among answers and services", together), ("among services alone", services_alone)):
        about = service_questions("held")
        ways = {meant: matched(directory, about, lambda one: one.kind, find) for meant, directory in found.items()}
        tables.append(_hits(f"Held questions for a service, {title}: per cent first, and of the three shown", ways))
    return tables


def _hits(title: str, ways: dict[bool, list[Hits]]) -> Table:
    rows = []
    for at, one in enumerate(ways[False]):
        meant = ways[True][at] if True in ways else None
        shown = (meant.top_1, meant.top_3) if meant else (NO_MODEL, NO_MODEL)
        rows.append((one.name, float(one.asked), *shown, one.top_1, one.top_3))
    return Table(title, ("", "asked", "meaning: first", "of three", "letters: first", "of three"), rows)


def _languages() -> Table:
    progress("languages")
    held = texts("held")
    counts = identified(held)
    identifier = Identifier(list(dict.fromkeys(code.partition("-")[0] for code, _ in held)))
    identifier.warm()
    took = _times(lambda text: identifier.guess(text), [text for _, text in held])
    rows: list[tuple[str, float, float, float]] = [
        (code, float(asked), 100 * right / asked, float(wrong)) for code, (asked, right, wrong) in counts.items()
    ]
    for name, romanised in (("all in their own script", False), ("all romanised", True)):
        of_these = [row for code, row in counts.items() if code.endswith("-Latn") == romanised]
        asked, wrong = (float(sum(row[at] for row in of_these)) for at in (0, 2))
        rows.append((name, asked, accuracy(counts, romanised=romanised), wrong))
    title = f"Held texts of 3 to 12 words, all languages offered at once; {median(took) * 1000:.0f} us each"
    return Table(title, ("language", "texts", "% right", "wrong and sure"), rows)


def _latency() -> Table:
    """Each question once. Real vectors of some hundred services stand in for all, a little moved: four minutes less."""
    progress(f"searching {SERVICES:,} services")
    services, luck = made_up(SERVICES), Random(7)
    asked = [one.question for one in questions("tune") + questions("held")]
    asked = [luck.choice(asked) for _ in range(QUESTIONS)]
    plain = _plain_fts5(services)
    rows = [("plain FTS5 (SQLite)", *_spread(plain, asked))]
    lexical = _directory(services, None)
    lexical.match_services("warm", "en")
    rows.append(("letters and sound", *_spread(lambda text: lexical.match_services(text, "en"), asked)))
    if not Model().trouble:
        semantic = _directory(services, _around_real_ones(lexical), shipped_answers())
        semantic.match_services("warm", "en")
        rows.append(("meaning, letters, sound", *_spread(lambda text: semantic.match_services(text, "en"), asked)))
        semantic.match("warm", "en")
        rows.append(("answers and services", *_spread(lambda text: semantic.match(text, "en"), asked)))
    title = f"Searching {SERVICES:,} services, {QUESTIONS} questions"
    return Table(title, ("way", "median ms", "p95 ms", "p95 CPU ms"), rows)


def made_up(count: int) -> list[Service]:
    """So many services, each different."""
    luck = Random(7)
    mixes = list(product(_WHAT, _WHO, _HOW, _NAMES))
    luck.shuffle(mixes)
    return [
        Service(
            key=f"made-up-{number}", name=f"{name} {what.capitalize()} {number}", topics=("advice",), area="anywhere",
            summary=f"{what.capitalize()} {who}. {how}", cost="free", cost_note="", who=f"{who.capitalize()}.",
            hours="unknown", hours_note="", languages=(), interpreter=None, reach=how, phone="", text="", url="",
            email="", address="", postcode="", facts=Facts(), source="", verified=None,
        )
        for number, (what, who, how, name) in enumerate(mixes[:count])
    ]  # fmt: skip


def _directory(
    services: Sequence[Service], meaning: KeptMeaning | None, answers: Sequence[Answer] = ()
) -> Directory:  # fmt: skip
    return Directory(answers, services, places=shipped_places(), languages=("en",), translate=english, meaning=meaning)


def _around_real_ones(directory: Directory) -> KeptMeaning:
    """The vectors of ``REAL`` services and of all answers as they are; each other service near one of those."""
    rng, model, texts_ = np.random.default_rng(7), Model(), list(dict.fromkeys(directory.texts()))
    real = model.embed(texts_[:REAL])
    own = list(dict.fromkeys(_directory((), None, shipped_answers()).texts()))
    vectors = {mark(text): packed(vector) for text, vector in zip(own, model.embed(own), strict=True)}
    for number, text in enumerate(texts_):
        moved = real[number % REAL] + (MOVED * rng.standard_normal(len(real[0])) if number >= REAL else 0)
        vectors[mark(text)] = packed(moved / np.linalg.norm(moved))
    return KeptMeaning(model, vectors)


def _plain_fts5(services: Sequence[Service]) -> Callable[[str], object]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE found USING fts5(key UNINDEXED, name, summary, who)")
    base.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", [(s.key, s.name, s.summary, s.who) for s in services])
    query = "SELECT key FROM found WHERE found MATCH ? ORDER BY bm25(found) LIMIT 3"
    return lambda text: base.execute(query, (" OR ".join(f'"{word}"' for word in words(text)),)).fetchall()


def _times(
    work: Callable[[str], object], asked: Sequence[str], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Milliseconds for each question, by the clock on the wall if no other is given."""
    took = []
    for text in asked:
        began = clock()
        work(text)
        took.append((clock() - began) * 1000)
    return took


def _spread(work: Callable[[str], object], asked: Sequence[str]) -> tuple[float, float, float]:
    """Median and 95th percentile on the wall, and the latter of CPU alone, whatever else the machine does."""
    wall, cpu = _times(work, asked), _times(work, asked, time.thread_time)
    return median(wall), quantiles(wall, n=20)[18], quantiles(cpu, n=20)[18]
