"""A rehearsal as people write it: one conversation, what she does and what the bot must answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.flow.rehearse.stage import CHANNELS
from bot.flow.span import span_ms
from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.reading import read_root
from bot.knowledge.record import Identifier, LanguageCode, Record, Text, Yes, broken, one_of
from bot.knowledge.source import read_source

ANYTHING, NOTHING = "...", "nothing"
KEPT = (
    "story", "taken_back", "narrowed", "question", "hand_over", "to_person", "alert", "consent", "about_you",
    "about_you_erased", "erased", "stopped", "started", NOTHING,
)  # fmt: skip
SENDS = ("photo", "voice", "document", "location", NOTHING)
EVERY = ""  # the language of a text that is the same in all of them

Wording = Mapping[str, str]  # language -> text, or EVERY -> text


class Does(StrEnum):
    """What she does in a turn."""

    SHE = "she"
    CHOOSES = "chooses"
    SENDS = "sends"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Expected:
    """One message that must come. ``texts`` is ANYTHING, NOTHING or what it must hold; ``kept`` None: not looked at."""

    line: int
    texts: Wording
    exactly: bool = False
    options: tuple[str, ...] | None = None
    kept: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What she does, and all that must follow before she does the next thing."""

    line: int
    does: Does
    words: Wording
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One conversation. No ``languages`` means all that it has words in; ``new`` that nobody knows her yet."""

    name: str
    about: str
    file: str
    languages: tuple[str, ...]
    channels: tuple[str, ...]
    new: bool
    transcript: bool
    exchanges: tuple[Exchange, ...]

    def spoken_in(self, offered: tuple[str, ...]) -> tuple[str, ...]:
        """The offered languages in which it can be played: every turn has words in them."""
        wanted = self.languages or offered
        return tuple(code for code in offered if code in wanted and self._has_words_in(code))

    def _has_words_in(self, language: str) -> bool:
        return all(EVERY in wording or language in wording for wording in self._wordings())

    def _wordings(self) -> list[Wording]:
        said = [exchange.words for exchange in self.exchanges]
        return said + [one.texts for exchange in self.exchanges for one in exchange.expected]


def read_rehearsal(text: str | bytes, filename: str) -> Rehearsal:
    """The rehearsal of a file. Raises ContentErrors with everything that is wrong, its place and its mend."""
    written = read_root(text, filename, RehearsalRecord)
    source = read_source(text, filename)
    lines = [source.position(("turns", number))[0] for number in range(len(written.turns))]
    exchanges: list[Exchange] = []
    for turn, line in zip(written.turns, lines, strict=True):
        if turn.bot is None:
            exchanges.append(turn.exchange(line))
        elif exchanges:
            last = exchanges[-1]
            exchanges[-1] = Exchange(last.line, last.does, last.words, (*last.expected, turn.expected(line)))
        else:
            sentence = 'A rehearsal begins with what she does: put a line "- she: ..." before this one.'
            raise ContentErrors([source.error(("turns", 0), sentence, code="first-turn")])
    languages = written.languages or ((written.language,) if written.language else ())
    channels = CHANNELS if written.channel == "both" else (written.channel,)
    return Rehearsal(
        written.rehearsal, written.about, filename, languages, channels, written.new, written.transcript,
        tuple(exchanges),
    )  # fmt: skip


def read_rehearsals(sources: Mapping[str, bytes]) -> tuple[Rehearsal, ...]:
    """The rehearsals of these files ({file name: text}), in order. Raises ContentErrors with all that is wrong."""
    errors: list[ContentError] = []
    found: dict[str, Rehearsal] = {}
    for filename, text in sources.items():
        try:
            one = read_rehearsal(text, filename)
        except ContentErrors as bad:
            errors += bad.errors
            continue
        if one.name in found:
            sentence = f'{found[one.name].file} has the name "{one.name}" already. Give this one another.'
            errors.append(ContentError(one.file, 1, 1, sentence, code="duplicate-rehearsal"))
        found.setdefault(one.name, one)
    if errors:
        raise ContentErrors(errors)
    return tuple(found.values())


def _wording(value: object) -> object:
    """One text for all languages, or one for each: {en: thanks, pl: dzięki}."""
    if isinstance(value, str):
        return {EVERY: value}
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        return value
    raise broken("wording", 'This must be a text, or one for each language: {en: "thanks", pl: "dziękuję"}.')


def _span(value: object) -> object:
    if isinstance(value, str):
        try:
            span_ms(value)
        except ValueError as bad:
            raise broken("span", str(bad)) from None
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _some_languages(value: object) -> object:
    """``languages: all`` is the same as saying nothing."""
    return () if value == "all" else _listed(value)


Words = Annotated[dict[str, str], BeforeValidator(_wording)]
Kept = Annotated[str, BeforeValidator(one_of(KEPT, "thing to keep"))]


class TurnRecord(Record):
    """One line of the conversation."""

    she: Words | None = None
    chooses: Text | None = None
    sends: Annotated[str, BeforeValidator(one_of(SENDS, "thing to send"))] | None = None
    waits: Annotated[str, BeforeValidator(_span)] | None = None
    bot: Words | None = None
    exactly: Yes = False
    options: Annotated[tuple[str, ...], BeforeValidator(_listed)] | None = None
    kept: Annotated[tuple[Kept, ...], BeforeValidator(_listed)] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        done = [name for name in (*Does, "bot") if getattr(self, name) is not None]
        if len(done) != 1:
            words = ", ".join((*Does, "bot"))
            raise broken("turn", f"Each line says one thing: one of {words}.")
        extra = [name for name in ("exactly", "options", "kept") if name in self.model_fields_set]
        if self.bot is None and extra:
            raise broken("turn", f'"{extra[0]}" belongs under "bot:", to say what the bot must do.', at=extra[0])
        return self

    def exchange(self, line: int) -> Exchange:
        """What she does in this line."""
        does = next(one for one in Does if getattr(self, one) is not None)
        said = getattr(self, does)
        return Exchange(line, does, self.she or {EVERY: str(said)}, ())

    def expected(self, line: int) -> Expected:
        """What must come by this line."""
        kept = None if self.kept is None else frozenset(self.kept) - {NOTHING}
        return Expected(line, self.bot or {}, self.exactly, self.options, kept)


class RehearsalRecord(Record):
    """The whole of flows/rehearsals/*.yaml."""

    rehearsal: Identifier
    about: Text
    language: LanguageCode | None = None
    languages: Annotated[tuple[LanguageCode, ...], BeforeValidator(_some_languages)] = ()
    channel: Annotated[Literal["sms", "whatsapp", "both"], BeforeValidator(one_of((*CHANNELS, "both"), "channel"))] = (
        "sms"
    )
    new: Yes = False
    transcript: Yes = False
    turns: Annotated[tuple[TurnRecord, ...], Field(min_length=1)]

    groups: ClassVar[dict[str, type[Record]]] = {"turns": TurnRecord}
