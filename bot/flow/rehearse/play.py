"""Plays a rehearsal in one language on one channel, and says where the bot does otherwise than was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from msgspec.structs import replace

from bot.flow.events import (
    AboutYouErased,
    AboutYouKept,
    AlertRaised,
    ConsentKept,
    Erased,
    Event,
    HandedOver,
    QuestionAsked,
    ReadersNarrowed,
    Say,
    Started,
    Stopped,
    StorySubmitted,
    StoryTakenBack,
    ToPerson,
)
from bot.flow.rehearse.clock import Clock
from bot.flow.rehearse.coverage import Coverage
from bot.flow.rehearse.judge import Judge, Seen
from bot.flow.rehearse.problem import Problem
from bot.flow.rehearse.rehearsal import ANYTHING, EVERY, NOTHING, Does, Exchange, Expected, Rehearsal
from bot.flow.rehearse.stage import DOCUMENT, PHOTO, VOICE, WHATSAPP, Stage, Took
from bot.flow.rehearse.wording import Wordings, holds, is_exactly
from bot.flow.span import span_ms
from bot.flow.world import Reply
from bot.language.segments import measure

KEPT: dict[type[Event], str] = {
    StorySubmitted: "story",
    QuestionAsked: "question",
    HandedOver: "hand_over",
    ToPerson: "to_person",
    AlertRaised: "alert",
    ConsentKept: "consent",
    Erased: "erased",
    StoryTakenBack: "taken_back",
    ReadersNarrowed: "narrowed",
    AboutYouKept: "about_you",
    AboutYouErased: "about_you_erased",
    Stopped: "stopped",
    Started: "started",
}
SENT = {"photo": (PHOTO,), "voice": (VOICE,), "document": (DOCUMENT,)}
MOST_PLACES = 4  # that a sentence names
MEND = "Mend the flow, or write here what it should do."


@dataclass(frozen=True, slots=True)
class Played:
    """How it went: what was wrong, the conversation as a text, and the names of the flows it came to."""

    problems: tuple[Problem, ...]
    transcript: str
    flows: frozenset[str]


class Troupe:
    """Plays rehearsals. ``away_ms``: after so long the question that was open is not what she means any more."""

    def __init__(self, stage: Stage, judge: Judge, coverage: Coverage, wordings: Wordings, away_ms: int) -> None:
        self.stage, self.judge, self.coverage, self.wordings = stage, judge, coverage, wordings
        self.away_ms = away_ms

    def play(self, rehearsal: Rehearsal, language: str, channel: str) -> Played:
        """Play it to its end, or to the first turn that goes wrong."""
        return Performance(self, rehearsal, language, channel).run()


class Performance:
    """One playing of one rehearsal."""

    def __init__(self, troupe: Troupe, rehearsal: Rehearsal, language: str, channel: str) -> None:
        self._troupe, self._stage, self._wordings = troupe, troupe.stage, troupe.wordings
        self._rehearsal, self._language, self._channel = rehearsal, language, channel
        self._luck = crc32(f"{rehearsal.name}.{language}".encode())
        self._moment = self._stage.new() if rehearsal.new else self._stage.known(language)
        self._said: list[str] = []
        self._rows = [f"# {rehearsal.about}"]
        self._flows: set[str] = set()
        self._clock = Clock()

    def run(self) -> Played:
        """Play it."""
        problems: list[Problem] = []
        for exchange in self._rehearsal.exchanges:
            problems += self._exchange(exchange)
            if any(problem.file == self._rehearsal.file for problem in problems):
                break
        return Played(tuple(problems), "\n".join(self._rows) + "\n", frozenset(self._flows))

    def _exchange(self, exchange: Exchange) -> Iterator[Problem]:
        wanted = self._wordings.said(exchange.words, self._language)
        if exchange.does is Does.WAITS:
            yield from self._wait(exchange, wanted)
            return
        reply, shown = self._reply(exchange.does, wanted)
        if reply is None:
            on_offer = ", ".join(label for _, label in self._moment.offers) or "nothing"
            yield self._problem(exchange.line, "not-offered", f'"{wanted}" is not on offer. On offer: {on_offer}.')
            return
        self._shown(shown)
        took = self._take(replace(reply, away=self._clock.silent_ms > self._troupe.away_ms))
        yield from self._judged(took)
        yield from self._compare(exchange, [took])

    def _wait(self, exchange: Exchange, span: str) -> Iterator[Problem]:
        """Time passes; what was set for it comes by itself, in order."""
        self._shown(f"[{span} pass]")
        until = self._clock.now_ms + span_ms(span)
        came: list[Took] = []
        while reply := self._clock.next_until(until):
            came.append(self._take(reply))
            yield from self._judged(came[-1])
        self._clock.now_ms = until
        yield from self._compare(exchange, came)

    def _judged(self, took: Took) -> Iterator[Problem]:
        return self._troupe.judge.problems(took, Seen(self._language, self._channel, tuple(self._said)))

    def _shown(self, said: str) -> None:
        self._said.append(said)
        self._rows += ["", f"> {said}"]

    # what she does ---------------------------------------------------------------------------------------------------
    def _reply(self, does: Does, wanted: str) -> tuple[Reply | None, str]:
        """What she sends, and how it is shown; None when it cannot be chosen."""
        if does is Does.SENDS:
            return self._sent(wanted), f"[{wanted}]"
        if does is Does.CHOOSES:
            return self._chosen(wanted)
        settled = self._stage.session(self._moment).settled
        return Reply(wanted, guess="" if settled else self._stage.guess(wanted)), wanted

    def _chosen(self, wanted: str) -> tuple[Reply | None, str]:
        for mark, (key, label) in zip(self._stage.marks(self._moment), self._moment.offers, strict=False):
            if is_exactly(label, wanted):
                if self._channel == WHATSAPP:
                    return Reply(label, button=key), f"[{label}]"
                return Reply(mark), mark
        return None, wanted

    def _sent(self, what: str) -> Reply:
        if what == "location":
            services = self._stage.world.directory.services.values()
            postcode = next((one.postcode for one in services if one.postcode), "")
            place = self._stage.world.directory.place(postcode)
            return Reply(location=(place.latitude, place.longitude) if place else (51.5, -0.1))
        return Reply(media=SENT.get(what, ()))

    def _take(self, reply: Reply) -> Took:
        took = self._stage.turn(self._moment, replace(reply, today=self._clock.today), self._channel, self._luck)
        self._troupe.coverage.note(took, self._language)
        self._flows.update(look[0] for look in took.looks)
        self._moment = took.after
        self._clock.note(took)
        for say in took.says:
            size = measure(say.text)
            self._rows += [f"< {row}".rstrip() for row in say.text.split("\n")]
            self._rows.append(f"  [{size.segments} {size.encoding}]" if self._channel != WHATSAPP else "  [WhatsApp]")
        return took

    # what the bot does -----------------------------------------------------------------------------------------------
    def _compare(self, exchange: Exchange, turns: list[Took]) -> Iterator[Problem]:
        """Each expected message in order; one that nobody expects is a problem too, unless "..." stands for it."""
        says = tuple(say for took in turns for say in took.says)
        kept = frozenset(KEPT[type(event)] for took in turns for event in took.events if type(event) in KEPT)
        at, matched = 0, set[int]()
        for one in exchange.expected:
            found = self._find(one, says, at)
            if found is None:
                yield self._problem(one.line, "not-said", self._not_said(one, says[at:]), self._mend(one))
                return
            matched.update(found)
            at = found[-1] if found else at
            yield from self._details(one, [says[number] for number in found], kept)
        if exchange.expected and len(matched) < len(says):
            other = next(say for number, say in enumerate(says) if number not in matched)
            sentence = f'The bot also says "{_short(other.text)}".'
            yield self._problem(exchange.expected[-1].line, "also-said", sentence, 'Add a line "- bot: ..." for it.')

    def _find(self, one: Expected, says: tuple[Say, ...], at: int) -> list[int] | None:
        """The numbers of the messages that this stands for; None when what was wanted did not come."""
        wanted = one.texts.get(EVERY)
        if wanted == NOTHING:
            return None if says else []
        if wanted == ANYTHING:
            return list(range(at, len(says))) or None
        texts = self._wordings.wanted(one.texts, self._language)
        fitting = (number for number in range(at, len(says)) if any(_fits(says[number], one, text) for text in texts))
        number = next(fitting, None)
        return None if number is None else [number]

    def _not_said(self, one: Expected, says: tuple[Say, ...]) -> str:
        came = " / ".join(_short(say.text) for say in says) or "nothing"
        wanted = one.texts.get(EVERY)
        if wanted in {NOTHING, ANYTHING}:
            return f"The bot should say {'nothing' if wanted == NOTHING else 'something'} here. It says: {came}."
        exactly = "exactly " if one.exactly else ""
        text = self._wordings.wanted(one.texts, self._language)[0]
        return f'The bot does not say {exactly}"{_short(text)}" here. It says: {came}'

    def _mend(self, one: Expected) -> str:
        """How to mend words that were not said: which texts they may stand for, or which was probably meant."""
        text = one.texts.get(EVERY, NOTHING)
        if text in {NOTHING, ANYTHING}:
            return MEND
        meant = self._wordings.meant(text)
        if len(meant) > 1:
            flows_first = sorted(meant, key=lambda each: not each.file.endswith(".yaml"))[:MOST_PLACES]
            places = ", ".join(f"{each.file}:{each.line}" for each in flows_first)
            return f"{len(meant)} texts begin so ({places}): write more of it. Or mend the flow."
        near = None if meant else self._wordings.nearest(text)
        if near is None:
            return MEND
        return f'Did you mean "{_short(near.msgid)}" ({near.file}:{near.line})? Copy it as it is there, braces and all.'

    def _details(self, one: Expected, says: list[Say], kept: frozenset[str]) -> Iterator[Problem]:
        if one.options is not None:
            labels = [label for say in says for _, label in say.options]
            if not self._same_options(list(one.options), labels):
                shown = ", ".join(labels) or "none"
                yield self._problem(one.line, "options", f"The options are others: {shown}.")
        if one.kept is not None and one.kept != kept:
            shown = ", ".join(sorted(kept)) or NOTHING
            yield self._problem(one.line, "kept", f"What is kept of this turn: {shown}.")

    def _same_options(self, wanted: list[str], labels: list[str]) -> bool:
        if wanted[-1:] == [ANYTHING]:
            wanted = wanted[:-1]
            labels = labels[: len(wanted)]
        texts = [self._wordings.translated(text, self._language) for text in wanted]
        return len(texts) == len(labels) and all(
            any(holds(label, text) for text in each) for label, each in zip(labels, texts, strict=True)
        )

    def _problem(self, line: int, code: str, sentence: str, mend: str = MEND) -> Problem:
        file, said = self._rehearsal.file, tuple(self._said)
        return Problem(file, line, code, sentence, mend, self._language, self._channel, said)


def _fits(say: Say, one: Expected, text: str) -> bool:
    if one.exactly:
        return is_exactly(say.text, text) or is_exactly(say.prompt, text)
    return holds(say.text, text)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 120 else f"{flat[:117]}..."
