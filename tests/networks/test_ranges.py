"""Ranges among the values of an argument."""

import pytest

from resweep.errors import UsageError
from resweep.networks import alternatives, canonical
from resweep.networks.ranges import spread
from resweep.plans import axes


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("8..56:log4", [8, 15, 29, 56]),
        ("8..56:lin4", [8, 24, 40, 56]),
        ("log:8..56:4", [8, 15, 29, 56]),
        ("1..4", [1, 2, 3, 4]),
        ("0.5..2:log3", [0.5, 1.0, 2.0]),
        ("-1..1:lin3", [-1, 0, 1]),
        ("../nets", None),
        ("a..b", None),
        ("v1..2", None),
    ],
)
def test_a_range_is_its_numbers_and_a_text_stays_one(text, values):
    assert spread(text) == values
    if values is not None:
        assert [type(v) for v in spread(text)] == [type(v) for v in values]


@pytest.mark.parametrize("text", ["8..56:log4", "8..512:lin7", "1..100:log5"])
def test_whole_numbers_are_those_of_an_axis(text):
    assert spread(text) == axes.values("blocks", text)


@pytest.mark.parametrize(
    "text", ["8..56:log", "8..56:log1", "0..8:log3", "5..1", "1..99999", "1.5..3"]
)
def test_a_range_that_cannot_be_is_refused_in_one_line(text):
    with pytest.raises(UsageError, match="argument range"):
        spread(text)


def test_ranges_and_lists_mix_in_texts_and_tables():
    depths = ["depth=8", "depth=15", "depth=29", "depth=56", "depth=110"]
    assert alternatives("depth=8..56:log4,110") == depths
    assert alternatives({"depth": "8..56:log4"}) == depths[:-1]
    assert canonical('name="1..3"') == 'name="1..3"'
    with pytest.raises(UsageError, match="several"):
        canonical("depth=1..3")
