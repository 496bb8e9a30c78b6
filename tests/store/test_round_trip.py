"""Whatever is measured comes back bit for bit: nan, infinities, subnormals, any alphabet."""

import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resweep.outcome import STATUSES, Epoch, Outcome
from resweep.store import Store
from tests.samples import experiment

reals = st.floats() | st.sampled_from(
    [math.nan, math.inf, -math.inf, 5e-324, -5e-324, 1.7976931348623157e308]
)
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
experiments = st.builds(
    experiment,
    blocks=st.integers(1, 10**5),
    c=st.floats(0, allow_infinity=False),
    multiplier=st.floats(0, allow_infinity=False),
    lr=st.floats(0, allow_infinity=False),
    scheme=st.sampled_from(["he", "depth-scaled", "orthogonal"]),
    seed=st.integers(0, 2**63 - 1),
)


@st.composite
def outcomes(draw):
    curve = tuple(
        Epoch(n, *draw(st.tuples(reals, reals, reals, reals)))
        for n in range(1, draw(st.integers(1, 4)))
    )
    return Outcome(
        experiment=draw(experiments),
        status=draw(st.sampled_from(STATUSES)),
        metrics=draw(st.dictionaries(texts, reals, max_size=4)),
        profiles=draw(st.dictionaries(texts, st.lists(reals, max_size=5).map(tuple), max_size=3)),
        curve=curve,
        provenance=draw(st.dictionaries(texts, json_values, max_size=3))
        | {"dataset_fingerprint": draw(texts)},
        detail=draw(texts),
    )


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def shared_store(request, tmp_path_factory, new_schema):
    at = (
        f"sqlite:///{tmp_path_factory.mktemp('round') / 'trip.db'}"
        if request.param == "sqlite"
        else new_schema()
    )
    with Store.open(at) as store:
        yield store


def same(value):
    """`value` in a form where nan equals nan, and 0.0 equals -0.0, whose sign SQLite forgets."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value
    if isinstance(value, dict):
        return {k: same(v) for k, v in value.items()}
    if isinstance(value, Epoch):
        return same(
            [value.epoch, value.train_loss, value.test_loss, value.test_accuracy, value.seconds]
        )
    return [same(v) for v in value] if isinstance(value, (list, tuple)) else value


def bits(profiles):
    return {name: [struct.pack("<d", v) for v in values] for name, values in profiles.items()}


@settings(max_examples=60, deadline=None)
@given(saved=outcomes())
def test_round_trip(shared_store, saved):
    shared_store.save(saved)
    found = shared_store.find(saved.experiment.key, saved.fingerprint)
    assert found is not None
    assert found.experiment == saved.experiment
    assert found.experiment.key == saved.experiment.key
    assert (found.status, found.detail, found.provenance) == (
        saved.status,
        saved.detail,
        saved.provenance,
    )
    assert same(found.metrics) == same(saved.metrics)
    assert bits(found.profiles) == bits(saved.profiles)
    assert same(found.curve) == same(saved.curve)
