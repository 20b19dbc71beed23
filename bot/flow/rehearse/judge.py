"""Looks at one turn and says what is wrong with it, whoever it was that wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase

from bot.flow.budget import CONTENT_BUDGETS, budget
from bot.flow.events import Say, ToPerson
from bot.flow.model import Verb
from bot.flow.rehearse.problem import UNTRANSLATED, Problem
from bot.flow.rehearse.stage import SMS, Look, Moment, Stage, Took
from bot.flow.rehearse.untranslated import PLACEHOLDER, Untranslated
from bot.language.names import LANGUAGES
from bot.language.segments import BODY_LIMIT, measure

HEAD = 24


@dataclass(frozen=True, slots=True)
class Seen:
    """Who was watched: her language and channel, and all that she had texted."""

    language: str
    channel: str
    said: tuple[str, ...]


Found = tuple[str, str, str]  # code, sentence, suggestion


class Judge:
    """Knows what every turn must be."""

    def __init__(self, stage: Stage, untranslated: Untranslated) -> None:
        self._stage, self._untranslated = stage, untranslated

    def problems(self, took: Took, seen: Seen) -> Iterator[Problem]:
        """Everything that is wrong with this turn."""
        for code, sentence, suggestion in self._turn(took):
            yield self.problem(took, seen, code, sentence, suggestion)
        for say in took.says:
            for code, sentence, suggestion in self._message(say, took, seen):
                yield self.problem(took, seen, code, sentence, suggestion, say)
            yield from self._english(say, took, seen)

    def problem(
        self, took: Took, seen: Seen, code: str, sentence: str, suggestion: str, say: Say | None = None
    ) -> Problem:
        """A problem of this turn, at the step that the message (or else the turn) comes from."""
        return self._at(self._where(took, say), seen, code, sentence, suggestion)

    def problem_at(self, moment: Moment, seen: Seen, code: str, sentence: str, suggestion: str) -> Problem:
        """A problem of the step that waits at this moment."""
        waits = self._stage.step(self._stage.session(moment))
        return self._at(waits[:2] if waits else (self._stage.flows.home, 0), seen, code, sentence, suggestion)

    def _at(self, look: Look, seen: Seen, code: str, sentence: str, suggestion: str) -> Problem:
        flow = self._stage.flows.flows[look[0]]
        file, line = flow.file, flow.steps[min(look[1], len(flow.steps) - 1)].line
        return Problem(file, line, code, sentence, suggestion, seen.language, seen.channel, seen.said)

    # the turn --------------------------------------------------------------------------------------------------------
    def _turn(self, took: Took) -> Iterator[Found]:
        if took.broke:
            yield "broke", f"The conversation breaks here: {took.broke}.", "Follow the steps from here on."
            return
        if not took.says and self._should_speak(took):
            yield (
                "silence",
                "She gets no answer here, and does not know what to do.",
                'Add a "say:" that tells her what happens next.',
            )
        if self._empty_list(took):
            yield "empty-list", "This list can be empty, and then nothing is said.", 'Add "none:" with a step to go to.'
        if sum(bool(say.options) for say in took.says) > 1:
            yield (
                "two-questions",
                "Two questions are asked at once: a number could answer either.",
                "Ask the second when the first is answered.",
            )

    def _should_speak(self, took: Took) -> bool:
        reply = took.reply
        if reply.stopped or reply.timer or reply.handled_help or reply.handled_stop:
            return False
        if any(isinstance(event, ToPerson) for event in took.events):
            return False
        waits = self._stage.step(took.session)
        return waits is None or waits[2].verb is not Verb.LISTEN

    def _empty_list(self, took: Took) -> bool:
        waits = self._stage.step(took.session)
        return waits is not None and waits[2].verb is Verb.FIND and not took.after.offers

    # a message -------------------------------------------------------------------------------------------------------
    def _message(self, say: Say, took: Took, seen: Seen) -> Iterator[Found]:
        if not say.text.strip():
            yield "empty", "This message has no words.", "Write what she should read."
        if left := PLACEHOLDER.search(say.text):
            yield (
                "placeholder",
                f"{left[0]} is sent as it is written.",
                "Use the name of a step, or of what a step gives.",
            )
        if not _numbered(say):
            yield "numbering", "The options are not numbered from 1 in one list.", "Ask one question at a time."
        if seen.channel == SMS:
            yield from self._cost(say, took)
        elif len(say.text) > BODY_LIMIT:
            yield "too-long", f"This message is longer than {BODY_LIMIT} letters.", "Make two steps of it."

    def _cost(self, say: Say, took: Took) -> Iterator[Found]:
        size = _size(say.text)
        most = CONTENT_BUDGETS[size.encoding] if self._is_content(say, took) else self._most(took, say, size.encoding)
        if size.segments > most:
            yield (
                "budget",
                f"This message costs {size.segments} SMS parts ({size.encoding}); the most is {most}.",
                "Use fewer words, or fewer options.",
            )

    def _most(self, took: Took, say: Say, encoding: str) -> int:
        name, at = self._where(took, say)
        flow = self._stage.flows.flows[name]
        return budget(encoding, flow, flow.steps[min(at, len(flow.steps) - 1)])

    def _is_content(self, say: Say, took: Took) -> bool:
        """An answer or a service in full comes from a list, and has no list of its own."""
        before = self._stage.step(self._stage.session(took.before))
        return before is not None and before[2].verb is Verb.FIND and (not say.options or say.offers_words)

    def _english(self, say: Say, took: Took, seen: Seen) -> Iterator[Problem]:
        language = took.session.language
        if not took.session.settled or language != seen.language:
            return  # the first question is in every language at once; and each language has its own walks
        for text in self._untranslated.inside(say.text, language):
            name = LANGUAGES[language].english_name
            sentence = f'"{_short(text.msgid)}" is not in {name} yet: people will read English.'
            mend = f"Translate it in the catalogue {language}/LC_MESSAGES/{text.domain}.po."
            yield Problem(text.file, text.line, UNTRANSLATED, sentence, mend, language, seen.channel, seen.said)

    # where -----------------------------------------------------------------------------------------------------------
    def _where(self, took: Took, say: Say | None) -> Look:
        """The step that a message comes from, or the last step of the turn."""
        looks = list(took.looks)
        for session in (took.session, self._stage.session(took.before)):
            if waits := self._stage.step(session):
                looks.insert(0, waits[:2])
        if say is not None:
            looks.sort(key=lambda look: self._speaks(look, say, took.session.language))
        return looks[-1] if looks else (self._stage.flows.home, 0)

    def _speaks(self, look: tuple[str, int], say: Say, language: str) -> bool:
        step = self._stage.flows.flows[look[0]].steps[look[1]]
        translate = self._stage.world.catalogues.text
        wordings = {step.text, *(text for texts in step.variants.values() for text in texts)} - {""}
        return any(_head(translate(text, language or "en")) in say.text for text in wordings)


_size = lru_cache(maxsize=None)(measure)  # the same messages come again and again


def _numbered(say: Say) -> bool:
    """Whether each option stands in the text once, under its own number; or its letter, where a number is asked for."""
    if say.offers_words:
        return True
    lines = say.text.split("\n")
    marks = ascii_uppercase if say.options and f"A. {say.options[0][1]}" in lines else range(1, len(say.options) + 1)
    wanted = [f"{mark}. {label}" for mark, (_, label) in zip(marks, say.options, strict=False)]
    at = [lines.index(line) for line in wanted if line in lines]
    firsts = sum(line.startswith(f"{marks[0]}. ") for line in lines) if wanted else 1
    return len(at) == len(say.options) and at == sorted(at) and firsts == 1


def _head(text: str) -> str:
    """How a text begins, up to its first {variable}."""
    return text[:HEAD].partition("{")[0] or text


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
