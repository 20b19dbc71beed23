"""Fetching from Twilio and from nowhere else: over real HTTP from the stand-in, and by address alone for the rest."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.channel import media
from bot.channel.media import Away, NotThere, NotTwilios, TooLarge, TwilioMedia
from tests.stand_in.twilio import ACCOUNT, TOKEN, TwilioStandIn

MOST = 1_000_000
ITEM = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'a' * 32}/Media/ME{'b' * 32}"


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def account(twilio: TwilioStandIn) -> TwilioMedia:
    return TwilioMedia(ACCOUNT, TOKEN, MOST, twilio.url)


def test_an_item_is_fetched_by_way_of_the_cdn_and_the_password_goes_only_to_the_api(
    twilio: TwilioStandIn, account: TwilioMedia
) -> None:
    path = twilio.media.put(b"photo" * 1000)
    assert account.fetch(twilio.url + path, "image/jpeg") == b"photo" * 1000
    assert twilio.media.asked == [("GET", path, True), ("GET", f"/cdn{path}", False)]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/photo.jpg",
        "http://127.0.0.1:5432/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "https://api.twilio.com" + ITEM,  # a stand-in is set: then the real Twilio is a stranger
        "not an address",
        "",
    ],
)
def test_case_12_a_media_address_that_is_not_twilios_is_never_fetched(
    twilio: TwilioStandIn, account: TwilioMedia, url: str
) -> None:
    with pytest.raises(NotTwilios):
        account.fetch(url, "image/jpeg")
    with pytest.raises(NotTwilios):
        account.delete(url)
    assert twilio.media.asked == []


@pytest.mark.parametrize(
    "path",
    [
        f"/2010-04-01/Accounts/AC{'9' * 32}/Messages/MM{'a' * 32}/Media/ME{'b' * 32}",
        f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        f"{ITEM}/../../../Messages.json",
        f"{ITEM}?x=1",
        f"{ITEM}.json",
    ],
)
def test_the_password_goes_to_no_other_address_of_the_api(
    twilio: TwilioStandIn, account: TwilioMedia, path: str
) -> None:
    with pytest.raises(NotTwilios):
        account.fetch(twilio.url + path, "image/jpeg")
    assert twilio.media.asked == []


@pytest.mark.parametrize(
    ("url", "good"),
    [
        (f"https://api.twilio.com{ITEM}", True),
        (f"https://api.dublin.ie1.twilio.com{ITEM}", True),
        (f"http://api.twilio.com{ITEM}", False),
        (f"https://api.twilio.com:8443{ITEM}", False),
        (f"https://api.twilio.com.example.org{ITEM}", False),
        (f"https://user:pass@api.twilio.com{ITEM}", False),
        (f"https://api.twilio.com@example.org{ITEM}", False),
        (f"https://evil.twilio.com{ITEM}", False),
    ],
)
def test_which_addresses_are_twilios_own(url: str, good: bool) -> None:
    account = TwilioMedia(ACCOUNT, TOKEN, MOST)
    if good:
        account._check_item(url)
    else:
        with pytest.raises(NotTwilios):
            account._check_item(url)


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://mms.twiliocdn.com/AC/abc?Expires=1&Signature=x", True),
        ("https://media.twiliocdn.com/AC/abc", True),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC/abc", True),
        ("https://s3-external-1.amazonaws.com/somebody-else/abc", False),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/../somebody-else/abc", False),
        ("http://mms.twiliocdn.com/AC/abc", False),
        ("https://mms.twiliocdn.com.example.org/abc", False),
        ("https://10.0.0.1/abc", False),
        ("https://localhost/abc", False),
    ],
)
def test_which_redirects_are_followed(url: str, good: bool) -> None:
    account = TwilioMedia(ACCOUNT, TOKEN, MOST)
    if good:
        account._check_redirect(url)
    else:
        with pytest.raises(NotTwilios):
            account._check_redirect(url)


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.1:1/x", "https://mms.twiliocdn.com/x", "file:///etc/passwd", "//example.org/x"]
)
def test_a_redirect_to_elsewhere_is_not_followed(twilio: TwilioStandIn, account: TwilioMedia, elsewhere: str) -> None:
    path = twilio.media.put(b"photo", redirect=elsewhere)
    with pytest.raises(NotTwilios):
        account.fetch(twilio.url + path, "image/jpeg")
    assert [asked for _, asked, _ in twilio.media.asked] == [path]


def test_a_redirect_in_a_circle_ends(twilio: TwilioStandIn, account: TwilioMedia) -> None:
    path = twilio.media.put(b"photo")
    twilio.media.items[path].redirect = path
    with pytest.raises(Away, match="circle"):
        account.fetch(twilio.url + path, "image/jpeg")


def test_a_twilio_host_that_leads_into_our_own_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: inside)
    with pytest.raises(NotTwilios):
        TwilioMedia(ACCOUNT, TOKEN, MOST).fetch(f"https://api.twilio.com{ITEM}", "image/jpeg")


def test_one_that_says_it_is_too_large_is_not_read(twilio: TwilioStandIn, account: TwilioMedia) -> None:
    path = twilio.media.put(bytes(20 * MOST))
    with pytest.raises(TooLarge) as told:
        account.fetch(twilio.url + path, "video/mp4")
    assert told.value.size == 20 * MOST


def test_one_that_hides_its_size_is_left_at_the_limit(twilio: TwilioStandIn, account: TwilioMedia) -> None:
    path = twilio.media.put(bytes(40 * MOST), honest=False)
    with pytest.raises(TooLarge) as told:
        account.fetch(twilio.url + path, "video/mp4")
    assert MOST < told.value.size <= MOST + media.PIECE


def test_one_that_drips_is_left(twilio: TwilioStandIn, account: TwilioMedia, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "ALL_S", 0.3)
    path = twilio.media.put(bytes(MOST), drip=0.1)
    with pytest.raises(Away, match="slowly"):
        account.fetch(twilio.url + path, "video/mp4")


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_fault_of_twilios_is_for_another_time(twilio: TwilioStandIn, account: TwilioMedia, status: int) -> None:
    path = twilio.media.put(b"photo", status=status)
    with pytest.raises(Away, match=str(status)):
        account.fetch(twilio.url + path, "image/jpeg")


def test_nobody_at_home_is_for_another_time() -> None:
    with pytest.raises(Away):
        TwilioMedia(ACCOUNT, TOKEN, MOST, "http://127.0.0.1:1").fetch(f"http://127.0.0.1:1{ITEM}", "image/jpeg")


def test_what_twilio_no_longer_has_is_told(twilio: TwilioStandIn, account: TwilioMedia) -> None:
    with pytest.raises(NotThere):
        account.fetch(twilio.url + ITEM, "image/jpeg")


def test_an_item_is_taken_away_and_a_second_time_is_no_fault(twilio: TwilioStandIn, account: TwilioMedia) -> None:
    path = twilio.media.put(b"photo")
    account.delete(twilio.url + path)
    account.delete(twilio.url + path)
    assert twilio.media.items == {}
