"""What every probe keeps, whatever it measures."""

import math

import pytest
import torch

from resweep import registry
from resweep.errors import UsageError
from resweep.nets.probes import PROBES, default, probe

NAMES = registry.names(PROBES)


def same(a, b):
    return a == b or (math.isnan(a) and math.isnan(b))


def assert_same(a, b):
    assert a.metrics.keys() == b.metrics.keys()
    assert a.profiles.keys() == b.profiles.keys()
    assert all(same(a.metrics[k], b.metrics[k]) for k in a.metrics)
    assert all(
        same(x, y) for k in a.profiles for x, y in zip(a.profiles[k], b.profiles[k], strict=True)
    )


def test_the_default_probes_are_the_cheap_ones():
    assert default() == ("gradient-norms", "input-similarity", "moments")


def test_an_unknown_name_is_refused_before_anything_runs(start):
    s = start()
    with pytest.raises(UsageError, match=r"unknown probe 'momnets': did you mean 'moments'\?"):
        probe(s, ("moments", "momnets"))
    assert "states" not in vars(s)


@pytest.mark.parametrize("block", ["residual", "residual-bn"])
@pytest.mark.parametrize("name", NAMES)
def test_a_probe_leaves_the_network_as_it_was(start, name, block):
    s = start(block=block, precision="float32")
    for p in s.net.parameters():
        p.grad = torch.ones_like(p)
    before = {k: v.clone() for k, v in s.net.state_dict().items()}
    images, position = s.images.clone(), s.generator.get_state()
    probe(s, (name,))
    assert all(torch.equal(v, before[k]) for k, v in s.net.state_dict().items())
    assert all(
        torch.equal(p.grad, torch.ones_like(p)) and p.requires_grad for p in s.net.parameters()
    )
    assert all(
        m.track_running_stats for m in s.net.modules() if isinstance(m, torch.nn.BatchNorm2d)
    )
    assert s.net.training
    assert torch.equal(s.images, images)
    assert not s.images.requires_grad
    assert torch.equal(s.generator.get_state(), position)


@pytest.mark.parametrize("name", NAMES)
def test_readings_depend_on_the_seed_and_not_on_other_probes(start, name):
    alone, again = probe(start(), (name,)), probe(start(), (name,))
    assert_same(alone, again)
    together = probe(start(), (*(n for n in NAMES if n != name), name))
    assert all(same(together.metrics[k], v) for k, v in alone.metrics.items())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "fields",
    [
        {"scheme": "he", "multiplier": 1e20, "precision": "float32"},
        {"scheme": "he", "blocks": 40, "precision": "float16"},
        {"c": 0.0},
        {"block": "plain", "c": 0.0},
        {
            "block": "plain",
            "scheme": "lecun",
            "multiplier": 1e-20,
            "precision": "float32",
            "blocks": 6,
        },
        {"block": "residual-bn", "blocks": 2, "convs": 2},
    ],
    ids=["overflow", "half", "identity", "zero", "underflow", "bn"],
)
def test_overflow_and_zeros_are_readings(start, name, fields):
    readings = probe(start(**fields), (name,))
    assert readings.metrics
    assert all(isinstance(v, float) for v in readings.metrics.values())
    assert all(isinstance(x, float) for series in readings.profiles.values() for x in series)


@pytest.mark.parametrize("name", NAMES)
def test_metric_and_profile_names_belong_to_one_probe(start, name):
    own, others = (
        probe(start(convs=2), (name,)),
        probe(start(convs=2), tuple(n for n in NAMES if n != name)),
    )
    assert not own.metrics.keys() & others.metrics.keys()
    assert not own.profiles.keys() & others.profiles.keys()
