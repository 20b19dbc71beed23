"""For whoever keeps the service running: is the process alive, can it work, what has it counted."""

from __future__ import annotations

import os

from flask import Blueprint, Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from redis import Redis, RedisError

from bot.store.database import DatabaseAway
from bot.store.migrate import is_current
from bot.web.context import Parts, parts

blueprint = Blueprint("health", __name__)

REDIS_PATIENCE = 2.0  # seconds


def init_app(app: Flask) -> None:
    """Attach the health addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when the database, its tables and Redis are all there; else 503 and a sentence for each that is not."""
    problems = _problems(parts())
    return jsonify(ready=not problems, problems=problems), 503 if problems else 200


def _problems(house: Parts) -> dict[str, str]:
    found = _database_problems(house)
    if house.settings.redis_url and not _redis_answers(house.settings.redis_url):
        found["redis"] = "Redis does not answer: check REDIS_URL. Texts still go, up to a minute late."
    return found


def _database_problems(house: Parts) -> dict[str, str]:
    try:
        house.db.ping()
        if is_current(house.db):
            return {}
    except DatabaseAway:
        return {"database": "The database does not answer: check DATABASE_URL, and that it has room."}
    return {"migrations": 'The tables are not up to date: run "bot migrate".'}


def _redis_answers(url: str) -> bool:
    try:
        with Redis.from_url(
            url, socket_connect_timeout=REDIS_PATIENCE, socket_timeout=REDIS_PATIENCE, retry=None
        ) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus counters: of this process, or of all on this machine when PROMETHEUS_MULTIPROC_DIR is set."""
    return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call] # it registers itself
    return together
