"""What houses read when they start, read once in a process of tests: the same words give the same flows and catalogues.

Ten thousand tests build thousands of houses from the same files, two thirds of a second's reading each. The readers are
the real ones; what they gave is kept by all the text that they were given, so a file that a test changes is read anew.
What they raise is not kept. A process that a test starts reads everything by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import lru_cache
from types import ModuleType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

import bot.app
from bot.knowledge import closest, source
from bot.knowledge.match import Entry, Matcher
from bot.language import identify
from bot.language.catalogue import Catalogues, catalogue_file
from bot.store import shelf


def read_once() -> None:
    """Let the readers remember, in this process."""
    _remember(source, "_compose", most=1_000)
    _remember(shelf, "read_demo_places", most=10)
    _remember(identify, "_load", most=1)  # the model of languages
    for room, reader in ((shelf, "load_flows"), (shelf, "read_signs"), (bot.app, "read_codebook")):
        _remember_files(room, reader)
    _catalogues_once()
    _matchers_once()
    _addresses_once()
    Flask.jinja_options = {"bytecode_cache": _Templates()}


def _remember(room: ModuleType, reader: str, most: int) -> None:
    setattr(room, reader, lru_cache(maxsize=most)(getattr(room, reader)))


def _remember_files(room: ModuleType, reader: str) -> None:
    """For a reader of several files, {file name: text}."""
    read: Callable[[Mapping[str, str]], Any] = getattr(room, reader)

    @lru_cache(maxsize=30)
    def kept(files: tuple[tuple[str, str], ...]) -> Any:
        return read(dict(files))

    setattr(room, reader, lambda files: kept(tuple(files.items())))


def _catalogues_once() -> None:
    kept: dict[tuple[str, str, bytes], dict[Any, str]] = {}
    load = Catalogues._load

    def load_once(self: Catalogues, language: str, domain: str) -> None:
        file = catalogue_file(self.folder, language, domain)
        key = language, domain, file.read_bytes() if file.is_file() else b""
        if key not in kept:
            alone = copy(self)
            alone._texts = {}
            load(alone, language, domain)
            kept[key] = alone._texts
        self._texts.update(kept[key])

    setattr(Catalogues, "_load", load_once)  # noqa: B010 # mypy refuses the plain way


def _matchers_once() -> None:
    """Most houses hold the same answers and services; to lay them out for searching takes half a second."""

    @lru_cache(maxsize=20)
    def kept(entries: tuple[Entry, ...]) -> Matcher:
        return Matcher(entries)

    def matcher(entries: Iterable[Entry]) -> Matcher:
        return kept(tuple(one._replace(texts=tuple(one.texts)) for one in entries))

    setattr(closest, "Matcher", matcher)  # noqa: B010


def _addresses_once() -> None:
    """Werkzeug writes and compiles two functions for each route of each application: half of what a desk then costs."""
    kept: dict[tuple[str, tuple[tuple[bool, str], ...], bool], Any] = {}
    compile_builder = Rule._compile_builder

    def compile_once(self: Rule, append_unknown: bool = True) -> Any:
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = self.rule, tuple(self._trace), append_unknown
        if key not in kept:
            kept[key] = compile_builder(self, append_unknown)
        return kept[key]

    setattr(Rule, "_compile_builder", compile_once)  # noqa: B010


class _Templates(BytecodeCache):
    """Jinja's compiled templates, for every application of this process. Jinja compares the source itself."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()
