"""What every parameter of a network holds at step 0, with the law that it is likely drawn by."""

import math
from collections.abc import Iterator

from torch import Tensor, nn

from resweep.nets.foreign import laws
from resweep.nets.foreign.blocks import Found
from resweep.nets.foreign.candidates import Candidate, candidates, embeddings, tables
from resweep.nets.foreign.fans import Matrix, matrices
from resweep.nets.foreign.untouched import unwrapped
from resweep.outcome.inspection import Parameter

GARBAGE = 1e10  # no law draws such a weight; memory as it was allocated holds some


def audit(model: nn.Module, found: Found | None = None) -> tuple[Parameter, ...]:
    """Return what each parameter holds, in the order of the model; tied ones come once.

    `found` says which of them read and write the stream, and the number of branches.
    """
    model = unwrapped(model)
    blocks = found.blocks if found and found.how == "sums" else ()
    first = {name for block in blocks for name in block.first}
    last = {name for block in blocks for name in block.last}
    known = {matrix.name: matrix for matrix in matrices(model)}
    names: dict[int, list[str]] = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(parameter), []).append(name)
    missing = {name: lacking(parameter) for name, parameter in model.named_parameters()}
    looks = _looks(model, known, missing, len(blocks))
    settled = dict(zip(looks, laws.settled(list(looks.values())), strict=True))
    audits = []
    for name, parameter in model.named_parameters():
        law, matrix = settled.get(name), known.get(name)
        if law is not None and not law.known and matrix is None:
            law = None
        n_var, variance = None, math.nan
        if name in looks:
            variance = looks[name].seen.variance
            if matrix is not None:
                n_var = matrix.fan_in * variance
        audits.append(
            Parameter(
                name,
                tuple(names[id(parameter)][1:]),
                tuple(parameter.shape),
                matrix.fan_in if matrix else None,
                n_var,
                variance,
                law,
                reads=name in first,
                writes=name in last,
                trained=parameter.requires_grad,
                missing=missing[name],
            )
        )
    return tuple(audits)


def _looks(
    model: nn.Module, known: dict[str, Matrix], missing: dict[str, str], blocks: int
) -> dict[str, laws.Look]:
    """What each parameter that has values looks like, by name; `missing` says which have none."""
    looks = {}
    for name, parameter in model.named_parameters():
        if missing[name] or not parameter.numel():
            continue
        matrix = known.get(name)
        if matrix is not None:
            looks[name] = laws.look(parameter, candidates(matrix, blocks), matrix.parts)
        else:
            owner = model.get_submodule(name.rpartition(".")[0])
            looks[name] = laws.look(parameter, _without_fans(owner, parameter))
    return looks


def _without_fans(owner: nn.Module, parameter: nn.Parameter) -> Iterator[Candidate]:
    """The laws of a parameter that no rule knows; none of a vector."""
    if isinstance(owner, nn.Embedding):
        yield from embeddings()
    elif is_matrix(parameter):
        yield from tables()


def is_matrix(parameter: Tensor) -> bool:
    """Whether a parameter is no vector, such as a scale of (channels, 1, 1)."""
    return sum(size > 1 for size in parameter.shape) > 1


def lacking(parameter: Tensor) -> str:
    """Why a parameter has no values that somebody chose; "" where it may have."""
    if parameter.device.type == "meta":
        return "meta"
    if not parameter.numel():
        return ""
    low, high = (end.item() for end in parameter.detach().aminmax())
    largest = max(-low, high)
    if not math.isfinite(low) or not math.isfinite(high):
        return "not finite"
    if is_matrix(parameter) and low == high and largest > 0:
        return "never set"
    return "never set" if largest > GARBAGE else ""
