"""Drafts of translations come over LibreTranslate's and DeepL's interface, and whatever goes wrong has a sentence."""

from __future__ import annotations

import socket

import pytest

from bot.channel.translate_client import LONGEST, TranslateKind, TranslateReason, TranslateTrouble, Translator
from tests.stand_in.translation import TranslationStandIn

LIBRE, DEEPL = TranslateKind.LIBRETRANSLATE, TranslateKind.DEEPL


def translator(service: TranslationStandIn, kind: TranslateKind, key: str = "") -> Translator:
    return Translator(kind, service.url, key, own_network=True)


def reason(asked: Translator, text: str = "zimno", source: str = "pl", target: str = "en") -> TranslateReason:
    with pytest.raises(TranslateTrouble) as told:
        asked.draft(text, source, target)
    assert text not in str(told.value)
    return told.value.reason


@pytest.mark.parametrize("key", ["", "secret"])
def test_libretranslate_gives_a_draft(key: str) -> None:
    with TranslationStandIn(key=key) as service:
        assert translator(service, LIBRE, key).draft("zimno\n\n[name]", "pl", "en") == "(en) zimno\n\n[name]"
        assert service.paths == ["/translate"]


def test_deepl_gives_a_draft_in_british_english() -> None:
    with TranslationStandIn(key="secret:fx") as service:
        assert translator(service, DEEPL, "secret:fx").draft("سردی", "ur", "en") == "(EN-GB) سردی"
        assert service.paths == ["/v2/translate"]


@pytest.mark.parametrize("kind", [LIBRE, DEEPL])
def test_a_wrong_key_and_a_language_it_has_not_are_told_apart(kind: TranslateKind) -> None:
    with TranslationStandIn(key="right") as service:
        assert reason(translator(service, kind, "wrong")) is TranslateReason.KEY
        assert reason(translator(service, kind, "right"), target="so") is TranslateReason.LANGUAGE
        assert service.asked == []


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (429, b"{}", TranslateReason.BUSY),
        (456, b"{}", TranslateReason.BUSY),
        (413, b"{}", TranslateReason.LONG),
        (500, b"{}", TranslateReason.AWAY),
        (302, b"{}", TranslateReason.WRONG),
        (200, b"<html>", TranslateReason.WRONG),
        (200, b"[]", TranslateReason.WRONG),
        (200, b'{"translatedText": 7}', TranslateReason.WRONG),
        (200, b'{"translatedText": "  "}', TranslateReason.WRONG),
        (200, b'{"translatedText": "' + b"x" * 300_000 + b'"}', TranslateReason.WRONG),
    ],
)
def test_what_goes_wrong_has_a_reason(status: int, body: bytes, why: TranslateReason) -> None:
    with TranslationStandIn(answers=[(status, body)]) as service:
        assert reason(translator(service, LIBRE)) is why


def test_a_redirect_is_not_followed() -> None:
    with (
        TranslationStandIn() as other,
        TranslationStandIn(answers=[(307, b"{}")], location=f"{other.url}/translate") as one,
    ):
        assert reason(translator(one, LIBRE)) is TranslateReason.WRONG
        assert other.paths == []


def test_nobody_there_is_said_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gone = Translator(LIBRE, f"http://127.0.0.1:{free.getsockname()[1]}", "", own_network=True)
        assert reason(gone) is TranslateReason.AWAY


def test_a_machine_of_our_own_network_is_not_asked_unless_it_may_be() -> None:
    with TranslationStandIn() as service:
        port = service.url.rpartition(":")[2]
        for url in (service.url, f"http://localhost:{port}"):
            assert reason(Translator(LIBRE, url)) is TranslateReason.INSIDE
        assert service.paths == []


def test_what_is_too_long_is_not_sent() -> None:
    with TranslationStandIn() as service:
        assert reason(translator(service, LIBRE), "x" * (LONGEST + 1)) is TranslateReason.LONG
        assert service.paths == []


def test_the_key_is_in_no_picture_of_it() -> None:
    assert "secret" not in repr(Translator(DEEPL, "https://api.deepl.com", "secret"))
