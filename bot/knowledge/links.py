"""The addresses on the net that residents are sent to, and what is said of one that was tried."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from bot.knowledge.answers import Answer
from bot.knowledge.services import Service

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]", re.IGNORECASE)
CONFIRMED_DAYS = 2  # broken on so many different days in a row, it is not a passing trouble

Use = tuple[str, str, str]  # kind ("answer" or "service"), key, address


class LinkState(StrEnum):
    """What came of asking for a page."""

    FINE = "fine"
    MOVED = "moved"  # it is there, under another address
    GUARDED = "guarded"  # the site does not let a machine see it: nobody can tell
    GONE = "gone"  # the site says that there is no such page (404, 410)
    TROUBLE = "trouble"  # the site says that it has trouble (5xx)
    SLOW = "slow"  # no answer in time
    CERTIFICATE = "certificate"  # nobody can be sure that it is that site
    UNREACHABLE = "unreachable"  # no such site, or nobody there
    INSIDE = "inside"  # it leads into our own network, where no resident comes


BROKEN = frozenset(
    {LinkState.GONE, LinkState.TROUBLE, LinkState.SLOW, LinkState.CERTIFICATE, LinkState.UNREACHABLE, LinkState.INSIDE}
)
PASSING = frozenset({LinkState.TROUBLE, LinkState.SLOW, LinkState.UNREACHABLE})  # worth another try in a moment


def links_of_answer(answer: Answer) -> list[str]:
    """Its source, and every address in its texts, none twice."""
    texts = _LINK.findall(f"{answer.short}\n{answer.detail}")
    return list(dict.fromkeys(link for link in (answer.source, *texts) if link))


def uses(answers: Iterable[Answer], services: Iterable[Service]) -> list[Use]:
    """Which answer and which service sends people to which address."""
    found: list[Use] = [("answer", one.key, link) for one in answers for link in links_of_answer(one)]
    return found + [("service", one.key, one.url) for one in services if one.url]
