"""The tables. What a person wrote, and every address, is encrypted (``*_enc``); look-ups go by HMAC (``*_lookup``)."""

from __future__ import annotations

from bot.store.schema.accounts import desk_read, desk_session, organisation, passkey, role_place, sign_in_guess
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
from bot.store.schema.leaving import about_you, issued, retention_run
from bot.store.schema.looks import question_look, story_look, talk_line_look
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
from bot.store.schema.safety import alert_action, alert_notice, alert_step, rota_person, rota_shift, story_rating
from bot.store.schema.wordings import story_redaction, story_translation
from bot.store.schema.work import alert, question, story, talk, talk_line

__all__ = [
    "about_you",
    "alert",
    "alert_action",
    "alert_notice",
    "alert_step",
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
    "desk_read",
    "desk_session",
    "embedding",
    "flow_count",
    "flow_draft",
    "flow_draft_file",
    "flow_publication",
    "flow_revision",
    "gap",
    "inbound",
    "issued",
    "link",
    "link_use",
    "media",
    "media_part",
    "metadata",
    "missed",
    "note_mention",
    "organisation",
    "outbound",
    "passkey",
    "preference",
    "question",
    "question_look",
    "question_tag",
    "reading_day",
    "retention_run",
    "revision",
    "role",
    "role_place",
    "rota_person",
    "rota_shift",
    "service",
    "sign_in_guess",
    "source",
    "source_problem",
    "source_waiting",
    "story",
    "story_heed",
    "story_look",
    "story_note",
    "story_rating",
    "story_redaction",
    "story_tag",
    "story_translation",
    "talk",
    "talk_line",
    "talk_line_look",
    "template",
    "timer",
    "translation",
    "unlearned",
    "upkeep",
    "user",
    "user_role",
]
