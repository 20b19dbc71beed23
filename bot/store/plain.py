"""Plain SQL for the hot path, by the driver: SQLAlchemy's expressions cost several times as much."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection


class Adding(Struct, frozen=True):
    """A row to add, by column, of which nobody needs the id. ``key``: the columns of a row that it renews instead."""

    table: str
    row: Mapping[str, Any]
    key: tuple[str, ...] = ()


def run(conn: Connection, sql: str, *values: Any) -> Any:
    """A cursor of the driver itself: SQLAlchemy would add 60 microseconds to each statement."""
    driver: Any = conn.connection.driver_connection
    return driver.execute(sql.replace("?", "%s") if conn.dialect.name == "postgresql" else sql, values)


def for_update(conn: Connection) -> str:
    """What ends a SELECT whose row is to be locked; "" on SQLite, where the whole database is ours by then."""
    return " FOR UPDATE" if conn.dialect.name == "postgresql" else ""


def insert(conn: Connection, table: str, row: dict[str, Any]) -> int:
    """Put the row, by column, into the table; its id."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING id"
    ((number,),) = run(conn, sql, *row.values()).fetchall()
    return int(number)


def put(conn: Connection, adding: Adding) -> None:
    """Add the row."""
    run(conn, putting(adding.table, tuple(adding.row), adding.key), *adding.row.values())


@lru_cache(maxsize=64)
def putting(table: str, columns: tuple[str, ...], key: tuple[str, ...] = ()) -> str:
    """The statement of ``put``, which takes the row's values."""
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}){renewing(columns, key)}"
    )


def renewing(columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    """What ends an INSERT that renews the row of the same key; "" for one that has none."""
    if not key:
        return ""
    renewed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {renewed}"
