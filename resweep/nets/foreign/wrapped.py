"""A network of somebody else with the face that training and probes know: images in, logits out."""

from dataclasses import dataclass

from torch import Tensor, nn

from resweep.nets.foreign.outputs import logits
from resweep.nets.foreign.tree import Tree


@dataclass(frozen=True)
class Initialized:
    """What a scheme did to a network.

    scheme    its name
    found     how many blocks there are, and how they were found
    variance  Var[w] of each weight that was drawn, by name
    reset     the parameters that were set to 0 or 1
    left      the parameters that keep their own values
    """

    scheme: str
    found: str
    variance: dict[str, float]
    reset: tuple[str, ...]
    left: tuple[str, ...]


class Foreign(nn.Module):
    """Any module that makes logits of images.

    `tree` are its blocks and weights, `done` is what its scheme has drawn.
    """

    def __init__(self, module: nn.Module, tree: Tree, done: Initialized) -> None:
        super().__init__()
        self.module, self.tree, self.done = module, tree, done

    def forward(self, x: Tensor) -> Tensor:
        """The logits (N, classes) of the images `x` (N, channels, H, W)."""
        return logits(self.module(x))
