import math

import pytest
import torch

from resweep.nets.probes import probe
from resweep.nets.probes.ntk import _condition, _kernel


def by_loop(s):
    """Per-sample gradients, one backward pass of .backward() each."""
    rows = []
    for n in range(min(16, len(s.images))):
        images = s.images[:16] if s.net.form.NORMALIZED else s.images[n : n + 1]
        s.net.zero_grad()
        out = s.net(images)[n if s.net.form.NORMALIZED else 0]
        (out.sum() / math.sqrt(len(out))).backward()
        rows.append(torch.cat([p.grad.flatten() for p in s.net.parameters()]))
    rows = torch.stack(rows)
    return rows @ rows.T


@pytest.mark.parametrize("fields", [{}, {"block": "residual-bn"}, {"images": 20, "convs": 2}])
def test_against_a_loop_over_samples(start, fields):
    s = start(**fields)
    expected = by_loop(s)
    torch.testing.assert_close(_kernel(s), expected)
    r = probe(s, ("ntk",)).metrics
    assert r["ntk_trace"] == pytest.approx(expected.trace().item())
    assert r["ntk_condition"] == pytest.approx(torch.linalg.cond(expected).item(), rel=1e-6)


def test_condition():
    assert _condition(
        torch.diag(torch.tensor([1.0, 4.0, 2.0], dtype=torch.float64))
    ) == pytest.approx(4.0)
    assert _condition(torch.ones(3, 3, dtype=torch.float64)) == math.inf
    assert math.isnan(_condition(torch.zeros(2, 2, dtype=torch.float64)))
    assert math.isnan(_condition(torch.full((2, 2), math.inf, dtype=torch.float64)))
    assert _condition(1e300 * torch.eye(3, dtype=torch.float64)) == pytest.approx(1.0)


def test_the_same_image_twice_has_no_condition_number(start):
    s = start()
    s.images[1] = s.images[0]
    assert probe(s, ("ntk",)).metrics["ntk_condition"] > 1e12
