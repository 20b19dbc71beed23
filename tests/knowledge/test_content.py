"""The shipped content, and what the readers make of well-formed files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.answers import read_answer_files, read_answers
from bot.knowledge.content_error import ContentErrors
from bot.knowledge.services import Facts, Opening, from_document, read_services, to_document
from bot.knowledge.topics import TOPICS
from tests.knowledge.samples import (
    ANSWERS,
    SERVICES,
    service,
    shipped_answers,
    shipped_places,
    shipped_services,
)


def test_all_shipped_content_reads_without_an_error() -> None:
    assert len(shipped_answers()) >= 40
    assert len(shipped_services()) >= 100
    assert shipped_places().find("Wexmoor")


def test_every_topic_has_an_answer_and_a_national_service() -> None:
    assert {answer.topic for answer in shipped_answers()} == set(TOPICS)
    assert {topic for one in shipped_services() if one.is_national for topic in one.topics} == set(TOPICS)


def test_ids_are_unique_over_all_shipped_services() -> None:
    keys = [one.key for one in shipped_services()]
    assert len(keys) == len(set(keys))


def test_every_shipped_local_service_is_where_the_demo_map_knows_its_postcode() -> None:
    lost = [one.key for one in shipped_services() if one.postcode and not shipped_places().point(one.postcode)]
    assert lost == []


def test_nothing_shipped_claims_to_have_been_checked_by_a_champion() -> None:
    assert [answer.key for answer in shipped_answers() if answer.verified] == []
    assert [one.key for one in shipped_services() if one.is_national and one.verified] == []


def test_an_answer_keeps_what_was_written() -> None:
    (answer,) = read_answers(ANSWERS, "answers.yaml")
    assert (answer.key, answer.language, answer.topic) == ("gp-without-id", "en", "health")
    assert answer.questions == ("Can I see a doctor", "I have no papers")
    assert (answer.detail, answer.rights, answer.verified, answer.review_by) == ("", False, None, None)


def test_an_answer_in_another_language_may_use_its_own_letters() -> None:
    text = ANSWERS.replace("topic:", "language: pl\n    topic:").replace("Yes, you can.", "Tak, może Pani.")
    assert read_answers(text, "answers.yaml")[0].short == "Tak, może Pani."


def test_folded_lines_become_one_line_without_marks() -> None:
    text = ANSWERS.replace("short: Yes, you can.", "short: >-\n      Yes,\n      you can.")
    assert read_answers(text, "answers.yaml")[0].short == "Yes, you can."


def test_a_service_keeps_what_was_written_and_what_is_unknown() -> None:
    one = service()
    assert one.topics == ("food", "company")
    assert one.hours == (Opening(("wed",), "12:00", "15:00"),)
    assert one.facts == Facts(step_free=True)
    assert (one.interpreter, one.address, one.verified) == (None, "", date(2026, 5, 9))


def test_digits_that_look_like_numbers_stay_as_they_were_typed() -> None:
    text = SERVICES.replace('"01632 960107"', "0800111")
    assert read_services(text, "services.yaml")[0].phone == "0800111"


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    data = b"\xef\xbb\xbf" + ANSWERS.replace("\n", "\r\n").encode()
    assert read_answers(data, "answers.yaml") == read_answers(ANSWERS, "answers.yaml")


@pytest.mark.parametrize("written", ["true", "yes", "True", "TRUE"])
def test_true_may_be_written_as_yes(written: str) -> None:
    text = SERVICES.replace("step_free: true", f"step_free: {written}")
    assert read_services(text, "services.yaml")[0].facts.step_free is True


def test_every_service_goes_into_the_database_as_json_and_comes_back_the_same() -> None:
    for one in shipped_services():
        assert from_document(json.loads(json.dumps(to_document(one)))) == one


def test_a_document_is_json_and_says_nothing_of_what_is_unknown() -> None:
    document = to_document(service())
    assert document["verified"] == "2026-05-09"
    assert document["facts"] == {"step_free": True}
    assert "interpreter" not in document
    assert "email" not in document


def test_an_empty_field_of_a_form_counts_as_not_known() -> None:
    document = {**to_document(service()), "email": "", "interpreter": None}
    assert from_document(document) == service()


def test_a_broken_form_names_the_field() -> None:
    with pytest.raises(ContentErrors, match='"dear" is no cost'):
        from_document({**to_document(service()), "cost": "dear"})


def test_the_problems_of_all_files_in_a_folder_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ANSWERS.replace("topic: health", "topic: x"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(ANSWERS.replace("short:", "shrt:"), encoding="utf-8")
    with pytest.raises(ContentErrors) as caught:
        read_answer_files(tmp_path)
    assert [error.file.rpartition("/")[2] for error in caught.value.errors] == ["a.yaml", "b.yaml", "b.yaml"]
