"""The ``bot`` command. Heavy imports wait inside the commands, so that ``bot --help`` is quick."""

from bot.cli import flows, looking, running, writing
from bot.cli.ground import main

__all__ = ["flows", "looking", "main", "running", "writing"]
