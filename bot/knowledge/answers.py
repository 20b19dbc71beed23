"""Answers: what is known about a question that people ask, in words short enough for a text message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.reading import Taken, read_records
from bot.knowledge.record import (
    Date,
    Identifier,
    LanguageCode,
    Links,
    Record,
    Text,
    Topic,
    Yes,
    at_most,
    broken,
    matching,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, in the language it was written in.

    ``short`` is the whole answer; ``detail`` comes with MORE. ``say`` is what to say or show at the counter.
    ``verified`` is None until a person has checked it. ``romanised`` are questions as people type them with Latin
    letters, each with its language; like ``questions`` they are matched and never sent, and nobody translates them.
    ``audio`` and ``easy_read`` are links, by language: to the answer read aloud, and to it in easy words and pictures.
    """

    key: str
    language: str
    topic: str
    title: str
    questions: tuple[str, ...]
    short: str
    detail: str
    say: str
    rights: bool
    source: str
    source_name: str
    verified: date | None
    review_by: date | None
    romanised: tuple[tuple[str, str], ...] = ()
    audio: Mapping[str, str] = field(default_factory=dict)
    easy_read: Mapping[str, str] = field(default_factory=dict)


Typed = tuple[Annotated[str, at_most(160)], ...]


class RomanisedRecord(Record):
    """Questions in Latin letters, by the language they are in."""

    ur: Typed = ()
    bn: Typed = ()
    pa: Typed = ()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each with its language."""
        return tuple((language, text) for language, texts in self for text in texts)


CHAMPIONS = "champions"  # in place of a page: our own people know it, and ``source_name`` says who
Source = Annotated[
    str,
    at_most(300),
    BeforeValidator(
        matching(
            rf"{CHAMPIONS}|https?://[^\s/.]+\.[^\s]+",
            "bad-url",
            f'is no web address. Write it whole, like "https://www.nhs.uk", or "{CHAMPIONS}" if they know it.',
        )
    ),
]


class AnswerRecord(Record):
    """One entry of flows/answers/*.yaml."""

    id: Identifier
    language: LanguageCode = "en"
    topic: Topic
    title: Annotated[str, at_most(48)]
    questions: Annotated[tuple[Annotated[str, at_most(160)], ...], Field(min_length=1, max_length=40)]
    short: Annotated[str, at_most(300)]
    detail: Annotated[str, at_most(700)] = ""
    say: Annotated[str, at_most(200)] = ""
    source: Source
    source_name: Text
    rights: Yes = False
    verified: Date | None = None
    review_by: Date | None = None
    romanised: RomanisedRecord = RomanisedRecord()
    audio: Links = Field(default={})
    easy_read: Links = Field(default={})

    sent: ClassVar[tuple[str, ...]] = ("title", "short", "detail", "say", "source_name")
    groups: ClassVar[dict[str, type[Record]]] = {"romanised": RomanisedRecord}

    @model_validator(mode="after")
    def _review_follows_check(self) -> Self:
        if self.verified and self.review_by and self.review_by <= self.verified:
            raise broken("bad-review", '"review_by" must be a later day than "verified".', at="review_by")
        return self

    def answer(self) -> Answer:
        """The record as the rest of the house uses it."""
        fields = self.model_dump(exclude={"romanised"})
        source = "" if self.source == CHAMPIONS else fields["source"]
        return Answer(key=fields.pop("id"), romanised=self.romanised.pairs(), **{**fields, "source": source})


def read_answers(text: str | bytes, filename: str, taken: Taken | None = None) -> tuple[Answer, ...]:
    """The answers of one file, in its order. Raises ContentErrors with every problem, its place and its mend.

    Give the same ``taken`` to the reading of several files, and an id used in two of them is refused.
    """
    records = read_records(text, filename, "answers", AnswerRecord, {} if taken is None else taken)
    return tuple(record.answer() for record in records)


def read_answer_files(folder: Path) -> tuple[Answer, ...]:
    """The answers of every .yaml file in ``folder``, by file name. Raises ContentErrors with all problems."""
    answers: list[Answer] = []
    errors: list[ContentError] = []
    taken: Taken = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            answers += read_answers(file.read_bytes(), str(file), taken)
        except ContentErrors as found:
            errors += found.errors
    if errors:
        raise ContentErrors(errors)
    return tuple(answers)
