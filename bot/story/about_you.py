"""What somebody may tell about herself: which answers there are, and that nothing else is kept. Never who may stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.knowledge.area import counted_area
from bot.knowledge.places import Place
from bot.story.codes import CodeSet, code_set

AGES: CodeSet = code_set("age_band_2026")
ETHNIC_GROUPS: CodeSet = code_set("ethnic_group_ew_2021")
YES_NO = frozenset({"yes", "no"})
NAMES = ("age", "ethnic_group", "disability", "carer", "area")


def coded(said: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The answers as they are kept, (name, code) each. What was skipped, or is on no list, is left out."""
    read = ((name, READERS[name](said.get(name))) for name in NAMES)
    return tuple((name, code) for name, code in read if code)


def _of(codes: frozenset[str]) -> Callable[[object], str]:
    return lambda value: value if isinstance(value, str) and value in codes else ""


def _area(value: object) -> str:
    """The district or town she named, and nothing more exact of where she is."""
    if not isinstance(value, dict):
        return ""
    return counted_area(Place(value["name"], value["latitude"], value["longitude"], value["exactness"]))


READERS: dict[str, Callable[[object], str]] = {
    "age": _of(frozenset(AGES.codes)),
    "ethnic_group": _of(frozenset(ETHNIC_GROUPS.codes)),
    "disability": _of(YES_NO),
    "carer": _of(YES_NO),
    "area": _area,
}
