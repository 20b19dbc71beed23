"""The words of a story as they are prepared for others to read, beside the original, which nobody edits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import Indel

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


class Original:
    """What somebody told, and the details in it. Looking for them takes milliseconds, so make it once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.details = find(text)

    def pieces(self) -> list[Piece]:
        """The original, cut where a detail begins or ends."""
        cut, end = [], 0
        for number, span in enumerate(self.details):
            cut += [Piece(self.text[end : span.start]), Piece(self.text[span.start : span.end], span.kind, number)]
            end = span.end
        return [piece for piece in [*cut, Piece(self.text[end:])] if piece.text]

    def without(self, out: Collection[int], say: Say) -> str:
        """The original with the details of these numbers taken out."""
        return "".join(say(one.kind) if one.kind and one.number in out else one.text for one in self.pieces())

    def taken_out(self, words: str) -> set[int]:
        """The numbers of the details that no longer stand in ``words``, however these came about."""
        beside = _Beside(self.text, words)
        return {number for number, span in enumerate(self.details) if beside.where(span) is None}

    def with_marks(self, words: str, out: Collection[int], say: Say) -> tuple[str, bool]:
        """``words`` with just the details ``out`` taken out and all else as it was written by hand. False when one
        could not be put back, as nothing there says any more where it stood."""
        before = self.taken_out(words)
        if words == self.without(before, say):
            return self.without(out, say), True
        beside, made, end, done = _Beside(self.text, words), "", 0, True
        for number, span in enumerate(self.details):
            if (number in out) == (number in before):
                continue
            told, placeholder = self.text[span.start : span.end], say(span.kind)
            place = beside.where(span) if number in out else beside.instead(span, placeholder, end)
            done = done and place is not None
            if place:
                made += words[end : place[0]] + (placeholder if number in out else told)
                end = place[1]
        return made + words[end:], done


class _Beside:
    """What of one text stands where in another, word for word."""

    def __init__(self, left: str, right: str) -> None:
        self._left, self._right, self._words = _tokens(left), _tokens(right), right
        self._starts = [start for _, start, _ in self._left]
        self._same: dict[int, int] = {}  # a word of the left, and the same one in the right
        for step in Indel.opcodes([one[0] for one in self._left], [one[0] for one in self._right]):
            if step.tag == "equal":
                self._same.update(
                    zip(range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True)
                )

    def where(self, span: Span) -> tuple[int, int] | None:
        """The place in the right text of a detail that stands there still, whole and in one piece."""
        first, last = self._reach(span)
        there = [self._same.get(at) for at in range(first, last + 1)]
        if there[0] is None or there != list(range(there[0], there[0] + len(there))):
            return None
        shift = self._right[there[0]][1] - self._left[first][1]
        return span.start + shift, span.end + shift

    def instead(self, span: Span, placeholder: str, least: int) -> tuple[int, int] | None:
        """The place of the placeholder that stands for a detail, not before ``least``."""
        first, last = self._reach(span)
        before = next((self._same[at] for at in range(first - 1, -1, -1) if at in self._same), None)
        after = next((self._same[at] for at in range(last + 1, len(self._left)) if at in self._same), None)
        start = max(least, self._right[before][2] if before is not None else 0)
        at = self._words.find(placeholder, start, self._right[after][1] if after is not None else len(self._words))
        return (at, at + len(placeholder)) if at >= 0 else None

    def _reach(self, span: Span) -> tuple[int, int]:
        """The first and the last word of the left text that a detail touches."""
        return bisect_right(self._starts, span.start) - 1, bisect_left(self._starts, span.end) - 1


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(one[0], *one.span()) for one in _TOKEN.finditer(text)]
