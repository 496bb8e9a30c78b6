"""A batch that a network takes, guessed from its first layer, to show its blocks.

Which weights lie in which branch follows from one forward pass over any batch that the network can
be called with. Where nobody gives one, the first module that reads inputs says what they look like:

    Conv{1,2,3}d   standard normal images of its channels, in the sizes of SIDES one after the other
    Linear         standard normal vectors of its inputs
    Embedding      tokens
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from resweep.errors import UsageError
from resweep.nets.foreign.fans import CONVOLUTIONS
from resweep.nets.foreign.growing import grow
from resweep.nets.foreign.tree import Tree
from resweep.nets.foreign.untouched import refuse, unwrapped
from resweep.nets.streams import generator

INPUTS = 2
SIDES = (32, 28, 64, 224, 299)
TOKENS = 16


def grown(model: nn.Module) -> Tree:
    """Return the tree of a network for which there is no batch.

    Raises UsageError where no guess is one that it can be called with, and for shards.
    """
    reasons = []
    bare = unwrapped(model)
    refuse(bare)
    for batch in guesses(bare):
        try:
            return grow(model, batch)
        except UsageError:
            raise
        except Exception as error:
            shape = "x".join(map(str, batch.shape[1:]))
            reasons.append(f"{shape}: {type(error).__name__}: {_line(error)}")
    tried = f" ({reasons[0]})" if reasons else ""
    raise UsageError(
        f"the blocks are found in a forward pass, and no guessed input fits the model{tried}: "
        "give a batch"
    )


def guesses(model: nn.Module) -> Iterator[Tensor]:
    """Yield batches that the model may take, by its first module that reads inputs."""
    draws = generator(0, "shown")
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            yield torch.randint(module.num_embeddings, (INPUTS, TOKENS), generator=draws)
            return
        weight = module._parameters.get("weight")
        if weight is None or weight.is_meta:
            continue
        shapes: list[tuple[int, ...]] = []
        if isinstance(module, nn.Linear):
            shapes = [(module.in_features,)]
        elif isinstance(module, CONVOLUTIONS):
            shapes = [(module.in_channels, *[side] * len(module.kernel_size)) for side in SIDES]
        for shape in shapes:
            drawn = torch.randn((INPUTS, *shape), generator=draws)
            yield drawn.to(weight.dtype).to(weight.device)
        if shapes:
            return


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]
