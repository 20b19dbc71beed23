"""All answers and services, ready to be looked up: what the conversation asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

import numpy as np

from bot.knowledge.answers import Answer
from bot.knowledge.closest import Closest
from bot.knowledge.learnable import Learnable, Lesson
from bot.knowledge.match import Entry, Scores
from bot.knowledge.meaning import Meaning
from bot.knowledge.near import REACH, Found, Sited, Sites, near, reachable
from bot.knowledge.offered import Kinds, offered
from bot.knowledge.places import Place, Places, Unplaced
from bot.knowledge.postcode import without_postcodes
from bot.knowledge.purpose import WRITTEN_IN, told
from bot.knowledge.services import Service
from bot.knowledge.wishes import Wish, fits_all
from bot.language.normal import words

AT = "--at-"  # no id of a service holds two hyphens together
FITTING = 1.0  # standard deviations of meaning that a service known to be as she wishes is before others
NEARNESS = 1.0  # standard deviations of meaning that a service next door is before one at the end of her reach


class Translate(Protocol):
    """Gives a text in a language from the catalogue of a domain, or the text itself."""

    def __call__(self, msgid: str, language: str, *, domain: str = ...) -> str: ...


class Directory:
    """Looks up what help there is. Made anew when answers or services change; never changed itself."""

    def __init__(
        self,
        answers: Iterable[Answer],
        services: Iterable[Service],
        *,
        places: Places,
        languages: Sequence[str],
        translate: Translate,
        meaning: Meaning | None = None,
        lessons: Sequence[Lesson] = (),
    ) -> None:
        self.answers = {answer.key: answer for answer in answers}
        self.services = {service.key: service for service in services}
        self._elsewhere = {one.key: one for service in self.services.values() for one in _other_sites(service)}
        self._places, self._languages, self._translate = places, languages, translate
        every = (*self.services.values(), *self._elsewhere.values())
        self._sites = Sites(Sited(one, one.point or places.point(one.postcode)) for one in every)
        self._meaning, self._lessons = meaning, lessons

    def answer(self, key: str) -> Answer | None:
        """The answer with this key."""
        return self.answers.get(key)

    def service(self, key: str) -> Service | None:
        """The service with this key, at the place that the key stands for."""
        return self.services.get(key) or self._elsewhere.get(key)

    def place(self, text: str) -> Place | None:
        """Where she says she is, or None."""
        return self._places.find(text)

    def why_no_place(self, text: str) -> Unplaced:
        """Why ``place`` gives none."""
        return self._places.why_not(text)

    def place_at(self, latitude: float, longitude: float) -> Place | None:
        """The place of a shared location, or None when that is not in England."""
        return self._places.here(latitude, longitude)

    def match_answers(self, text: str, language: str | None, limit: int = 3) -> list[tuple[Answer, float]]:
        """The answers to the questions most like hers, best first. Empty when nothing is like it at all."""
        return [(self.answers[key], score) for key, score in self._closest_answers.match(text, language, limit)]

    def match_services(self, text: str, language: str | None, limit: int = 3) -> list[tuple[Service, float]]:
        """The services whose name and purpose are most like a question, best first. Made ready when first asked."""
        found = self._closest_services.match(text, language, limit)
        return [(self.services[key], score) for key, score in found]

    def match(
        self, text: str, language: str | None, place: Place | None = None, limit: int = 3, *,
        wished: Sequence[Wish] = (),
    ) -> list[Answer | Found]:  # fmt: skip
        """The answers and services that a question is most likely about, best first; of the first three, at most two
        are services.

        With a place, services that she can go to or call from there, nearer ones a little before others; without one,
        as they come. Those known not to be as ``wished`` are left out.
        """
        text = (place and _without(text, place)) or text
        asked = self._closest_answers.asked(text)
        reached = {} if place is None else self._reached(place)
        answers = self._closest_answers.nearest(asked, language, limit)
        extra = self._speaks_for(None if place is None else reached, wished, language or "en")
        services = self._closest_services.nearest(asked, language, limit, extra=extra)
        kinds = Kinds(answers, services, len(self.services))
        both = self._closest_answers.by_meaning and self._closest_services.by_meaning
        best = offered(kinds, by_meaning=both, placed=place is not None, limit=limit)
        return [self._hit(key, reached) if is_service else self.answers[key] for is_service, key in best]

    def _hit(self, key: str, reached: Mapping[str, Found]) -> Found:
        return reached.get(key) or Found(self.services[key], None)

    def _reached(self, place: Place) -> dict[str, Found]:
        """The services that can be reached from there, by key; of several places of one, the nearest."""
        nearest_first = sorted(reachable(self._sites, place), key=_miles)
        return {one.service.key.partition(AT)[0]: one for one in reversed(nearest_first)}

    def _speaks_for(
        self, reached: Mapping[str, Found] | None, wished: Sequence[Wish], language: str
    ) -> Scores | None:  # fmt: skip
        """What being near and being as wished count for each service; None when nothing of it is known."""
        if reached is None and not wished:
            return None
        keys, at = self._closest_services.keys, self._closest_services.at
        extra = np.zeros(len(keys))
        if reached is not None:
            extra -= np.inf
            extra[[at[key] for key in reached]] = [_nearness(hit.miles) for hit in reached.values()]
        if wished:
            extra += [_fitting(fits_all(self.services[key], wished, language)) for key in keys]
        return extra

    def named_place(self, text: str) -> Place | None:
        """The place that is named in a question, like "food near M14"; None when none is, or we are not sure."""
        return self._places.named_in(text)

    def texts(self) -> Iterator[str]:
        """Every text that a question is compared with by its meaning; the same one may come twice."""
        for entry in self._answer_entries:
            yield from entry.meant()
        for _, text in told(self._service_entries):
            yield text

    def make_ready(self) -> None:
        """Make what is otherwise made when somebody first asks: a second's work for 10,000 services."""
        _ = self._closest_answers, self._closest_services, self.learnable

    @cached_property
    def learnable(self) -> Learnable:
        """What of a question may be kept, to learn from what people chose."""
        own = [*_entries(self.answers.values(), self._languages, self._translate)]  # not what was learned before
        return Learnable((entry.key, text) for entry in own for text in (*entry.texts, entry.about))

    @property
    def by_meaning(self) -> bool:
        """Whether answers are found by their meaning too, not only by letters and sound."""
        return self._closest_answers.by_meaning

    @cached_property
    def _closest_answers(self) -> Closest:
        return Closest(self._answer_entries, self._meaning)

    @cached_property
    def _closest_services(self) -> Closest:
        common = [text for entry in self._answer_entries for text in entry.meant()]
        return Closest(self._service_entries, self._meaning, common)

    @cached_property
    def _answer_entries(self) -> list[Entry]:
        learned = [Entry(key, language, (words,)) for key, language, words in self._lessons if key in self.answers]
        return [*_entries(self.answers.values(), self._languages, self._translate), *learned]

    @cached_property
    def _service_entries(self) -> list[Entry]:
        return list(_service_entries(self.services.values(), self._languages, self._translate))

    def find_services(self, topic: str, place: Place | None) -> list[Found]:
        """The services of a topic, nearest first, then the national ones. Of several places of one, the nearest."""
        found: dict[str, Found] = {}
        for one in near(self._sites, topic=topic, place=place):
            found.setdefault(one.service.key.partition(AT)[0], one)
        return list(found.values())

    def answers_on_rights(self) -> list[Answer]:
        """The answers that tell people what is theirs by right, in the order of the files."""
        return [answer for answer in self.answers.values() if answer.rights]


def _without(text: str, place: Place) -> str:
    """A question without the place in it, which else would find what only has the town in its name."""
    town = set(words(place.name)) if place.exactness == "town" else set()
    return " ".join(word for word in without_postcodes(text).split() if not town.issuperset(words(word)))


def _miles(hit: Found) -> float:
    return hit.miles or 0.0


def _nearness(miles: float | None) -> float:
    return 0.0 if miles is None else NEARNESS * (1 - miles / REACH)


def _fitting(fit: bool | None) -> float:
    return -np.inf if fit is False else FITTING if fit else 0.0


def _other_sites(service: Service) -> Iterator[Service]:
    """The same service at each of its other places, under keys of their own."""
    for number, site in enumerate(service.sites[1:], 2):
        yield replace(
            service,
            key=f"{service.key}{AT}{number}",
            address=site.address,
            postcode=site.postcode,
            point=site.point,
            schedules=site.schedules or service.schedules,
        )


def _entries(answers: Iterable[Answer], languages: Sequence[str], translate: Translate) -> Iterator[Entry]:
    """Each answer as it was written, and once more in each language that it has been translated to."""
    for answer in answers:
        texts, about = (answer.title, *answer.questions), f"{answer.short} {answer.detail}"
        yield Entry(answer.key, answer.language, texts, about)
        for language in languages:
            if language != answer.language:
                yield _translated(answer, language, translate)
        yield from _romanised(answer)


def _romanised(answer: Answer) -> Iterator[Entry]:
    """What people type with Latin letters, a language at a time."""
    for language in sorted({code for code, _ in answer.romanised}):
        typed = [text for code, text in answer.romanised if code == language]
        yield Entry(answer.key, language, typed, romanised=True)


def _translated(answer: Answer, language: str, translate: Translate) -> Entry:
    """What of an answer has been translated; texts that still come in their first language are left out."""
    own = {
        text: translate(text, language, domain="answers")
        for text in (answer.title, *answer.questions, answer.short, answer.detail)
        if text
    }
    texts = [own[text] for text in (answer.title, *answer.questions) if own[text] != text]
    about = " ".join(own[text] for text in (answer.short, answer.detail) if text and own[text] != text)
    return Entry(answer.key, language, texts, about)


def _service_entries(services: Iterable[Service], languages: Sequence[str], translate: Translate) -> Iterator[Entry]:
    """Each service by its name and what it does, and once more in each language that it has been translated to."""
    for service in services:
        own = [text for text in (service.summary, service.who) if text]
        yield Entry(service.key, WRITTEN_IN, (service.name, *own), service.details, joined=True)
        for language in languages:
            said = [translate(text, language, domain="services") for text in own]
            if told := [text for text, written in zip(said, own, strict=True) if text != written]:
                yield Entry(service.key, language, told, joined=True)
