"""The ``bot`` command. Heavy imports wait inside the commands, so that ``bot --help`` is quick."""

from bot.cli import answers, comparing, flows, leaving, looking, running, services, templates, writing
from bot.cli.ground import main

__all__ = ["answers", "comparing", "flows", "leaving", "looking", "main", "running", "services", "templates", "writing"]
