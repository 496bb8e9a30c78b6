"""Inspections are kept whole beside the runs, found by key, merged and forgotten."""

import math
from dataclasses import replace

import pytest

from resweep.outcome.inspection import Finding, Inspection, Law, Parameter
from resweep.outcome.question import Answer, Question
from resweep.store import Store
from tests.samples import outcome

INF = math.inf
WEIGHT = Parameter(
    name="2.b.weight",
    tied=("head.weight",),
    shape=(8, 4),
    fan_in=4.0,
    n_var=INF,
    variance=INF,
    law=Law("he, fan-in, normal", 1.02, True, "normal", 2.0),
    reads=False,
    writes=True,
    trained=True,
    missing="",
)
INSPECTION = Inspection(
    network="net.py:net(depth=2)",
    status="exploded",
    verdict="exploded: the loss is inf",
    advice=("try he",),
    found="2 blocks, its residual sums",
    blocks=("1", "2"),
    kinds=("identity", "projected"),
    loss=INF,
    profiles={"forward_second_moment": (1.0, 2.5, INF), "branch_ratio": (0.1, -INF)},
    gradients={"2.b.weight": INF, "stem.weight": None},
    parameters=(WEIGHT, replace(WEIGHT, name="b", law=None, n_var=None, fan_in=None)),
    findings=(Finding("jump", "2", "a factor of 10^3", fault=False),),
    metrics={"log10_forward_growth": INF},
)
QUESTION = Question("net.py:net@0123456789ab", "depth=2", blocks_at=("layer*",), seed=3)


def test_an_inspection_comes_back_as_it_was(store):
    store.keep(Answer(QUESTION, INSPECTION))
    (back,) = store.inspections()
    assert (back.question, back.inspection) == (QUESTION, INSPECTION)
    assert back.stored.tzinfo is not None
    assert store.inspections(QUESTION.key[:6]) == [back]
    assert store.inspections("0" * 8 if QUESTION.key[0] != "0" else "f" * 8) == []


def test_the_latest_answer_to_a_question_stays(store):
    store.keep(Answer(QUESTION, INSPECTION))
    store.keep(Answer(QUESTION, replace(INSPECTION, status="sound")))
    store.keep(Answer(replace(QUESTION, seed=4), INSPECTION))
    assert [one.inspection.status for one in store.inspections()] == ["exploded", "sound"]
    assert store.forget([QUESTION.key]) == 1
    assert [one.question.seed for one in store.inspections()] == [4]


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, arguments="depth=3"),
        replace(QUESTION, limit=10.0),
        replace(QUESTION, scheme="he"),
        replace(QUESTION, network="net.py:net@ba9876543210"),
        replace(QUESTION, blocks_at=()),
    ],
)
def test_another_question_has_another_key(other):
    assert other.key != QUESTION.key
    assert Question.of_json(other.to_json()) == other


def test_stores_are_merged_with_their_inspections(store, tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        other.keep(Answer(QUESTION, INSPECTION))
        store.keep(Answer(replace(QUESTION, seed=5), INSPECTION))
        assert store.merge(other).inspections == 1
        assert store.merge(other).inspections == 0
        assert {one.question.seed for one in store.inspections()} == {3, 5}
        kept = next(one for one in store.inspections() if one.question.seed == 3)
        assert kept.stored == other.inspections()[0].stored


def test_runs_are_not_touched(store):
    store.save(outcome(1))
    store.keep(Answer(QUESTION, INSPECTION))
    assert store.count() == 1
    assert store.integrity() == []
