import math

import pytest
import torch

from resweep.nets import kernels
from resweep.nets.schemes._orthogonal import centre_tap, orthonormal_rows


def eye(n):
    return torch.eye(n, dtype=torch.float64)


@pytest.mark.parametrize("multiplier", [1.0, 2.0])
@pytest.mark.parametrize("kernel", [1, 3, 8])
def test_rows_are_orthogonal_with_the_gain_asked_for(build, kernel, multiplier):
    net, _ = build(scheme="orthogonal", kernel=kernel, multiplier=multiplier, convs=2)
    for branch in net.branches:
        for weight in branch.weights:
            w = weight.detach().flatten(1)
            torch.testing.assert_close(w @ w.T, multiplier * eye(8), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kernel", [1, 2, 3, 8])
def test_delta_orthogonal_keeps_the_norm_of_every_pixel_borders_included(build, kernel):
    net, _ = build(scheme="delta-orthogonal", kernel=kernel, channels=16)
    x = torch.randn(2, 16, 9, 7, dtype=torch.float64)
    y = x
    for branch in net.branches:
        y = kernels.convolution(y, branch.weights[0])
    torch.testing.assert_close(y.square().sum(1), x.square().sum(1))


@pytest.mark.parametrize(("kernel", "tap"), [(1, 0), (2, 0), (3, 1), (8, 3), (7, 3)])
def test_an_identity_matrix_at_the_centre_tap_is_the_identity_map(kernel, tap):
    assert centre_tap(kernel) == tap
    w = torch.zeros(4, 4, kernel, kernel, dtype=torch.float64)
    w[:, :, tap, tap] = eye(4)
    x = torch.randn(2, 4, 9, 9, dtype=torch.float64)
    assert torch.equal(kernels.convolution(x, w), x)


def test_the_usual_centre_of_an_even_kernel_shifts_the_image():
    w = torch.zeros(1, 1, 8, 8, dtype=torch.float64)
    w[0, 0, 4, 4] = 1
    x = torch.randn(1, 1, 9, 9, dtype=torch.float64)
    torch.testing.assert_close(kernels.convolution(x, w)[..., :-1, :-1], x[..., 1:, 1:])


def test_rotations_are_uniform():
    """Under Haar measure the trace of Q has mean 0 and variance 1; without R's signs it has not."""
    draws = torch.Generator().manual_seed(0)
    n = 2000
    traces = torch.stack(
        [
            orthonormal_rows(torch.randn(5, 5, generator=draws, dtype=torch.float64)).trace()
            for _ in range(n)
        ]
    )
    assert abs(traces.mean().item()) < 4 / math.sqrt(n)
    assert traces.var().item() == pytest.approx(1, abs=4 * math.sqrt(2 / n))


def test_another_draw_of_the_same_seed_leaves_the_head_as_it_is(build):
    heads = [build(scheme=s)[0].head.weight for s in ("he", "orthogonal", "delta-orthogonal")]
    assert torch.equal(heads[0], heads[1])
    assert torch.equal(heads[0], heads[2])
