"""``bot serve``: the web pages in a server process, the background work in this one, both ending together."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bot.app import House, now_ms, prepare
from bot.demo import seed
from bot.observe import set_up_logs
from bot.settings import Settings
from bot.web.demo_accounts import DEMO_ACCOUNTS


def serve(
    open_house: Callable[[Settings], House], read_settings: Callable[[], Settings], *, demo: bool, host: str, port: int
) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises DatabaseAway, or ContentErrors, when it cannot begin."""
    set_up_logs(as_json=not sys.stderr.isatty())
    settings = read_settings()
    if demo:
        os.environ["DEMO"] = "yes"  # the server process reads its settings from the environment, like any other
        settings = replace(settings, demo=True)
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
    _welcome(settings, host, port)
    try:
        _server(settings, host, port).serve()
    finally:
        house.jobs.stop()
        house.parts.db.close()


def _server(settings: Settings, host: str, port: int) -> Any:
    """One process; SQLite writes one at a time anyhow, so more threads only wait there."""
    threads = 2 if settings.database_url.startswith("sqlite") else 4
    return Granian(
        "bot.app:wsgi",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        log_level=LogLevels.warning,
    )


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
