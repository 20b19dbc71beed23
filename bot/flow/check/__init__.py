"""``bot check`` for conversations: what would go wrong, found before anyone texts. Everything in here is PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.flow.check import (
    by_sms,
    choices,
    consents,
    cost,
    english,
    loops,
    names,
    paths,
    reserved,
    start_words,
    translations,
    unused,
    windows,
)
from bot.flow.check.finding import Finding
from bot.flow.check.material import Material

CHECKS: tuple[Callable[[Material], Iterator[Finding]], ...] = (
    paths.unreachable_steps,
    paths.unreachable_flows,
    paths.dead_ends,
    loops.loops,
    choices.option_labels,
    names.taken_names,
    unused.unused_numbers,
    consents.unclear_consents,
    start_words.start_words,
    reserved.reserved_words,
    cost.budgets,
    cost.whatsapp_options,
    by_sms.media_by_sms,
    english.hard_english,
    english.dear_characters,
    translations.texts_without_entry,
    windows.waits,
    windows.templates,
    windows.unused_templates,
)


def check_flows(material: Material) -> Iterator[Finding]:
    """Everything worth a look in these flows; the entries of catalogues are ``translations.entries``."""
    for check in CHECKS:
        yield from check(material)
