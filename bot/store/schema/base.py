"""What all tables share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up by itself in an INTEGER primary key; PostgreSQL gets 64 bits.
BigId = BigInteger().with_variant(Integer(), "sqlite")
# Moments are whole milliseconds since 1970 UTC: the turn writes them with the bare driver, alike on both databases.
Moment = BigInteger
# SQLite would give a deleted row's id to the next row: a page left open on an erased story would act on another's.
IDS_ONCE: dict[str, Any] = {"sqlite_autoincrement": True}
