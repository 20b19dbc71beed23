"""Waits that outlive WhatsApp's 24 hours, and the templates that are said then."""

# ruff: noqa: E501 # a table of steps, one row a line

from __future__ import annotations

import pytest

from bot.flow.check import check_flows
from bot.flow.check.finding import Finding, Severity
from bot.flow.check.material import Material
from bot.flow.check.written import templates_written, written
from bot.flow.load import load_flow
from bot.knowledge.source import read_source
from tests.flow.check.look import Entry, catalogue, flow, look, of

SAY, THEN = "  - say: We will ask.\n", "  - say: Is it better?\n"
ASK = "  - ask: Is it well?\n    id: well\n    expect: yes_no\n"


def wait(span: str, *words: str) -> str:
    return f"  - wait: {span}\n" + "".join(f"    {word}\n" for word in words)


WAITS: list[tuple[str, str, list[int]]] = [
    ("two days", SAY + wait("2 days") + THEN, [6]),
    ("a day to the minute", SAY + wait("1440 minutes") + THEN, [6]),
    ("half a day, with a night behind it", SAY + wait("12 hours") + THEN, [6]),
    ("eleven hours, with the night in which summer time ends", SAY + wait("11 hours") + THEN, [6]),
    ("ten hours", SAY + wait("10 hours") + THEN, []),
    ("with a template", SAY + wait("2 days", "template: back") + THEN, []),
    ("by SMS alone", SAY + wait("2 days", "only: sms") + THEN, []),
    ("by WhatsApp alone", SAY + wait("2 days", "only: whatsapp") + THEN, [6]),
    ("two short ones add up", SAY + wait("6 hours") + THEN + wait("6 hours") + THEN, [8]),
    ("an answer in between", SAY + wait("6 hours") + ASK + wait("6 hours") + THEN, []),
    ("an answer by SMS alone in between", SAY + wait("6 hours") + ASK + "    only: sms\n" + wait("6 hours") + THEN, [11]),
    ("a template that asks for an answer", SAY + wait("2 days", "template: back") + wait("6 hours") + THEN, []),
    ("a template that may not be needed", SAY + wait("20 hours", "template: back") + wait("1 hour") + THEN, [8]),
    ("on one of two ways", ASK + "  - if: well == 'no'\n    go: later\n  - say: Good.\n    end: yes\n  - id: later\n    wait: 2 days\n" + THEN, [13]),
    ("where nobody comes", SAY + "    end: yes\n" + wait("2 days") + THEN, []),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "lines"), [case[1:] for case in WAITS], ids=[case[0] for case in WAITS])
def test_a_wait_that_outlives_the_24_hours_is_told(steps: str, lines: list[int]) -> None:
    found = [one for one in look(flow(steps)) if one.code == "wait-outlives-window"]
    assert [one.line for one in found] == lines
    assert all(one.severity is Severity.WARNING and "template:" in one.suggestion for one in found)


def test_a_silence_in_a_story_that_is_asked_about_too_late_is_told() -> None:
    story = "  - listen: Tell us.\n    id: told\n    quiet: 3 days\n  - say: Thank you.\n"
    assert of("wait-outlives-window", look(flow(story))) == [("1.yaml", 7)]
    assert of("wait-outlives-window", look(flow(story.replace("3 days", "20 minutes")))) == []
    assert of("wait-outlives-window", look(flow(story.replace("    id", "    only: sms\n    id")))) == []


TEMPLATES = """templates:
  - id: back
    about: x
    category: utility
    text: Hello from {service_name}. Write to us.
"""
MSGID = "Hello from {service_name}. Write to us."


def look_at_templates(*flows: str, polish: list[Entry] | None = None) -> list[Finding]:
    read = [load_flow(text, f"{number}.yaml") for number, text in enumerate(flows)]
    files = [written(one, read_source(text, one.file)) for one, text in zip(read, flows, strict=True)]
    texts = templates_written(read_source(TEMPLATES, "templates.yaml"))
    catalogues = [] if polish is None else [catalogue(polish)]
    return list(check_flows(Material(files, {one.name: one for one in read}, catalogues, templates=texts)))


def test_a_template_that_no_wait_names_is_noted() -> None:
    unused = look_at_templates(flow(SAY))
    assert [(one.code, one.severity) for one in unused] == [("template-unused", Severity.INFO)]
    assert of("template-unused", unused) == [("templates.yaml", 5)]
    assert of("template-unused", look_at_templates(flow(SAY + wait("2 days", "template: back") + THEN))) == []


def test_a_translation_that_whatsapp_would_refuse_is_told_in_its_catalogue() -> None:
    found = look_at_templates(polish=[(MSGID, "Napisz do nas, {service_name}")])
    assert of("template", found) == [("pl.po", 1)]
    assert [one.severity for one in found if one.code == "template"] == [Severity.ERROR]
    assert of("template", look_at_templates(polish=[(MSGID, "Tu {service_name}. Napisz do nas.")])) == []


def test_a_template_without_an_entry_for_translators_is_told() -> None:
    assert of("untranslated", look_at_templates(polish=[])) == [("templates.yaml", 5)]


def test_a_template_costs_no_sms() -> None:
    assert of("dear-character", look_at_templates()) == of("budget", look_at_templates()) == []
