"""The predicted shape of gradient norms: closed forms, and where nothing is predicted."""

import math

import pytest

from resweep.analysis.gradient_theory import with_gradient
from resweep.analysis.profiles import run_profile
from resweep.experiment import Experiment
from resweep.nets.theory import predict
from resweep.outcome import Outcome


def run(log_norms, **fields):
    experiment = Experiment(
        blocks=len(log_norms),
        dataset="synthetic",
        train_size=8,
        lr=1e-3,
        precision="float32",
        **fields,
    )
    theory = predict(experiment, size=(8, 8))
    depth = len(log_norms)
    profiles = {
        "log10_grad_norm": tuple(log_norms),
        "forward_second_moment": (1.0,) * (depth + 1),
        "backward_second_moment": (1.0,) * (depth + 1),
    }
    found = with_gradient(run_profile(Outcome(experiment, "ok", profiles=profiles), vars(theory)))
    return next(s for s in found.series if s.name == "grad_norm")


def test_it_is_flat_where_growth_forward_is_decay_backward():
    # Plain and linear: q_(l-1) = a^(l-1) and d_l = a^(L-l) up to what zero padding takes away,
    # so that q d does not depend on l.
    plain = {"block": "plain", "scheme": "lecun", "activation": "identity", "kernel": 1}
    found = run([0.5] * 6, **plain, channels=10**6)
    assert found.predicted == pytest.approx([0.5] * 6, abs=1e-4)


def test_its_mean_is_the_measured_one_and_its_slope_is_theory():
    found = run(
        [3.0, 1.0, 2.0, 6.0],
        block="residual",
        scheme="he",
        kernel=1,
        activation="identity",
        channels=10**6,
    )
    assert sum(found.predicted) / 4 == pytest.approx(3.0)
    # residual and linear: (1 + a)^(l-1) forward and (1 + a)^(L-l) backward
    assert max(found.predicted) - min(found.predicted) == pytest.approx(0.0, abs=1e-6)


def test_relu_means_accumulate_so_that_later_blocks_have_the_larger_gradients():
    # With He's variance (a = 2) a wide network grows by 2.904 per block forward and by 2 backward,
    # and the gradient norms by sqrt(2.904 / 2).
    found = run([0.0] * 30, block="residual", scheme="he", kernel=1, channels=10**6)
    assert found.predicted[-1] - found.predicted[-2] == pytest.approx(
        math.log10(2.904 / 2) / 2, rel=2e-3
    )


@pytest.mark.parametrize(
    "fields", [{"block": "residual-bn", "scheme": "he"}, {"scheme": "he", "convs": 2}]
)
def test_it_says_nothing_of_other_forms(fields):
    assert run([0.0] * 3, **fields).predicted is None


def test_an_explosion_is_placed_by_its_finite_blocks():
    found = run(
        [1.0, math.inf, 1.0],
        block="plain",
        scheme="lecun",
        activation="identity",
        kernel=1,
        channels=10**6,
    )
    assert found.predicted == pytest.approx([1.0] * 3, abs=1e-4)
