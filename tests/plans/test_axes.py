import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resweep.errors import UsageError
from resweep.plans.axes import values


@pytest.mark.parametrize(
    ("name", "told", "meant"),
    [
        ("c", [0.5, 1], [0.5, 1]),
        ("c", 0.5, [0.5]),
        ("scheme", "he", ["he"]),
        ("multiplier", "0.5..4:lin8", [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]),
        ("multiplier", "lin:0.5..4:8", [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]),
        ("c", "0.1..1000:log5", [0.1, 1, 10, 100, 1000]),
        ("c", "log: 0.1 .. 1000 : 5", [0.1, 1, 10, 100, 1000]),
        ("lr", "1e-5..1e-3:log3", [1e-5, 1e-4, 1e-3]),
        ("blocks", "10..1000:log3", [10, 100, 1000]),
        ("blocks", "1..3:lin9", [1, 2, 3]),
        ("c", "4..1:lin4", [4, 3, 2, 1]),
        ("blocks", ["2..4:lin3", 9], [2, 3, 4, 9]),
        ("c", [1.0, 1.0, 2.0], [1.0, 2.0]),
        ("c", [1, "1.0", "1e0", 2.0, -0.0, 0], [1.0, 2.0, 0.0]),
        ("effective_fan_in", [True, False, "true"], [True, False]),
        ("train_size", ["all", "1e3", 1000], ["all", 1000]),
        ("seed", "9007199254740993..9007199254740995:lin3", [2**53 + 1, 2**53 + 2, 2**53 + 3]),
        ("seed", "0..9223372036854775807:lin2", [0, 2**63 - 1]),
        ("seed", "log:1..9223372036854775807:2", [1, 2**63 - 1]),
    ],
)
def test_what_an_axis_means(name, told, meant):
    assert values(name, told) == meant


def test_a_flag_lists_with_commas():
    assert values("c", "0.25, 0.5,1..3:lin3", listed=True) == [0.25, 0.5, 1, 2, 3]
    assert values("scheme", "he,lecun", listed=True) == ["he", "lecun"]


@given(
    st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 30), st.sampled_from(["lin", "log"])
)
def test_a_range_has_its_ends_its_count_and_even_steps(low, high, count, scale):
    found = values("c", f"{low!r}..{high!r}:{scale}{count}")
    assert found[0] == pytest.approx(low, rel=1e-11)
    assert found[-1] == pytest.approx(high, rel=1e-11)
    if len(found) == count > 2:
        place = math.log if scale == "log" else float
        steps = [place(b) - place(a) for a, b in pairwise(found)]
        assert steps == pytest.approx(
            [steps[0]] * len(steps), rel=1e-3, abs=1e-9 * (1 + max(low, high))
        )


@pytest.mark.parametrize(
    ("name", "told", "message"),
    [
        ("c", [], "no value"),
        ("c", ",", "no value"),
        ("cc", [1], "unknown field 'cc'"),
        ("c", "0..1:log5", "above 0"),
        ("c", "0..1:5", "lin or log"),
        ("c", "0..1", "lin or log"),
        ("c", "0..1:log", "how many"),
        ("c", "0..1:lin1", "at least 2"),
        ("c", "a..1:lin3", "'a' is not a number"),
        ("c", "0..inf:lin3", "finite"),
        ("c", "0..1..2:lin3", "not a number"),
        ("scheme", "0..1:lin3", "not a number: list"),
        ("effective_fan_in", "0..1:lin2", "not a number: list"),
        ("c", "lin:0..1:lin3", "lin or log"),
        ("c", [0.5, True], "c=True: input should be a valid number"),
        ("blocks", True, "blocks=True: input should be a valid integer"),
        ("c", [[1.0]], "c="),
        ("c", [None], "c=None"),
        ("c", {"a": 1}, "c="),
        ("c", "0..1_0:lin3", "'1_0' is not a number"),
        ("c", "0..١:lin3", "'١' is not a number"),
        ("c", "0..1:lin٣", "lin or log"),
        ("c", "0..1:lin99999999999", "at most 1,000,000 values"),
        ("c", "0..1:lin" + "9" * 5000, "at most 1,000,000 values"),
        ("c", "0.." + "9" * 5000 + ":lin3", "finite"),
        ("seed", "0..9:lin1000000,7..8:lin2", "more than 1,000,000 values"),
        ("blocks", "9" * 5000, "at most 40 digits"),
    ],
)
def test_what_is_refused(name, told, message):
    with pytest.raises(UsageError, match=message) as fault:
        values(name, told, listed=True)
    assert "\n" not in str(fault.value)
    assert len(str(fault.value)) < 250


def test_many_values_are_told_apart_without_comparing_each_with_each():
    assert values("seed", "0..199999:lin200000") == list(range(200_000))
