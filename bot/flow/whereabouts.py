"""Whether a text says where somebody is and nothing else: at a list, that means "near here"."""

from __future__ import annotations

from bot.flow.speaker import Speaker
from bot.flow.world import Reply
from bot.knowledge.places import Place
from bot.knowledge.postcode import looks_like_postcode
from bot.language.normal import words

MOST_WORDS = 3  # "in Milton Keynes"; more than that is a new question


def place_told(reply: Reply, voice: Speaker) -> Place | None:
    """The place of a shared location, a postcode or a town; None of any other text."""
    directory = voice.world.directory
    if reply.location:
        return directory.place_at(*reply.location)
    if reply.button or reply.text.isdecimal():  # the number of a line is no place
        return None
    if looks_like_postcode(reply.text):
        return directory.place(reply.text)
    return directory.named_place(reply.text) if len(words(reply.text)) <= MOST_WORDS else None
