"""``bot doctor``: what this installation needs, looked at one by one, each with a way to mend it."""

from __future__ import annotations

import calendar
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import redis
from sqlalchemy import select

from bot import settings as table
from bot.app import build
from bot.background.templating import Row
from bot.flow.live import Live
from bot.knowledge.e5 import Model
from bot.settings import SettingError, Settings
from bot.store import audit, rota
from bot.store.database import Database, DatabaseAway, open_database
from bot.store.migrate import is_current
from bot.store.postcodes import PostcodesError, table_at
from bot.store.published import warning
from bot.store.schema import contact
from bot.store.vault import ERASED, Vault, VaultError
from bot.story.rota import DAY, Hole
from bot.story.rota import holes as gaps
from bot.workshop.checking import check_everything

LEAST_DISK = 500 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: is it well, and what to know or do."""

    what: str
    well: bool
    sentence: str


def examine() -> Iterator[Finding]:
    """Look at everything, the ground first; what stands on a thing that is broken is not looked at."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), f"{version}; 3.11 or newer is needed.")
    try:
        settings = table.load()
    except SettingError as bad:
        yield Finding("Settings", False, str(bad))
        return
    yield Finding("Settings", True, "every value can be used.")
    yield from _ground(settings)


def _ground(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(".").free
    yield Finding("Disk", free > LEAST_DISK, f"{free // 1024**2:,} MB free; keep at least {LEAST_DISK // 1024**2} MB.")
    yield from _database(settings)
    yield _redis(settings)
    yield _content(settings)
    yield _postcodes(settings)
    yield _matching(settings)
    yield _twilio(settings)
    yield _email(settings)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        db = open_database(settings.database_url, Vault(settings.data_keys))
        db.ping()
        current = is_current(db)
    except DatabaseAway as away:
        yield Finding("Database", False, f"{away} Look at DATABASE_URL, and whether the server runs.")
        return
    yield Finding("Database", current, "up to date." if current else 'its tables are old. Run "bot migrate".')
    if current:
        with db.read() as conn:
            broken = audit.verify(conn)
        yield Finding(
            "Audit log", broken is None, "unbroken." if broken is None else f"row {broken} was changed. Look into it."
        )
        yield _keys(db)
        yield on_call(db, settings)
        yield _published(settings)
        if settings.twilio_on and settings.twilio_whatsapp_from:
            yield _templates(settings)


def _keys(db: Database) -> Finding:
    """Whether DATA_KEYS open what is kept: the oldest and the newest number."""
    sealed = select(contact.c.address_enc).where(contact.c.address_enc != ERASED)
    with db.read() as conn:
        rows = [conn.scalar(sealed.order_by(order).limit(1)) for order in (contact.c.id, contact.c.id.desc())]
    try:
        opened = [db.vault.open(row) for row in rows if row]
    except VaultError as bad:
        return Finding("Keys", False, str(bad))
    return Finding("Keys", True, "they open what is kept." if opened else "nothing is sealed yet.")


def on_call(db: Database, settings: Settings) -> Finding:
    """Whether somebody is told of an alert at each hour of the week, and can be reached. Trouble only where real people
    text: a demo has nobody to tell."""
    with db.read() as conn:
        people = [one for one in rota.people(conn, db.vault) if one.active]
        holes = gaps(rota.shifts(conn))
    what, well = "Safeguarding rota", not settings.twilio_on
    if not people:
        return Finding(what, well, "nobody is on it: an alert is seen on the desk alone. Desk, Alerts, Rota.")
    unreached = [
        one.name for one in people if not ((one.phone and settings.texts_staff) or (one.email and settings.smtp_url))
    ]
    if unreached:
        return Finding(what, well, f"neither SMS nor e-mail reaches {', '.join(unreached)}. Desk, Alerts, Rota.")
    if holes:
        return Finding(what, well, f"nobody is on call {'; '.join(map(stretch, holes))}. Everyone is told then.")
    return Finding(what, True, f"{len(people)} people, and somebody is on call at every hour.")


def stretch(hole: Hole) -> str:
    """Like "from Sunday 00:00 to Monday 09:00"."""
    begins, until = (
        f"{calendar.day_name[at // DAY % 7]} {at % DAY // 60:02d}:{at % 60:02d}" for at in (hole.begins, hole.until)
    )
    return f"from {begins} to {until}"


def _email(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding(
            "E-mail", True, "not set: nobody is e-mailed about alerts or of what waits. Set SMTP_URL and MAIL_FROM."
        )
    without = "" if settings.mails_staff else " Nobody is told of what waits: that needs PUBLIC_URL."
    return Finding("E-mail", True, f"set. Alerts come from {settings.mail_from}.{without}")


def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        return Finding("Redis", True, "not used: one process only, SQLite carries the queue.")
    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=3).ping()
    except redis.RedisError as away:
        return Finding(
            "Redis", False, f"no answer ({type(away).__name__}). Texts then go once a minute. Look at REDIS_URL."
        )
    return Finding("Redis", True, "answers.")


def _content(settings: Settings) -> Finding:
    errors = [found for found in check_everything(settings) if found.severity == "error"]
    if errors:
        return Finding("Flows and content", False, f'{len(errors)} errors; the first: {errors[0]}. Run "bot check".')
    return _built(settings)


def _postcodes(settings: Settings) -> Finding:
    """Whether whole postcodes are known, and deciles. Without them the bot measures from the middle of a sector."""
    try:
        table = table_at(settings.postcodes_file)
    except PostcodesError as bad:
        return Finding("Postcodes", False, str(bad))
    if table is None:
        return Finding("Postcodes", True, 'the shipped sectors. "bot places build" makes the table of all of them.')
    editions = " and ".join(map(str, table.about.editions)) or "no edition"
    sentence = f"{table.about.postcodes:,} from {table.about.source}, with deprivation deciles of {editions}."
    return Finding("Postcodes", True, sentence)


def _matching(settings: Settings) -> Finding:
    """How questions are matched. By letters and sound alone is worse in other languages, but works."""
    what = "Matching questions"
    if trouble := Model(on=settings.match_by_meaning).trouble:
        return Finding(what, True, f"by letters and sound, not by meaning: {trouble}")
    left: list[str] = []
    if _trouble(lambda: left.extend(build(settings).embedding.left())):
        return Finding(what, True, "by letters and sound until the database is ready.")
    if left:
        said = (
            f'{len(left):,} texts are still to be made ready for meaning. The worker does it; so does "bot meanings".'
        )
        return Finding(what, True, said)
    return Finding(what, True, "by meaning, letters and sound.")


def _built(settings: Settings) -> Finding:
    trouble = _trouble(lambda: build(settings))
    return Finding("Flows and content", not trouble, trouble or "all can be read.")


def _published(settings: Settings) -> Finding:
    """Whether what the desk published and the folder's files go together."""
    found: list[Live] = []
    trouble = _trouble(lambda: found.append(build(settings).shelf.live())) or warning(found[0])
    if trouble or not found[0].edits:
        return Finding("Desk's flows", not trouble, trouble or "nothing is published over the files of the folder.")
    names = ", ".join(edit.file for edit in found[0].edits)
    sentence = f'in use, over the files of the folder: {names}. "bot flows pull" writes them there.'
    return Finding("Desk's flows", True, sentence)


def _templates(settings: Settings) -> Finding:
    """How many of the texts that WhatsApp must approve can go out. Without them the bot still answers everybody."""
    rows: list[Row] = []
    if trouble := _trouble(lambda: rows.extend(build(settings).parts.templates.rows())):
        return Finding("WhatsApp's templates", False, trouble)
    usable = sum(row.usable for row in rows)
    more = "" if usable == len(rows) else ' "bot templates" says which are missing.'
    return Finding("WhatsApp's templates", True, f"{usable} of {len(rows)} are approved.{more}")


def _trouble(work: Callable[[], object]) -> str:
    try:
        work()
    except Exception as bad:
        return f"{type(bad).__name__}: {bad}"
    return ""


def _twilio(settings: Settings) -> Finding:
    if not settings.twilio_on:
        return Finding("Twilio", True, "not set: only the simulated phone works. README, Twilio in ten minutes.")
    return Finding("Twilio", True, f"set. Its webhook is {settings.public_url}/twilio/inbound, by POST.")
