"""The fan-in and the fan-out of a weight, read from the module that has it.

    Conv{1,2,3}d            C_in k^d / groups                  C_out k^d / groups
    ConvTranspose{1,2,3}d   C_in (k/stride)^d / groups         C_out k^d / groups
    Linear                  inputs                             outputs
    MultiheadAttention      of each of its projections, which may be packed in one weight
    Conv1D of Transformers  a Linear whose weight is transposed

Fans are the inputs of an output and the outputs of an input, away from borders. An output of a
transposed convolution of stride s sees one of s taps in each direction. Queries, keys and values
that one weight makes are three matrices: those of MultiheadAttention, and those of a Linear of
three times as many outputs as inputs whose module says that it has heads.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
PROJECTIONS = ("in_proj_weight", "q_proj_weight", "k_proj_weight", "v_proj_weight")
HEADS = ("num_heads", "n_heads", "n_head", "heads", "num_attention_heads", "nhead")
BIASES = ("bias", "in_proj_bias", "bias_k", "bias_v")

Read = tuple[tuple[Tensor, ...], float, float]  # parts, fan-in, fan-out


@dataclass(frozen=True)
class Matrix:
    """A weight that a rule can draw.

    `parts` are views of it, each (outputs, inputs, ...), of which the fans hold. `biases` are those
    added to what it gives. `counted` are its fan-in and fan-out as torch.nn.init counts them, from
    the shape alone. `packed` says why it is taken for queries, keys and values in one, "" where it
    is not.
    """

    name: str
    module: str
    parts: tuple[Tensor, ...]
    fan_in: float
    fan_out: float
    counted: tuple[float, float]
    biases: tuple[nn.Parameter, ...] = ()
    packed: str = ""


def matrices(model: nn.Module) -> Iterator[Matrix]:
    """Yield the weights of `model` that have a rule, in the order of its parameters.

    A weight that several modules share comes once, by its first name, as in `named_parameters`.
    """
    seen: set[int] = set()
    for place, module in model.named_modules():
        for own, weight in module._parameters.items():
            if weight is None or id(weight) in seen:
                continue
            seen.add(id(weight))
            read = _read(module, own, weight)
            if read is None:
                continue
            parts, fan_in, fan_out = read
            why = _packed(module, own, model.get_submodule(place.rpartition(".")[0]), read)
            if why and len(parts) == 1:
                parts, fan_out = parts[0].chunk(3), fan_out / 3
            biases = tuple(p for b in BIASES if (p := module._parameters.get(b)) is not None)
            name = f"{place}.{own}" if place else own
            counted = _counted(weight)
            yield Matrix(name, place, parts, fan_in, fan_out, counted, biases, why)


def _packed(module: nn.Module, own: str, owner: nn.Module, read: Read) -> str:
    """Why a weight makes queries, keys and values in one; "" where it does not."""
    if own == "in_proj_weight":
        return "in_proj of MultiheadAttention"
    (first, *_), fan_in, fan_out = read
    if first.dim() != 2 or fan_out != 3 * fan_in:
        return ""
    kind = type(owner).__name__
    heads = [name for name in HEADS if isinstance(getattr(owner, name, None), int)]
    if heads:
        return f"{kind} has {heads[0]}"
    return f"in {kind}" if "attention" in kind.lower() else ""


def _counted(weight: Tensor) -> tuple[float, float]:
    """The fan-in and the fan-out that torch.nn.init takes a weight to have."""
    taps = math.prod(weight.shape[2:])
    return float(weight.shape[1] * taps), float(weight.shape[0] * taps)


def _read(module: nn.Module, own: str, weight: Tensor) -> Read | None:
    """The parts and the fans of a parameter; None where no rule is known for it."""
    if isinstance(module, nn.MultiheadAttention) and own in PROJECTIONS:
        parts = weight.chunk(3) if own == "in_proj_weight" else (weight,)
        return parts, float(parts[0].shape[1]), float(parts[0].shape[0])
    if own != "weight":
        return None
    if isinstance(module, CONVOLUTIONS):
        taps = math.prod(module.kernel_size)
        fan_in = module.in_channels * taps / module.groups
        return (weight,), fan_in, module.out_channels * taps / module.groups
    if isinstance(module, TRANSPOSED):
        taps, strides = math.prod(module.kernel_size), math.prod(module.stride)
        fan_in = module.in_channels * taps / strides / module.groups
        fan_out = module.out_channels * taps / module.groups
        return (weight.transpose(0, 1),), fan_in, fan_out
    if isinstance(module, nn.Linear):
        return (weight,), float(weight.shape[1]), float(weight.shape[0])
    if type(module).__name__ == "Conv1D" and weight.dim() == 2:
        return (weight.T,), float(weight.shape[0]), float(weight.shape[1])
    return None
