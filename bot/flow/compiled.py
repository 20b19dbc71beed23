"""Flows that were read once, packed: reading them again from YAML takes fifty times as long."""

from __future__ import annotations

from msgspec import MsgspecError, msgpack

from bot.flow.condition import Condition
from bot.flow.model import FlowSet


def pack(flows: FlowSet) -> bytes:
    """The flows as bytes, for ``unpack`` in the same version of this code."""
    return msgpack.encode(flows, enc_hook=_written)


def unpack(packed: bytes) -> FlowSet | None:
    """The flows of ``pack``; None when these are no such bytes."""
    try:
        return msgpack.decode(packed, type=FlowSet, dec_hook=_read)
    except (MsgspecError, ValueError):
        return None


def _written(value: object) -> object:
    if isinstance(value, Condition):
        return value.written
    raise NotImplementedError(f"A flow cannot hold a {type(value).__name__}.")


def _read(kind: type, value: object) -> object:
    return kind(value)
