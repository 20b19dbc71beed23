"""What ``make`` and the set-up of the tests do to a machine that is not as they would like it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIP = "#!/bin/sh\nexit 0\n"
VENV = '#!/bin/sh\n[ "$1" = -m ] || exit 0\nmkdir -p "$3/bin"\ncp pip "$3/bin/pip"\ncp pip "$3/bin/python"\n'
NO_PIP = '#!/bin/sh\n[ "$1" = -m ] || exit 0\nmkdir -p "$3/bin"\ncp pip "$3/bin/python"\nexit 1\n'


def program(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(0o755)
    return file


def install(folder: Path, python: Path) -> subprocess.CompletedProcess[str]:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    program(folder / "pip", PIP)
    command = ["make", "install", f"PYTHON={python}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_a_venv_that_was_left_without_pip_is_made_anew(tmp_path: Path) -> None:
    """Debian's Python without python3-venv makes half of one and fails."""
    failed = install(tmp_path, program(tmp_path / "half", NO_PIP))
    assert failed.returncode != 0
    assert "apt install python3-venv" in failed.stdout
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(tmp_path / "pip", tmp_path / ".venv" / "bin" / "python")
    done = install(tmp_path, program(tmp_path / "whole", VENV))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / ".venv" / "bin" / "pip").exists()


@pytest.mark.parametrize("before", ["the administrator's own", None])
def test_a_policy_of_the_machine_is_neither_changed_nor_removed(tmp_path: Path, before: str | None) -> None:
    """And without one, ours is there while packages are installed, and gone afterwards."""
    policy, seen = tmp_path / "policy-rc.d", tmp_path / "seen"
    if before:
        policy.write_text(before)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("cat", "chmod", "rm", "sh"):
        (programs / name).symlink_to(shutil.which(name) or name)
    program(programs / "id", "#!/bin/sh\necho 0\n")
    program(programs / "apt-get", f"#!/bin/sh\ncat {policy} >{seen}\n")
    environ = os.environ | {"PATH": str(programs), "POLICY_RC_D": str(policy)}
    done = subprocess.run([programs / "sh", ROOT / "tests" / "servers.sh"], env=environ, check=False, timeout=60)
    assert done.returncode == 0
    assert seen.read_text() == (before or "#!/bin/sh\nexit 101\n")
    assert (policy.read_text() if policy.exists() else None) == before
