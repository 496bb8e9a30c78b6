"""How deep a network can be before its floating-point type gives out.

This makes Sec. 2.3 of Taki (2017) precise.

Small weights keep their relative precision until they are subnormal; it is the addition z + f that
loses precision. With p significand bits, u = 2^-p, Var[w] = c/(n L), fan-in n and L blocks:

    stagnation   an increment sqrt(c/L) |z| is below half an ulp of z    L = c 2^(2p)
    noise        rounding errors are a share e of what L blocks add      L = e^2 c 2^(2p) / 0.18
    underflow    the weights' deviation is below the smallest normal     L = c / (n x_min^2)
    overflow     at fixed a = n Var[w], E[z^2] grows by rho a block      L = 2 ln x_max / ln rho

The squares z^2 overflow at half the depth at which z does. The factor 0.18 comes from one rounding
being uniform over an ulp, which lies between u|z| and 2u|z|: averaged over a binade, its variance
is (4/12) (3 / (8 ln 2)) = 0.18 in units of u^2 z^2.

None of these depths is a cliff. tests/nets/test_limits.py rounds sums to p bits; it finds the noise
law within 15 %, and most of an exact increment still present at the stagnation depth.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from resweep.outcome import json_safe

NOISE = 0.18  # variance of one rounding, in units of u^2 z^2


class Format(NamedTuple):
    """A floating-point format.

    `bits` counts the significand with its hidden bit; `largest` and `smallest` are the largest and
    the smallest normal number; `stores` says whether sums are kept in the format.
    """

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
    """The depths L at which one dtype gives out, inf for never, as the module defines them."""

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
    """The depth limits of `dtype`.

    Stagnation, rounding noise and underflow are those of Var[w] = c/(n L) with n = `fan_in`, and
    `noise` is the share e of rounding errors. Overflow is that of a fixed Var[w] = gain/n (He: 2).
    A format that only feeds multiplications (tf32) adds in float32 and has float32's limits of
    addition. Raises ValueError for an activation whose growth is not known: see `growth`.
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
    """rho, the factor by which E[z^2] grows in one block x + f(conv x) at fixed gain a = n Var[w].

    It is the limit of deep networks without padding. For the identity, rho = 1 + a. For ReLU, the
    mean and the rms of the state grow by the same factor t in a block, and rho = t^2 solves
    (t^2 - 1 - a/2)(t - 1) = a / pi. He's a = 2 gives 2.904, where a calculation without means
    gives 2. Raises ValueError for any other activation.
    """
    if activation == "identity":
        return 1 + gain
    if activation != "relu":
        raise ValueError(f"no growth rate is known for activation {activation!r}: relu or identity")
    low, high = 1.0, 3.0 + gain
    for _ in range(200):
        t = (low + high) / 2
        too_low = (t * t - 1 - gain / 2) * (t - 1) < gain / math.pi or t * t < 1 + gain / 2
        if too_low:
            low = t
        else:
            high = t
    return low * low
