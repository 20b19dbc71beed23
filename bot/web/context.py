"""What a request handler may reach: the parts that the composition root put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from bot.answering import Answering
from bot.background.broadcasting import Broadcasting
from bot.background.templating import Templates
from bot.channel.translate_client import Translator
from bot.flow.model import FlowSet
from bot.inbox import Inbox
from bot.knowledge.directory import Directory
from bot.language.catalogue import Catalogues
from bot.language.identify import Identifier
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.database import Database
from bot.store.shelf import Shelf
from bot.story.codebook import Codebook


@dataclass(frozen=True)
class Parts:
    """The house's parts, made once by ``bot.app``."""

    settings: Settings
    db: Database
    inbox: Inbox
    outbox: Outbox
    catalogues: Catalogues
    identifier: Identifier
    directory: Callable[[], Directory]
    wake: Callable[[int], None]
    now_ms: Callable[[], int]
    flows: Callable[[], FlowSet]
    answering: Answering
    broadcasting: Broadcasting
    shelf: Shelf
    templates: Templates
    codebook: Codebook
    translator: Translator | None = None  # whoever drafts translations of stories, when there is one


def parts() -> Parts:
    """The parts of the application that serves this request."""
    return cast(Parts, current_app.extensions["bot"])


def parts_of(app: Flask) -> Parts:
    """The parts of an application that serves no request yet."""
    return cast(Parts, app.extensions["bot"])
