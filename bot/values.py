"""What is written for a setting, read: each gives the value, or raises ValueError with what it must look like."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from bot.language.names import LANGUAGES

KNOWN_LANGUAGES = ("en", "pl", "ur", "bn")
FASTEST = 1000  # texts a second; more than Twilio gives anybody
MOST_MEGABYTES = 100  # what WhatsApp lets anybody send
MOST_OF_A_FEED = 500  # it is held in memory
MOST_MINUTES = 240
MOST_DAYS = 20  # working days: who must wait longer is better told that nobody answers
WHO_NEEDS_TWO = ("nobody", "leads", "everyone")
LIBRETRANSLATE, DEEPL = "libretranslate", "deepl"


def text(value: str) -> str:
    return value.strip()


def words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def url(value: str) -> str:
    value = value.strip().rstrip("/")
    if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
        raise ValueError("it must be a whole address, like https://bot.example.org")
    return value


def database(value: str) -> str:
    """Heroku and Dokku still say postgres://, a scheme SQLAlchemy dropped in 1.4."""
    value = value.strip()
    scheme, _, rest = value.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return sqlite(value)
    raise ValueError("it must begin with postgresql:// or sqlite:///")


def sqlite(value: str) -> str:
    if not value.startswith("sqlite:///") or value.removeprefix("sqlite:///") in {"", ":memory:"}:
        raise ValueError("it must name a file, like sqlite:///instance/bot.sqlite3: memory is not shared")
    return value


def redis(value: str) -> str:
    value = value.strip()
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("it must begin with redis:// or rediss://")
    return value


def languages(value: str) -> tuple[str, ...]:
    codes = words(value.lower())
    if not codes or "en" not in codes:
        raise ValueError('it must list language codes with "en" among them, like en,pl,ur,bn')
    if unknown := [code for code in codes if code not in LANGUAGES]:
        raise ValueError(f"{', '.join(unknown)} is not a language I know. I know {', '.join(LANGUAGES)}")
    return codes


def data_keys(value: str) -> tuple[str, ...]:
    keys = words(value)
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError as bad:
            raise ValueError(f'key {number} is not a Fernet key. Make one with "bot settings --new-key"') from bad
    return keys


def account_sid(value: str) -> str:
    value = value.strip()
    if value and not (value.startswith("AC") and len(value) == 34):
        raise ValueError("it must begin with AC and have 34 letters and digits (Twilio console, Account info)")
    return value


def service_sid(value: str) -> str:
    value = value.strip()
    if value and not (value.startswith("MG") and len(value) == 34):
        raise ValueError("it must begin with MG and have 34 letters and digits (Twilio console, Messaging services)")
    return value


def sender(value: str) -> str:
    value = value.strip().replace(" ", "").removeprefix("whatsapp:")
    if value and not (value.startswith("+") and value[1:].isdigit() and len(value) >= 8):
        raise ValueError("it must be a phone number with its country code, like +447700900123")
    return value


def folder(value: str) -> Path:
    folder = Path(value)
    if not folder.is_dir():
        raise ValueError(f'there is no folder "{value}"')
    return folder


def file_to_be(value: str) -> Path:
    file = Path(value)
    if file.is_dir():
        raise ValueError(f'"{value}" is a folder. Give the name of a file')
    return file


def count(value: str) -> int:
    if not value.strip().isascii() or not value.strip().isdigit():
        raise ValueError("it must be a whole number, like 30; 0 for no limit")
    return int(value)


def rate(value: str) -> float:
    try:
        rate = float(value)
    except ValueError as bad:
        raise ValueError("it must be a number of texts a second, like 1 or 0.5; 0 for no limit") from bad
    if not 0 <= rate <= FASTEST:  # not a number (nan) is refused here too
        raise ValueError(f"it must be between 0 (no limit) and {FASTEST} texts a second")
    return rate


def pence(value: str) -> Decimal:
    try:
        pence = Decimal(value.strip())
    except InvalidOperation as bad:
        raise ValueError("it must be a number of pence, like 4 or 4.5") from bad
    if not 0 <= pence <= 1000:
        raise ValueError("it must lie between 0 and 1000 pence")
    return pence


def yes_no(value: str) -> bool:
    if value.strip().lower() in {"1", "true", "yes", "on"}:
        return True
    if value.strip().lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError('it must be "yes" or "no"')


def megabytes(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= MOST_MEGABYTES:
        raise ValueError(f"it must be a whole number from 1 to {MOST_MEGABYTES}")
    return int(value)


def feed_megabytes(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= MOST_OF_A_FEED:
        raise ValueError(f"it must be a whole number from 1 to {MOST_OF_A_FEED}")
    return int(value)


def translate_kind(value: str) -> str:
    kind = value.strip().lower()
    if kind not in {LIBRETRANSLATE, DEEPL}:
        raise ValueError(f'it must be "{LIBRETRANSLATE}" or "{DEEPL}"')
    return kind


def days(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= MOST_DAYS:
        raise ValueError(f"it must be a whole number of working days from 1 to {MOST_DAYS}")
    return int(value)


def who_needs_two(value: str) -> str:
    if value.strip().lower() not in WHO_NEEDS_TWO:
        raise ValueError(f"it must be one of {', '.join(WHO_NEEDS_TWO)}")
    return value.strip().lower()


def smtp(value: str) -> str:
    value = value.strip()
    if value and (urlsplit(value).scheme not in {"smtp", "smtps"} or not urlsplit(value).hostname):
        raise ValueError("it must look like smtps://user:password@host or smtp://host:587")
    if value and urlsplit(value).port == 0:  # reading the port refuses one that is no number
        raise ValueError("its port must lie between 1 and 65535")
    return value


def mail_from(value: str) -> str:
    value = value.strip()
    name, _, host = value.partition("@")
    if value and not (name and host and value.isprintable() and " " not in value):
        raise ValueError("it must be an e-mail address, like alerts@example.org")
    return value


def minutes(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= MOST_MINUTES:
        raise ValueError(f"it must be a whole number of minutes from 1 to {MOST_MINUTES}")
    return int(value)
