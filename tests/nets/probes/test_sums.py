import math

import pytest
import torch

from resweep.nets.probes._numbers import PIECE, log10, pieces, ratio, second_moment


def test_division_and_logarithm_follow_ieee():
    assert ratio(1.0, 0.0) == math.inf
    assert math.isnan(ratio(0.0, 0.0))
    assert ratio(math.inf, 2.0) == math.inf
    assert (log10(100.0), log10(0.0), log10(math.inf)) == (2.0, -math.inf, math.inf)
    assert math.isnan(log10(math.nan))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_pieces_are_all_of_a_tensor_whatever_its_layout(layout):
    z = torch.randn(7, 16, 32, 48).contiguous(memory_format=layout)
    parts = list(pieces(z))
    assert all(p.numel() <= PIECE for p in parts)
    assert torch.equal(torch.cat(parts), z.double().permute(0, 2, 3, 1).flatten(1, 2))
    assert second_moment(z).item() == pytest.approx(z.double().square().mean().item(), rel=1e-13)
