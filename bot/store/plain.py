"""Plain SQL for the hot path, by the driver: SQLAlchemy's expressions cost several times as much."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection


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
