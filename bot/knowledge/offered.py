"""The best of answers and services together, for one question: three lines, the best answer always among them.

Answers and services are each ranked by their own scores, in standard deviations above the others of their kind. A
service's score is made fit to stand beside an answer's: it counts less, for a question is more like a question than
like a description; and the more services there are, the better the best of them is by chance alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from operator import itemgetter
from typing import NamedTuple

from bot.knowledge.closest import Near

# Tuned on the "tune" half of tests/evaluation: as many services as may come while no more than one right answer in a
# hundred is pushed out.
WORTH = 0.7
BEHIND = 0.75  # standard deviations
BEHIND_BY_LETTERS = 0.08
TUNED_ON = 134  # services
FIRST = 3  # lines that everybody sees; what comes after them, who texts MORE
MOST = 2  # services among them
# Who names a place looks for somewhere to go.
PLACED, PLACED_BY_LETTERS = 1.0, 0.08


class Kinds(NamedTuple):
    """The closest answers and the closest services, best first, and how many services there are in all."""

    answers: Sequence[Near]
    services: Sequence[Near]
    of: int


def offered(found: Kinds, *, by_meaning: bool, placed: bool, limit: int = 3) -> list[tuple[bool, str]]:
    """(whether it is a service, its key) of the best, best first.

    ``by_meaning``: both were ranked by meaning; otherwise letters and sound compare them. ``placed``: only services
    near a place that she named are among them.
    """
    answers = [(one.score if by_meaning else one.letters, False, one.key) for one in found.answers]
    worth, less = _worth(found.of, placed=placed) if by_meaning else (1.0, _behind_by_letters(placed=placed))
    services = [(worth * (one.score if by_meaning else one.letters) - less, True, one.key) for one in found.services]
    best, most = answers[:1], FIRST - len(answers[:1])
    first = _sorted(best + _sorted(answers[1:] + services[:MOST])[:most])
    after = _sorted([one for one in answers + services if one not in first])
    return [(is_service, key) for _, is_service, key in (first + after)[:limit]]


def _sorted(found: list[tuple[float, bool, str]]) -> list[tuple[float, bool, str]]:
    return sorted(found, key=itemgetter(0), reverse=True)


def _behind_by_letters(*, placed: bool) -> float:
    return BEHIND_BY_LETTERS - (PLACED_BY_LETTERS if placed else 0)


def _worth(of: int, *, placed: bool) -> tuple[float, float]:
    """What a service's score is multiplied by to stand beside an answer's, and what is taken off it then."""
    chance = _best_by_chance(of) - _best_by_chance(TUNED_ON)
    return WORTH, WORTH * chance + BEHIND - (PLACED if placed else 0)


def _best_by_chance(count: int) -> float:
    """The highest of so many standard normal numbers is about this, in standard deviations."""
    return sqrt(2 * log(max(2, count)))
