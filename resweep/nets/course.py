"""A training in progress: everything that its next epoch depends on, as a state that can be kept.

A course that took the state of another one after epoch k goes on with the numbers that the other
one would have had, to the bit, on the same machine.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from resweep.experiment import Experiment
from resweep.nets import augment
from resweep.nets.optimizer import Stepper
from resweep.nets.streams import generator


class Course:
    """The optimizer of a network, and the random streams of the order and changes of its images.

    A network that is not built in may draw from torch's own generators as it computes (dropout):
    they belong to the course too. `epochs` counts the epochs that are behind it.
    """

    def __init__(self, net: nn.Module, experiment: Experiment) -> None:
        e = experiment
        self.net, self.stepper, self.epochs = net, Stepper(net, e), 0
        self.batch_size, self.augments = e.batch_size, e.augment == "flip-crop"
        self.streams = {name: generator(e.seed, name) for name in ("order", "augment")}
        self.draws = e.foreign

    def batches(self, images: int, device: torch.device) -> Sequence[Tensor]:
        """Draw the batches of the next epoch over so many images, as `augment.chosen` reads them.

        Every stream is read by one kind of draw only, so that augmentation leaves the order alone.
        """
        order = torch.randperm(images, generator=self.streams["order"])
        if self.augments:
            order = augment.drawn(order, self.streams["augment"])
        batches: Sequence[Tensor] = order.to(device).split(self.batch_size)
        return batches

    def state(self) -> dict[str, Any]:
        """Everything above in tensors, numbers and texts; the tensors are the course's own."""
        layers: list[Tensor] = []
        if self.draws:
            layers = [torch.get_rng_state(), *torch.cuda.get_rng_state_all()]
        return {
            "layers": layers,
            "epochs": self.epochs,
            "net": self.net.state_dict(),
            "stepper": self.stepper.state(),
            "streams": {name: stream.get_state() for name, stream in self.streams.items()},
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from the `state` of a course of the same experiment."""
        self.epochs = state["epochs"]
        self.net.load_state_dict(state["net"])
        self.stepper.resume(state["stepper"])
        for name, stream in self.streams.items():
            stream.set_state(state["streams"][name])
        if self.draws:
            of_cpu, *of_gpus = state["layers"]
            torch.set_rng_state(of_cpu)
            torch.cuda.set_rng_state_all(of_gpus)
