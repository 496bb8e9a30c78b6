"""Every scheme file obeys what the program assumes of a scheme; the laws themselves are pinned one by one below."""

import pytest

from resweep import registry
from resweep.experiment import SCHEMES, Experiment
from resweep.nets.schemes import variance

ALL = registry.names(SCHEMES)


@pytest.mark.parametrize("scheme", ALL)
def test_a_scheme_has_a_page_and_a_finite_variance_that_multiplier_scales(scheme):
    assert registry.load(SCHEMES, scheme).__doc__
    one = variance(Experiment(scheme=scheme, blocks=10))
    assert 0 < one < 1
    assert variance(Experiment(scheme=scheme, blocks=10, multiplier=3.0)) == pytest.approx(3 * one, rel=1e-15)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"scheme": "he"}, 2 / 1024),
        ({"scheme": "lecun"}, 1 / 1024),
        ({"scheme": "depth-scaled", "blocks": 100}, 1 / (1024 * 100)),
        ({"scheme": "depth-scaled", "blocks": 50, "c": 0.5}, 0.5 / (1024 * 50)),
        ({"scheme": "depth-scaled", "blocks": 100, "convs": 2}, 0.1 / 1024),
        ({"scheme": "he", "kernel": 3, "channels": 4}, 2 / 36),
    ],
)
def test_variance_is_the_published_one(fields, expected):
    assert variance(Experiment(**fields)) == pytest.approx(expected, rel=1e-15)
