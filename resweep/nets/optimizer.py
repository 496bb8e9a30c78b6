"""Optimizer steps that a half-precision network can take: float32 masters of the weights, and a loss scale.

A network of precision bfloat16 or float16 holds weights, activations and gradients in that type. What accumulates over
steps does not fit there: an update below 2^-p of its weight is rounded away, and in float16 Adam's epsilon of 1e-8 is
0 and the square of a gradient below 2.4e-4 too. So each weight has a master in float32, which the optimizer and its
moments see, and which is rounded to the network's type after each step (Micikevicius et al. 2018, Mixed precision
training, arXiv 1710.03740, Sec. 3.1).

In float16 gradients below 2^-24 are lost as well: the loss is multiplied by a scale before the backward pass and the
masters' gradients are divided by it (Sec. 3.2). The scale begins at 2^12; gradients that overflow skip the step and
halve it, 2000 steps without overflow double it. bfloat16 has float32's exponents and needs none.
"""

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets.network import DTYPES
from resweep.nets.schemes import lr_factor

HALF = (torch.bfloat16, torch.float16)
FIRST_SCALE, LAST_SCALE = 2.0**12, 2.0**-24


class Stepper:
    """The experiment's optimizer on one network, each parameter at lr times what the scheme's own rule says."""

    def __init__(self, net: nn.Module, e: Experiment) -> None:
        dtype = DTYPES[e.precision]
        self.weights = dict(net.named_parameters())
        self.masters = {
            n: nn.Parameter(w.detach().float()) if dtype in HALF else w
            for n, w in self.weights.items()
        }
        self.optimizer = make_optimizer(self.masters, e)
        device = next(iter(self.weights.values())).device.type
        self.scaler = torch.amp.GradScaler(
            device, init_scale=FIRST_SCALE, enabled=dtype == torch.float16
        )

    def step(self, loss: Tensor) -> None:
        """One update down the gradient of `loss`."""
        for weight in self.weights.values():
            weight.grad = None
        self.scaler.scale(loss).backward()
        halves = [
            (w, m)
            for w, m in zip(self.weights.values(), self.masters.values(), strict=True)
            if w is not m
        ]
        for weight, master in halves:
            master.grad = None if weight.grad is None else weight.grad.float()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        with torch.no_grad():
            for weight, master in halves:
                weight.copy_(master)

    @property
    def stuck(self) -> bool:
        """Whether no loss scale keeps the gradients finite, so that steps are skipped for ever."""
        return self.scaler.is_enabled() and self.scaler.get_scale() < LAST_SCALE


def make_optimizer(parameters: dict[str, nn.Parameter], e: Experiment) -> torch.optim.Optimizer:
    """One kernel for all parameters, which a CUDA graph can hold."""
    rate = float(e.lr)
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in parameters.items():
        groups.setdefault(lr_factor(name, e), []).append(parameter)
    found = [{"params": group, "lr": rate * factor} for factor, group in groups.items()]
    if e.optimizer == "sgd":
        return torch.optim.SGD(
            found, lr=rate, momentum=e.momentum, weight_decay=e.weight_decay, fused=True
        )
    kind = torch.optim.Adam if e.optimizer == "adam" else torch.optim.AdamW
    on_gpu = next(iter(parameters.values())).is_cuda
    return kind(found, lr=rate, weight_decay=e.weight_decay, fused=True, capturable=on_gpu)
