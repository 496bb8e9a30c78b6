"""How deep a network can be before its floating-point type gives out (Taki 2017, Sec. 2.3, made precise).

Small weights lose no relative precision until they are subnormal; the addition z + f loses it. With p significand bits,
u = 2^-p, Var[w] = c/(n L), fan-in n, L blocks:

    stagnation   an increment sqrt(c/L) |z| is below half an ulp of z      L = c 2^(2p)
    noise        rounding errors reach a share e of what L blocks add      L = e^2 c 2^(2p) / 0.18
    underflow    the weights' deviation is below the smallest normal       L = c / (n x_min^2)
    overflow     fixed a = n Var[w]: z of rms 1 grows by rho a block       L = 2 ln x_max / ln rho; half for z^2

Derived. One rounding is uniform over an ulp, which lies between u|z| and 2u|z|: averaged over a binade its variance is
(4/12) (3 / (8 ln 2)) = 0.18 in units of u^2 z^2. None of them is a cliff: tests/nets/test_limits.py rounds sums to p
bits and finds the noise law within 15 %, and at the stagnation depth most of the exact increment still there.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from resweep.outcome import json_safe

NOISE = 0.18


class Format(NamedTuple):
    """p significand bits (the hidden one counted), largest and smallest normal number; whether sums are kept in it."""

    bits: int
    largest: float
    smallest: float
    stores: bool = True


FORMATS = {
    "float64": Format(53, 1.7976931348623157e308, 2.0**-1022),
    "float32": Format(24, 3.4028234663852886e38, 2.0**-126),
    "tf32": Format(11, 3.4028234663852886e38, 2.0**-126, stores=False),
    "bfloat16": Format(8, 3.3895313892515355e38, 2.0**-126),
    "float16": Format(11, 65504.0, 2.0**-14),
    "float8-e4m3": Format(4, 448.0, 2.0**-6),
    "float8-e5m2": Format(3, 57344.0, 2.0**-14),
}


@dataclass(frozen=True)
class Limits:
    """Depths L (floats, inf for never) at which one dtype gives out; see the page of this module."""

    dtype: str
    significand_bits: int
    stagnation: float
    rounding_noise: float
    weight_underflow: float
    overflow: float
    overflow_of_squares: float

    def to_json(self) -> dict[str, Any]:
        safe: dict[str, Any] = json_safe(asdict(self))
        return safe


def limits(
    dtype: str,
    *,
    c: float = 1.0,
    fan_in: int = 1024,
    gain: float = 2.0,
    activation: str = "relu",
    noise: float = 0.1,
) -> Limits:
    """The depth limits of `dtype` at Var[w] = c/(n L), and for overflow at fixed Var[w] = gain/n (He: 2).

    A format that only feeds multiplications (tf32) adds in float32 and takes its limits of addition.
    """
    f = FORMATS[dtype]
    bits = f.bits if f.stores else FORMATS["float32"].bits
    rho = growth(gain, activation)
    overflow = 2 * math.log(f.largest) / math.log(rho) if rho > 1 else math.inf
    return Limits(
        dtype=dtype,
        significand_bits=f.bits,
        stagnation=c * 4.0**bits,
        rounding_noise=noise**2 * c * 4.0**bits / NOISE,
        weight_underflow=c / fan_in / f.smallest / f.smallest if f.smallest > 1e-154 else math.inf,
        overflow=overflow,
        overflow_of_squares=overflow / 2,
    )


def growth(gain: float, activation: str) -> float:
    """rho: growth of E[z^2] a block in x + f(conv x) at fixed a = n Var[w], once it has settled, without padding.

    1 + a for the identity. For ReLU the mean keeps step with the rms, m = t m - ..., and rho = t^2 solves
    (t^2 - 1 - a/2)(t - 1) = a / pi: 2.904 for He's a = 2, where means are forgotten 2 is expected.
    """
    if activation == "identity":
        return 1 + gain
    if activation != "relu":
        raise ValueError(f"no growth rate is known for activation {activation!r}: relu or identity")
    low, high = 1.0, 3.0 + gain
    for _ in range(200):
        t = (low + high) / 2
        low, high = (
            (t, high)
            if (t * t - 1 - gain / 2) * (t - 1) < gain / math.pi or t * t < 1 + gain / 2
            else (low, t)
        )
    return low * low
