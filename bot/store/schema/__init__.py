"""The tables. What a person wrote, and every address, is encrypted (``*_enc``); look-ups go by HMAC (``*_lookup``)."""

from __future__ import annotations

from bot.store.schema.base import metadata
from bot.store.schema.care import checkup, gap, link, link_use, translation, upkeep
from bot.store.schema.desk import answer, audit, revision, role, service, user, user_role
from bot.store.schema.directory import source, source_problem, source_waiting
from bot.store.schema.flows import (
    flow_count,
    flow_draft,
    flow_draft_file,
    flow_publication,
    flow_revision,
    missed,
    timer,
)
from bot.store.schema.handling import (
    canned_reply,
    note_mention,
    preference,
    question_tag,
    reading_day,
    story_heed,
    story_note,
    story_tag,
)
from bot.store.schema.matching import choice, embedding, unlearned
from bot.store.schema.messages import (
    broadcast,
    broadcast_person,
    channel_pace,
    channel_pause,
    content,
    inbound,
    media,
    media_part,
    outbound,
    template,
)
from bot.store.schema.people import consent, contact
from bot.store.schema.work import alert, question, story, talk, talk_line

__all__ = [
    "alert",
    "answer",
    "audit",
    "broadcast",
    "broadcast_person",
    "canned_reply",
    "channel_pace",
    "channel_pause",
    "checkup",
    "choice",
    "consent",
    "contact",
    "content",
    "embedding",
    "flow_count",
    "flow_draft",
    "flow_draft_file",
    "flow_publication",
    "flow_revision",
    "gap",
    "inbound",
    "link",
    "link_use",
    "media",
    "media_part",
    "metadata",
    "missed",
    "note_mention",
    "outbound",
    "preference",
    "question",
    "question_tag",
    "reading_day",
    "revision",
    "role",
    "service",
    "source",
    "source_problem",
    "source_waiting",
    "story",
    "story_heed",
    "story_note",
    "story_tag",
    "talk",
    "talk_line",
    "template",
    "timer",
    "translation",
    "unlearned",
    "upkeep",
    "user",
    "user_role",
]
