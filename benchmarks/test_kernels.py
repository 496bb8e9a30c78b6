"""Times a residual block on every path: `pytest -p no:xdist -o addopts= benchmarks`."""

import pytest
import torch

from resweep.nets import kernels

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


@pytest.mark.parametrize("images", [16, 128])
@pytest.mark.parametrize("path", kernels.PATHS[1:])
def test_block(benchmark, path, images):
    x = torch.randn(images, 16, 32, 32, device=DEVICE).contiguous(memory_format=torch.channels_last)
    w = (torch.randn(16, 16, 8, 8, device=DEVICE) / 32).requires_grad_()
    x.requires_grad_()
    if reason := kernels.unsupported(path, x, w):
        pytest.skip(reason)

    def step():
        kernels.convolution(x, w, activation="relu", residual=True, path=path).backward(x.detach())
        if DEVICE == "cuda":
            torch.cuda.synchronize()

    benchmark.pedantic(step, rounds=10, warmup_rounds=2)
