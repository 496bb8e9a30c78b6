"""Where a weight sits: what an initialization scheme may look at to choose its variance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """One convolution's place in the network.

    `fan_in` = C k^2 inputs to a unit and `fan_out` = C k^2 units fed by an input, borders not counted (an average that
    counts them need not be whole); `blocks` = L; `block` in 0..L-1; `conv` in 0..`convs`-1 inside the branch.
    """

    fan_in: float
    fan_out: float
    blocks: int
    block: int
    conv: int
    convs: int
