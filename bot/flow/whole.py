"""What the flows of a folder must have between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bot.flow.model import Flow
from bot.knowledge.content_error import ContentError
from bot.knowledge.source import Position

FIRST = "welcome"


def missing(flows: Mapping[str, Flow], at: Callable[[Flow], Position]) -> Iterable[ContentError]:
    """What is missing, or there twice: the first conversation, and the one that MENU brings. ``at`` is where a flow
    says that it is home."""
    if FIRST not in flows:
        sentence = (
            f'No flow is called "{FIRST}", the first conversation with a new person. Add "flow: {FIRST}" to a file.'
        )
        yield ContentError("flows", 1, 1, sentence, code="no-first-flow")
    homes = [flow for flow in flows.values() if flow.home]
    if not homes:
        sentence = 'No flow says "home: true". One must: the one that MENU brings.'
        yield ContentError("flows", 1, 1, sentence, code="home")
    for flow in homes if len(homes) > 1 else ():
        other = next(one for one in homes if one is not flow)
        sentence = f'"{other.name}" says "home: yes" too. Only one flow can be what MENU brings. Take one of them out.'
        yield ContentError(flow.file, *at(flow), sentence, code="home")
