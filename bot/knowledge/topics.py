"""What people ask about. The ids are fixed: flows, answers, services and reports all use them."""

from __future__ import annotations

from typing import Final

TOPICS: Final = (
    "food",
    "health",
    "mind",
    "money",
    "home",
    "safety",
    "family",
    "company",
    "advice",
    "english",
)
