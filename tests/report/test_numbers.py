"""Numbers as they are written."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.report.numbers import (
    fixed,
    from_log10,
    interval,
    number,
    plus_minus,
    ratio,
    setting,
)

NUMBERS = {
    0.43412: "0.434",
    543.21: "543",
    12345.0: "12300",
    99949.0: "99900",
    99951.0: "1.00e5",
    2.6e44: "2.60e44",
    0.00123: "0.00123",
    9.99e-5: "9.99e-5",
    -3.14159: "-3.14",
    0.0: "0",
    1e300: "1.00e300",
    math.inf: "inf",
    -math.inf: "-inf",
    None: "–",
    9.999: "10.0",
}


@pytest.mark.parametrize(("value", "text"), NUMBERS.items())
def test_three_significant_digits(value, text):
    assert number(value) == text


def test_nan_is_a_word_and_signs_are_written_on_request():
    assert number(math.nan) == "nan"
    assert number(0.5, plus=True) == "+0.500"
    assert fixed(-0.0123, plus=True) == "-0.012"


@given(st.floats(-1e307, 1e307))
def test_a_number_is_within_its_last_digit(value):
    assert float(number(value)) == pytest.approx(value, rel=5.1e-3, abs=1e-320)


def test_accuracies_have_three_decimals():
    assert [fixed(v) for v in (0.5, 0.43416, 12.3456, 0.0, -0.0006, 0.0004, 1234.0, None)] == [
        "0.500", "0.434", "12.346", "0.000", "-0.001", "4.00e-4", "1230", "–",
    ]  # fmt: skip


def test_means_and_intervals():
    assert plus_minus(0.4341, 0.0171) == "0.434 ± 0.017"
    assert plus_minus(0.4341, None) == "0.434"
    assert plus_minus(None, None) == "–"
    assert interval(0.3921, 0.4761) == "[0.392, 0.476]"
    assert interval(None, None) == "–"


@pytest.mark.parametrize(
    ("exponent", "text"),
    [
        (2.0, "100"),
        (-400.5, "3.16e-401"),
        (399.9999, "1.00e400"),
        (-math.inf, "0"),
        (math.inf, "inf"),
        (None, "–"),
    ],
)
def test_powers_of_ten_beyond_doubles(exponent, text):
    assert from_log10(exponent) == text
    assert from_log10(math.nan) == "nan"


def test_ratios_and_settings():
    assert [ratio(v) for v in (12.2, 1 / 12, 1.0, math.inf, 0.0, None)] == [
        "12:1",
        "1:12",
        "1.0:1",
        "inf",
        "0",
        "–",
    ]
    assert [setting(v) for v in (2.0, 1e-4, "adam", 128, 1e-5)] == [
        "2",
        "0.0001",
        "adam",
        "128",
        "1e-05",
    ]
