"""Mean, second moment and variance of every state, and of the gradient that comes back from the last one.

q_l = E[z_l^2] and m_l = E[z_l] over batch, channels and pixels, summed in float64, for l = 0..L;
b_l = E[d_l^2] / E[d_L^2], d_l = dS/dz_l of S = <d_L, z_L> for d_L drawn standard normal at the last state: a property
of the network alone, whatever the loss (Taki 2017, Sec. 2.2).
"""

import math

import torch
from torch import Tensor

from resweep.nets.probes._start import Readings, Start

DEFAULT = True


def measure(start: Start) -> Readings:
    states = start.states
    last = states[-1]
    draw = torch.empty(last.shape, dtype=torch.float64).normal_(generator=start.generator).to(last)
    deltas = torch.autograd.grad(last, states[:-1], draw, retain_graph=True)
    mean, second = series(mean_of, states), series(second_moment, states)
    backward = series(second_moment, [*deltas, draw])
    return Readings(
        metrics={"forward_growth": ratio(second[-1], second[0]), "backward_growth": ratio(backward[0], backward[-1])},
        profiles={
            "forward_mean": mean,
            "forward_second_moment": second,
            "forward_variance": tuple(q - m * m for q, m in zip(second, mean, strict=True)),
            "backward_second_moment": tuple(ratio(b, backward[-1]) for b in backward),
        },
    )


def mean_of(z: Tensor) -> Tensor:
    return z.detach().mean(dtype=torch.float64)


def second_moment(z: Tensor) -> Tensor:
    return z.detach().double().square().mean()


def series(moment, tensors) -> tuple[float, ...]:
    """One number a tensor, brought to the host together."""
    return tuple(torch.stack([moment(t) for t in tensors]).tolist())


def ratio(above: float, below: float) -> float:
    """above / below as IEEE has it: x/0 is inf, 0/0 and anything with nan is nan."""
    if below:
        return above / below
    return math.nan if not above or math.isnan(above) else math.inf
