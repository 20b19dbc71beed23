"""What is logged names nobody: a contact is its pseudonym."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bot.observe import without_addresses


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("to +447700900123 now", "to [number] now"),
        ("to 07700 900123 now", "to [number] now"),
        ("'whatsapp:US.13491208655302741918'", "'whatsapp:[number]'"),
        ("Amber Otter 417 at 2026-06-02T10:00:00Z", "Amber Otter 417 at 2026-06-02T10:00:00Z"),
        ("SM0123456789abcdef0123456789abcdef", "SM0123456789abcdef0123456789abcdef"),
        ("error 21610, outbound 12345678", "error 21610, outbound 12345678"),
    ],
)
def test_numbers_are_taken_out_of_what_is_logged(said: str, logged: str) -> None:
    assert without_addresses(said) == logged


def test_logs_are_json_lines_even_from_libraries_and_from_exceptions() -> None:
    code = """
import logging, structlog
from bot.observe import set_up_logs
set_up_logs(as_json=True)
structlog.get_logger("outbox").info("outbound", contact="Amber Otter 417")
logging.getLogger("urllib3").info("GET /Messages.json?To=%2B447700900123")
try:
    raise ValueError("cannot text +447700900123")
except ValueError:
    logging.getLogger("somewhere").exception("it broke")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["outbound", "it broke"]
    assert lines[0]["contact"] == "Amber Otter 417"
    assert "cannot text [number]" in lines[1]["exception"]
    assert "7700900123" not in done.stderr
