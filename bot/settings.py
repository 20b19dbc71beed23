"""Every setting in one table: name, type, default, help. A bad value is refused at start-up, by name."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from bot import values
from bot.flow.flood import PER_MINUTE
from bot.story.keeping import WRITTEN, Days, read_days

PACKAGE = Path(__file__).resolve().parent
SHIPPED = PACKAGE / "shipped" if (PACKAGE / "shipped").is_dir() else PACKAGE.parent
INSTANCE = Path("instance")
TWILIO_API, TWILIO_CONTENT = "https://api.twilio.com", "https://content.twilio.com"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingError(ValueError):
    """A setting that cannot be used. The sentence names the setting, what is wrong and how to mend it."""


@dataclass(frozen=True)
class Setting:
    """One row of the table. ``read`` turns the words of the environment into a value or raises ValueError."""

    name: str
    read: Callable[[str], object]
    default: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("DATABASE_URL", values.database, f"sqlite:///{INSTANCE}/bot.sqlite3", "Where everything is kept. SQLite for one machine, postgresql://... for more.", secret=True),
    Setting("REDIS_URL", values.redis, "", "Needed when more than one process runs: the job queue and shared limits. Empty: SQLite does it.", secret=True),
    Setting("SECRET_KEY", values.text, "", "Signs the desk's cookies. Any long random text. Changing it signs everyone out.", secret=True),
    Setting("DATA_KEYS", values.data_keys, "", "Fernet keys that encrypt people's words and numbers, newest first, comma-separated.", secret=True),
    Setting("PUBLIC_URL", values.url, "", "The address Twilio and people reach this server at, like https://bot.example.org."),
    Setting("TWILIO_ACCOUNT_SID", values.account_sid, "", "Twilio console, Account info. Empty: no texts leave this machine."),
    Setting("TWILIO_AUTH_TOKEN", values.words, "", "Twilio console, Account info. Several, comma-separated, while rotating; the first one sends.", secret=True),
    Setting("TWILIO_MESSAGING_SERVICE_SID", values.service_sid, "", "The Messaging Service that sends SMS. Or give TWILIO_SMS_FROM."),
    Setting("TWILIO_SMS_FROM", values.sender, "", "The number that sends SMS, when there is no Messaging Service."),
    Setting("TWILIO_WHATSAPP_FROM", values.sender, "", "The number that sends WhatsApp messages."),
    Setting("TWILIO_API_URL", values.url, TWILIO_API, "Twilio's API. Point it at a stand-in to try the real wire with no account."),
    Setting("TWILIO_CONTENT_URL", values.url, "", "Twilio's Content API, for WhatsApp's buttons and templates: https://content.twilio.com, or what TWILIO_API_URL points at."),
    Setting("SMS_PER_SECOND", values.rate, "1", "How fast SMS leave, in parts a second: 1 for one ordinary number, more for short codes and pools. 0: no limit."),
    Setting("WHATSAPP_PER_SECOND", values.rate, "80", "How fast WhatsApp messages leave, in messages a second. 0: no limit."),
    Setting("MESSAGES_PER_MINUTE", values.count, str(PER_MINUTE), "How many messages a minute of one person are answered; danger always is. 0: no limit."),
    Setting("MEDIA_MAX_MB", values.megabytes, "16", "The largest photo, voice note, video or document that is fetched, in megabytes."),
    Setting("MEDIA_DELETE_AT_TWILIO", values.yes_no, "yes", "Whether Twilio's copy of what people sent is deleted once it is here."),
    Setting("ANSWER_WITHIN_DAYS", values.days, "3", "In how many working days champions answer a question: people are told so when they ask."),
    Setting("SMTP_URL", values.smtp, "", "The e-mail server that alerts, and news of what waits, go to the desk's people by: smtps://user:password@host, or smtp://host:587. Empty: no e-mail.", secret=True),
    Setting("MAIL_FROM", values.mail_from, "", "The address that the desk's e-mails come from. Needed with SMTP_URL."),
    Setting("ALERT_ESCALATE_MINUTES", values.minutes, "15", "When nobody has taken on an alert for so many minutes, the stand-in is told; after as many again, everyone on the rota."),
    Setting("KEEP_DAYS", read_days, WRITTEN, "After how many days each kind of thing is erased by itself; 0: never. A kind that is left out keeps its default."),
    Setting("CHECK_LINKS_EVERY_DAYS", values.count, "7", "How often each link in answers and services is tried, in days. 0: only when somebody asks for it."),
    Setting("READ_IN_A_ROW", values.count, "3", "After how many distressing stories in a row a champion is offered an easier one, or a break. 0: no limit."),
    Setting("CHAMPION_SUPPORT", values.text, "", "Where a champion finds somebody to talk to after a hard story: one sentence. Empty: her lead, and Samaritans."),
    Setting("LANGUAGES", values.languages, ",".join(values.KNOWN_LANGUAGES), "The languages offered, in the order of the list."),
    Setting("SERVICE_NAME", values.text, "Community Champions", "What the service calls itself in texts and on the desk."),
    Setting("FLOWS_DIR", values.folder, str(SHIPPED / "flows"), "The conversations, answers and services: a community's own folder, or the shipped one."),
    Setting("LOCALES_DIR", values.folder, str(SHIPPED / "locales"), "The gettext catalogues: a community's own folder, or the shipped one."),
    Setting("POSTCODES_FILE", values.file_to_be, f"{INSTANCE}/postcodes.sqlite3", "The table of all England's postcodes, when \"bot places build\" has made one. Without it a postcode is measured from the middle of its sector."),
    Setting("MATCH_BY_MEANING", values.yes_no, "yes", "Match questions by what they mean, too, in any language, and look again for danger. Takes some 100 MB, and a minute of processor time after the first start."),
    Setting("FEED_MAX_MB", values.feed_megabytes, "50", "The largest answer of a directory of services that is read, in megabytes, unpacked."),
    Setting("FEEDS_OWN_NETWORK", values.yes_no, "no", "Let directories of services be fetched from this server's own network, too."),
    Setting("TRANSLATE_URL", values.url, "", "A service that drafts translations of stories when a champion asks for one, like https://translate.example.org or https://api.deepl.com. Empty: none is asked."),
    Setting("TRANSLATE_KIND", values.translate_kind, values.LIBRETRANSLATE, "Whose interface TRANSLATE_URL speaks: libretranslate or deepl."),
    Setting("TRANSLATE_KEY", values.text, "", "The key of that service. DeepL wants one always, LibreTranslate sometimes.", secret=True),
    Setting("TRANSLATE_OWN_NETWORK", values.yes_no, "no", "Let TRANSLATE_URL be a machine of this server's own network, as a LibreTranslate of your own may be."),
    Setting("PRICE_PER_SEGMENT_PENCE", values.pence, "4", "What one SMS segment costs you, in pence. Only for the estimate that the desk shows."),
    Setting("REQUIRE_TWO_FACTOR", values.who_needs_two, "leads", "Who needs a second step at sign-in: nobody, leads (and admins), or everyone. A demo asks nobody."),
    Setting("HEARD_SEARCHABLE", values.yes_no, "no", "Whether search engines may list the public board, /heard. What they keep stays for a while after somebody takes a story back."),
    Setting("DEMO", values.yes_no, "no", 'Load the made-up borough and open /phone to everyone. "bot serve --demo" sets it.'),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What the environment said, checked. Field names are the setting's names in lower case."""

    database_url: str
    redis_url: str
    secret_key: str
    data_keys: tuple[str, ...]
    public_url: str
    twilio_account_sid: str
    twilio_auth_token: tuple[str, ...]
    twilio_messaging_service_sid: str
    twilio_sms_from: str
    twilio_whatsapp_from: str
    twilio_api_url: str
    twilio_content_url: str
    sms_per_second: float
    whatsapp_per_second: float
    messages_per_minute: int
    media_max_mb: int
    media_delete_at_twilio: bool
    answer_within_days: int
    smtp_url: str
    mail_from: str
    alert_escalate_minutes: int
    keep_days: Days
    check_links_every_days: int
    read_in_a_row: int
    champion_support: str
    languages: tuple[str, ...]
    service_name: str
    flows_dir: Path
    locales_dir: Path
    postcodes_file: Path
    match_by_meaning: bool
    feed_max_mb: int
    feeds_own_network: bool
    translate_url: str
    translate_kind: str
    translate_key: str
    translate_own_network: bool
    price_per_segment_pence: Decimal
    require_two_factor: str
    heard_searchable: bool
    demo: bool

    @property
    def twilio_on(self) -> bool:
        """True when texts can leave this machine."""
        return bool(self.twilio_account_sid)

    @property
    def texts_staff(self) -> bool:
        """True when SMS can leave this machine, which is how the desk's own people are told of an alert."""
        return self.twilio_on and bool(self.twilio_messaging_service_sid or self.twilio_sms_from)

    @property
    def mails_staff(self) -> bool:
        """True when e-mails about what waits can go: their links need to know where the desk is."""
        return bool(self.smtp_url and self.public_url)

    @property
    def content_url(self) -> str:
        """Where the Content API is. Whoever tries things with a stand-in must not reach Twilio's own by the way."""
        own = TWILIO_CONTENT if self.twilio_api_url == TWILIO_API else self.twilio_api_url
        return self.twilio_content_url or own


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check every setting. Raises SettingError naming the first one that cannot be used."""
    values: dict[str, object] = {}
    for setting in SETTINGS:
        said = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name.lower()] = setting.read(said)
        except ValueError as bad:
            shown = "the value given" if setting.secret else f'"{said}"'
            raise SettingError(f"{setting.name} cannot be {shown}: {bad}.") from bad
    return _with_keys(_together(Settings(**values)))  # type: ignore[arg-type] # the table and the fields are held equal by a test


def _together(settings: Settings) -> Settings:
    """Settings that only make sense in company."""
    if settings.twilio_on and not settings.twilio_auth_token:
        raise SettingError(
            "TWILIO_AUTH_TOKEN is missing: TWILIO_ACCOUNT_SID is set, and each text is signed with the token."
        )
    if settings.twilio_on and not settings.public_url:
        raise SettingError(
            "PUBLIC_URL is missing: Twilio signs its calls with the address it uses to reach this server."
        )
    senders = (settings.twilio_messaging_service_sid, settings.twilio_sms_from, settings.twilio_whatsapp_from)
    if settings.twilio_on and not any(senders):
        raise SettingError(
            "No sender is set: give TWILIO_MESSAGING_SERVICE_SID or TWILIO_SMS_FROM for SMS, TWILIO_WHATSAPP_FROM for WhatsApp."
        )
    if settings.smtp_url and not settings.mail_from:
        raise SettingError("MAIL_FROM is missing: SMTP_URL is set, and each e-mail needs an address it comes from.")
    if settings.demo and settings.twilio_on and urlsplit(settings.twilio_api_url).hostname not in LOOPBACK:
        raise SettingError(
            "DEMO cannot be yes while TWILIO_ACCOUNT_SID is set: its passwords are public, and its services made up. "
            "Leave one of them out, or point TWILIO_API_URL at a stand-in on this machine."
        )
    _translating(settings)
    return settings


def _translating(settings: Settings) -> None:
    """Nobody between here and the service may read the words, or the key."""
    if not settings.translate_url:
        return
    if settings.translate_kind == values.DEEPL and not settings.translate_key:
        raise SettingError("TRANSLATE_KEY is missing: TRANSLATE_KIND is deepl, and DeepL answers nobody without one.")
    if settings.translate_url.startswith("http:") and not settings.translate_own_network:
        raise SettingError(
            "TRANSLATE_URL must begin with https://: what people told would travel open. "
            "For a machine of your own network set TRANSLATE_OWN_NETWORK=yes."
        )


def _with_keys(settings: Settings) -> Settings:
    """A laptop makes its own keys under instance/; a server with PostgreSQL must be given them, for they cannot be lost."""
    if settings.secret_key and settings.data_keys:
        return settings
    if not settings.database_url.startswith("sqlite"):
        name = "DATA_KEYS" if settings.secret_key else "SECRET_KEY"
        raise SettingError(
            f'{name} is missing: a shared database needs keys that every process knows. "bot settings --new-key" makes one.'
        )
    database = sqlite_path(settings.database_url)
    kept = _kept_keys(database.parent / "keys.json", None if settings.data_keys else database)
    return Settings(**{**vars(settings), **{name: getattr(settings, name) or kept[name] for name in kept}})


def sqlite_path(database_url: str) -> Path:
    """The file behind a sqlite:/// address."""
    return Path(database_url.removeprefix("sqlite:///"))


def new_key() -> str:
    """A fresh Fernet key, fit for DATA_KEYS and long enough for SECRET_KEY."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _kept_keys(file: Path, database: Path | None) -> dict[str, str | tuple[str, ...]]:
    """The keys in ``file``, made when it is not there; but never for a ``database`` that others have sealed."""
    try:
        if not file.exists():
            if database and _has_people(database):
                raise SettingError(
                    f"{file} is not there, and {database} has people in it whose words only those keys can open. "
                    f"Put keys.json back from your copy, or set SECRET_KEY and DATA_KEYS to what was in it."
                )
            _make_keys(file)
        return _read_keys(file)
    except OSError as error:
        raise SettingError(
            f"{file} cannot be read or written: {error.strerror}. Let this user write to the folder, "
            "or set SECRET_KEY and DATA_KEYS."
        ) from error


def _read_keys(file: Path) -> dict[str, str | tuple[str, ...]]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        keys = values.data_keys(",".join(kept["data_keys"]))
        return {"secret_key": str(kept["secret_key"]), "data_keys": (keys[0], *keys[1:])}
    except (IndexError, ValueError, KeyError, TypeError) as bad:
        raise SettingError(
            f"{file} does not hold the keys as they were written. Put it back from your copy. "
            "Only when nothing has been kept yet may you delete it: a new one is then made."
        ) from bad


def _make_keys(file: Path) -> None:
    """Write fresh keys under another name first: whoever looks finds them whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        json.dump({"secret_key": new_key(), "data_keys": [new_key()]}, handle)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(fresh, file)  # unlike a rename, it never takes the place of what another process made
    except FileExistsError:
        pass
    except OSError:  # a file system that knows no second name for a file
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def _has_people(database: Path) -> bool:
    """Whether somebody's number is sealed in this SQLite file. Raises SettingError when that cannot be told."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True)) as conn:
            return conn.execute("SELECT 1 FROM contact LIMIT 1").fetchone() is not None
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            return False
        raise SettingError(f"DATABASE_URL cannot be used: {database} cannot be read: {error}.") from error
