"""What may come in from a browser: no more than fits, ids the database holds, no NUL bytes, words that can be seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1  # the largest of PostgreSQL's INTEGER
LARGEST_FORM = 2_000_000  # bytes; the longest draft of a conversation is a tenth of that
NUL = "\0"  # PostgreSQL keeps no text that holds one
# Empty to the eye, though Unicode counts them as letters or signs: fillers, a blank braille cell, variants of nothing.
UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0") | {chr(one) for one in range(0xFE00, 0xFE10)}
UNSEEN_KINDS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


class RowId(IntegerConverter):
    """A row's number in an address. A larger one is simply not found."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", LARGEST_ID)
        super().__init__(map, *args, **kwargs)


def init_app(app: Flask) -> None:
    """Hold every address that is attached later, and every form and query, to this."""
    app.url_map.converters["int"] = RowId
    app.before_request(_limit_body)
    app.before_request(_refuse_nul)


def words(name: str) -> str:
    """What was typed into a field, without blanks around it; "" when nothing of it can be seen."""
    typed = request.form.get(name, "").strip()
    return "" if all(map(_unseen, typed)) else typed


def _unseen(character: str) -> bool:
    return character in UNSEEN or unicodedata.category(character) in UNSEEN_KINDS


def _limit_body() -> None:
    """Reading the form of a larger one answers 413; nobody's memory is filled by it."""
    if request.path.startswith("/desk"):
        request.max_content_length = LARGEST_FORM


def _refuse_nul() -> None:
    if NUL in request.path or _holds_nul():
        abort(400)


def _holds_nul() -> bool:
    return any(NUL in text for text in (*_all(request.args.items(multi=True)), *_all(request.form.items(multi=True))))


def _all(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [text for pair in pairs for text in pair]
