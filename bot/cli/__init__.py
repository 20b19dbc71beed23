"""The ``bot`` command. Heavy imports wait inside the commands, so that ``bot --help`` is quick."""

from bot.cli import answers, comparing, flows, looking, running, templates, writing
from bot.cli.ground import main

__all__ = ["answers", "comparing", "flows", "looking", "main", "running", "templates", "writing"]
