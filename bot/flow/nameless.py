"""Steps without an id, where a name is used that nothing has: which of them was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.flow.written import StepFile

SHORTEST = 3  # letters of a word by which a step is known again
_WORD = re.compile(r"\w+")


def question(name: str, steps: Sequence[StepFile]) -> int | None:
    """The question without an id whose answer this name seems to be; the only one there is, when none fits better."""
    asked = [at for at, step in enumerate(steps) if step.id is None and (step.ask or step.listen)]
    told = [at for at in asked if _tells(name, steps[at])]
    found = told or (asked if len(asked) == 1 else [])
    return found[0] if found else None


def step(name: str, steps: Sequence[StepFile]) -> int | None:
    """The step without an id that says what this name says, like "Bye." for "bye"."""
    return next((at for at, one in enumerate(steps) if one.id is None and _tells(name, one)), None)


def _tells(name: str, step: StepFile) -> bool:
    wanted = {word for word in _words([name.replace("_", " ").replace("-", " ")]) if len(word) >= SHORTEST}
    said = step.ask or step.listen or step.say or {}
    heard = _words([*(step.expect or "").split("_"), *(text for texts in said.values() for text in texts)])
    return bool(wanted) and all(any(_same(word, other) for other in heard) for word in wanted)


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text.casefold())}


def _same(word: str, other: str) -> bool:
    """Also "phone" and "telephone", "child" and "children"; not "age" and "page"."""
    shorter, longer = sorted((word, other), key=len)
    return word == other or (len(shorter) > SHORTEST and (longer.startswith(shorter) or longer.endswith(shorter)))
