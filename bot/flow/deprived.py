"""How deprived the streets are that she told us of: of where she is, the one thing that outlives the question."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flow.model import Expect, Step
from bot.flow.session import Frame
from bot.knowledge.directory import Directory
from bot.knowledge.places import Deprivation

KEPT = "/deprivation"  # no answer of a flow can have this name


def note(step: Step, frame: Frame, directory: Directory) -> None:
    """After an answer to where she is: keep the edition and the decile with her flow, and not with the place."""
    value = frame.values.get(step.name)
    told: object = None
    if step.expect is Expect.POSTCODE and isinstance(value, str):
        place = directory.place(value)
        told = list(place.deprivation) if place and place.deprivation else None
    elif step.expect is Expect.PLACE and isinstance(value, dict):
        told = value.pop("deprivation", None)
    else:
        return
    frame.values.pop(KEPT, None)
    if told:
        frame.values[KEPT] = told


def forget(frame: Frame) -> None:
    """What she told of was not where she is."""
    frame.values.pop(KEPT, None)


def known(frames: Sequence[Frame]) -> Deprivation | None:
    """The edition and the decile told of in what is under way, or None."""
    kept = next((frame.values[KEPT] for frame in reversed(frames) if KEPT in frame.values), None)
    return (kept[0], kept[1]) if kept else None
