"""``bot draw``: one flow of the folder, or of a file that is not in it yet, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.flow.draw.picture import draw
from bot.flow.load import load_flow, load_flows
from bot.flow.model import Flow
from bot.language.catalogue import Catalogues
from bot.settings import Settings


class FlowUnknown(ValueError):
    """A name that no flow has, and no file. The sentence names those there are."""


def draw_named(settings: Settings, named: str, language: str, *, narrow: bool = False) -> str:
    """The SVG of a flow, by its name or by its file. A file is drawn by itself: the flows it runs need not be there.

    Raises FlowUnknown, ContentErrors for a file that cannot be read as a flow, and CatalogueError.
    """
    file = Path(named)
    flow = load_flow(file.read_bytes(), named) if file.is_file() else _named(settings.flows_dir, named)
    catalogues = Catalogues(settings.locales_dir, settings.languages)
    return draw(flow, catalogues, language, narrow=narrow, link=lambda other: f"{other}.svg")


def _named(folder: Path, name: str) -> Flow:
    flows = load_flows({file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml"))}).flows
    if name not in flows:
        raise FlowUnknown(_sentence(name, flows))
    return flows[name]


def _sentence(name: str, flows: Mapping[str, Flow]) -> str:
    near = process.extractOne(name, list(flows), scorer=fuzz.ratio, score_cutoff=60)
    hint = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(flows)}."
    return f'No conversation is called "{name}", and no file. {hint}'
