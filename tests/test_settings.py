"""A setting that cannot be used is refused at start-up, by name, with a way to mend it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from bot.settings import SETTINGS, SettingError, Settings, load, new_key

POSTGRES = {"DATABASE_URL": "postgresql://bot@db/bot", "SECRET_KEY": "x" * 40, "DATA_KEYS": new_key()}
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "PUBLIC_URL": "https://bot.example.org",
    "TWILIO_SMS_FROM": "+447700900000",
}


def test_the_table_and_the_fields_are_the_same() -> None:
    assert [setting.name.lower() for setting in SETTINGS] == [field.name for field in fields(Settings)]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://x", "must begin with postgresql://"),
        ("REDIS_URL", "http://x", "must begin with redis://"),
        ("DATA_KEYS", "short", "key 1 is not a Fernet key"),
        ("PUBLIC_URL", "bot.example.org", "whole address"),
        ("TWILIO_ACCOUNT_SID", "SK123", "begin with AC"),
        ("TWILIO_MESSAGING_SERVICE_SID", "XX", "begin with MG"),
        ("TWILIO_SMS_FROM", "07700 900000", "country code"),
        ("TWILIO_WHATSAPP_FROM", "whatsapp:me", "country code"),
        ("TWILIO_API_URL", "stand-in:9100", "whole address"),
        ("LANGUAGES", "pl,ur", '"en" among them'),
        ("LANGUAGES", "en,xx", "xx is not a language I know"),
        ("FLOWS_DIR", "/nowhere", "no folder"),
        ("DEMO", "maybe", '"yes" or "no"'),
    ],
)
def test_a_bad_value_is_refused_by_name(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingError) as refused:
        load(POSTGRES | {name: value})
    assert str(refused.value).startswith(f"{name} cannot be ")
    assert words in str(refused.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "DATA_KEYS"])
def test_a_secret_is_never_repeated(name: str) -> None:
    with pytest.raises(SettingError) as refused:
        load(POSTGRES | {name: "hunter2://never-show-me"})
    assert "never-show-me" not in str(refused.value)


@pytest.mark.parametrize("missing", ["TWILIO_AUTH_TOKEN", "PUBLIC_URL", "TWILIO_SMS_FROM"])
def test_twilio_is_set_whole_or_not_at_all(missing: str) -> None:
    given = {name: value for name, value in TWILIO.items() if name != missing}
    with pytest.raises(SettingError, match=missing):
        load(POSTGRES | given)
    assert load(POSTGRES | TWILIO).twilio_on


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATA_KEYS"])
def test_a_shared_database_must_be_given_its_keys(missing: str) -> None:
    with pytest.raises(SettingError, match=missing):
        load({name: value for name, value in POSTGRES.items() if name != missing})


def test_a_laptop_makes_its_own_keys_once_and_keeps_them(tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/deep/bot.sqlite3"}
    first, second = load(given), load(given)
    assert first == second
    assert (tmp_path / "deep" / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_is_taken(scheme: str) -> None:
    assert load(POSTGRES | {"DATABASE_URL": f"{scheme}://u@h/d"}).database_url == "postgresql+psycopg://u@h/d"
