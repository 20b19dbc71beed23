"""Statements that PostgreSQL prepares once for a connection, asked for by libpq itself.

psycopg's cursors cost a sixth of a turn's steps in Python. Below them is its public wrapper of libpq
(https://www.psycopg.org/psycopg3/docs/api/pq.html): values go as texts, and each ``?`` says its type unless PostgreSQL
can tell.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

BOOL, INTEGERS = 16, frozenset({20, 21, 23})  # pg_type.oid of boolean, and of bigint, smallint, integer
NUL = b"\0"


class Prepared:
    """A connection that commits each statement by itself, used by one thread at a time."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self._conn, self._pq = conn, conn.pgconn
        self._names: dict[str, bytes] = {}
        self._readers: dict[bytes, list[Callable[[bytes], Any]]] = {}

    def row(self, sql: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        """The first row; None when there is none. Raises psycopg.Error, of the class that the library itself gives."""
        name = self._names.get(sql) or self._prepare(sql)
        result = self._pq.exec_prepared(name, _texts(values))
        self._check(result, pq.ExecStatus.TUPLES_OK)
        return self._first(name, result)

    def together(self, *asked: tuple[str, Sequence[Any]]) -> tuple[Any, ...] | None:
        """The first row of the first of these statements: one round trip, and one transaction, of which each sees what
        others committed until it began. When one fails, none was done, and its error is raised as by ``row``. Raises
        psycopg.OperationalError when all went well and could not be committed.

        https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
        """
        named = [(self._names.get(sql) or self._prepare(sql), _texts(values)) for sql, values in asked]
        self._pq.enter_pipeline_mode()
        for name, texts in named:
            self._pq.send_query_prepared(name, texts)
        self._pq.pipeline_sync()
        results = [self._next() for _ in named]
        end = self._result()
        if end is None or end.status != pq.ExecStatus.PIPELINE_SYNC:
            raise psycopg.OperationalError(f"not committed: {self._pq.get_error_message()}")
        self._pq.exit_pipeline_mode()
        for result in results:
            self._check(result, pq.ExecStatus.TUPLES_OK)
        return self._first(named[0][0], results[0])

    def _next(self) -> pq.abc.PGresult:
        """What the next statement of a pipeline gave."""
        result = self._result()
        if result is None:
            raise psycopg.OperationalError(self._pq.get_error_message())
        self._result()  # None: its end
        return result

    def _result(self) -> pq.abc.PGresult | None:
        """What comes next. Asked too early, libpq would wait with Python's own lock in its hand: another thread, in the
        transaction that is waited for, could then never end it."""
        while self._pq.is_busy():
            line = select.poll()
            line.register(self._pq.socket, select.POLLIN | (select.POLLOUT if self._pq.flush() else 0))
            line.poll()
            self._pq.consume_input()
        return self._pq.get_result()

    def _first(self, name: bytes, result: pq.abc.PGresult) -> tuple[Any, ...] | None:
        if not result.ntuples:
            return None
        readers = self._readers.get(name) or self._reading(name, result)
        found = [result.get_value(0, column) for column in range(len(readers))]
        return tuple([None if one is None else read(one) for read, one in zip(readers, found, strict=True)])

    def close(self) -> None:
        """Close the connection."""
        self._conn.close()

    def _prepare(self, sql: str) -> bytes:
        name = f"turn_{len(self._names)}".encode()
        self._check(self._pq.prepare(name, _numbered(sql).encode()), pq.ExecStatus.COMMAND_OK)
        self._names[sql] = name
        return name

    def _check(self, result: pq.abc.PGresult, wanted: pq.ExecStatus) -> None:
        if result.status == wanted:
            return
        if result.error_field(pq.DiagnosticField.SQLSTATE) is None:  # not the server's word: the line to it broke
            raise psycopg.OperationalError(result.get_error_message())
        raise error_from_result(result)

    def _reading(self, name: bytes, result: pq.abc.PGresult) -> list[Callable[[bytes], Any]]:
        made = self._readers[name] = [_reader(result.ftype(column)) for column in range(result.nfields)]
        return made


def _numbered(sql: str) -> str:
    numbers = count(1)
    return "".join(f"${next(numbers)}" if letter == "?" else letter for letter in sql)


def _reader(oid: int) -> Callable[[bytes], Any]:
    if oid == BOOL:
        return b"t".__eq__
    return int if oid in INTEGERS else bytes.decode


def _texts(values: Sequence[Any]) -> list[Any]:
    texts: list[Any] = [one.encode() if one.__class__ is str else _text(one) for one in values]
    if NUL in b"".join(filter(None, texts)):  # libpq would cut the text there
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return texts


def _text(value: Any) -> bytes | None:
    if value is None:
        return None
    return (b"t" if value else b"f") if isinstance(value, bool) else str(value).encode()
