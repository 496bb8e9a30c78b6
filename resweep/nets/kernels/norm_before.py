"""z_l = z_{l-1} + conv(f(BN ... conv(f(BN z_{l-1})))): the passes of `norm_chain`, link by link.

Normalization k stands before convolution k, which reads f(BN(v_k)): v_k is a state for the first
convolution of a block, and the output of the one before for the others. Every image is read whole
before its place is written, so that a result may take the place of what it was made from.
"""

from collections.abc import Sequence

from torch import Tensor

from .layouts import backward_source, source, target
from .links import Links

Kept = list[Tensor]
"""The v_k, which the backward pass reads."""


def forward(links: Links, x: Tensor, depth: int, keep: bool) -> tuple[Tensor, Kept]:
    """The last state from z_0 = `x`, and what is kept if `keep`; else blocks share their memory."""
    kept = []
    z = v = x
    inner = links.images() if depth > 1 else x
    links.measure(0, x)
    for k, norm in enumerate(links.norms):
        state, read = z, v  # must stay alive while they are read
        if keep:
            kept.append(read)
        ends = k % depth == depth - 1
        if not ends:
            v = links.images() if keep else inner
        else:
            z = v = links.images() if keep or state is x else state
        write = target(v, skip=state if ends else None)
        links.forward(k, source(read, norm), write, k + 1 if k + 1 < len(links) else None)
    return z, kept


def backward(
    links: Links, g: Tensor, kept: Kept, depth: int, need_x: bool, needs: Sequence[bool]
) -> Tensor:
    """The gradient of z_0 where `need_x`, from that of the last state, and those of the links.

    `needs` says whose weights' gradients are wanted.
    """
    norms = links.norms
    states, inner = links.images(), links.images()
    block = g  # the gradient of the block's output
    read = source(g)
    for k in reversed(range(len(links))):
        v, norm = kept[k], norms[k]
        write = target(inner, reference=v, norm=norm)
        links.backward(k, read, source(v, norm), write, k, needs[k])
        skip = {} if k % depth else {"skip": block, "to": states}
        read = backward_source(inner, v, norm, links.terms(k), **skip)
        block = block if k % depth else states
    if need_x:
        links.apply(read)
    return states
