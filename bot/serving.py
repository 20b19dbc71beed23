"""``bot serve``: the web pages in server processes, the background work in this one, both ending together."""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bot.app import House, now_ms, prepare
from bot.demo import seed
from bot.observe import set_up_logs
from bot.settings import Settings
from bot.web.demo_accounts import DEMO_ACCOUNTS


class AddressRefused(Exception):
    """Nothing can be served at this address. The sentence says why, and what to try."""


def serve(
    open_house: Callable[[Settings], House], read_settings: Callable[[], Settings], *, demo: bool, host: str, port: int
) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises DatabaseAway, ContentErrors, SettingError or AddressRefused."""
    set_up_logs(as_json=not sys.stderr.isatty())
    if demo:
        os.environ["DEMO"] = "yes"  # the server process reads its settings from the environment, like any other
    settings = read_settings()
    try_address(host, port)
    house = open_house(settings)
    prepare(house)
    if settings.demo:
        logging.getLogger("outbox").setLevel(logging.WARNING)  # a hundred made-up texts are no news
        seed(house, now_ms())
        logging.getLogger("outbox").setLevel(logging.NOTSET)
    # A forked server process would inherit the locks and connections that the job threads hold at that moment, and keep
    # the database locked: it must begin afresh.
    multiprocessing.set_start_method("spawn", force=True)
    house.jobs.start()
    house.tally.start()
    house.fetching.start()
    house.importing.start()
    house.links.start()
    house.embedding.start()
    house.alerting.start()
    house.retaining.start()
    house.reminding.start()
    house.second_look.start()
    _welcome(settings, host, port)
    try:
        _server(settings, host, port).serve()
    finally:
        house.importing.stop()
        house.links.stop()
        house.fetching.stop()
        house.embedding.stop()
        house.alerting.stop()
        house.reminding.stop()
        house.retaining.stop()
        house.second_look.stop()
        house.jobs.stop()
        house.tally.stop()
        house.parts.db.close()


def try_address(host: str, port: int) -> None:
    """Look whether this can be served at. Raises AddressRefused.

    The server shares its port with whoever else would (SO_REUSEPORT): two would each get half of the requests.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that has just ended is no hindrance
            one.bind(address)
    except OSError as error:
        raise AddressRefused(_refusal(error, host, port)) from error


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use already. End what uses it, or take another: --port {port % 65535 + 1}."
    if error.errno == errno.EACCES:
        return f"This user may not serve on port {port}. Take one above 1023, like --port 8000."
    return f'This machine has no address "{host}" to serve at. Try --host 127.0.0.1, or --host 0.0.0.0 for all it has.'


def server_options(database_url: str) -> dict[str, Any]:
    """How granian serves: one worker a core of a small machine, and threads where they have somebody to wait for.

    SQLite writes one at a time, so that more threads only wait there; on PostgreSQL each turn waits for the network.
    """
    return {
        "factory": True,
        "interface": Interfaces.WSGI,
        "workers": 2,
        "blocking_threads": 1 if database_url.startswith("sqlite") else 4,
        "log_level": LogLevels.warning,
        "respawn_failed_workers": True,
        "workers_kill_timeout": 10,  # seconds: one that is told to end while it still begins does not hear it
    }


def _server(settings: Settings, host: str, port: int) -> Any:
    return Granian("bot.app:wsgi", address=host, port=port, **server_options(settings.database_url))


def _welcome(settings: Settings, host: str, port: int) -> None:
    address = f"http://{host}:{port}"
    lines = ["", f"{settings.service_name} is on.", ""]
    if settings.demo:
        lines += [
            f"  Text as a resident:   {address}/phone",
            f"  The champions' desk:  {address}/desk",
            "",
            "  Sign in as:",
        ]
        lines += [f"    {one.email:22} {one.password:14} {one.about}" for one in DEMO_ACCOUNTS]
        lines += ["", "  A postcode of the made-up borough: ZZ1 1AA", "", "  Ctrl-C ends."]
    else:
        lines += [
            f"  The champions' desk:  {address}/desk",
            '  Add a person: "bot users add you@example.org --role admin"',
        ]
    print("\n".join(lines), flush=True)  # noqa: T201 # the command line's own words
