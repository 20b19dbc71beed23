"""What a flow names outside itself: other flows, what they take and give back, and templates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from bot.flow.model import Flow
from bot.flow.templates import Template
from bot.flow.unknown import unknown
from bot.flow.written import FlowFile, StepFile
from bot.knowledge.content_error import ContentError
from bot.knowledge.source import Path, Source


def unknown_templates(written: FlowFile, source: Source, templates: Mapping[str, Template]) -> Iterator[ContentError]:
    """Every ``template`` must name one that is there."""
    for number, step in enumerate(written.steps):
        if step.template and step.template not in templates:
            yield _unknown(source, ("steps", number, "template"), step.template, templates, "template")


def unknown_flows(
    written: FlowFile, source: Source, flows: Mapping[str, Flow], broken: Collection[str]
) -> Iterator[ContentError]:
    """Every ``run`` must name a flow that is there, and give it only what it takes. Those ``broken`` are there too."""
    ids = {step.id for step in written.steps}
    for number, step in enumerate(written.steps):
        runs = step.run if isinstance(step.run, dict) else {None: step.run} if step.run else {}
        for key, name in runs.items():
            path: Path = ("steps", number, "run") if key is None else ("steps", number, "run", key)
            if name in flows and key is None:
                yield from _handed(step, number, source, flows[name])
            elif name in ids and name not in flows:
                told = f'"{name}" is a step of this flow, and "run" is for other flows. Write "go" instead of "run".'
                yield source.error(path, told, code="unknown-flow")
            elif name not in flows and name not in broken:
                yield _unknown(source, path, str(name), flows, "flow")


def _handed(step: StepFile, number: int, source: Source, flow: Flow) -> Iterator[ContentError]:
    for given in sorted(set(step.with_ or ()) - set(flow.takes)):
        yield _unknown(source, ("steps", number, "with", given), given, flow.takes, "argument")
    for mine, theirs in (step.into or {}).items():
        if theirs not in flow.gives:
            yield _unknown(source, ("steps", number, "into", mine), theirs, flow.gives, "result")


def jumps_to_flows(error: ContentError, names: Mapping[str, Flow]) -> ContentError:
    """The same error, or a better one where the step that is not there is called like a flow."""
    name = error.sentence.partition('called "')[2].partition('"')[0]
    if error.code != "unknown-step" or name not in names:
        return error
    told = f'"{name}" is another flow, and "go" is for the steps of this one. Write "run" instead of "go".'
    return ContentError(error.file, error.line, error.column, told, code="unknown-step")


def _unknown(source: Source, path: Path, name: str, known: Collection[str], what: str) -> ContentError:
    sentence, near = unknown(name, known, what)
    return source.error(path, sentence, code=f"unknown-{what}", suggestion=near)
