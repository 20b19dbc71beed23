"""Commands that run the house and look after it: serve, work, chat, migrate, settings, doctor, users."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from io import TextIOWrapper

import click

from bot import settings as table
from bot.cli.ground import JSON_OPTION, fail, main, migrated_house, open_house, or_sentence, read_settings


@main.command()
@click.option("--demo", is_flag=True, help="Load the made-up borough of Wexmoor and open /phone to everyone.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(demo: bool, host: str, port: int) -> None:
    """Serve the web pages and do the background work, in one go. For a laptop or a small server.

    For more traffic run the web server and "bot work" apart, as the Procfile does.
    """
    from bot.together import counted_together

    with counted_together():
        from bot import serving

        try:
            or_sentence(lambda: serving.serve(open_house, read_settings, demo=demo, host=host, port=port))
        except serving.AddressRefused as refused:
            fail(str(refused))


@main.command()
def work() -> None:
    """Do the background work: send texts, try again, ring timers. Ends gracefully on SIGTERM."""
    from bot.observe import set_up_logs

    set_up_logs()
    house = migrated_house()
    house.tally.start()
    house.fetching.start()
    house.importing.start()
    house.links.start()
    house.embedding.start()
    house.alerting.start()
    house.retaining.start()
    house.reminding.start()
    house.second_look.start()
    house.jobs.run()
    house.second_look.stop()
    house.retaining.stop()
    house.reminding.stop()
    house.alerting.stop()
    house.importing.stop()


@main.command()
@click.option("--channel", type=click.Choice(["sms", "whatsapp"]), default="sms", show_default=True)
@click.option("--language", help='A settled language, like "pl". Without it the welcome asks, as for anyone new.')
@JSON_OPTION
def chat(channel: str, language: str | None, as_json: bool) -> None:
    """Talk with the bot in the terminal: one line in is one message.

    Uses a throw-away database with the made-up borough (try the postcode ZZ1 1AA); nothing is kept or sent.
    The line [photo], [voice] or [document] sends a made-up one.

    \b
    Example:  printf 'MENU\\n1\\n1\\nZZ1 1AA\\n1\\n' | bot chat --language en
    """
    from bot.channel.message import Channel
    from bot.terminal import Chat, talk, throw_away_house

    settings = read_settings()
    if language and language not in settings.languages:
        fail(f'"{language}" is not offered here. The languages are: {", ".join(settings.languages)}.')
    with ExitStack() as leaving:
        house = or_sentence(lambda: leaving.enter_context(throw_away_house(settings)))
        if sys.stdin.isatty() and not as_json:
            click.echo("You are texting the bot. Try: Hello. Ctrl-D ends.")
        said = TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
        talk(Chat(house, Channel(channel), language or ""), said, sys.stdout, as_json=as_json)


@main.group()
def users() -> None:
    """The people of the desk."""


@users.command("add")
@click.argument("email")
@click.option("--name", prompt=True)
@click.option(
    "--role", "roles", multiple=True, required=True, help="champion, translator, lead or admin; may be repeated."
)
@click.option("--language", "languages", multiple=True, default=("en",), help="A language they read; may be repeated.")
@click.password_option(help="Asked for when left out.")
def add_user(email: str, name: str, roles: tuple[str, ...], languages: tuple[str, ...], password: str) -> None:
    """Add a person who may sign in at /desk."""
    from bot.app import now_ms
    from bot.language.names import LANGUAGES
    from bot.store import audit
    from bot.store.audit import Event
    from bot.web.users import EmailRefused, EmailTaken, RoleUnknown, TooShort
    from bot.web.users import add as add_person

    if not name.strip():
        fail("Give the person a name, with --name: the desk says who did what.")
    if unknown := [code for code in languages if code not in LANGUAGES]:
        fail(f'"{unknown[0]}" is not a language I know. Use a code: {", ".join(LANGUAGES)}.')
    house = migrated_house()
    detail = {"role": ".".join(roles)}

    def invite() -> None:
        with house.parts.db.begin() as conn:
            id = add_person(conn, email=email, name=name, roles=roles, languages=languages, password=password)
            audit.append(
                conn, now_ms=now_ms(), actor="system", event=Event.USER_INVITED, subject=f"user:{id}", detail=detail
            )

    try:
        or_sentence(invite)
    except (EmailTaken, EmailRefused, RoleUnknown, TooShort) as bad:
        fail(str(bad))
    click.echo(f"{email} may sign in at /desk.")


@users.command("admit")
@click.argument("email")
def admit(email: str) -> None:
    """Take the second step away from somebody who lost it, open a closed account, and end all sessions."""
    from bot.app import now_ms
    from bot.store import audit, desk_sessions, guesses, second_step
    from bot.store.audit import Event
    from bot.web.users import id_of

    house = migrated_house()

    def open_it() -> bool:
        db = house.parts.db
        with db.begin() as conn:
            id = id_of(conn, email)
            if id is None:
                return False
            had = second_step.factors(conn, id).any
            second_step.take_all_away(conn, id)
            guesses.unlock(conn, db.vault, email)
            desk_sessions.end(conn, id)
            detail = {"before": "on" if had else "off", "after": "off"}
            audit.append(
                conn,
                now_ms=now_ms(),
                actor="system",
                event=Event.SECOND_STEP_CHANGED,
                subject=f"user:{id}",
                detail=detail,
            )
            return True

    if not or_sentence(open_it):
        fail(f'Nobody on the desk has the address "{email}". "bot users add" adds people.')
    click.echo(f"{email} signs in with the password alone now, and sets up a second step anew where one is needed.")


@main.command()
def migrate() -> None:
    """Bring the database up to date: tables, flows, answers and services. Safe to run again, and by two at once."""
    from bot.app import prepare

    house = open_house()
    done = or_sentence(lambda: prepare(house))
    click.echo(
        f"The database is up to date. In the files: {done.answers} answers and {done.services} services; {done.stored} "
        f"stored, {done.unchanged} unchanged, {done.left_to_desk} left to the desk, {done.retired} retired."
    )


@main.command("settings")
@click.option("--new-key", is_flag=True, help="Print a fresh key for DATA_KEYS or SECRET_KEY.")
def show_settings(new_key: bool) -> None:
    """Every setting: its name, its value now (never a secret one) and what it is for."""
    if new_key:
        click.echo(table.new_key())
        return
    import os

    for setting in table.SETTINGS:
        given = os.environ.get(setting.name, "")
        value = ("(set)" if given else "(not set)") if setting.secret else given or setting.default or "(not set)"
        click.echo(f"{setting.name}\n    now: {value}\n    {setting.help}")


@main.command()
def doctor() -> None:
    """Look at everything this installation needs, and say what is missing and how to mend it."""
    from bot.doctor import examine

    trouble = 0
    for finding in examine():
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.what}: {finding.sentence}")
        trouble += not finding.well
    sys.exit(1 if trouble else 0)
