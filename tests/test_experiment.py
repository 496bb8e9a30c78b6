import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment, checked, number_kinds, quantity
from resweep.numerals import real
from resweep.scheme_pages import uses


def resolved(**fields):
    return Experiment(**fields).resolve("cifar10", 50_000)


def test_the_key_of_the_papers_experiment_is_pinned():
    """A change here makes every stored run unreachable.

    A new field needs a default; no field may be renamed or get another default.
    """
    experiment = resolved(lr=1e-4)
    canonical = '{"dataset":"cifar10","lr":0.0001,"precision":"float32","train_size":50000}'
    assert json.loads(canonical) == experiment.model_dump(exclude_defaults=True)
    assert experiment.key == "5c392ca31cbda0fc4b3f6d203eaf4fbcff4e514ff6c5086be602df09bf96a6e3"


PINNED = {
    "block": "residual",
    "blocks": 100,
    "channels": 16,
    "kernel": 8,
    "convs": 1,
    "activation": "relu",
    "scheme": "depth-scaled",
    "c": 1.0,
    "multiplier": 1.0,
    "effective_fan_in": False,
    "distribution": "normal",
    "head": "gap",
    "head_init": "lecun",
    "conv_bias": False,
    "pixels": "standardized",
    "augment": "none",
    "validation": "test",
    "epochs": 1,
    "batch_size": 128,
    "optimizer": "adam",
    "momentum": 0.0,
    "weight_decay": 0.0,
    "seed": 0,
}


@pytest.mark.parametrize("name", sorted(PINNED))
def test_a_key_leaves_out_the_value_that_runs_had_before_a_field_was_set(name):
    assert resolved(**{name: PINNED[name]}).key == resolved().key


@pytest.mark.parametrize(
    "fields",
    [
        {"head": "flatten"},
        {"head_init": "zero"},
        {"conv_bias": True},
        {"pixels": "unit"},
        {"augment": "flip-crop"},
        {"validation": "0.1"},
    ],
)
def test_a_field_of_the_recipe_makes_another_experiment(fields):
    assert resolved(**fields).key != resolved().key


def test_a_held_out_part_is_not_trained_on():
    assert resolved(validation="0.1").train_size == 45_000
    assert resolved(validation="0.1", train_size=45_000).key == resolved(validation=0.1).key
    with pytest.raises(UsageError, match=r"45,000 training images of cifar10 that validation=0.1"):
        resolved(validation="0.1", train_size=45_001)
    with pytest.raises(UsageError, match="holds out 0: say --validation test"):
        resolved(validation="1e-6")


experiments = st.builds(
    Experiment,
    blocks=st.integers(1, 10**5),
    channels=st.integers(1, 512),
    kernel=st.integers(1, 31),
    c=st.floats(0, 1e6),
    activation=st.sampled_from(["relu", "tanh", "gelu"]),
    distribution=st.sampled_from(["normal", "uniform"]),
    train_size=st.one_of(st.just("all"), st.integers(1, 50_000)),
    test_size=st.one_of(st.just("all"), st.integers(1, 10_000)),
    lr=st.one_of(st.just("auto"), st.floats(1e-12, 1e3)),
    seed=st.integers(0, 2**63 - 1),
)


@given(experiments)
def test_json_round_trip_keeps_experiment_and_key(experiment):
    experiment = experiment.resolve("cifar10", 50_000)
    again = Experiment.parse(**json.loads(json.dumps(experiment.model_dump())))
    assert again == experiment == pickle.loads(pickle.dumps(experiment))
    assert again.key == experiment.key


@given(experiments, experiments)
def test_different_experiments_have_different_keys(one, other):
    one, other = one.resolve("cifar10", 50_000), other.resolve("cifar10", 50_000)
    assert (one == other) == (one.key == other.key)


@given(experiments)
def test_texts_mean_what_values_mean(experiment):
    texts = {name: str(value) for name, value in experiment.model_dump().items()}
    assert Experiment.parse(**texts) == experiment


def test_what_auto_stands_for_is_what_an_explicit_value_would_be():
    assert resolved(train_size=50_000).key == resolved().key
    assert resolved(precision="float32").key == resolved().key
    assert resolved(lr=resolved().lr).key == resolved().key
    assert resolved().resolved
    assert not Experiment().resolved


def test_an_unresolved_experiment_has_no_key():
    with pytest.raises(ValueError, match="resolve"):
        _ = Experiment().key


def test_probes_alone_have_one_key_whatever_the_training_would_be():
    probe = resolved(epochs=0)
    assert (probe.train_size, probe.lr) == (0, 0.0)
    assert probe == Experiment.parse(**probe.model_dump())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"blocks": 0}, "blocks=0: input should be greater than or equal to 1"),
        ({"c": "nan"}, "c=nan: input should be a finite number"),
        ({"c": -1}, "c=-1"),
        ({"multiplier": "inf"}, "multiplier=inf"),
        ({"lr": "-1"}, "lr=-1"),
        ({"lr": "nan"}, "lr=nan"),
        ({"train_size": "-3"}, "train_size=-3"),
        ({"test_size": 0}, "test_size=0: must be 'all' or a count of images from 1"),
        ({"test_size": "most"}, "test_size=most"),
        ({"epochs": 0, "test_size": 10}, "test_size cannot matter with epochs 0"),
        ({"seed": -1}, "seed=-1"),
        ({"blokcs": 3}, "did you mean 'blocks'"),
        ({"scheme": "he", "c": 2}, "c=2 has no effect on scheme 'he'"),
        ({"epochs": 0, "batch_size": 64}, "batch_size cannot matter with epochs 0"),
        ({"epochs": 0, "augment": "flip-crop"}, "augment cannot matter with epochs 0"),
        ({"validation": "train"}, "validation=train: input should be a valid number"),
        ({"validation": 1}, "validation=1: must be 'test' or a share of the training images"),
        ({"head": "flat"}, "head=flat: input should be 'gap' or 'flatten'"),
        ({"momentum": 0.9}, "momentum has no effect on optimizer 'adam'"),
        ({"dataset": "folder:xyz"}, "unknown dataset"),
    ],
)
def test_faults_are_one_line_that_names_field_and_value(fields, message):
    with pytest.raises(UsageError) as fault:
        Experiment.parse(**fields)
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_test_on_all_images_has_the_key_of_runs_made_before_there_was_a_test_size():
    all_of_them = Experiment(test_size=10_000).resolve("cifar10", 50_000, 10_000)
    assert all_of_them.test_size == "all"
    assert all_of_them.key == resolved().key
    some = Experiment(test_size=1000).resolve("cifar10", 50_000, 10_000)
    assert some.test_size == 1000
    assert some.key != resolved().key
    with pytest.raises(UsageError, match="test_size=10001 is more than the 10,000 test images"):
        Experiment(test_size=10_001).resolve("cifar10", 50_000, 10_000)


def test_all_is_beyond_every_count():
    assert quantity(Experiment(test_size=9), "test_size") == 9
    assert quantity(Experiment(), "test_size") == math.inf


def test_more_images_than_there_are_is_refused_not_cut():
    with pytest.raises(UsageError, match=r"train_size=2 is more than the 1 training image of x$"):
        Experiment.parse(train_size=2).resolve("x", 1)
    with pytest.raises(UsageError, match="60000 is more than the 50,000"):
        resolved(train_size=60_000)


def test_only_schemes_that_read_c_use_it():
    assert "c" in uses("depth-scaled")
    assert uses("he") == ()


def test_fields_are_the_interfaces():
    assert FIELDS[:12] == (
        "network",
        "arguments",
        "blocks_at",
        "block",
        "blocks",
        "channels",
        "kernel",
        "convs",
        "activation",
        "scheme",
        "c",
        "multiplier",
    )


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("blocks", [3, 3.0, "3", "3.0", "3e0", "03", " 3 ", np.int64(3), np.float32(3)]),
        ("c", [0, 0.0, -0.0, "0", "-0.0", "-0", "0e5", np.float64(-0.0)]),
        ("multiplier", [0.1, "0.1", ".1", "1e-1", "0.10", np.float64(0.1)]),
        ("weight_decay", [0.0, -0.0, "-0"]),
        ("lr", [1, 1.0, "1", "1e0", np.int8(1)]),
        ("train_size", [1000, 1000.0, "1e3", "1000.0"]),
        ("validation", [0.1, "0.1", ".1", "1e-1", " 0.10 "]),
        ("conv_bias", [True, "true", 1]),
        ("seed", [2**62, str(2**62), f"{2**62}.0"]),
        ("effective_fan_in", [True, "true", 1, 1.0, "1"]),
    ],
)
def test_all_spellings_of_one_number_have_one_key(name, spellings):
    keys = {resolved(**{name: spelling}).key for spelling in spellings}
    assert len(keys) == 1
    texts = {json.dumps(resolved(**{name: s}).model_dump()) for s in spellings}
    assert len(texts) == 1


NUMBERS = [name for name in FIELDS if number_kinds(name)]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [True, False, np.True_, "1_0", "١", "true", [1], b"1", None])
def test_what_is_no_number_is_refused_in_every_field_of_numbers(name, value):
    with pytest.raises(UsageError, match=rf"^{name}=") as fault:
        Experiment.parse(**{name: value})
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "value", [10**30, 2**63, "1e40", "9" * 5000, 10**5000], ids=["30", "63", "e40", "5000", "int"]
)
def test_no_number_is_without_bound(name, value):
    """A float may be as large as 1e308 where it is finite; a whole number may not."""
    if float in number_kinds(name) and real(value) < math.inf and name != "momentum":
        assert getattr(Experiment.parse(optimizer="sgd", **{name: value}), name) == real(value)
        return
    with pytest.raises(UsageError, match=rf"^{name}=") as fault:
        Experiment.parse(**{name: value})
    assert len(str(fault.value)) < 250


def test_checked_values_have_the_type_of_their_field_and_its_order():
    assert list(checked({"seed": "1e3", "c": "2", "scheme": "he"}).items()) == [
        ("scheme", "he"),
        ("c", 2.0),
        ("seed", 1000),
    ]


def test_the_modules_that_are_measured_belong_to_the_key_of_another_network_alone():
    one = Experiment.parse(network="torchvision:resnet18", scheme="own")
    other = one.but(blocks_at=["layer2.*", "layer1.*"])
    assert other.blocks_at == "layer1.* layer2.*"
    keys = [e.resolve("cifar10", 50_000).key for e in (one, one.but(blocks_at=""), other)]
    assert keys[0] == keys[1] != keys[2]
    with pytest.raises(UsageError, match="no effect on the built-in network"):
        Experiment.parse(blocks_at="layer*")
