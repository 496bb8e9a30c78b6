"""How far the recursions of wide networks reach at a finite number of channels.

For forms whose correction of order 1/C is not derived, a predicted growth is withheld where its
mean would be off, or where the logarithm of the growth would vary between seeds, by more than
about a tenth (a variance of a tenth sets median and mean a twentieth apart). Either is taken to be
kappa / n, where n is the number of inputs of a unit, C for dense layers and C k^2 for convolutions
on larger images. Each block form's file holds laws for kappa that lie above what was measured on
drawn networks of 16 channels, dense and with 3x3 convolutions on 8x8 images, 20 and 100 blocks
deep (docs/finite-width.md).
"""

import math
from collections.abc import Sequence

from resweep.nets.moments import Layer
from resweep.numerals import counted

TOLERANCE = 0.125  # the largest kappa / n at which a growth is predicted


def beyond(kappa: float, layers: Sequence[Layer], way: str = "backward") -> str | None:
    """A reason why no growth of this way is predicted, or None where kappa / n is small enough.

    A kappa that is infinite or not a number stands for a growth without a finite logarithm.
    """
    channels, taps = layers[0].channels, inputs(layers[0])
    if kappa <= TOLERANCE * channels * taps:
        return None
    are = counted(round(channels), "channel is", "channels are")
    if not math.isfinite(kappa):
        return f"{are} far too few for the theory of wide networks"
    fewest = float(f"{kappa / TOLERANCE / taps:.2g}")
    return (
        f"{are} too few for the theory of wide networks, whose {way} growth "
        f"is within about a tenth from {fewest:g} channels on"
    )


def inputs(layer: Layer) -> int:
    """The pixels that a unit sees of one channel."""
    return min(layer.kernel, layer.size[0]) * min(layer.kernel, layer.size[1])


def varies(kappa: float, layers: Sequence[Layer]) -> str | None:
    """A reason where the logarithm of the growth varies by more than an eighth, or None.

    `kappa` / n is its variance over seeds.
    """
    inputs_of_unit = layers[0].channels * inputs(layers[0])
    if kappa <= TOLERANCE * inputs_of_unit:
        return None
    return few_carry(kappa / inputs_of_unit, layers)


def carried_by_few(kappa: float, layers: Sequence[Layer]) -> str | None:
    """A reason where a mean over seeds says nothing of a run, or None.

    `kappa` / C is the variance over seeds of the logarithm of the growth. For a log-normal law with
    variance 1 half of the runs lie below 0.6 of the mean, with variance 10 below 0.007 of it.
    """
    channels = layers[0].channels
    if kappa <= channels:
        return None
    return few_carry(kappa / channels, layers)


def few_carry(variance: float, layers: Sequence[Layer]) -> str:
    """The reason for a growth whose logarithm has this variance over seeds."""
    channels = counted(round(layers[0].channels), "channel")
    return (
        f"with {channels} the mean over seeds is carried by a few of them: "
        "the logarithm of the growth varies by a standard deviation of about "
        f"{math.sqrt(variance):.2g}"
    )


def total_gain(layers: Sequence[Layer]) -> float:
    """The sum over blocks of s^2 a, a the product over the convolutions of n Var[w]."""
    return sum(layer.scale**2 * math.prod(layer.gains) for layer in layers)
