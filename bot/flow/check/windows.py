"""WhatsApp's 24 hours: waits that outlive them, and the templates that are said then."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.routes import ways
from bot.flow.check.written import Written
from bot.flow.hours import LONGEST_NIGHT_MS, WINDOW_MS
from bot.flow.model import WAITING, Flow, Step, Verb
from bot.flow.templates import faults
from bot.language.names import LANGUAGES

# What falls due when a night begins comes when it ends, and must still come within the 24 hours.
SAFE_MS = WINDOW_MS - LONGEST_NIGHT_MS
_HOUR = 3_600_000


def waits(material: Material) -> Iterator[Finding]:
    """Waits after which somebody on WhatsApp can be out of reach, without a template for that."""
    for written in material.written:
        silent = _silences(written.flow)
        for at, step in enumerate(written.flow.steps):
            if step.verb is Verb.WAIT and not step.template and silent.get(at, 0) >= SAFE_MS:
                yield _outlives(written, at, "wait", 'Add "template: coming_back" under it, or "only: sms", or wait')
            elif (step.quiet_ms or 0) >= SAFE_MS and step.only != "sms":
                yield _outlives(written, at, "quiet", "Wait")


def _outlives(written: Written, at: int, word: str, mend: str) -> Finding:
    hours = SAFE_MS // _HOUR
    return written.finding(
        ("steps", at, word),
        Severity.WARNING,
        "wait-outlives-window",
        "By WhatsApp we may write only within 24 hours of her last message, and never at night: "
        f"{hours} hours or more after it, all waits together, this may not come before she writes again.",
        f"{mend} less than {hours} hours.",
    )


def _silences(flow: Flow) -> dict[int, int]:
    """How long ago her last message can be when each wait of this flow ends on WhatsApp, in ms; a day at most.

    Time that passes in a flow that runs this one, or that this one runs, is not counted.
    """
    longest: dict[int, int] = {}
    ends: dict[int, int] = {}
    waiting = [(0, 0)]
    while waiting:
        at, silent = waiting.pop()
        if at >= len(flow.steps) or longest.get(at, -1) >= silent:
            continue
        longest[at] = silent
        step = flow.steps[at]
        if step.verb is Verb.WAIT and step.only != "sms":
            silent = min(silent + step.wait_ms, WINDOW_MS)
            ends[at] = silent
        waiting += _next(step, at, silent)
    return ends


def _next(step: Step, at: int, silent: int) -> list[tuple[int, int]]:
    """The steps that follow on WhatsApp, and how long she has been silent there. Who has answered has written."""
    if step.only == "sms":
        return [(at + 1, silent)]
    if step.template and silent >= WINDOW_MS:  # it surely was said, and waits for an answer
        silent = 0
    known = [way for way in ways(step, at) if way.by != "only"]
    return [(way.to, 0 if step.verb in WAITING and way.by != "none" else silent) for way in known]


def templates(material: Material) -> Iterator[Finding]:
    """Translations that WhatsApp would not approve; the English is looked at when it is read."""
    for text in material.templates:
        for catalogue in material.catalogues:
            own = catalogue.text(text.msgid)
            for _, sentence in faults(own) if own else ():
                name = LANGUAGES[catalogue.language].english_name
                told = f"WhatsApp would not approve the {name} of this template."
                entry = catalogue.entries[None, text.msgid]
                yield catalogue.finding(entry, Severity.ERROR, "template", told, sentence)


def unused_templates(material: Material) -> Iterator[Finding]:
    """Templates that no wait names."""
    used = {step.template for flow in material.flows.values() for step in flow.steps}
    for text in material.templates:
        if text.key not in used:
            yield text.finding(
                Severity.INFO,
                "template-unused",
                f'No "wait:" names the template "{text.key}".',
                f'Write "template: {text.key}" under a long "wait:", or take the template out.',
            )
