"""One number, one value, however it is written; and nothing else is a number."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.numerals import counted, real, shortened, shown, whole

NO_NUMBERS = [
    True,
    False,
    np.True_,
    None,
    b"1",
    [1],
    (1,),
    {},
    {"a": 1},
    1j,
    np.array(1),
    np.array([1]),
    Decimal(1),
    "",
    " ",
    "one",
    "true",
    "1_000",
    "1,5",
    "1 000",
    "0x10",
    "1e",
    "e1",
    ".",
    "+",
    "--1",
    "١٢",  # ARABIC-INDIC DIGIT ONE, TWO
    "３",  # FULLWIDTH DIGIT THREE
    "²",
    "1\x00",
    "1e9999999",
]


@pytest.mark.parametrize("written", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize("read", [whole, real])
def test_what_is_no_number_is_refused(read, written):
    with pytest.raises(ValueError, match="input should be"):
        read(written)


@pytest.mark.parametrize(
    "written",
    [
        *(12, 12.0, "12", " 12 ", "+12", "012", "12.0", "12.", "1.2e1", "120e-1"),
        *(np.int8(12), np.uint64(12), np.float32(12), np.float64(12), Fraction(12)),
    ],
    ids=repr,
)
def test_all_ways_to_write_twelve_are_twelve(written):
    assert (whole(written), type(whole(written))) == (12, int)
    assert (real(written), type(real(written))) == (12.0, float)


@pytest.mark.parametrize("written", ["1.5", 1.5, "1e-3", math.inf, math.nan, "inf", "nan"])
def test_a_fraction_is_not_whole(written):
    with pytest.raises(ValueError, match="integer"):
        whole(written)


@pytest.mark.parametrize("written", [-0.0, "-0", "-0.0", "-0e5", "-1e-400", np.float64(-0.0)])
def test_minus_zero_is_zero(written):
    assert math.copysign(1, real(written)) == 1
    assert str(real(written)) == "0.0"


@given(st.integers(-(10**38), 10**38))
def test_whole_numbers_keep_every_digit(number):
    assert whole(number) == whole(str(number)) == number


@given(st.floats(allow_nan=False))
def test_a_float_is_read_back_from_its_text(number):
    assert real(number) == real(repr(number)) == number


@pytest.mark.parametrize(
    "written", ["9" * 5000, 10**5000, "1e5000", "-1e5000"], ids=["text", "integer", "up", "down"]
)
def test_huge_numbers_end_at_once(written):
    assert math.isinf(real(written))
    if written != 10**5000:
        with pytest.raises(ValueError, match="at most 40 digits"):
            whole(written)


def test_a_value_is_shown_on_one_line_and_not_at_length():
    assert shown(1.5) == "1.5"
    assert shown("a\nb\x1b[2J") == r"'a\nb\x1b[2J'"
    assert shown("9" * 5000) == f"{'9' * 60}... (5,000 characters)"
    assert shown(10**5000) == "a number of thousands of digits"


def test_things_are_counted():
    assert [counted(n, "run") for n in (0, 1, 2, 1000)] == [
        "0 runs",
        "1 run",
        "2 runs",
        "1,000 runs",
    ]


def test_long_numbers_of_a_text_have_three_digits():
    texts = ["depth-scaled:c=0.017190722018585746 blocks=10", "he", "c=33.83855153428233", "0.434"]
    assert shortened(texts) == ["depth-scaled:c=0.0172 blocks=10", "he", "c=33.8", "0.434"]
    assert shortened(["1.7190722018585746e-05"]) == ["1.72e-05"]


def test_numbers_that_would_look_alike_keep_their_digits():
    assert shortened(["c=1.00001", "c=1.00002"]) == ["c=1.00001", "c=1.00002"]
    assert shortened(["c=1.23456", "c=1.23399"]) == ["c=1.235", "c=1.234"]


def test_what_is_no_setting_is_not_shortened():
    texts = ["3f2a9c01", "2.15.0", "1.0.12345", "v1.23456", "1,234", "10^0.5", "2026-11-24T10:00"]
    assert shortened(texts) == texts
