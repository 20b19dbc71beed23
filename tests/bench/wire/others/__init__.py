"""Two of the field's own, over the same HTTP and with the same texts: RapidSMS and @builderbot/bot.

Each does less than a turn of ours: neither checks a signature, sees a message that comes twice, asks for consent, knows
a language, or encrypts. RapidSMS logs what came and went in SQLite and keeps no conversation; @builderbot/bot follows
the conversation and keeps it in the memory of one process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.wire.databases import Place
from tests.bench.wire.ours import ours, prepared
from tests.bench.wire.processes import Running, started, wait_for
from tests.bench.wire.rounds import Crowd, Round, drive, in_turn
from tests.conftest import free_port

HERE = Path(__file__).resolve().parent
PEOPLE = range(1000)


def race(place: Place, folder: Path, turns: int, rounds: int) -> dict[str, list[Round]]:
    """Ours and both others in turn, each on its own. ``folder`` keeps what is installed of them from run to run."""
    crowd, folder = Crowd(PEOPLE, turns), folder.resolve()  # Node is started in a folder of its own
    with ExitStack() as stack:
        sides = {
            "ours": stack.enter_context(ours(stack.enter_context(prepared(place, PEOPLE)))),
            "RapidSMS": stack.enter_context(rapidsms(folder, place.folder)),
            "@builderbot/bot": stack.enter_context(builderbot(folder, place.folder)),
        }
        found = in_turn({name: _driven(side, crowd) for name, side in sides.items()}, rounds)
        return {name: driven[1:] for name, driven in found.items()}


def _driven(side: Running, crowd: Crowd) -> Callable[[int], Round]:
    return lambda number: drive(side, crowd, number)


@contextmanager
def rapidsms(installed: Path, folder: Path) -> Iterator[Running]:
    """RapidSMS on granian, two workers with one thread each, as ours on SQLite."""
    programs = installed / "rapidsms" / "bin"
    if not programs.exists():
        _run(sys.executable, "-m", "venv", str(programs.parent))
        _run(str(programs / "pip"), "install", "--quiet", "--requirement", str(HERE / "requirements.txt"))
    environ = {"SITE_DATABASE": str(folder / "rapidsms.sqlite3"), "PYTHONPATH": str(HERE)}
    _run(str(programs / "python"), "-m", "rapidsms_site.site", **environ)
    port = free_port()
    options = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "1", "--log-level", "warning")
    command = [str(programs / "granian"), *options, "--port", str(port), "rapidsms_site.site:application"]
    with started(command, environ, folder, port=port) as process:
        wait_for(f"http://127.0.0.1:{port}/", process)
        yield process


@contextmanager
def builderbot(installed: Path, folder: Path) -> Iterator[Running]:
    """@builderbot/bot on its own server, one process, as it comes."""
    home = installed / "builderbot"
    if not (home / "node_modules").exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", home)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
        _run("npm", "install", *quiet, "--prefix", str(home))
    shutil.copy(HERE / "builderbot.mjs", home)
    port = free_port()
    with started(["node", str(home / "builderbot.mjs"), str(port)], {}, folder, port=port, cwd=home) as process:
        wait_for(f"http://127.0.0.1:{port}/", process)
        yield process


def _run(*command: str, **environ: str) -> None:
    done = subprocess.run(command, env=os.environ | environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-1000:]}")
