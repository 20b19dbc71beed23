"""How well questions are matched and languages told apart, on the evaluation set."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from bot.flow.wished import wishes_inside
from bot.knowledge.answers import Answer
from bot.knowledge.directory import Directory
from bot.knowledge.e5 import KeptMeaning, Model, mark, packed
from bot.language.catalogue import Catalogues
from bot.language.identify import Identifier
from bot.language.normal import words
from tests.knowledge.samples import shipped_answers, shipped_places, shipped_services

HERE = Path(__file__).parent
LOCALES = HERE.parents[1] / "locales"
OFFERED = ("en", "pl", "ur", "bn")
SHOWN = 3


Find: TypeAlias = "Callable[[Directory, Asked], list[str]]"


@dataclass(frozen=True)
class Asked:
    """One question, in which language, which half of the set it is in, and the answers or services that serve it."""

    language: str
    half: str
    keys: tuple[str, ...]
    question: str

    @property
    def kind(self) -> str:
        """Whether answers are in its language, in its language by other letters, or in other languages only."""
        if self.language.endswith("-Latn"):
            return "romanised"
        return "same language" if self.language in OFFERED else "other language"


@dataclass(frozen=True)
class Hits:
    """Of ``asked``, how many had their answer first, and how many among the three shown."""

    name: str
    asked: int
    first: int
    shown: int

    @property
    def top_1(self) -> float:
        """Per cent."""
        return 100 * self.first / self.asked

    @property
    def top_3(self) -> float:
        """Per cent."""
        return 100 * self.shown / self.asked


def questions(half: str) -> list[Asked]:
    """The questions of one half."""
    return [
        Asked(row["language"], half, tuple(row["answers"].split()), row["question"])
        for row in _rows("questions.csv")
        if row["half"] == half
    ]


def service_questions(half: str) -> list[Asked]:
    """The questions of one half that a service of the demo or of the whole country serves best."""
    return [
        Asked(row["language"], half, tuple(row["services"].split()), row["question"])
        for row in _rows("services.csv")
        if row["half"] == half
    ]


def texts(half: str) -> list[tuple[str, str]]:
    """The texts of one half, each with its language."""
    return [(row["language"], row["text"]) for row in _rows("languages.csv") if row["half"] == half]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def shipped(*, by_meaning: bool) -> Directory:
    """The shipped answers and services in all their languages. Making their vectors takes half a minute."""
    plain = _directory(None)
    if not by_meaning:
        return plain
    model = Model()
    every = list(dict.fromkeys(plain.texts()))
    vectors = {mark(text): packed(vector) for text, vector in zip(every, model.embed(every), strict=True)}
    return _directory(KeptMeaning(model, vectors))


@cache
def offered_catalogues() -> Catalogues:
    """The translations of the languages that are offered."""
    return Catalogues(LOCALES, OFFERED)


def _directory(meaning: KeptMeaning | None) -> Directory:
    return Directory(
        shipped_answers(),
        shipped_services(),
        places=shipped_places(),
        languages=OFFERED,
        translate=offered_catalogues().text,
        meaning=meaning,
    )


def matched(
    directory: Directory, asked: Sequence[Asked], by: Callable[[Asked], str], find: Find | None = None
) -> list[Hits]:
    """The hits, by what ``by`` gives for a question, in the order in which that first comes. ``find``: by default as
    in a conversation, among answers and services together."""
    found = {one: (find or together)(directory, one) for one in asked}
    return [_hits(name, [one for one in asked if by(one) == name], found) for name in dict.fromkeys(map(by, asked))]


def together(directory: Directory, one: Asked) -> list[str]:
    """The answers and services that a conversation shows first."""
    wished = wishes_inside(words(one.question), offered_catalogues())
    place = directory.named_place(one.question)
    shown = directory.match(one.question, _spoken(one), place, SHOWN, wished=wished)
    return [hit.key if isinstance(hit, Answer) else hit.service.key for hit in shown]


def answers_alone(directory: Directory, one: Asked) -> list[str]:
    """The answers alone."""
    return [answer.key for answer, _ in directory.match_answers(one.question, _spoken(one), SHOWN)]


def services_alone(directory: Directory, one: Asked) -> list[str]:
    """The services alone."""
    return [service.key for service, _ in directory.match_services(one.question, _spoken(one), SHOWN)]


def _spoken(one: Asked) -> str:
    """Who writes in a language that is not offered has English."""
    spoken = one.language.partition("-")[0]
    return spoken if spoken in OFFERED else "en"


def _hits(name: str, asked: Sequence[Asked], found: dict[Asked, list[str]]) -> Hits:
    first = sum(found[one][:1] != [] and found[one][0] in one.keys for one in asked)
    return Hits(name, len(asked), first, sum(bool(set(found[one]) & set(one.keys)) for one in asked))


def identified(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int, int]]:
    """For each language: how many texts, how many were named rightly, how many wrongly and for sure.

    All of the set's languages are offered at once, which is harder than any community will have it.
    """
    pairs = list(pairs)
    identifier = Identifier(list(dict.fromkeys(code.partition("-")[0] for code, _ in pairs)))
    counts: dict[str, tuple[int, int, int]] = {}
    for code, text in pairs:
        guess, spoken = identifier.guess(text), code.partition("-")[0]
        texts_, right, wrong = counts.get(code, (0, 0, 0))
        wrongly = guess.sure and guess.language != spoken
        counts[code] = (texts_ + 1, right + (guess.language == spoken), wrong + wrongly)
    return counts


def accuracy(counts: dict[str, tuple[int, int, int]], *, romanised: bool) -> float:
    """Per cent named rightly, of texts in Latin letters that are not their language's own, or of all others."""
    rows = [row for code, row in counts.items() if code.endswith("-Latn") == romanised]
    return 100 * sum(right for _, right, _ in rows) / sum(texts_ for texts_, _, _ in rows)
