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
    ],
)
def test_what_an_axis_means(name, told, meant):
    assert values(name, told) == meant


def test_a_flag_lists_with_commas():
    assert values("c", "0.25, 0.5,1..3:lin3", listed=True) == ["0.25", "0.5", 1, 2, 3]
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
    ],
)
def test_what_is_refused(name, told, message):
    with pytest.raises(UsageError, match=message) as fault:
        values(name, told, listed=True)
    assert "\n" not in str(fault.value)
