"""Runs gathered by setting give a comparison the very columns that whole outcomes give it."""

import math
from dataclasses import asdict, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resweep.analysis.compare import NEEDED, arms, comparisons, from_settings, summarize
from resweep.analysis.compare.groups import grouped
from resweep.store import Store
from tests.samples import outcome

NAMES = ("final_accuracy", *NEEDED)
VALUES = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.none())
RUNS = st.lists(
    st.tuples(
        st.integers(0, 5),  # seed
        st.sampled_from(["a", "b"]),  # data
        st.sampled_from(["he", "lecun"]),
        st.sampled_from([5, 10]),
        st.sampled_from(["ok", "exploded", "trapped", "vanished", "error"]),
        st.lists(VALUES, min_size=len(NAMES), max_size=len(NAMES)),
    ),
    max_size=25,
)


def run(seed, data, scheme, blocks, status, values):
    made = outcome(
        seed, fingerprint=data, status=status, scheme=scheme, blocks=blocks, train_size=512
    )
    return replace(
        made,
        metrics={n: v for n, v in zip(NAMES, values, strict=True) if v is not None},
        profiles={},
        curve=(),
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RUNS)
def test_columns_are_those_of_the_outcomes(tmp_path_factory, runs):
    path = tmp_path_factory.mktemp("settings") / "runs.db"
    with Store.open(f"sqlite:///{path}") as store:
        for one in runs:
            store.save(run(*one))
        found = from_settings(store.settings(NAMES))
        whole = list(store.outcomes())[::-1]
    expected = [grouped(arm, members) for arm, members in arms(whole)]
    assert [repr(replace(group, ids=())) for group in in_order(found)] == [
        repr(group) for group in in_order(expected)
    ]
    plain = {c.fingerprint: [asdict(arm) for arm in c.arms] for c in comparisons(whole)}
    for data in plain:
        aggregated = summarize(
            [g for g in found if g.fingerprint == data], "final_accuracy", alike=True
        )
        assert repr([asdict(arm) for arm in aggregated.arms]) == repr(plain[data])


def in_order(groups):
    """With metrics in one order: a dictionary's order is no part of a group."""
    return [replace(g, metrics={n: g.metrics[n] for n in sorted(g.metrics)}) for g in groups]


def test_settings_are_read_on_every_database(store):
    for seed in (2, 0, 1):
        store.save(outcome(seed, scheme="he", effective_fan_in=True))
    store.save(outcome(0, scheme="lecun", status="exploded"))
    he, lecun = store.settings(("initial_loss", "final_accuracy", "not measured"))
    assert (he.experiment.scheme, he.experiment.seed, he.experiment.effective_fan_in) == (
        "he",
        0,
        True,
    )
    assert (he.seeds, he.statuses, he.fingerprint) == ((0, 1, 2), ("ok",) * 3, "data")
    assert he.metrics["initial_loss"] == (math.inf,) * 3
    assert he.metrics["final_accuracy"] == tuple(
        outcome(s).metrics["final_accuracy"] for s in (0, 1, 2)
    )
    assert he.metrics.keys() == {"initial_loss", "final_accuracy"}
    assert (lecun.seeds, lecun.statuses) == ((0,), ("exploded",))
    store.save(outcome(0, scheme="glorot", test_size=100))
    glorot = store.settings(("seconds",))[-1]
    assert (he.experiment.test_size, glorot.experiment.test_size) == ("all", 100)
    assert store.metric_names() == ("final_accuracy", "initial_loss", "seconds")


def test_fields_that_begin_to_differ_late_are_told_apart(store):
    for seed in range(3):
        store.save(outcome(seed, scheme="he"))
    store.save(outcome(0, scheme="he", lr=0.5))
    store.save(outcome(0, scheme="he", lr=0.5, blocks=7))
    store.save(outcome(0, scheme="he", channels=4))
    found = store.settings(())
    assert [(s.experiment.lr, s.experiment.blocks, s.experiment.channels) for s in found] == [
        (outcome(0).experiment.lr, outcome(0).experiment.blocks, outcome(0).experiment.channels),
        (0.5, outcome(0).experiment.blocks, outcome(0).experiment.channels),
        (0.5, 7, outcome(0).experiment.channels),
        (outcome(0).experiment.lr, outcome(0).experiment.blocks, 4),
    ]
    assert [len(s.seeds) for s in found] == [3, 1, 1, 1]


def test_starts_are_read_of_the_runs_that_have_them(store):
    made = outcome(1)
    profiles = {"forward_mean": (0.25, 1.0), "forward_second_moment": (2.0, 3.0)}
    store.save(
        replace(made, profiles=profiles, provenance=made.provenance | {"image_size": [8, 16]})
    )
    store.save(outcome(2))
    (setting,) = store.settings(())
    assert store.starts(setting.ids) == {setting.ids[0]: (0.25, 2.0, (8, 16))}
    assert pytest.approx(store.starts([])) == {}
