"""A network of modules as initialization schemes see it, and what schemes set at a branch's end.

`growing.py` makes a tree.
"""

from dataclasses import dataclass

import torch
from torch import nn

from resweep.errors import UsageError
from resweep.nets.foreign.blocks import Block, Found
from resweep.nets.foreign.fans import Matrix
from resweep.nets.foreign.inputs import Batch, call
from resweep.nets.foreign.outputs import first_tensor
from resweep.nets.foreign.untouched import untouched
from resweep.nets.sites import Site
from resweep.numerals import counted

NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm, nn.RMSNorm)
# What authors call the parameter that multiplies a branch before the sum.
MULTIPLIERS = ("scale", "gamma", "alpha", "skip", "gain", "resweight", "multiplier")


@dataclass(frozen=True)
class Tree:
    """The modules of a network with what a rule must know of them.

    model       the network
    batch       what it was called with
    found       its blocks; where they are no residual sums, every block is a branch by itself
    matrices    the weights that have a rule, by name, in the order of the parameters
    sites       where those of the branches sit, by name
    head        the name of the weight behind which no other is applied; "" where it is in a branch
    last_norms  for each block the name of the norm behind the last weight of its branch, or ""
    measured    what the probes read as its blocks: those found, or modules that were named
    """

    model: nn.Module
    batch: Batch
    found: Found
    matrices: dict[str, Matrix]
    sites: dict[str, Site]
    head: str
    last_norms: tuple[str, ...]
    measured: Found

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks in the order of execution."""
        return self.found.blocks

    @property
    def residual(self) -> bool:
        """Whether the blocks are residual sums."""
        return self.found.how == "sums"

    @property
    def normalized(self) -> bool:
        """Whether a norm is called in the network."""
        return any(isinstance(module, NORMS) for module in self.model.modules())

    @property
    def batch_normalized(self) -> bool:
        """Whether a norm couples the inputs of a batch."""
        kind = nn.modules.batchnorm._BatchNorm
        return any(isinstance(module, kind) for module in self.model.modules())

    def in_branch(self, name: str) -> bool:
        """Whether a parameter of this name belongs to a block and is no bias."""
        if "bias" in name:
            return False
        if name in self.matrices or not self.residual:
            return name in self.sites
        owners = [block.module for block in self.blocks if block.module]
        return any(name.startswith(f"{owner}.") for owner in owners)

    def multipliers(self) -> dict[str, nn.Parameter]:
        """Return the parameters that multiply branches, recognized by name and shape.

        They are one number, or one for each channel, and belong to a module inside a block that is
        neither a norm nor has a weight of its own.
        """
        found = {}
        for name, parameter in self.model.named_parameters():
            place, _, own = name.rpartition(".")
            if parameter.dim() > 1 and parameter.numel() != max(parameter.shape):
                continue
            named = any(word in own.lower() for word in MULTIPLIERS)
            if named and self.in_branch(name) and not self._computes(place):
                found[name] = parameter
        return found

    def _computes(self, place: str) -> bool:
        module = self.model.get_submodule(place)
        return isinstance(module, NORMS) or any(m.module == place for m in self.matrices.values())

    @torch.no_grad()
    def set_multipliers(self, value: float, scheme: str) -> None:
        """Set the parameters that multiply branches, of which there must be one for each.

        Raises UsageError where there are fewer.
        """
        found = self.multipliers()
        if len(found) < len(self.blocks) or not self.residual:
            raise UsageError(
                f"scheme {scheme!r} needs a learnable factor on every branch, and the network has "
                f"{len(found)} for {counted(len(self.blocks), 'branch', 'branches')}: "
                "set --scheme he, or give it some"
            )
        for parameter in found.values():
            nn.init.constant_(parameter, value)

    def zero_last_norms(self, scheme: str) -> None:
        """Set the weight of the norm that ends each branch to 0.

        Raises UsageError where a branch has none, and where no gradient would come back to them.
        """
        norms = [self.model.get_submodule(name) for name in self.last_norms if name]
        weights = [norm._parameters.get("weight") for norm in norms]
        ending = [weight for weight in weights if weight is not None]
        if len(ending) < len(self.blocks) or not self.residual:
            raise UsageError(
                f"scheme {scheme!r} sets the weight of the norm that ends a branch, and "
                f"only {len(ending)} of {counted(len(self.blocks), 'branch', 'branches')} ends "
                "in one: set --scheme he"
            )
        with torch.no_grad():
            for weight in ending:
                nn.init.zeros_(weight)
        if not any(self._slopes(ending)):
            raise UsageError(
                f"scheme {scheme!r} puts the activation behind the last norm of a branch at "
                "exactly 0, where no gradient ever returns: set --scheme he"
            )

    def _slopes(self, parameters: list[nn.Parameter]) -> list[bool]:
        """Whether a gradient comes back to each of these parameters, for a random last layer."""
        names = {id(parameter): name for name, parameter in self.model.named_parameters()}
        with untouched(self.model) as bare:
            some = [bare.parameters[names[id(parameter)]] for parameter in parameters]
            out = first_tensor(call(bare.model, self.batch))
            toward = torch.linspace(-1, 1, out.numel(), dtype=out.dtype, device=out.device)
            slopes = torch.autograd.grad(out, some, toward.view_as(out), materialize_grads=True)
            return [bool(slope.any()) for slope in slopes]
