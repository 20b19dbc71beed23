"""The composition root: settings -> store -> channels -> web. The only room that knows everyone."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bot import settings as settings_table
from bot.answering import Answering
from bot.background.alerting import Alerting, Ways
from bot.background.broadcasting import Broadcasting
from bot.background.embedding import Embedding
from bot.background.fetching import Fetching
from bot.background.importing import Importing
from bot.background.linkcheck import LinkChecker
from bot.background.reminding import Post, Reminding
from bot.background.retaining import Retaining
from bot.background.second_look import SecondLook
from bot.background.staff_words import StaffWords
from bot.background.templating import Templates
from bot.background.timers import Timers
from bot.channel.buttons import Buttons
from bot.channel.content_client import ContentApi
from bot.channel.feed_client import FeedClient
from bot.channel.made_up_media import MadeUpMedia
from bot.channel.mail import Mailer
from bot.channel.media import Source, TwilioMedia
from bot.channel.message import Channel
from bot.channel.phone import SimulatedPhone
from bot.channel.sender import Sender
from bot.channel.stop_link import StopLinks
from bot.channel.translate_client import TranslateKind, Translator
from bot.channel.twilio import TwilioAccount, TwilioSender
from bot.flow.phrasebook import phrasebook
from bot.inbox import Inbox
from bot.jobs import Jobs
from bot.knowledge.e5 import Model
from bot.knowledge.near_danger import shipped
from bot.language import phrases
from bot.language.catalogue import Catalogues
from bot.language.identify import Identifier
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.content import Loaded, load_content
from bot.store.contents import ContentShelf
from bot.store.database import Database, open_database
from bot.store.migrate import upgrade
from bot.store.pace import open_pace
from bot.store.postcodes import table_at
from bot.store.shelf import Shelf, folder_texts, read_folder
from bot.store.tally import Tally
from bot.store.vault import Vault
from bot.story.codebook import read_codebook
from bot.web.context import Parts
from bot.web.demo_accounts import close_demo_accounts, refuse_real_people
from bot.web.waiting_for import what_waits

log = structlog.get_logger("app")


@dataclass(frozen=True)
class House:
    """The whole house, for a web process, a worker or the terminal."""

    parts: Parts
    jobs: Jobs
    shelf: Shelf
    tally: Tally
    fetching: Fetching
    importing: Importing
    links: LinkChecker
    embedding: Embedding
    alerting: Alerting
    retaining: Retaining
    reminding: Reminding
    second_look: SecondLook


def now_ms() -> int:
    """The time, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def build(settings: Settings) -> House:
    """Put the parts together. Raises ContentErrors for a broken flow file and CatalogueError for a broken catalogue."""
    db = open_database(settings.database_url, Vault(settings.data_keys))
    catalogues = Catalogues(settings.locales_dir, settings.languages)
    model = Model(on=settings.match_by_meaning)
    written = read_folder(settings.flows_dir, demo=settings.demo, postcodes=table_at(settings.postcodes_file))
    shelf = Shelf(db, written, catalogues, settings.service_name, model, within_days=settings.answer_within_days)
    rates = {Channel.SMS: settings.sms_per_second, Channel.WHATSAPP: settings.whatsapp_per_second}
    channels = _channels(settings, db, catalogues)
    outbox = Outbox(db, channels, open_pace(settings.redis_url, rates))
    identifier = Identifier(settings.languages)
    # The timers wake the jobs, and the jobs ring the timers: the timers come second and are reached late.
    jobs = Jobs(settings, outbox, lambda now: timers.wake_due(now) + broadcasting.go_on(now))
    broadcasting = Broadcasting(db, lambda: phrasebook(catalogues, settings.service_name), jobs.wake)
    tally = Tally(db)
    timers = Timers(db, shelf.world, jobs.wake, tally=tally)
    inbox = Inbox(db, shelf.world, identifier, jobs.wake, tally=tally, per_minute=settings.messages_per_minute)
    parts = Parts(
        settings,
        db,
        inbox,
        outbox,
        catalogues,
        identifier,
        shelf.directory,
        jobs.wake,
        now_ms,
        flows=lambda: shelf.newest,
        answering=Answering(db, shelf.world),
        broadcasting=broadcasting,
        shelf=shelf,
        templates=Templates(db, catalogues, settings.service_name, lambda: shelf.newest, content_api(settings)),
        translator=_translator(settings),
        codebook=read_codebook(folder_texts(settings.flows_dir / "codebook")),
    )
    fetching = Fetching(
        db, catalogues, _media_sources(settings), jobs.wake, now_ms, delete=settings.media_delete_at_twilio
    )
    importing = Importing(
        db,
        lambda by_hand: FeedClient(settings.feed_max_mb * 1_000_000, settings.feeds_own_network, by_hand),
        now_ms,
    )
    agent = f"{settings.service_name} link checker (+{settings.public_url or 'no public address'})"
    agent = agent.encode("ascii", "replace").decode()  # what a header may hold
    every_days = 0 if settings.demo else settings.check_links_every_days  # a demo asks nobody by itself
    links = LinkChecker(db, now_ms, agent=agent, every_days=every_days)
    embedding = Embedding(db, shelf.fresh, model)
    words = StaffWords(catalogues, settings.public_url)
    ways = staff_ways(settings, channels.get(Channel.SMS.value), words)
    alerting = Alerting(db, now_ms, ways, wait_minutes=settings.alert_escalate_minutes)
    retaining = Retaining(db, settings.keep_days, now_ms)
    mailer = ways.mail if settings.mails_staff else None
    post = Post(mailer, words, StopLinks(settings.secret_key, settings.public_url))
    reminding = Reminding(db, now_ms, post, what_waits)
    second_look = SecondLook(db, lambda: shelf.world().danger, model, shipped(), now_ms)
    return House(
        parts, jobs, shelf, tally, fetching, importing, links, embedding, alerting, retaining, reminding, second_look
    )


def _translator(settings: Settings) -> Translator | None:
    if not settings.translate_url:
        return None
    kind = TranslateKind(settings.translate_kind)
    return Translator(kind, settings.translate_url, settings.translate_key, settings.translate_own_network)


def prepare(house: House) -> Loaded:
    """Bring the database up to date: its tables, the flows' revision, and the answers and services of the files.

    Raises DatabaseAway, ContentErrors when a content file is broken (then nothing of it is changed), and SettingError
    for a demo among real people.
    """
    settings, db = house.parts.settings, house.parts.db
    upgrade(db)
    with db.begin() as conn:
        if settings.demo:
            refuse_real_people(conn, settings)
        else:
            close_demo_accounts(conn)
    house.shelf.publish(now_ms())
    return load_content(db, settings.flows_dir, demo=settings.demo, now_ms=now_ms())


def create_app(settings: Settings | None = None, house: House | None = None) -> Flask:
    """The web application. Raises SettingError when a setting cannot be used."""
    settings = settings or (house.parts.settings if house else settings_table.load())
    house = house or build(settings)
    app = Flask("bot.web", root_path=str(settings_table.PACKAGE / "web"))
    app.config["SECRET_KEY"] = settings.secret_key
    app.extensions["bot"] = house.parts
    app.extensions["bot.jobs"] = house.jobs
    if settings.public_url:  # one proxy stands before us; without one nobody may set these headers
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    _attach(app)
    return app


def _attach(app: Flask) -> None:
    from bot.web import desk, front, health, heard, phone, stop_mails, webhooks

    for part in (webhooks, health, phone, front, heard, stop_mails, desk):
        part.init_app(app)


def content_api(settings: Settings) -> ContentApi:
    """Twilio's Content API, for the account of the settings."""
    token = settings.twilio_auth_token[0] if settings.twilio_auth_token else ""
    return ContentApi(settings.twilio_account_sid, token, settings.content_url)


def staff_ways(settings: Settings, sms: Sender | None, words: StaffWords) -> Ways:
    """How people of the desk can be told of an alert, with what is set up here."""
    by_sms = sms if settings.texts_staff else None
    mail = Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None
    return Ways(by_sms, mail, words)


def _channels(settings: Settings, db: Database, catalogues: Catalogues) -> dict[str, Sender]:
    channels: dict[str, Sender] = {"phone": SimulatedPhone()}
    if settings.twilio_on:
        sender = TwilioSender(
            TwilioAccount(
                sid=settings.twilio_account_sid,
                token=settings.twilio_auth_token[0],
                public_url=settings.public_url,
                messaging_service_sid=settings.twilio_messaging_service_sid,
                sms_from=settings.twilio_sms_from,
                whatsapp_from=settings.twilio_whatsapp_from,
                api_url=settings.twilio_api_url,
            ),
            Buttons(
                ContentShelf(db, now_ms), content_api(settings), lambda code: catalogues.text(phrases.OPEN_LIST, code)
            ),
        )
        channels |= {Channel.SMS.value: sender, Channel.WHATSAPP.value: sender}
    return channels


def _media_sources(settings: Settings) -> dict[bool, Source]:
    """Where what people sent is fetched from, by whether they are simulated."""
    sources: dict[bool, Source] = {True: MadeUpMedia()}
    if settings.twilio_on:
        sources[False] = TwilioMedia(
            settings.twilio_account_sid,
            settings.twilio_auth_token[0],
            settings.media_max_mb * 1_000_000,
            settings.twilio_api_url,
        )
    return sources


def wsgi() -> Flask:
    """What a server starts ("bot.app:wsgi", as a factory). Everything comes from the environment."""
    from bot.observe import set_up_logs
    from bot.orphan import end_with_parent

    set_up_logs()
    end_with_parent()
    settings = settings_table.load()
    house = build(settings)
    house.tally.start()
    house.jobs.gather()
    app = create_app(settings, house)
    _warm_up(app, house)
    return app


def _warm_up(app: Flask, house: House) -> None:
    """Make ready what the first who come would wait for: a second and a half for each process, before it serves.

    The directory takes a third of a second, all pages' templates nearly one, and Python's collector a fifth each time
    it looks through everything: what is there now stays, and is not looked at again.
    """
    try:
        house.shelf.fresh()
    except Exception as error:  # without a database, say: whoever comes is told so, and /readyz says it too
        log.warning("directory_not_read", why=str(error))
    for name in app.jinja_env.list_templates(extensions=["html", "txt", "xml"]):
        app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()
