"""Who of the desk may see what of where, how she signs in, where she is signed in, and what she read."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema.base import IDS_ONCE, BigId, Moment, metadata

# A partner organisation, and the areas it works in: towns, or the first halves of postcodes.
organisation = Table(
    "organisation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False, unique=True),
    Column("areas", JSON, nullable=False, default=list),
    Column("created_at", Moment, nullable=False),
    **IDS_ONCE,
)

# Where a role is held that is not held everywhere (user_role.everywhere): one row an area or an organisation.
role_place = Table(
    "role_place",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("role_id", Integer, ForeignKey("role.id", ondelete="CASCADE"), nullable=False),
    Column("organisation_id", Integer, ForeignKey("organisation.id", ondelete="CASCADE"), index=True),
    Column("area", String(60)),  # None: the organisation's areas
    **IDS_ONCE,
)

# One browser that is signed in. ``id`` is a hash of what its cookie holds: who reads this table cannot sign in with it.
desk_session = Table(
    "desk_session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
    Column("browser", String(40), nullable=False),  # "Chrome, Android"
    Column("came_from", String(48), nullable=False),  # an address without its last part
)

# Wrong guesses in a row, by a blind index of the account they aim at and of the browser; of accounts that are not, too.
sign_in_guess = Table(
    "sign_in_guess",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("account", String(64), nullable=False, index=True),
    Column("guesses", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("locked_until", Moment),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of credential_id
    Column("credential_id", Text, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("name", String(60), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("used_at", Moment),
    **IDS_ONCE,
)

# Who opened what, once an hour at most. ``area`` and ``language`` are the item's: a lead sees those of her areas.
desk_read = Table(
    "desk_read",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", Integer, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(8), nullable=False),  # story | question | talk | alert
    Column("item_id", BigId, nullable=False),
    Column("language", String(12), nullable=False, default=""),
    Column("area", String(60)),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_desk_read_user_id_kind_item_id", "user_id", "kind", "item_id"),
    Index("ix_desk_read_kind_item_id", "kind", "item_id"),
    **IDS_ONCE,
)
