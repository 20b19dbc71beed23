"""A setting that cannot be used is refused at start-up, by name, with a way to mend it."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
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
        ("DATABASE_URL", "sqlite://", "must name a file"),
        ("DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("REDIS_URL", "http://x", "must begin with redis://"),
        ("DATA_KEYS", "short", "key 1 is not a Fernet key"),
        ("PUBLIC_URL", "bot.example.org", "whole address"),
        ("TWILIO_ACCOUNT_SID", "SK123", "begin with AC"),
        ("TRANSLATE_URL", "translate.example.org", "whole address"),
        ("TRANSLATE_KIND", "google", 'must be "libretranslate" or "deepl"'),
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


def test_a_demo_is_never_opened_to_real_phones() -> None:
    with pytest.raises(SettingError, match="DEMO cannot be yes while TWILIO_ACCOUNT_SID is set"):
        load(POSTGRES | TWILIO | {"DEMO": "yes"})


@pytest.mark.parametrize("stand_in", ["http://127.0.0.1:9100", "http://localhost:9100"])
def test_a_demo_may_use_the_stand_in_on_this_machine(stand_in: str) -> None:
    assert load(POSTGRES | TWILIO | {"DEMO": "yes", "TWILIO_API_URL": stand_in}).demo


def someone_texted(folder: Path) -> dict[str, str]:
    """A laptop's settings whose database has a contact and whose keys were made."""
    given = {"DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3"}
    load(given)
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as conn:
        conn.execute("CREATE TABLE contact (id INTEGER PRIMARY KEY)")
        conn.execute("INSERT INTO contact DEFAULT VALUES")
        conn.commit()
    return given


def test_lost_keys_are_never_made_anew_under_a_database_with_people(tmp_path: Path) -> None:
    """New keys would forget every STOP and could read nothing."""
    given = someone_texted(tmp_path)
    kept = (tmp_path / "keys.json").read_text()
    (tmp_path / "keys.json").unlink()
    with pytest.raises(SettingError, match=r"Put keys\.json back"):
        load(given)
    assert not (tmp_path / "keys.json").exists()
    (tmp_path / "keys.json").write_text(kept)
    assert load(given).data_keys


def test_given_keys_need_no_file_beside_a_database_with_people(tmp_path: Path) -> None:
    given = someone_texted(tmp_path)
    (tmp_path / "keys.json").unlink()
    assert load(given | {"DATA_KEYS": POSTGRES["DATA_KEYS"]}).data_keys == (POSTGRES["DATA_KEYS"],)


def test_a_database_without_tables_yet_gets_new_keys(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").touch()
    assert load({"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"}).data_keys


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"secret_key": "x"}', '{"secret_key": "x", "data_keys": []}', '{"data_keys": ["x"]}']
)
def test_a_broken_file_of_keys_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(SettingError, match=r"keys\.json does not hold the keys"):
        load({"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"})
    assert (tmp_path / "keys.json").read_text() == content


def test_processes_that_begin_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/bot.sqlite3"}
    with ThreadPoolExecutor(8) as pool:
        made = {settings.data_keys for settings in pool.map(lambda _: load(given), range(16))}
    assert len(made) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


def test_a_folder_that_cannot_be_written_to_is_a_sentence() -> None:
    with pytest.raises(SettingError, match=r"keys\.json cannot be read or written"):
        load({"DATABASE_URL": "sqlite:////proc/nowhere/bot.sqlite3"})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"TRANSLATE_URL": "https://api.deepl.com", "TRANSLATE_KIND": "deepl"}, "TRANSLATE_KEY is missing"),
        ({"TRANSLATE_URL": "http://translate.example.org"}, "must begin with https://"),
    ],
)
def test_what_people_told_is_not_sent_openly_or_to_a_door_that_stays_shut(said: dict[str, str], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        load({**POSTGRES, **said})


def test_a_translator_in_the_same_house_may_do_without_both() -> None:
    said = {"TRANSLATE_URL": "http://10.0.0.7:5000", "TRANSLATE_OWN_NETWORK": "yes"}
    assert load({**POSTGRES, **said}).translate_kind == "libretranslate"
    assert load(POSTGRES).translate_url == ""
