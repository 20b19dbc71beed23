"""The words of a story as they are prepared for others to read, beside the original, which nobody edits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import regex

from bot.story.personal.find import find
from bot.story.personal.kinds import Kind, Span

Say = Callable[[Kind], str]  # what stands where such a detail was, like "[name]"
_TOKEN = regex.compile(r"\s+|[\p{L}\p{M}\p{N}]+|.", regex.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A piece of the original. ``number`` counts the details, from 0; None for what is none."""

    text: str
    kind: Kind | None = None
    number: int | None = None


def whole(texts: Sequence[str], wish: str) -> str:
    """All that somebody told, as one text: her messages, then what would have helped."""
    return "\n\n".join(part for part in (*texts, wish) if part)


def pieces(original: str) -> list[Piece]:
    """The original, cut where a detail begins or ends."""
    cut, end = [], 0
    for number, span in enumerate(find(original)):
        cut += [Piece(original[end : span.start]), Piece(original[span.start : span.end], span.kind, number)]
        end = span.end
    return [piece for piece in [*cut, Piece(original[end:])] if piece.text]


def without(original: str, out: Collection[int], say: Say) -> str:
    """The original with the details of these numbers taken out."""
    return "".join(say(one.kind) if one.kind and one.number in out else one.text for one in pieces(original))


def taken_out(original: str, words: str) -> set[int]:
    """The numbers of the details that no longer stand in ``words``, however these came about."""
    kept = _Side(original, words)
    return {number for number, span in enumerate(find(original)) if kept.where(span) is None}


def with_marks(original: str, words: str, out: Collection[int], say: Say) -> tuple[str, bool]:
    """``words`` with just the details ``out`` taken out and all else as it was written by hand. False when one could
    not be put back, as nothing there says any more where it stood."""
    before = taken_out(original, words)
    if words == without(original, before, say):
        return without(original, out, say), True
    done = True
    for number, span in reversed(list(enumerate(find(original)))):
        if (number in out) != (number in before):
            changed = _changed(original, words, span, say(span.kind), number in out)
            done, words = done and changed is not None, words if changed is None else changed
    return words, done


def _changed(original: str, words: str, span: Span, placeholder: str, out: bool) -> str | None:
    side = _Side(original, words)
    if out:
        there = side.where(span)
        return words[: there[0]] + placeholder + words[there[1] :] if there else None
    start, end = side.instead(span)
    at = words.find(placeholder, start, end)
    put = original[span.start : span.end]
    return words[:at] + put + words[at + len(placeholder) :] if at >= 0 else None


class _Side:
    """What of the original stands where in the words, word for word."""

    def __init__(self, original: str, words: str) -> None:
        self._left, self._right = _tokens(original), _tokens(words)
        alike = SequenceMatcher(None, [one[0] for one in self._left], [one[0] for one in self._right], autojunk=False)
        self._changes = alike.get_opcodes()

    def where(self, span: Span) -> tuple[int, int] | None:
        """The place in the words of a detail that stands there still."""
        shifts = {
            self._right[right + step][1] - self._left[left + step][1]
            for kind, left, end, right, _ in self._changes
            for step in range(end - left)
            if kind == "equal" and span.start < self._left[left + step][2] and self._left[left + step][1] < span.end
        }
        covered = sum(
            self._left[at][2] - self._left[at][1]
            for kind, left, end, _, _ in self._changes
            if kind == "equal"
            for at in range(left, end)
            if span.start <= self._left[at][1] and self._left[at][2] <= span.end
        )
        if len(shifts) != 1 or covered < span.end - span.start:
            return None
        (shift,) = shifts
        return span.start + shift, span.end + shift

    def instead(self, span: Span) -> tuple[int, int]:
        """From where to where in the words the stretch goes that took a detail's place."""
        touched = [
            (right, right_end)
            for kind, left, end, right, right_end in self._changes
            if kind != "equal"
            and (left == end or (span.start < self._left[end - 1][2] and self._left[left][1] < span.end))
            and (left < end or span.start <= self._edge(left) <= span.end)
        ]
        if not touched:
            return 0, 0
        return self._right_edge(min(touched)[0]), self._right_edge(max(end for _, end in touched))

    def _edge(self, at: int) -> int:
        return self._left[at][1] if at < len(self._left) else (self._left[-1][2] if self._left else 0)

    def _right_edge(self, at: int) -> int:
        return self._right[at][1] if at < len(self._right) else (self._right[-1][2] if self._right else 0)


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(one[0], *one.span()) for one in _TOKEN.finditer(text)]
