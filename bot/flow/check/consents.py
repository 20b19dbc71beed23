"""Questions whose yes stands for consent: only an unmistakable yes is one, and what was asked must be known later."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.written import Written
from bot.flow.model import Flow, Step, Verb

# What an action takes for consent. Of what is kept as a record ("keep_consent") the question must stand in this flow.
STANDS_FOR_CONSENT = {"keep_consent": "answer", "submit_story": "consent", "add_to_story": "follow_up"}
KEPT = "keep_consent"


def unclear_consents(material: Material) -> Iterator[Finding]:
    """Consent that nobody was asked for, or that a "maybe" or a typing slip could give, or to words that vary."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            given = step.values.get(STANDS_FOR_CONSENT.get(step.action, "")) if step.verb is Verb.DO else None
            asked = _asked(written.flow, given.written) if given and given.is_variable else []
            if given and step.action == KEPT and not asked:
                yield written.finding(
                    ("steps", at, "do"), Severity.ERROR, "consent-unasked",
                    "This keeps a consent that nobody is asked for here: nobody could say later what she agreed to.",
                    'Ask in this flow, with "clear: yes", and give the id of that question as the "answer".',
                )  # fmt: skip
            for place in asked:
                yield from _faults(written, place, kept=step.action == KEPT)


def _asked(flow: Flow, name: str) -> list[int]:
    return [at for at, step in enumerate(flow.steps) if step.name == name and step.verb is Verb.ASK]


def _faults(written: Written, at: int, *, kept: bool) -> Iterator[Finding]:
    step = written.flow.steps[at]
    if not step.clear:
        yield written.finding(
            ("steps", at, "ask"), Severity.ERROR, "consent-unclear",
            "A yes to this question stands for consent, but a typing slip or a half yes would count as one, too.",
            'Add "clear: yes" to this question: then only an unmistakable answer counts.',
        )  # fmt: skip
    if kept and _varies(step):
        yield written.finding(
            ("steps", at, "ask"), Severity.ERROR, "consent-varies",
            "This question stands for consent and has several wordings: nobody could say later which one she read.",
            "Give it one wording.",
        )  # fmt: skip


def _varies(step: Step) -> bool:
    return sum(len(texts) for texts in step.variants.values()) > 1
