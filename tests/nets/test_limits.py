"""The depth limits against sums that are rounded to p bits, and against float16 networks."""

import math

import numpy as np
import pytest

from resweep.nets.limits import FORMATS, NOISE, growth, limits


def rounded(x, bits):
    """x to `bits` significand bits, half to even; no end of the exponent range."""
    mantissa, exponent = np.frexp(x)
    return np.ldexp(np.rint(np.ldexp(mantissa, bits)), exponent - bits)


def walk(bits, depth, units=4000, c=1.0):
    """(exact, rounded, start) of the identity network's sums, with c/depth of the energy a step."""
    rng = np.random.default_rng(bits * depth)
    start = rounded(rng.standard_normal(units), bits)
    exact, stored = start.copy(), start.copy()
    for _ in range(depth):
        step = math.sqrt(c / depth) * exact.std() * rng.standard_normal(units)
        exact, stored = exact + step, rounded(stored + step, bits)
    return exact, stored, start


@pytest.mark.parametrize(("bits", "depth"), [(8, 100), (8, 1000), (11, 400), (4, 10)])
def test_rounding_noise_follows_its_law(bits, depth):
    exact, stored, start = walk(bits, depth)
    relative = np.linalg.norm(stored - exact) / np.linalg.norm(exact - start)
    assert relative == pytest.approx(2.0**-bits * math.sqrt(NOISE * depth), rel=0.15)


@pytest.mark.parametrize("bits", [3, 4])
def test_at_the_stagnation_depth_increments_begin_to_be_lost(bits):
    """Retained: the projection of what the rounded sum moved on what the exact one moved."""

    def retained(depth):
        exact, stored, start = walk(bits, depth)
        moved = exact - start
        return float((stored - start) @ moved / (moved @ moved))

    at = 4**bits
    assert retained(at // 16) == pytest.approx(1.0, abs=0.03)
    assert retained(at) == pytest.approx(0.87, abs=0.06)
    assert retained(4 * at) == pytest.approx(0.57, abs=0.08)


def test_the_table_of_depths():
    assert limits("bfloat16").stagnation == 65536
    assert limits("bfloat16").rounding_noise == pytest.approx(3641, rel=1e-3)
    assert limits("float16").weight_underflow == 262144
    assert limits("float8-e4m3").weight_underflow == 4
    assert limits("tf32").stagnation == limits("float32").stagnation
    assert int(limits("float32").overflow) == 166
    assert int(limits("float32").overflow_of_squares) == 83
    assert limits("float16", gain=0.0).overflow == math.inf


@pytest.mark.parametrize(("gain", "rho"), [(1.0, 2.172), (2.0, 2.904)])
def test_growth_at_fixed_variance(gain, rho):
    assert growth(gain, "relu") == pytest.approx(rho, rel=2e-4)
    assert growth(gain, "identity") == 1 + gain


def test_growth_refuses_an_activation_without_a_rate():
    with pytest.raises(
        ValueError, match="no growth rate is known for activation 'tanh': relu or identity"
    ):
        growth(1.0, "tanh")


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_format_is_numpys(dtype):
    f, known = FORMATS[dtype], np.finfo(dtype)
    assert (f.bits, f.largest, f.smallest) == (known.nmant + 1, float(known.max), float(known.tiny))


def test_float16_residual_network_of_he_overflows_where_predicted():
    """The largest of 200 units passes the range some blocks before their rms does."""
    rng = np.random.default_rng(0)
    z, depth = rng.standard_normal(200), 0
    while np.abs(z).max() < np.finfo(np.float16).max:
        z = z + np.maximum(rng.standard_normal((200, 200)) * math.sqrt(2 / 200) @ z, 0)
        depth += 1
    predicted = limits("float16").overflow
    assert predicted - 5 < depth < predicted + 2
