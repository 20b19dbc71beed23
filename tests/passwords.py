"""Passwords of made-up people, sealed in a moment: the full price is a tenth of a second and 64 MB for each try."""

from __future__ import annotations

from functools import partial
from typing import Any

from argon2 import PasswordHasher

from bot.web import accounts, users

LITTLE: dict[str, Any] = {"time_cost": 1, "memory_cost": 64, "parallelism": 1}


def seal_passwords_cheaply() -> None:
    """In this process only. What a server takes is looked at by tests/web/test_accounts.py, in a process of its own."""
    setattr(users, "PasswordHasher", partial(PasswordHasher, **LITTLE))  # noqa: B010
    options = {f"argon2__{name}": much for name, much in LITTLE.items()}
    accounts.CONFIG["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = options
