"""Questions that nobody can answer by SMS: in the UK a photo cannot be texted to us (no MMS)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.model import Expect, Step


def media_by_sms(material: Material) -> Iterator[Finding]:
    """Questions for a photo that come by SMS too, with no way to pass them by."""
    for written in material.written:
        for at, step in enumerate(written.flow.steps):
            if step.expect is Expect.MEDIA and not _can_be_passed(step):
                yield written.finding(
                    ("steps", at, "expect"),
                    Severity.WARNING,
                    "media-by-sms",
                    "By SMS nobody can send us a photo: whoever comes here on SMS is stuck.",
                    'Add "optional: yes", or "only: whatsapp".',
                )


def _can_be_passed(step: Step) -> bool:
    return step.only == "whatsapp" or bool(step.options) or step.otherwise is not None
