"""Templates: what WhatsApp must approve, handing it in, and how that stands."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import House, prepare
from bot.background.templating import Row, Templates
from bot.channel.content_client import ContentApi, ContentRefused
from bot.cli import main
from bot.store.templates import State
from tests.people import NOW_MS, house_on
from tests.stand_in.content import ContentFault, ContentStandIn
from tests.stand_in.twilio import ACCOUNT, TOKEN, WHATSAPP_FROM


@pytest.fixture
def contents() -> Iterator[ContentStandIn]:
    with ContentStandIn() as stand_in:
        yield stand_in


def wired(url: str, contents: ContentStandIn, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
        "TWILIO_API_URL": contents.url,
        "TWILIO_CONTENT_URL": contents.url,
        "PUBLIC_URL": "https://bot.example.org",
        **more,
    }


@pytest.fixture
def house(database_url: str, contents: ContentStandIn) -> Iterator[House]:
    given = wired(database_url, contents)
    made = house_on(given.pop("DATABASE_URL"), **given)
    prepare(made)
    yield made
    made.parts.db.close()


@pytest.fixture
def templates(house: House) -> Templates:
    return house.parts.templates


def states(templates: Templates) -> dict[str, State]:
    return {row.language: row.state for row in templates.rows() if row.name == "coming_back"}


def one(templates: Templates, language: str) -> Row:
    return next(row for row in templates.rows() if row.language == language)


def test_each_text_is_there_in_each_language_with_our_own_words_filled_in(templates: Templates) -> None:
    assert states(templates) == dict.fromkeys(("en", "pl", "ur", "bn"), State.MISSING)
    assert all("{" not in row.text and row.translated for row in templates.rows())
    assert "Community Champions" in one(templates, "en").text
    assert one(templates, "pl").text != one(templates, "en").text


def test_what_is_missing_is_handed_in_once(templates: Templates, contents: ContentStandIn) -> None:
    assert [done.row.state for done in templates.submit(NOW_MS)] == [State.SUBMITTED] * 4
    assert templates.submit(NOW_MS) == []
    assert states(templates) == dict.fromkeys(("en", "pl", "ur", "bn"), State.SUBMITTED)
    made = list(contents.made.values())
    assert sorted(row.document["language"] for row in made) == ["bn", "en", "pl", "ur"]
    assert {(row.kind, row.category) for row in made} == {("twilio/text", "UTILITY")}
    assert {row.shown["body"] for row in made} == {row.text for row in templates.rows()}


def test_approved_and_refused_is_kept_with_the_reason(templates: Templates, contents: ContentStandIn) -> None:
    templates.submit(NOW_MS)
    contents.decide("approved")
    refused = next(made for made in contents.made.values() if made.document["language"] == "ur")
    refused.status, refused.reason = "rejected", "It sounds like advertising."
    templates.refresh(NOW_MS)
    assert one(templates, "en").state is State.APPROVED
    assert (one(templates, "ur").state, one(templates, "ur").reason) == (State.REJECTED, "It sounds like advertising.")
    assert not one(templates, "ur").can_submit


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("received", State.SUBMITTED),
        ("pending", State.SUBMITTED),
        ("paused", State.REJECTED),
        ("disabled", State.REJECTED),
        ("something_new", State.SUBMITTED),
    ],
)
def test_each_word_of_twilio_is_understood(
    templates: Templates, contents: ContentStandIn, said: str, state: State
) -> None:
    templates.submit(NOW_MS)
    contents.decide(said)
    templates.refresh(NOW_MS)
    assert set(states(templates).values()) == {state}


def test_a_hand_in_that_broke_off_goes_on_where_it_was(templates: Templates, contents: ContentStandIn) -> None:
    contents.faults.extend([ContentFault(), ContentFault(), ContentFault(http=500)])  # looked up, made, not handed in
    first, *others = templates.submit(NOW_MS)
    assert "20500" in first.trouble
    assert not any(done.trouble for done in others)
    assert one(templates, "en").state is State.CREATED
    assert [done.row.state for done in templates.submit(NOW_MS)] == [State.SUBMITTED]
    assert len(contents.made) == 4


def test_what_was_made_and_whose_answer_was_lost_is_not_made_again(
    templates: Templates, contents: ContentStandIn, house: House
) -> None:
    templates.submit(NOW_MS)
    with house.parts.db.begin() as conn:
        conn.exec_driver_sql("DELETE FROM template")
    for made in contents.made.values():
        made.status = made.name = ""
        made.status = "unsubmitted"
    templates.submit(NOW_MS)
    assert len(contents.made) == 4


def test_a_long_list_of_contents_is_read_to_its_end(contents: ContentStandIn) -> None:
    api = ContentApi(ACCOUNT, TOKEN, contents.url)
    for number in range(502):
        contents.answer("POST", "/v1/Content", _plain(f"text_{number}"))
    assert api.named("text_0") is not None
    assert api.named("text_502") is None


def test_a_changed_text_is_handed_in_anew_and_the_older_one_serves_meanwhile(
    database_url: str, contents: ContentStandIn, house: House, templates: Templates
) -> None:
    templates.submit(NOW_MS)
    contents.decide("approved")
    templates.refresh(NOW_MS)
    given = wired(database_url, contents, SERVICE_NAME="Wexmoor Neighbours", DATA_KEYS="")
    given.pop("DATA_KEYS")
    changed = house_on(given.pop("DATABASE_URL"), **given)
    prepare(changed)
    row = one(changed.parts.templates, "en")
    assert (row.state, row.older, row.usable) == (State.MISSING, True, True)
    assert len(changed.parts.templates.submit(NOW_MS)) == 4
    changed.parts.db.close()


@pytest.mark.parametrize(
    "fault", [ContentFault(close=True), ContentFault(http=503), ContentFault(http=401, code=20003)]
)
def test_trouble_is_a_sentence(contents: ContentStandIn, fault: ContentFault) -> None:
    contents.faults.append(fault)
    with pytest.raises(ContentRefused, match="Twilio's Content API"):
        ContentApi(ACCOUNT, TOKEN, contents.url).approval("HX" + "0" * 32)


def test_a_wrong_token_is_told(contents: ContentStandIn) -> None:
    with pytest.raises(ContentRefused, match="20003"):
        ContentApi(ACCOUNT, "wrong", contents.url).create(_plain("x"))


def _plain(name: str) -> dict[str, object]:
    return {"friendly_name": name, "language": "en", "variables": {}, "types": {"twilio/text": {"body": "Hello"}}}


# ---- the command


def run(arguments: list[str], environ: dict[str, str]) -> tuple[int, str]:
    known = {"PATH": os.environ["PATH"], "SECRET_KEY": "a" * 44, **environ}
    result = CliRunner().invoke(main, arguments, env={**dict.fromkeys(os.environ, ""), **known})
    return result.exit_code, result.output


def test_the_command_lists_tries_hands_in_and_asks(tmp_path: Path, contents: ContentStandIn) -> None:
    environ = wired(f"sqlite:///{tmp_path}/bot.sqlite3", contents)
    assert run(["migrate"], environ)[0] == 0
    code, said = run(["templates"], environ)
    assert code == 0
    assert "missing    coming_back pl" in said
    assert '0 of 4 can go out.\n4 missing. Hand them in with "bot templates submit".' in said
    assert "WhatsApp's templates: 0 of 4 are approved." in run(["doctor"], environ)[1]
    assert "4 to hand in. Nothing was sent." in run(["templates", "submit", "--dry-run"], environ)[1]
    assert contents.calls == []
    assert "submitted  coming_back en" in run(["templates", "submit"], environ)[1]
    assert '4 with WhatsApp. Ask how they stand with "bot templates refresh".' in run(["templates"], environ)[1]
    next(iter(contents.made.values())).status = "rejected"
    contents.decide("approved")
    assert "approved   coming_back bn" in run(["templates", "refresh"], environ)[1]
    rows = [json.loads(line) for line in run(["templates", "--json"], environ)[1].splitlines()]
    assert [row["state"] for row in rows] == ["rejected", "approved", "approved", "approved"]
    assert "3 of 4 can go out.\n1 refused. Change the words" in run(["templates"], environ)[1]
    assert all(row["sid"].startswith("HX") for row in rows)


def test_without_an_account_nothing_is_handed_in(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"}
    assert run(["migrate"], environ)[0] == 0
    code, said = run(["templates", "submit"], environ)
    assert code == 1
    assert "TWILIO_ACCOUNT_SID is not set" in said
