"""How parallel different inputs have become at each depth.

    input_similarity[l] = mean over pairs n < n' of <z_l(n), z_l(n')> / (||z_l(n)|| ||z_l(n')||)

for l = 0..L, over the images of the probe batch, each state as one vector of C H W values, summed
in float64. From unit vectors e_n the mean over the N (N - 1) ordered pairs is (||sum e_n||^2 - N) /
(N (N - 1)), so that no pair is ever formed.

Towards 1 the network has forgotten which input it received (Schoenholz et al. 2017, "Deep
information propagation": the correlation map of the ordered phase). A ReLU branch after which
nothing is subtracted does this by its mean alone. A linear residual network of independent weights
keeps the similarity. The value is nan for a single image, a zero state or an overflowed one.

`last_input_similarity` is the value at L. Cost: no pass beyond the shared forward pass.
"""

import math

import torch
from torch import Tensor

from resweep.nets.kernels import moments as native
from resweep.nets.probes._numbers import pieces, series
from resweep.nets.probes._start import Readings, Start

DEFAULT = True


def measure(start: Start) -> Readings:
    """Return the mean cosine at every depth."""
    similarity = series([_mean_cosine(z) for z in start.states])
    return Readings(
        metrics={"last_input_similarity": similarity[-1]},
        profiles={"input_similarity": similarity},
    )


def _mean_cosine(z: Tensor) -> Tensor:
    """Return the mean cosine over the pairs of z (N, C, H, W), as a float64 scalar."""
    total = native.unit_sum(z) if native.possible(z) else _unit_sum(z)
    n = len(z)
    if n == 1:
        return total.new_tensor(math.nan)
    return (total @ total - n) / (n * (n - 1))


def _unit_sum(z: Tensor) -> Tensor:
    """Return the sum of z_n / ||z_n|| over the images, flat in float64."""
    units = []
    for piece in pieces(z):
        rows = piece.flatten(1)
        norms = torch.linalg.vector_norm(rows, dim=1)
        # Where the norm overflowed its inverse is 0, which would pass for a cosine.
        units.append(torch.where(norms.isfinite(), 1 / norms, math.nan) @ rows)
    return torch.stack(units).sum(0)
