"""A flow file's words and values held against what may stand there, and a sentence for each that does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from pydantic import ValidationError

from bot.flow.actions import ACTIONS
from bot.flow.unknown import not_one_of, unknown
from bot.flow.written import FlowFile, StepFile, shape_sentence
from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.source import Path, Source, Value

STEP_WORDS = frozenset(field.alias or key for key, field in StepFile.model_fields.items())
ARGUMENTS = frozenset(name for action in ACTIONS.values() for name in (*action.takes, *action.may_take))
FLOW_WORDS = frozenset(FlowFile.model_fields)
NAMES = {"go": "go: {yes: thanks}", "run": "run: {food: find-help}"}  # words that take a name, or pairs of names


def read_shape(source: Source) -> tuple[FlowFile, list[ContentError]]:
    """The file as it is written, and what is empty in it. Raises ContentErrors with all that does not fit."""
    value = source.value
    if not isinstance(value, dict):
        sentence = 'A flow file begins with "flow: its-name" on the first line.'
        raise ContentErrors([source.error((), sentence, code="shape")])
    steps = value.get("steps")
    astray = {path: count for path in source.empty() if (count := _options_below(source, path))}
    errors = [_astray(source, path) if path in astray else _empty(source, path) for path in source.empty()]
    kept = [_worded(step) for step in steps] if isinstance(steps, list) else steps
    try:
        return FlowFile.model_validate({**value, "steps": kept} if steps is not None else value), errors
    except ValidationError as bad:
        errors += _misfits(source, bad, {("steps", at) for path, count in astray.items() for at in _after(path, count)})
    raise ContentErrors(errors)


def _worded(step: Value) -> Value:
    """A bare ``- end`` is a step too."""
    return {"end": "true"} if step == "end" else step


def _options_below(source: Source, path: Path) -> int:
    """How many options stand where the steps do, right below an empty ``options:``; 0 for another path."""
    steps = source.value.get("steps") if isinstance(source.value, dict) else None
    if len(path) != 3 or path[-1] != "options" or not isinstance(steps, list):
        return 0
    return len(list(takewhile(_is_option, steps[int(path[1]) + 1 :])))


def _after(path: Path, count: int) -> range:
    return range(int(path[1]) + 1, int(path[1]) + 1 + count)


def _astray(source: Source, path: Path) -> ContentError:
    line, column = source.position(path)
    told = f'This line stands too far to the left, and seems to belong under "options" on line {line}.'
    mend = f"Begin it with {column + 1} spaces, and the options after it."
    return source.error(("steps", int(path[1]) + 1), f"{told} {mend}", code="shape")


def _is_option(step: Value) -> bool:
    return isinstance(step, dict) and len(step) == 1 and not step.keys() & STEP_WORDS


def _empty(source: Source, path: Path) -> ContentError:
    name = str(path[-1])
    first, colon, rest = name.partition(":")
    if colon:
        told = f'There is no space after "{first}:". Write "{first}: {rest}".'
    elif _first_word(name):
        told = f'A colon is missing after "{_first_word(name)}". Write "{_with_colon(name)}".'
    else:
        told = f'There is nothing behind "{name}:". Write it there, or take this line out.'
    return source.error(path, told, code="empty")


def _first_word(name: str) -> str:
    """The word of ours with which a longer name begins, like "if" of "if age > 5"."""
    first, _, rest = name.partition(" ")
    return first if rest and first in STEP_WORDS else ""


def _with_colon(name: str) -> str:
    first, _, rest = name.partition(" ")
    return f"{first}: {rest}"


def _misfits(source: Source, bad: ValidationError, told: set[Path]) -> Iterator[ContentError]:
    """One error for each place; a word is not missing where it is misspelt."""
    found = bad.errors(include_url=False)
    seen, misspelt = set(told), {unknown(str(one["loc"][-1]), FLOW_WORDS, "word")[1] for one in found if _extra(one)}
    for problem in found:
        path = tuple(part for part in problem["loc"] if part not in {"str", "dict[str,str]"})
        if path in seen or path[:2] in told or (problem["type"] == "missing" and path[-1] in misspelt):
            continue
        seen.add(path)
        if not (_extra(problem) and path in source.keys and _nothing_there(source, path)):
            yield _misfit(source, path, problem)


def _extra(problem: Any) -> bool:
    return bool(problem["type"] == "extra_forbidden")


def _nothing_there(source: Source, path: Path) -> bool:
    return path in set(source.empty())


def _misfit(source: Source, path: Path, problem: Any) -> ContentError:
    name = next((part for part in reversed(path) if isinstance(part, str) and part), "")
    kind, value = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        return _unknown_word(source, path, name)
    if kind == "missing":
        return source.error(path[:-1], f'"{name}:" is missing here. Add it.', code="missing")
    if kind in {"enum", "literal_error"} and not isinstance(value, str):
        return source.error(path, f'"{name}" is one word here, not several. Keep one of them.', code="shape")
    if kind in {"enum", "literal_error"}:
        sentence, near = not_one_of(str(value), re.findall(r"'([^']*)'", str(problem["ctx"]["expected"])))
        return source.error(path, sentence, code="shape", suggestion=near)
    if path == ("steps",) and isinstance(value, dict) and str(next(iter(value), "")).startswith("-"):
        first = next(iter(value))
        return source.error(
            (*path, first), f'There is no space after the hyphen. Write "- {first[1:]}: ...".', code="shape"
        )
    if name in NAMES and kind in {"string_type", "dict_type"} and path[-1] == name:
        sentence = f'"{name}" is one name, or a name for each option, all in one line. Write it like {NAMES[name]}.'
        return source.error(path, sentence, code="shape")
    return source.error(path, shape_sentence(name, kind, problem), code="shape")


def _unknown_word(source: Source, path: Path, name: str) -> ContentError:
    if len(path) == 1 and name in STEP_WORDS:
        return source.error(
            path,
            f'"{name}" belongs to a step, but stands at the very left. Begin it with 4 spaces, under its step.',
            code="shape",
        )
    if _first_word(name):
        told = f'A colon is missing after "{_first_word(name)}". Write "{_with_colon(name)}: ...".'
        return source.error(path, told, code="unknown-word")
    if len(path) > 2 and name in ARGUMENTS and (*path[:-1], "do") in source.keys:
        told = f'"{name}" is handed over by "with". Write it like with: {{{name}: matter}}.'
        return source.error(path, told, code="unknown-word")
    sentence, near = unknown(name, STEP_WORDS if len(path) > 1 else FLOW_WORDS, "word")
    return source.error(path, sentence, code="unknown-word", suggestion=near)
