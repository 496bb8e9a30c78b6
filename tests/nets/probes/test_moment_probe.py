import math
from itertools import pairwise

import pytest
import torch

from resweep.experiment import Experiment
from resweep.nets import kernels
from resweep.nets.probes import probe
from resweep.nets.probes._rescaled import continued, log10_moments
from resweep.nets.theory import predict


def readings(s):
    return probe(s, ("moments",))


def test_forward_moments_are_those_of_the_states(start):
    s = start(images=5, size=9)
    profiles = readings(s).profiles
    states = [z.detach() for z in s.net.states(s.images)]
    assert profiles["forward_mean"] == pytest.approx([z.mean().item() for z in states], rel=1e-12)
    assert profiles["forward_second_moment"] == pytest.approx(
        [(z**2).mean().item() for z in states], rel=1e-12
    )
    assert profiles["forward_variance"] == pytest.approx(
        [z.var(correction=0).item() for z in states], rel=1e-9
    )
    of_channels = [z.var((0, 2, 3), correction=0).mean().item() for z in states]
    assert profiles["forward_channel_variance"] == pytest.approx(of_channels, rel=1e-9)
    assert profiles["log10_forward_second_moment"] == tuple(
        map(math.log10, profiles["forward_second_moment"])
    )


def block_by_block(s, images, delta):
    """E[d_l^2] / E[d_L^2] by sending delta back through one block at a time."""
    inputs = [next(s.net.states(images)).detach()]
    for branch in s.net.branches:
        inputs.append(s.net.form.forward(inputs[-1], branch).detach())
    moments = [(delta**2).mean()]
    for x, branch in zip(reversed(inputs[:-1]), reversed(s.net.branches), strict=True):
        delta = torch.autograd.functional.vjp(
            lambda z, b=branch: s.net.form.forward(z, b), x, delta
        )[1]
        moments.insert(0, (delta**2).mean())
    return [(m / moments[-1]).item() for m in moments]


def test_backward_moments_are_those_of_a_random_gradient_sent_back_block_by_block(start):
    s = start(images=18)
    profiles = readings(s).profiles
    delta = s.normal("moments", s.states[-1].detach())
    backward = profiles["backward_second_moment"]
    assert backward == pytest.approx(block_by_block(s, s.images, delta), rel=1e-9)
    assert backward[-1] == 1.0
    assert profiles["log10_backward_second_moment"] == tuple(map(math.log10, backward))
    free = delta[:16] - delta[:16].mean(1, keepdim=True)
    assert profiles["backward_second_moment_dc_free"] == pytest.approx(
        block_by_block(s, s.images[:16], free), rel=1e-9
    )


def test_a_gradient_without_dc_follows_the_law_of_wide_networks(start):
    """Monte Carlo at width 256, ReLU-last, c = 1, L = 64: the law says (1 + a/2)^L = 1.65.

    The random gradient, which keeps its mean, reads about 3.
    """
    ratios = []
    for seed in range(6):
        s = start(seed=seed, images=16, size=1, kernel=1, channels=256, blocks=64)
        torch.nn.init.normal_(s.net.stem, generator=torch.Generator().manual_seed(seed))
        profiles = readings(s).profiles
        ratios.append(
            [profiles[k][0] for k in ("backward_second_moment", "backward_second_moment_dc_free")]
        )
    random, free = torch.tensor(ratios).mean(0).tolist()
    assert free == pytest.approx(1.70, abs=0.2)
    assert random > 2.4


def test_moments_that_overflow_float32_are_summed_in_float64(start):
    r = readings(start(scheme="he", multiplier=100.0, blocks=20, precision="float32"))
    q = r.profiles["forward_second_moment"]
    assert 1e38 < q[-1] < math.inf
    assert r.metrics["forward_growth"] == q[-1] / q[0]


@pytest.mark.parametrize("activation", ["relu", "identity", "leaky-relu", "gelu", "silu", "tanh"])
@pytest.mark.parametrize(
    "fields", [{"multiplier": 2.0**40}, {"block": "plain", "multiplier": 2.0**-40}]
)
def test_the_rescaled_pass_agrees_with_float64_where_float32_has_run_out(start, activation, fields):
    fields = {"scheme": "he", "blocks": 12, "images": 2, "activation": activation} | fields
    narrow, exact = start(precision="float32", **fields), start(**fields)
    delta = exact.normal("moments", exact.states[-1].detach())
    above, below = log10_moments(narrow, delta.float())
    truth = readings(exact).profiles
    assert above == pytest.approx(truth["log10_forward_second_moment"], abs=1e-3)
    assert below == pytest.approx(truth["log10_backward_second_moment"], abs=1e-3)


@pytest.mark.parametrize(
    "fields",
    [
        {"blocks": 40, "precision": "float16"},
        {"block": "plain", "multiplier": 0.1, "blocks": 300},
    ],
    ids=["half", "vanishing"],
)
def test_logarithms_stay_finite_where_the_dtype_does_not(start, fields):
    s = start(**({"scheme": "he", "precision": "float32", "size": 4} | fields))
    r = readings(s)
    plain = r.profiles["forward_second_moment"]
    assert not (math.isfinite(plain[-1]) and plain[-1] > 0)
    for name in ("forward", "backward"):
        logs = r.profiles[f"log10_{name}_second_moment"]
        assert len(logs) == len(plain)
        assert all(map(math.isfinite, logs))
        assert max(abs(b - a) for a, b in pairwise(logs)) < 2.5


def test_he_at_a_thousand_blocks_grows_as_the_recursion_says(start):
    fields = {"blocks": 1000, "scheme": "he", "channels": 16, "precision": "float32", "kernel": 1}
    profiles = readings(start(size=4, **fields)).profiles
    logs = profiles["log10_forward_second_moment"]
    assert all(map(math.isfinite, (*logs, *profiles["log10_backward_second_moment"])))
    assert not math.isfinite(profiles["forward_second_moment"][-1])
    # Of 16 channels the theory gives no number at such depths, of many it does.
    wide = fields | {"blocks": 600, "channels": 4096}
    law = predict(Experiment(**wide), size=(4, 4)).forward_second_moment
    rate = (math.log10(law[600]) - math.log10(law[100])) / 500
    assert (logs[-1] - logs[100]) / 900 == pytest.approx(rate, rel=0.1)


def test_a_series_goes_on_by_the_increments_of_another():
    beyond = (5.0, 6.5, 8.0, 9.0)
    assert continued((0.0, 1.0, math.inf, math.nan), beyond, -61.0) == (0.0, 1.0, 2.5, 3.5)
    assert continued((0.0, -60.0, -62.0, -64.0), beyond, -61.0) == (0.0, -60.0, -58.5, -57.5)
    assert continued((math.nan, 1.0), (5.0, 6.0), -61.0) == (5.0, 6.0)
    assert continued((0.0, 1.0), (5.0, 7.0), -61.0) == (0.0, 1.0)


@pytest.mark.parametrize("path", ["reference", "spectral"])
def test_logarithms_hold_where_states_lose_their_digits(start, path):
    """With a sixteenth of the variance a block, states leave float32's normal numbers at L = 60.

    A ReLU whose input is rounding beside its neighbours may open in one and not in the other.
    """
    fields = {"block": "plain", "scheme": "he", "multiplier": 0.0625, "blocks": 66, "images": 2}
    truth = readings(start(**fields)).profiles
    with kernels.force(path):
        found = readings(start(precision="float32", **fields)).profiles
    assert 0 < math.sqrt(found["forward_second_moment"][-1]) < torch.finfo(torch.float32).tiny
    for name in ("forward", "backward"):
        logs = f"log10_{name}_second_moment"
        assert found[logs] == pytest.approx(truth[logs], abs=0.1)


def test_an_exploded_network_stays_exploded(start):
    from resweep.nets.status import explosion

    r = probe(start(scheme="he", blocks=200, precision="float32", size=4))
    assert explosion(r)
