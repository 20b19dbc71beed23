"""The kinds of personal details, and one of them in a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of detail it is. ``staff`` is the name of somebody who was met at work: "Dr Khan"."""

    NAME = "name"
    STAFF = "staff"
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"  # an address on the net, or somebody's name there
    POSTCODE = "postcode"
    ADDRESS = "address"
    NHS = "nhs"
    NINO = "nino"
    DATE = "date"  # a whole date, as of birth
    PLACE = "place"  # a school, surgery, hospital, place of worship or of work, by its name
    REFERENCE = "reference"  # a case's, claim's or account's number, a number plate
    NUMBER = "number"


@dataclass(frozen=True, order=True)
class Span:
    """One detail: ``text[start:end]``."""

    start: int
    end: int
    kind: Kind

    def overlaps(self, other: Span) -> bool:
        """True when they share a letter."""
        return self.start < other.end and other.start < self.end


def span_at(place: tuple[int, int], kind: Kind) -> Span:
    """The detail that stands from the first of these letters to before the second."""
    return Span(*place, kind)
