"""What people write into an ``if`` that cannot be read there, put right where what they mean is plain."""

from __future__ import annotations

import re

from bot.flow.condition import Condition, ConditionError

_STRAIGHT = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'"})
_IN_QUOTES = re.compile(r"(\"[^\"]*\"|'[^']*')")
# A pattern -> what belongs there; tried one after the other, outside quotes only.
_PUT = (
    (r"\{\s*(\w+)\s*\}", r"\1"),
    (r"&&|\bAND\b|\bAnd\b", " and "),
    (r"\|\||\bOR\b|\bOr\b", " or "),
    (r"\bNOT\b|\bNot\b", "not "),
    (r"\bis not\b|<>|=/=", " != "),
    (r"\bis\b|\bequals\b|===", " == "),
    (r"=>", ">="),
    (r"=<", "<="),
    (r"(?<![=!<>])=(?!=)", " == "),
    (r"(?<![\w-])(\d{4}-\d{2}-\d{2})(?![\w-])", r'"\1"'),
    (r"==\s*(yes|no)\b", r'== "\1"'),
    (r"(\w+)\s*([<>]=?)\s*(\w+)\s+and\s*([<>]=?)", r"\1 \2 \3 and \1 \4"),
)


def put_right(written: str) -> str | None:
    """The condition that was probably meant, when it can be read; None when it cannot."""
    parts = _IN_QUOTES.split(written.translate(_STRAIGHT).strip().removesuffix(":"))
    for pattern, instead in _PUT:
        parts[::2] = [re.sub(pattern, instead, part) for part in parts[::2]]
    meant = re.sub(r"  +", " ", "".join(parts)).strip()
    try:
        Condition(meant)
    except ConditionError:
        return None
    return meant if meant != written else None
