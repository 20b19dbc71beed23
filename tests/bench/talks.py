"""What people text in the five-turn conversation: hundreds of talks, no two the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from random import Random

Talk = tuple[str, str, str, str, str]  # hello, language, topic, what happened, yes or no

TALKS = 600
SPOKEN = ("en", "pl")  # the first two of the languages on offer; half of the talks are in each
HELLOS = ("Hello", "Hi", "hi there", "Good morning", "Hello ", "hey", "Cześć", "Dzień dobry", "witam", "czesc")
YES = {"en": ("yes", "Yes", "1", "YES ", "1.", "Yes please"), "pl": ("tak", "Tak", "1", " TAK", "1.", "Tak.")}
NO = {"en": ("no", "No", "2"), "pl": ("nie", "Nie", "2")}
# who, what happened, where, and what came of it: 384 texts a language, the numbers in them left to the lot
STORIES = {
    "en": (
        ("My mother", "My neighbour", "My wife", "My friend from work", "My eldest son", "A lady from our church"),
        ("waited {n} weeks for", "was sent away from", "could not understand the letter about", "was late for"),
        ("the doctor's appointment", "the interview at the jobcentre", "the food bank", "the housing office meeting"),
        (
            "and nobody offered an interpreter, so she came home with nothing.",
            "because the bus costs {n} pounds now. We do not know who to ask.",
            "- they said to fill in a form online, but we have no internet at home!",
            "and since then we have been eating toast for dinner. Can you help us?",
        ),
    ),
    "pl": (
        ("Moja mama", "Moja sąsiadka", "Moja żona", "Koleżanka z pracy", "Moja córka", "Pani z naszego kościoła"),
        ("czekała {n} tygodni na", "musiała odejść bez niczego, a chodziło o", "nie zrozumiała listu o", "straciła"),
        ("wizytę u lekarza", "rozmowę w urzędzie pracy", "spotkanie w sprawie mieszkania", "paczkę z jedzeniem"),
        (
            "i nikt nie zaproponował tłumacza, więc wróciła do domu z niczym.",
            "bo autobus kosztuje teraz {n} funtów. Nie wiemy, kogo zapytać.",
            "- kazali wypełnić formularz w internecie, a my nie mamy internetu!",
            "i od tego czasu jemy na obiad tylko chleb. Czy możecie nam pomóc?",
        ),
    ),
}


def talks(names: Sequence[str], topics: Mapping[str, Sequence[str]], seed: int = 7) -> list[Talk]:
    """The talks of a run, always the same for a seed.

    ``names`` are the languages as they are offered, ``topics`` the labels of the topics in each spoken language.
    """
    luck = Random(seed)
    stories = {language: _stories(language, luck) for language in SPOKEN}
    spoken = (SPOKEN[number % 2] for number in range(TALKS))
    return [_talk(language, names, topics[language], stories[language].pop(), luck) for language in spoken]


def says_yes(talk: Sequence[str]) -> bool:
    """Whether this person says yes in the end."""
    return talk[-1] in YES["en"] or talk[-1] in YES["pl"]


def _talk(language: str, names: Sequence[str], topics: Sequence[str], story: str, luck: Random) -> Talk:
    spoken = luck.choice(_forms(SPOKEN.index(language), names))
    topic = luck.choice(_forms(luck.randrange(len(topics)), topics))
    last = YES[language] if luck.random() < 0.8 else NO[language]
    return luck.choice(HELLOS), spoken, topic, story, luck.choice(last)


def _forms(at: int, labels: Sequence[str]) -> tuple[str, ...]:
    """One choice as people text it: mostly by its number, or in words with other capitals and spaces."""
    label, number = labels[at], str(at + 1)
    return number, number, f"{number}.", f" {label}", label.lower(), f"{label} ", label.upper()


def _stories(language: str, luck: Random) -> list[str]:
    made = [" ".join(parts).format(n=luck.randint(2, 19)) for parts in product(*STORIES[language])]
    luck.shuffle(made)
    return made
