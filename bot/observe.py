"""What the operator sees: logs without personal data, and counters. A contact is its pseudonym, never a number."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

INBOUND = Counter("bot_inbound_messages", "Messages that came in.", ["channel", "outcome"])
OUTBOUND = Counter("bot_outbound_messages", "Steps of outgoing messages.", ["channel", "status"])
TURN_SECONDS = Histogram(
    "bot_turn_seconds",
    "From a message's arrival to its answer being kept.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)

# A run of 9 to 15 digits (spaces let be), or a WhatsApp user id: nothing we log has one, but an exception may.
_ADDRESS = re.compile(
    r"(?<![0-9A-Za-z.])(?:\+?[0-9](?: ?[0-9]){8,14}|[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{6,128})(?![0-9A-Za-z])"
)


def without_addresses(text: str) -> str:
    """The text with everything that looks like a phone number or a WhatsApp user id taken out."""
    return _ADDRESS.sub("[number]", text)


def _strip(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: without_addresses(value) if isinstance(value, str) else value for key, value in event.items()}


def set_up_logs(*, as_json: bool = not sys.stderr.isatty()) -> None:
    """One line an event on standard error: JSON for a log drain, plain for a terminal. Libraries' logs included."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _strip,
    ]
    shown = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shown],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for chatty in ("alembic", "huey", "twilio", "urllib3", "werkzeug"):  # urllib3 would log addresses
        logging.getLogger(chatty).setLevel(logging.WARNING)
