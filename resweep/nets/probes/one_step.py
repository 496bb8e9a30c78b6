"""How much of the fall of the loss that the gradient promises one step of SGD delivers.

theta' = theta - eta g, where g is the gradient of the mean cross-entropy `loss_A` of the first half
A of the probe batch over all parameters. The promise is eta ||g||^2.

    one_step_same   (loss_A(theta) - loss_A(theta')) / (eta ||g||^2)
    one_step_fresh  (loss_B(theta) - loss_B(theta')) / (eta ||g||^2), B the second half
    one_step_rate   eta

`one_step_same` is 1 where the loss is linear over the step, smaller by curvature, and negative
where the step raises the loss. `one_step_fresh` tends to <g_A, g_B> / ||g_A||^2 as eta -> 0: the
part that other images share.

The rate is the one that promises a given fraction of the loss, eta = fraction loss_A / ||g||^2, so
that the reading does not depend on the scale of the weights and a fall stands clear of rounding:
profiles over the fractions 0.001, 0.01 and 0.1, metrics at 0.01. GradInit (Zhu et al. 2021)
minimizes the loss after one step in this way. Losses are means in float64 of the network's logits.
Readings are nan or inf where there is no gradient or something overflowed.

Cost: one forward and backward pass of half the batch and one forward pass of the other half, then
three forward passes of all of it at changed weights, which are copies. It runs only when asked for.
"""

import math

import torch
from torch import Tensor
from torch.func import functional_call

from resweep.nets.loss import cross_entropy
from resweep.nets.probes._numbers import norm, ratio, series, widened
from resweep.nets.probes._start import Readings, Start, quiet

DEFAULT = False
FRACTIONS = (0.001, 0.01, 0.1)
REPORTED = FRACTIONS.index(0.01)


def measure(start: Start) -> Readings:
    """Return the promised step's rate and what it delivers on both halves."""
    rates, same, fresh = _steps(start, FRACTIONS)
    profiles = {"one_step_rate": rates, "one_step_same": same, "one_step_fresh": fresh}
    return Readings(
        metrics={name: values[REPORTED] for name, values in profiles.items()}, profiles=profiles
    )


def _steps(start: Start, fractions: tuple[float, ...]) -> tuple[tuple[float, ...], ...]:
    """Return rates, deliveries on the same half and on the fresh half, one value a fraction."""
    half = len(start.labels) // 2
    same, fresh = slice(half), slice(half, None)
    weights = {name: p for name, p in start.net.named_parameters() if p.requires_grad}
    loss = _loss_at(start, {}, same)
    gradients = torch.autograd.grad(loss, list(weights.values()), materialize_grads=True)
    length = math.hypot(*series([norm(g) for g in gradients]))
    square = length * length
    rates, on_same, on_fresh = [], [], []
    with torch.no_grad():
        same_before, fresh_before = loss.item(), _loss_at(start, {}, fresh).item()
        for fraction in fractions:
            rate = ratio(fraction * same_before, square)
            moved = {}
            for (name, w), g in zip(weights.items(), gradients, strict=True):
                moved[name] = w - rate * g
            same_after = _loss_at(start, moved, same).item()
            fresh_after = _loss_at(start, moved, fresh).item()
            rates.append(rate)
            on_same.append(ratio(same_before - same_after, rate * square))
            on_fresh.append(ratio(fresh_before - fresh_after, rate * square))
    return tuple(rates), tuple(on_same), tuple(on_fresh)


def _loss_at(start: Start, weights: dict[str, Tensor], half: slice) -> Tensor:
    """Return the mean cross-entropy of one half of the batch, with some weights replaced."""
    with quiet(start.net):
        logits = functional_call(start.net, weights, (start.images[half],))
    wide = widened(logits)
    return cross_entropy(wide, start.labels[half].to(wide.device))
