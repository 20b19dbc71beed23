"""What ``with`` and ``set`` hand over: names that are none, and words that the other side does not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.flow.actions import ACTIONS
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.values import Values, known_values
from bot.flow.check.written import Written
from bot.flow.model import Given, Step, Verb
from bot.flow.unknown import nearest
from bot.knowledge.source import Path
from bot.knowledge.topics import TOPICS
from bot.language.names import LANGUAGES
from bot.story.consent import Consent
from bot.story.danger import Danger

# (what is done or found, what it is told) -> all that it understands
UNDERSTOOD: dict[tuple[str, str], tuple[str, ...]] = {
    ("submit_story", "consent"): tuple(Consent),
    ("add_to_story", "follow_up"): ("yes", "no"),
    ("raise_alert", "kind"): tuple(Danger),
    ("services", "topic"): tuple(TOPICS),
    ("set", "language"): tuple(LANGUAGES),
}
PLAIN = frozenset({"yes", "no", "true", "false"})  # what people keep to look at it later
_BARE = re.compile(r"[^\W\d][\w-]*")


def handed_over(material: Material) -> Iterator[Finding]:
    """Every value that ``with`` or ``set`` writes and that will not be what its writer meant."""
    for written in material.written:
        known = known_values(written.flow)
        for at, step in enumerate(written.flow.steps):
            word = "set" if step.verb is Verb.SET else "with"
            for name, given in step.values.items():
                yield from _given(step, ("steps", at, word, name), given, written, known)


def _given(step: Step, path: Path, given: Given, written: Written, known: Values) -> Iterator[Finding]:
    understood = UNDERSTOOD.get((step.action or step.find or str(step.verb), str(path[-1])))
    quoted = _in_quotes(path, written)
    if given.is_variable:
        if quoted:
            yield _quoted_name(path, given.written, written)
        if understood:
            yield from _values_not_understood(path, given.written, understood, written, known)
    elif understood:
        if given.written not in understood:
            yield _not_understood(path, given.written, understood, written, known)
    elif step.find and path[-1] == "place":
        yield _at(
            written, path, Severity.ERROR, "no-place", f'"{given.written}" is no answer of this flow.',
            'Ask for the place first, with "expect: place", and hand over the "id" of that question.',
        )  # fmt: skip
    elif _is_bare(step, path, given, written):
        yield _bare(path, given.written, written)


def bare_words(written: Written) -> list[str]:
    """The words that are handed over by ``with`` though they seem to be names."""
    return [
        given.written
        for at, step in enumerate(written.flow.steps)
        for name, given in step.values.items()
        if step.verb in {Verb.DO, Verb.RUN} and _is_bare(step, ("steps", at, "with", name), given, written)
    ]


def _is_bare(step: Step, path: Path, given: Given, written: Written) -> bool:
    closed = (step.action or step.find or str(step.verb), str(path[-1])) in UNDERSTOOD or given.is_variable
    word = _BARE.fullmatch(given.written) is not None and given.written not in PLAIN
    return word and not closed and not _in_quotes(path, written)


def _nameless(written: Written) -> int:
    """The line of the only question without an id; 0 when there is none, or more."""
    asked = [at for at, step in enumerate(written.flow.steps) if step.verb in {Verb.ASK, Verb.LISTEN}]
    lines = [written.place(("steps", at))[0] for at in asked if ("steps", at, "id") not in written.source.keys]
    return lines[0] if len(lines) == 1 else 0


def _bare(path: Path, word: str, written: Written) -> Finding:
    near, nameless = nearest(word, _own_names(written)), _nameless(written)
    told = f'"{word}" is no answer or name of this flow, so the word "{word}" itself is handed over.'
    mend = f'Put it in quotes if you mean the word: "{word}". For an answer write the "id" of its question.'
    if nameless and not near:
        mend = f'Give the question on line {nameless} "id: {word}".'
    elif near:
        mend = f'Did you mean {near}? If you mean the word itself, put it in quotes: "{word}".'
    return _at(written, path, Severity.ERROR if path[-2] == "with" else Severity.WARNING, "bare-word", told, mend)


def _quoted_name(path: Path, word: str, written: Written) -> Finding:
    told = f'"{word}" is a name of this flow too: in quotes or not, what is kept under it is handed over.'
    mend = f"Take the quotes out. If you mean the word itself, call the other thing something else than {word}."
    return _at(written, path, Severity.WARNING, "quoted-name", told, mend)


def _not_understood(path: Path, word: str, understood: Collection[str], written: Written, known: Values) -> Finding:
    near = _language(word) if path[-1] == "language" else nearest(word, understood) or nearest(word, known)
    mend = f'Did you mean "{near}"?' if near else f"Write one of these: {', '.join(understood)}."
    return _at(written, path, Severity.ERROR, "not-understood", f'"{path[-1]}" cannot be "{word}".', mend)


def _language(word: str) -> str | None:
    """The code of a language by its English name: "pl" of "Polish"."""
    return next((code for code, one in LANGUAGES.items() if one.english_name.casefold() == word.casefold()), None)


def _values_not_understood(
    path: Path, name: str, understood: Collection[str], written: Written, known: Values
) -> Iterator[Finding]:
    """An answer that is handed over must be one of those that are understood, whichever it is."""
    strange = sorted(known.get(name, frozenset()) - {*understood, "skip"})
    if strange:
        told = f'"{path[-1]}" cannot be "{strange[0]}", which "{name}" may be.'
        mend = f"Call the options of {name} by these short names: {', '.join(understood)}."
        yield _at(written, path, Severity.ERROR, "not-understood", told, mend)


def _own_names(written: Written) -> set[str]:
    flow = written.flow
    kept = {step.name for step in flow.steps if step.verb in {Verb.ASK, Verb.LISTEN, Verb.FIND}}
    kept |= {name for step in flow.steps if step.verb is Verb.SET for name in step.values}
    kept |= {name for step in flow.steps for name in (*step.into, *_gives(step))}
    return {name for name in kept | {*flow.takes} if not re.fullmatch(r"step\d+", name)}


def _gives(step: Step) -> tuple[str, ...]:
    return ACTIONS[step.action].gives if step.action in ACTIONS else ()


def _in_quotes(path: Path, written: Written) -> bool:
    line, column = written.source.values.get(path, (1, 1))
    return written.source.lines[line - 1][column - 1 : column] in {'"', "'", ">", "|"}


def _at(written: Written, path: Path, severity: Severity, code: str, message: str, mend: str) -> Finding:
    line, column = written.source.values.get(path) or written.place(path)
    return Finding(written.source.filename, line, column, severity, code, message, mend)
