"""z_l = z_{l-1} + f(BN(conv ... f(BN(conv z_{l-1})))): the passes of `norm_chain`, link by link.

Convolution k is followed by normalization k. Every image is read whole before its place is written,
so that a result may take the place of what it was made from.
"""

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor

from .layouts import Source, backward_source, source, target
from .links import Links


class Kept(NamedTuple):
    """What the backward pass reads.

    states   z_0 .. z_{L-1}, None for every second one, which is made again from the one before
    outputs  of every convolution
    """

    states: list[Tensor | None]
    outputs: list[Tensor]


def forward(links: Links, x: Tensor, depth: int, keep: bool) -> tuple[Tensor, Kept]:
    """The last state from z_0 = `x`, and what is kept if `keep`; else blocks share their memory."""
    kept = Kept([], [])
    z, u = x, links.images()
    for k, norm in enumerate([None, *links.norms[:-1]]):
        state, output = z, u  # must stay alive while they are read
        if k == 0:
            read = source(x)
        elif k % depth:
            read = source(output, norm)
        else:
            z = links.images() if keep or state is x else state
            read = source(output, norm, skip=state, to=z)
        u = links.images() if keep and k else output
        links.forward(k, read, target(u), measured=k)
        if keep:
            kept.outputs.append(u)
            if k % depth == 0:
                kept.states.append(None if len(kept.states) % 2 else z)
    last = links.images() if keep or z is x else z
    links.apply(source(u, links.norms[-1], skip=z, to=last))
    return last, kept


def backward(
    links: Links, g: Tensor, kept: Kept, depth: int, need_x: bool, needs: Sequence[bool]
) -> Tensor:
    """The gradient of z_0 where `need_x`, from that of the last state, and those of the links.

    `needs` says whose weights' gradients are wanted.
    """
    norms, outputs = links.norms, kept.outputs
    links.differentiate(len(links) - 1, g, outputs[-1])
    states, inner = links.images(), links.images() if depth > 1 else g
    block = gradient = g  # of the block's output, and of f(BN(u)) of convolution k
    for k in reversed(range(len(links))):
        starts = k % depth == 0
        to, skip = (states, block) if starts else (inner, None)
        below, norm = (outputs[k - 1], norms[k - 1]) if k else (None, None)
        g_read = backward_source(gradient, outputs[k], norms[k], links.terms(k))
        x_read = _input(links, kept, depth, k)
        write = target(to if k or need_x else None, skip=skip, reference=below, norm=norm)
        links.backward(k, g_read, x_read, write, k - 1 if k else None, needs[k])
        gradient = to
        if starts:
            block = to
    return gradient


def _input(links: Links, kept: Kept, depth: int, k: int) -> Source:
    """What convolution k has read."""
    if k % depth == 0 and (state := kept.states[k // depth]) is not None:
        return source(state)
    skip = None if k % depth else kept.states[k // depth - 1]
    return source(kept.outputs[k - 1], links.norms[k - 1], skip=skip)
