"""Vectors are made in the background, once for each text, and matching uses them as soon as they are there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import func, select

from bot.background.embedding import AT_ONCE, Embedding
from bot.knowledge.directory import Directory
from bot.knowledge.e5 import KeptMeaning, Model, mark, packed
from bot.knowledge.meaning import Vector
from bot.store import counter, embeddings
from bot.store.database import Database
from bot.store.embeddings import MEANING
from bot.store.schema import embedding
from tests.knowledge.samples import english, shipped_answers, shipped_places


class Counted(Model):
    """Vectors from a text's marks: as quick as can be, and the same for the same text."""

    name = "counted 1"
    trouble = ""

    def __init__(self) -> None:
        self.made: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.made += texts
        seeds = [int.from_bytes(mark(text)[:4], "big") for text in texts]
        vectors = [np.random.default_rng(seed).standard_normal(384) for seed in seeds]
        return [vector / np.linalg.norm(vector) for vector in vectors]


def directory() -> Directory:
    return Directory(shipped_answers()[:4], (), places=shipped_places(), languages=("en",), translate=english)


def kept(db: Database) -> int:
    with db.read() as conn:
        return int(conn.scalar(select(func.count()).select_from(embedding)) or 0)


def test_every_text_gets_its_vector_once(db: Database) -> None:
    model = Counted()
    work = Embedding(db, directory, model)
    told: list[int] = []
    wanted = len(set(directory().texts()))
    assert work.make(told.append) == wanted == kept(db)
    assert sum(told) == wanted
    assert max(told) <= AT_ONCE
    assert (work.make(), len(model.made)) == (0, wanted)
    with db.read() as conn:
        assert counter.numbers(conn)[MEANING] == 1


def test_a_stopped_one_goes_on_where_it_was(db: Database) -> None:
    first = Embedding(db, directory, Counted())
    first.make(lambda done: first.stop())
    assert kept(db) == AT_ONCE
    again = Counted()
    Embedding(db, directory, again).make()
    assert len(again.made) == len(set(directory().texts())) - AT_ONCE


def test_texts_and_models_that_are_gone_are_forgotten(db: Database) -> None:
    with db.begin() as conn:
        embeddings.keep(conn, "counted 1", {mark("an answer of old"): b"\0\0"})
        embeddings.keep(conn, "another", {mark("Food parcel"): b"\0\0"})
    Embedding(db, directory, Counted()).make()
    with db.read() as conn:
        assert embeddings.vectors(conn, "another") == {}
        assert mark("an answer of old") not in embeddings.vectors(conn, "counted 1")


def test_two_that_work_at_once_do_not_disturb_each_other(db: Database) -> None:
    one, two = Embedding(db, directory, Counted()), Embedding(db, directory, Counted())
    one.make(lambda done: [two.make()].clear())
    assert kept(db) == len(set(directory().texts()))


def test_without_a_model_nothing_is_made(db: Database) -> None:
    class Missing(Counted):
        trouble = "it is not installed."

    assert Embedding(db, directory, Missing()).make() == 0
    assert kept(db) == 0


def test_a_vector_is_kept_in_half_the_room_and_nearly_the_same() -> None:
    (vector,) = Counted().embed(["Food parcel"])
    found = KeptMeaning(Counted(), {mark("Food parcel"): packed(vector)}).known("Food parcel")
    assert found is not None
    assert len(packed(vector)) == 2 * 384
    assert float(found.astype(np.float64) @ vector) == pytest.approx(1, abs=1e-3)
    assert KeptMeaning(Counted(), {}).known("Food parcel") is None
