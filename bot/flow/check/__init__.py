"""``bot check`` for conversations: what would go wrong, found before anyone texts. Everything in here is PURE."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.flow.check import (
    branches,
    by_sms,
    choices,
    compared,
    consents,
    cost,
    english,
    handed,
    kept,
    leftovers,
    loops,
    names,
    paths,
    reserved,
    shouted,
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
    branches.branches,
    branches.unclear_erasing,
    choices.option_labels,
    names.taken_names,
    compared.comparisons,
    handed.handed_over,
    kept.lost_answers,
    kept.early_answers,
    kept.early_conditions,
    leftovers.cut_texts,
    leftovers.other_marks,
    unused.unused_numbers,
    consents.unclear_consents,
    start_words.start_words,
    reserved.reserved_words,
    shouted.command_words,
    cost.budgets,
    cost.whatsapp_options,
    by_sms.media_by_sms,
    english.hard_english,
    english.dear_characters,
    english.never_asked,
    translations.texts_without_entry,
    windows.waits,
    windows.templates,
    windows.unused_templates,
)


def check_flows(material: Material) -> Iterator[Finding]:
    """Everything worth a look in these flows; the entries of catalogues are ``translations.entries``."""
    for check in CHECKS:
        yield from check(material)
