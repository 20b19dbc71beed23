"""Which steps a turn came to, left, or did not understand an answer at: what the flow pages count."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from bot.flow.model import Expect, Step, Verb

END = ""  # the name under which a flow's end is counted; no step has it
LONGEST = 80  # letters; what is longer is no wrong answer but something that she wants to tell
# Only these questions' wrong answers may be kept: what a person writes when she is asked where she is, when she was
# born or for her number is hers, understood or not. A new kind of question is private until it is added here.
OPEN_QUESTIONS = frozenset({None, Expect.YES_NO, Expect.LANGUAGE})


class What(StrEnum):
    """What happened at a step."""

    REACHED = "reached"
    LEFT = "left"  # without an answer: by MENU, STOP, thanks, another start word
    PUT_DOWN = "put_down"  # left too, days ago: it is noticed when she writes again
    MISSED = "missed"  # an answer was not understood


class Visit(NamedTuple):
    """One thing that happened at one step. A tuple: it is made on every turn, and costs a third of a dataclass.

    ``words`` are those that were not understood, where they may be kept; "" otherwise.
    """

    revision: str
    flow: str
    step: str
    what: What
    words: str = ""


def words_to_keep(step: Step, said: str) -> str:
    """The words of an answer that was not understood; "" where they are never kept: when they are longer than
    ``LONGEST``, in a story, and after questions about a place, about consent and about danger (``clear``)."""
    private = step.clear or step.verb is Verb.LISTEN or step.expect not in OPEN_QUESTIONS
    words = said.strip()
    return "" if private or len(words) > LONGEST else words
