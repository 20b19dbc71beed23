"""The ``bot`` command. Heavy imports wait inside the commands, so that ``bot --help`` is quick."""

from bot.cli import looking, running, writing
from bot.cli.ground import main

__all__ = ["looking", "main", "running", "writing"]
