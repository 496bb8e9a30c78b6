"""Where a weight sits in a network: what an initialization scheme may base its variance on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """The place of one convolution in the network.

    fan_in   the inputs of a unit, C k^2 away from the borders
    fan_out  the units that an input feeds, C k^2 away from the borders
    blocks   L
    block    the block's index, 0 to L - 1
    conv     the convolution's index in its branch, 0 to convs - 1
    convs    the number of convolutions in a branch

    The fans are floats, since an average that takes the borders into account need not be whole.
    """

    fan_in: float
    fan_out: float
    blocks: int
    block: int
    conv: int
    convs: int
