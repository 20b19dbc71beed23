"""What somebody told us before, as she may choose from it: references and days, never a word of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.language.normal import plain
from bot.story.consent import Consent

SHORT_LIST = 5  # stories that are listed; an older one is named by its reference


class Told(Struct, frozen=True):
    """One story of hers. ``day`` is when she told it, as 2026-05-03; ``consent`` is who may read it now."""

    reference: str
    day: str
    consent: Consent


def named(told: Sequence[Told], reference: str) -> Told | None:
    """The story with this reference, however it is spaced and in small letters or capitals; None: none of hers."""
    wanted = "".join(plain(reference).split()).upper()
    return next((one for one in told if one.reference == wanted), None)


def chosen(told: Sequence[Told], said: str, number: int | None) -> Told | None:
    """What she means by a reference, or by a ``number`` of the short list that she saw; None when it is neither."""
    found = named(told, said)
    if found or number is None:
        return found
    listed = told[:SHORT_LIST]
    return listed[number - 1] if 1 <= number <= len(listed) else None
