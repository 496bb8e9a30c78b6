"""Optimizer steps for networks of any precision, with master weights and a loss scale.

A network of precision bfloat16 or float16 holds its weights, activations and gradients in that
type, but an optimizer's sums over many steps do not fit there: an update below 2^-p of its weight
is rounded away, and in float16 both Adam's epsilon of 1e-8 and the square of a gradient below
2.4e-4 are 0. Each weight therefore has a float32 master, which the optimizer updates and which is
rounded to the network's type after each step (Micikevicius et al. 2018, Mixed precision training,
arXiv 1710.03740, Sec. 3.1).

float16 also loses gradients below 2^-24. The loss is multiplied by a scale before the backward
pass, and the masters' gradients are divided by it (Sec. 3.2). The scale starts at 2^12. A step
whose gradients overflow is skipped and halves the scale; 2000 steps without overflow double it.
bfloat16 has the exponent range of float32 and needs no scale.
"""

from typing import Any

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets.network import DTYPES
from resweep.nets.schemes import lr_factor

HALF = (torch.bfloat16, torch.float16)
FIRST_SCALE, LAST_SCALE = 2.0**12, 2.0**-24


class Stepper:
    """The experiment's optimizer for one network.

    The learning rate of a parameter is `lr` times the factor that the scheme gives it.
    """

    def __init__(self, net: nn.Module, e: Experiment) -> None:
        dtype = DTYPES[e.precision]
        self.weights = dict(net.named_parameters())
        self.masters = self.weights
        if dtype in HALF:
            self.masters = {n: nn.Parameter(w.detach().float()) for n, w in self.weights.items()}
        self.optimizer = make_optimizer(self.masters, e)
        device = next(iter(self.weights.values())).device.type
        self.scaler = torch.amp.GradScaler(
            device, init_scale=FIRST_SCALE, enabled=dtype == torch.float16
        )

    def step(self, loss: Tensor) -> None:
        """Take one optimizer step down the gradient of `loss`."""
        for weight in self.weights.values():
            weight.grad = None
        self.scaler.scale(loss).backward()
        pairs = zip(self.weights.values(), self.masters.values(), strict=True)
        halves = [(weight, master) for weight, master in pairs if weight is not master]
        for weight, master in halves:
            master.grad = None if weight.grad is None else weight.grad.float()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        with torch.no_grad():
            for weight, master in halves:
                weight.copy_(master)

    def state(self) -> dict[str, Any]:
        """The masters, the optimizer's sums and the loss scale; the tensors are not copied."""
        return {
            "masters": {name: master.detach() for name, master in self.masters.items()},
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
        }

    @torch.no_grad()
    def resume(self, state: dict[str, Any]) -> None:
        """Go on from the `state` of a stepper of the same experiment."""
        for name, master in self.masters.items():
            master.copy_(state["masters"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])

    @property
    def stuck(self) -> bool:
        """Whether no loss scale keeps gradients finite, so that all further steps are skipped."""
        return self.scaler.is_enabled() and self.scaler.get_scale() < LAST_SCALE


def make_optimizer(parameters: dict[str, nn.Parameter], e: Experiment) -> torch.optim.Optimizer:
    """The experiment's optimizer over `parameters`, one group for each learning rate.

    It is fused (one kernel for all parameters) and, on a GPU, can be captured in a CUDA graph.
    """
    rate = float(e.lr)
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in parameters.items():
        groups.setdefault(lr_factor(name, e), []).append(parameter)
    with_rates = [{"params": group, "lr": rate * factor} for factor, group in groups.items()]
    if e.optimizer == "sgd":
        return torch.optim.SGD(
            with_rates, lr=rate, momentum=e.momentum, weight_decay=e.weight_decay, fused=True
        )
    kind = torch.optim.Adam if e.optimizer == "adam" else torch.optim.AdamW
    on_gpu = next(iter(parameters.values())).is_cuda
    return kind(with_rates, lr=rate, weight_decay=e.weight_decay, fused=True, capturable=on_gpu)
