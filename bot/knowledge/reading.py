"""From a content file's text to checked records, or to every problem in it with its place and its mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.knowledge.content_error import ContentError, ContentErrors
from bot.knowledge.record import Record, nearest
from bot.knowledge.source import Path, Source, read_source
from bot.language.segments import measure

# Typographic characters that an editor slips in, and the plain ones that keep an SMS at its cheap size.
PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "`": "'", "\u00b4": "'",
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2026": "...", "\u2022": "-", "\u00a0": " ", "\u200b": "",
}  # fmt: skip

R = TypeVar("R", bound=Record)
Taken = dict[str, str]


def read_records(text: str | bytes, filename: str, name: str, kind: type[R], taken: Taken) -> tuple[R, ...]:
    """The records listed under ``name``. Raises ContentErrors with all that is wrong in the file.

    ``taken`` maps each id read so far to "file:line". This file's ids are added; a used one is refused.
    """
    source = read_source(text, filename)
    entries = source.value.get(name) if isinstance(source.value, dict) else None
    errors = list(_frame_errors(source, name))
    if not isinstance(entries, list):
        raise ContentErrors(errors)
    errors += _duplicate_ids(source, name, taken)
    records: list[R] = []
    for number, entry in enumerate(entries):
        path = (name, number)
        errors += _costly_texts(source, path, kind, entry)
        try:
            records.append(_checked(source, path, kind, entry))
        except ContentErrors as found:
            errors += found.errors
    if errors:
        raise ContentErrors(errors)
    return tuple(records)


def read_root(text: str | bytes, filename: str, kind: type[R]) -> R:
    """A whole file that is one record. Raises ContentErrors with all that is wrong in it."""
    source = read_source(text, filename)
    if not isinstance(source.value, dict):
        first = next(iter(kind.model_fields))
        raise ContentErrors([source.error((), f'This file must begin with the line "{first}:".', code="no-list")])
    return _checked(source, (), kind, source.value)


def check_record(document: Mapping[str, object], kind: type[R], name: str) -> R:
    """The record of a document that is no file: a row of the database, a form. "" and None count as left out.

    Raises ContentErrors, whose file is the document's ``name``, line and column 1.
    """
    written = {key: value for key, value in document.items() if value not in (None, "")}
    return _checked(Source(name, []), (), kind, written)


def form_problems(document: Mapping[str, object], kind: type[R]) -> dict[str, str]:
    """What is wrong with a form filled in: the field -> a sentence. "" and None count as left out."""
    written = {key: value for key, value in document.items() if value not in (None, "")}
    try:
        kind.model_validate(written)
    except ValidationError as bad:
        source, found = Source("", []), bad.errors(include_url=False)
        told = [(one, _explain(source, (), kind, one)) for one in found if not _follows(one, found)]
        return {str((*one["loc"], "name")[0]): error.sentence for one, error in reversed(told)}
    return {}


def _checked(source: Source, path: Path, kind: type[R], value: object) -> R:
    try:
        return kind.model_validate(value)
    except ValidationError as bad:
        found = bad.errors(include_url=False)
        errors = [_explain(source, path, kind, one) for one in found if not _follows(one, found)]
        raise ContentErrors(_without_misspelt(errors)) from None


def _follows(one: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """True for "too few" where the items that are there have mistakes of their own."""
    path = one["loc"]
    return one["type"] == "too_short" and any(
        len(other["loc"]) > len(path) and other["loc"][: len(path)] == path for other in found
    )


def _without_misspelt(errors: Sequence[ContentError]) -> list[ContentError]:
    """Leaves out "missing" for a key that is there under a misspelt name."""
    misspelt = {error.suggestion for error in errors if error.code == "unknown-key"}
    return [error for error in errors if error.code != "missing" or error.suggestion not in misspelt - {None}]


def _costly_texts(source: Source, path: Path, kind: type[Record], entry: object) -> Iterator[ContentError]:
    """The first character in each English text that doubles the price of its SMS (GSM-7 -> UCS-2)."""
    if not isinstance(entry, dict) or entry.get("language", "en") != "en":
        return
    for name in kind.sent:
        text = entry.get(name)
        bad = next(filter(_is_costly, text), None) if isinstance(text, str) else None
        if bad is not None:
            yield _costly(source, (*path, name), bad)


def _costly(source: Source, path: Path, character: str) -> ContentError:
    plain = PLAIN.get(character)
    advice = "Take it out or write it with plain letters." if plain is None else f"Write {plain or 'nothing'} instead."
    line, column = source.find(path, character)
    sentence = f'The character {character} in "{path[-1]}" makes each text cost twice as much. {advice}'
    return ContentError(source.filename, line, column, sentence, code="costly-character", suggestion=plain)


@cache
def _is_costly(character: str) -> bool:
    return measure(character).encoding != "GSM-7"


def _frame_errors(source: Source, name: str) -> Iterator[ContentError]:
    """Problems of the file's first level, which is one list under one name."""
    found = source.value if isinstance(source.value, dict) else {}
    misspelt = None
    for key in [key for key in found if key != name]:
        near = None if name in found else nearest(key, [name])
        misspelt = misspelt or near
        sentence = f'"{key}:" does not belong here. ' + (f'Did you mean "{name}:"?' if near else "Take it out.")
        yield source.error((key,), sentence, code="unknown-key", suggestion=near)
    value = found.get(name)
    if isinstance(value, list) or misspelt:
        return
    if (name,) not in source.keys:
        yield source.error((), f'This file must begin with the line "{name}:".', code="no-list")
    elif value is None:
        yield source.error(
            (name,), f'There is nothing under "{name}:". Add an entry, begun with "- id:".', code="empty"
        )
    else:
        sentence = f'Under "{name}:" there must be a list: begin each entry with "- id:".'
        yield source.error((name,), sentence, code="not-a-list")


def _duplicate_ids(source: Source, name: str, taken: Taken) -> Iterator[ContentError]:
    entries = source.value.get(name) if isinstance(source.value, dict) else None
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        key = entry.get("id") if isinstance(entry, dict) else None
        if not isinstance(key, str):
            continue
        path = (name, number, "id")
        if key in taken:
            yield source.error(
                path, f'The id "{key}" is already used at {taken[key]}. Choose another.', code="duplicate-id"
            )
        taken.setdefault(key, f"{source.filename}:{source.position(path)[0]}")


def _explain(source: Source, path: Path, kind: type[Record], bad: ErrorDetails) -> ContentError:
    """pydantic's finding as a sentence at its place in the file."""
    where = (*path, *bad["loc"])
    code, context = bad["type"], bad.get("ctx", {})
    if code == "missing":
        return _missing(source, where)
    if code == "extra_forbidden":
        return _unknown_key(source, where, kind, bad)
    if "sentence" in context:
        where += (context["at"],) if context["at"] else ()
        return source.error(where, context["sentence"], code=code, suggestion=context["suggestion"])
    return source.error(where, _misshapen(where, bad, context), code=code.replace("_", "-"))


def _missing(source: Source, where: Path) -> ContentError:
    key = where[-1]
    if where in source.keys:
        return source.error(where, f'"{key}" is empty. Write it after the colon.', code="missing")
    sentence = f'"{key}" is missing here. Add a line "{key}: ..." to this entry.'
    return source.error(where[:-1], sentence, code="missing", suggestion=str(key))


def _unknown_key(source: Source, where: Path, kind: type[Record], bad: ErrorDetails) -> ContentError:
    key, known = str(where[-1]), _known_keys(kind, bad["loc"][:-1])
    near = nearest(key, known)
    hint = f'Did you mean "{near}"?' if near else f"Use one of: {', '.join(known)}."
    return source.error(where, f'"{key}" is no key of this entry. {hint}', code="unknown-key", suggestion=near)


def _known_keys(kind: type[Record], path: Path) -> list[str]:
    """The keys a record, or the group inside it that ``path`` leads to, may have."""
    for name in path:
        if isinstance(name, str):
            kind = kind.groups[name]
    return list(kind.model_fields)


def _misshapen(where: Path, bad: ErrorDetails, context: Mapping[str, Any]) -> str:
    name = f'"{where[-1]}"' if isinstance(where[-1], str) else f'Item {where[-1] + 1} of "{where[-2]}"'
    match bad["type"]:
        case "string_type" if bad["input"] is None:
            return f"{name} is empty. Write it, or take this line out."
        case "string_type":
            return f"{name} must be a text, not {_shape(bad['input'])}. Write it after the colon, on one line."
        case "string_too_long":
            over = len(bad["input"].strip()) - context["max_length"]
            return f"{name} may have {context['max_length']} characters at most. Shorten it by {over}."
        case "list_type" | "tuple_type":
            return f'{name} must be a list: put each one on its own line, begun with "- ".'
        case "too_short":
            return f"{name} needs at least {context['min_length']}, and has {context['actual_length']}."
        case "too_long":
            return f"{name} may have {context['max_length']} at most, and has {context['actual_length']}."
        case "model_type" | "dict_type":
            return f'{name} must be a group of lines like "name: value".'
        case "bool_type" | "bool_parsing" | "date_type":
            return f"{name} must be one word, not {_shape(bad['input'])}."
        case _:
            return f"{name} cannot be read: {bad['msg']}."


def _shape(value: object) -> str:
    if isinstance(value, list):
        return "a list"
    return "a group of lines" if isinstance(value, dict) else "empty"
