"""Size of the input-output Jacobian J = d z_L / d z_0, from the stem's output to the last state.

J is the joint matrix of the first 4 images, (4 C H W) x (4 C H W). It is block-diagonal, one block
an image, unless batch normalization couples them.

    jacobian_largest          sigma_max(J), so the largest over these images
    jacobian_largest_error    some singular value lies within this distance of it
    jacobian_frobenius        ||J||_F, by Hutchinson's estimate ||J||_F^2 = E ||J^T r||^2 for r
                              standard normal, over 8 draws
    jacobian_frobenius_error  its standard error over the draws
    jacobian_mean_square      ||J||_F^2 / (4 C H W), the mean squared singular value: 1 for the
                              identity, and what the backward growth estimates too

Saxe et al. (2014) and Pennington, Schoenholz and Ganguli (2017) ask for all singular values near 1
(dynamical isometry). Products are taken in the network's dtype; vectors and norms are kept in
float64. J v is the derivative of the backward pass u -> J^T u, which is linear, so that no
forward-mode rule is needed and its graph is built once. This needs second derivatives, hence the
reference convolution.

Cost: on 4 images, one forward pass, 12 products J v and 20 products J^T u, each about a backward
pass. It runs only when asked for.
"""

import math

import torch
from torch import Tensor

from resweep.nets import kernels
from resweep.nets.probes._numbers import narrowed, widened
from resweep.nets.probes._singular import largest_singular_value
from resweep.nets.probes._start import Readings, Start

DEFAULT = False
IMAGES, STEPS, DRAWS = 4, 12, 8


def measure(start: Start) -> Readings:
    """Return the largest singular value and the Frobenius norm, with their errors."""
    with kernels.force("reference"):
        jacobian = Jacobian(start.forward(start.images[:IMAGES]))
        sigma, error = largest_singular_value(
            jacobian.forward, jacobian.backward, jacobian.normal(start, "v"), STEPS
        )
        squares = [
            jacobian.backward(jacobian.normal(start, str(i))).square().sum() for i in range(DRAWS)
        ]
    square, of_square = _mean_and_error(torch.stack(squares))
    frobenius = math.sqrt(square)
    return Readings(
        metrics={
            "jacobian_largest": sigma,
            "jacobian_largest_error": error,
            "jacobian_frobenius": frobenius,
            "jacobian_frobenius_error": of_square / (2 * frobenius) if frobenius else 0.0,
            "jacobian_mean_square": square / jacobian.first.numel(),
        },
        profiles={},
    )


class Jacobian:
    """Products with J = d last / d first for two states of one graph, on flat float64 vectors."""

    def __init__(self, states: list[Tensor]) -> None:
        self.first, self.last = states[0], states[-1]
        self.probe = torch.zeros_like(self.last, requires_grad=True)
        (self.returned,) = torch.autograd.grad(
            self.last, self.first, self.probe, create_graph=True, materialize_grads=True
        )

    def backward(self, u: Tensor) -> Tensor:
        """Return J^T u."""
        (g,) = torch.autograd.grad(
            self.last,
            self.first,
            narrowed(u.view_as(self.last), self.last),
            retain_graph=True,
            materialize_grads=True,
        )
        return widened(g.reshape(-1))

    def forward(self, v: Tensor) -> Tensor:
        """Return J v: the derivative of probe -> J^T probe, sent back from v."""
        (g,) = torch.autograd.grad(
            self.returned,
            self.probe,
            narrowed(v.view_as(self.first), self.first),
            retain_graph=True,
            materialize_grads=True,
        )
        return widened(g.reshape(-1))

    def normal(self, start: Start, name: str) -> Tensor:
        """Return a standard normal vector of the length of a flat state."""
        return start.normal(f"jacobian {name}", widened(self.last.detach())).reshape(-1)


def _mean_and_error(values: Tensor) -> tuple[float, float]:
    """Return the mean and its standard error."""
    return values.mean().item(), (values.std() / math.sqrt(len(values))).item()
