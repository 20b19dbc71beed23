"""All answers and services, ready to be looked up: what the conversation asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from bot.knowledge.answers import Answer
from bot.knowledge.match import Entry, Matcher
from bot.knowledge.near import Found, Sited, near
from bot.knowledge.places import Place, Places, Unplaced
from bot.knowledge.services import Service

AT = "--at-"  # no id of a service holds two hyphens together
FIRST_LANGUAGE = "en"  # what services are written in


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
    ) -> None:
        self.answers = {answer.key: answer for answer in answers}
        self.services = {service.key: service for service in services}
        self._elsewhere = {one.key: one for service in self.services.values() for one in _other_sites(service)}
        self._places, self._languages, self._translate = places, languages, translate
        every = (*self.services.values(), *self._elsewhere.values())
        self._sited = [Sited(one, one.point or places.point(one.postcode)) for one in every]
        self._matcher = Matcher(_entries(self.answers.values(), languages, translate))

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
        return [(self.answers[key], score) for key, score in self._matcher.match(text, language, limit)]

    def match_services(self, text: str, language: str | None, limit: int = 3) -> list[tuple[Service, float]]:
        """The services whose name and purpose are most like a question, best first. Made ready when first asked."""
        found = self._service_matcher.match(text, language, limit)
        return [(self.services[key], score) for key, score in found]

    @cached_property
    def _service_matcher(self) -> Matcher:
        return Matcher(_service_entries(self.services.values(), self._languages, self._translate))

    def find_services(self, topic: str, place: Place | None) -> list[Found]:
        """The services of a topic, nearest first, then the national ones. Of several places of one, the nearest."""
        found: dict[str, Found] = {}
        for one in near(self._sited, topic=topic, place=place):
            found.setdefault(one.service.key.partition(AT)[0], one)
        return list(found.values())

    def answers_on_rights(self) -> list[Answer]:
        """The answers that tell people what is theirs by right, in the order of the files."""
        return [answer for answer in self.answers.values() if answer.rights]


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
    """Each service by its name and what it does, in English and in each language that it has been translated to."""
    for service in services:
        said = [text for text in (service.summary, service.who) if text]
        for language in languages:
            texts = [translate(text, language, domain="services") for text in said]
            if language == FIRST_LANGUAGE or texts != said:
                yield Entry(service.key, language, (service.name, *texts), service.details)
