"""Small well-formed content, and the shipped one, for the tests of this folder."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from bot.knowledge.answers import Answer, read_answer_files
from bot.knowledge.directory import Directory
from bot.knowledge.places import Places, read_demo_places
from bot.knowledge.services import Service, read_services

FLOWS = Path(__file__).resolve().parents[2] / "flows"
TODAY = date(2026, 6, 2)

ANSWERS = """\
answers:
  - id: gp-without-id
    topic: health
    title: See a GP without ID
    questions:
      - Can I see a doctor
      - I have no papers
    short: Yes, you can.
    say: "I would like to register."
    source: https://www.nhs.uk/gp
    source_name: NHS
    verified:
"""

SERVICES = """\
services:
  - id: lantern
    name: Lantern Food Bank
    topics: [food, company]
    area: wexmoor
    summary: Three days of food.
    cost: free
    who: Anyone.
    hours:
      - {days: [wed], opens: "12:00", closes: "15:00"}
    languages: [en, pl]
    interpreter:
    reach: Just turn up.
    phone: "01632 960107"
    url: https://example.org/lantern
    postcode: ZZ3 1AB
    facts: {step_free: true}
    source: https://example.org/lantern
    verified: 2026-05-09
"""

PLACES = """\
area: {id: wexmoor, name: Wexmoor}
towns:
  - name: Wexmoor
    also: [Wex Moor]
    latitude: 52.6
    longitude: 2.6
postcodes:
  - {postcode: "ZZ1 1AA", latitude: 52.6, longitude: 2.6}
"""


def english(msgid: str, language: str, *, domain: str = "bot") -> str:
    """A catalogue with no translations: every text stays English."""
    return msgid


@cache
def shipped_answers() -> tuple[Answer, ...]:
    return read_answer_files(FLOWS / "answers")


@cache
def shipped_services() -> tuple[Service, ...]:
    files = (FLOWS / "services" / "national.yaml", FLOWS / "demo" / "services.yaml")
    return tuple(service for file in files for service in read_services(file.read_bytes(), file.name))


@cache
def shipped_places() -> Places:
    return Places(read_demo_places((FLOWS / "demo" / "places.yaml").read_bytes(), "places.yaml"))


@cache
def shipped_directory() -> Directory:
    return Directory(
        shipped_answers(), shipped_services(), places=shipped_places(), languages=("en",), translate=english
    )


def service(key: str = "lantern") -> Service:
    """The sample service under another key."""
    return read_services(SERVICES.replace("id: lantern", f"id: {key}"), "services.yaml")[0]
