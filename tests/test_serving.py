"""How it is served: an address that cannot be had is refused in a sentence, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.serving import AddressRefused, server_options, try_address
from bot.settings import new_key
from tests.bench.wire.processes import below
from tests.conftest import free_port
from tests.whole.serving import until


@pytest.fixture(params=[False, True], ids=["plain", "shared"])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port that another server listens on; it may offer to share it, as ours does."""
    with socket.socket() as other:
        if request.param:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_named_with_the_way_out(taken: int) -> None:
    with pytest.raises(AddressRefused, match=f"Port {taken} is in use already.*--port"):
        try_address("127.0.0.1", taken)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(AddressRefused, match=f'no address "{host}".*--host'):
        try_address(host, free_port())


def test_a_free_port_stays_free() -> None:
    port = free_port()
    try_address("127.0.0.1", port)
    try_address("localhost", port)


def test_the_procfile_has_as_many_workers_and_threads_as_bot_serve() -> None:
    """On PostgreSQL, which a Procfile is for."""
    (web,) = (line for line in Path("Procfile").read_text().splitlines() if line.startswith("web:"))
    options = server_options("postgresql+psycopg://db/bot")
    assert f"--workers ${{WEB_WORKERS:-{options['workers']}}}" in web
    assert f"--blocking-threads ${{WEB_THREADS:-{options['blocking_threads']}}}" in web
    assert f"--workers-kill-timeout {options['workers_kill_timeout']}" in web


@pytest.mark.parametrize("command", ["bot serve", "granian"])
def test_when_the_main_process_is_killed_nothing_of_it_keeps_the_port(tmp_path: Path, command: str) -> None:
    port = free_port()
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/b.sqlite3", "SECRET_KEY": new_key(), "DATA_KEYS": new_key()}
    main = _started(command, port, environ)
    try:
        assert until(lambda: _is_served(port), seconds=60)
        family = below(main.pid)
        assert len(family) >= 2
        main.send_signal(signal.SIGKILL)
        main.wait()
        assert until(lambda: not any(map(_is_there, family)), seconds=30)
        assert not _is_served(port)
    finally:
        _killed(main)


def test_a_server_process_that_finds_no_tables_lives_and_says_what_to_do(tmp_path: Path) -> None:
    port = free_port()
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/b.sqlite3", "SECRET_KEY": new_key(), "DATA_KEYS": new_key()}
    main = _granian(port, os.environ | environ)
    try:
        assert until(lambda: _is_served(port), seconds=60)
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30)
        assert refused.value.code == 503
        assert "bot migrate" in json.load(refused.value)["problems"]["migrations"]
        main.terminate()  # though its other process may still be at its beginning
        main.wait(60)
    finally:
        _killed(main)


def _killed(main: subprocess.Popen[bytes]) -> None:
    """With all that it started."""
    for pid in (main.pid, *below(main.pid)):
        if _is_there(pid):
            os.kill(pid, signal.SIGKILL)
    main.wait()


def _started(command: str, port: int, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    whole = os.environ | dict(environ)
    if command == "bot serve":
        return subprocess.Popen([sys.executable, "-m", "bot", "serve", "--port", str(port)], env=whole)
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=whole, check=True)
    return _granian(port, whole)


def _granian(port: int, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--factory", "--workers", "2"]
    granian += ["--workers-kill-timeout", "10"]
    return subprocess.Popen([*granian, "--port", str(port), "bot.app:wsgi"], env=environ)


def _is_served(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False
