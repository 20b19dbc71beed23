"""What the flows of a folder must have between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.flow.model import Flow
from bot.knowledge.content_error import ContentError

FIRST = "welcome"


def missing(flows: Mapping[str, Flow]) -> Iterable[ContentError]:
    """What is missing, or there twice: the first conversation, and the one that MENU brings."""
    if FIRST not in flows:
        sentence = (
            f'No flow is called "{FIRST}", the first conversation with a new person. Add "flow: {FIRST}" to a file.'
        )
        yield ContentError("flows", 1, 1, sentence, code="no-first-flow")
    homes = [flow for flow in flows.values() if flow.home]
    if not homes:
        sentence = 'No flow says "home: true". One must: the one that MENU brings.'
        yield ContentError("flows", 1, 1, sentence, code="home")
    for flow in homes[1:]:
        sentence = f'"{homes[0].name}" says "home: true" already. Only one flow can be what MENU brings.'
        yield ContentError(flow.file, 1, 1, sentence, code="home")
