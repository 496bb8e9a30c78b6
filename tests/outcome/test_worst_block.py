"""The block of an inspection that changes a second moment most."""

import math

import pytest

from resweep.outcome.worst_block import worst_block
from tests.inspections import inspection

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("profiles", "found"),
    [
        ({"log10_forward_second_moment": (0.0, 0.5, 3.0)}, ("2", "signal", 2.5)),
        ({"log10_forward_second_moment": (0.0, -4.0, -3.0)}, ("1", "signal", -4.0)),
        # a gradient travels from the last block to the first: here block 1 halves what comes to it
        ({"log10_gradient_second_moment": (-0.3, 0.0, 0.0)}, ("1", "gradient", -0.3)),
        ({"log10_backward_second_moment": (2.0, 2.0, 0.0)}, ("2", "drawn gradient", 2.0)),
        ({"log10_forward_second_moment": (0.0, 1.0, INF)}, ("2", "signal", INF)),
        ({"log10_forward_second_moment": (NAN, 1.0, 1.5)}, ("2", "signal", 0.5)),
        (
            {
                "log10_forward_second_moment": (0.0, 0.5, 1.0),
                "log10_gradient_second_moment": (0.75, 0.0, 0.0),
            },
            ("1", "gradient", 0.75),
        ),
    ],
)
def test_it_is_the_largest_step_in_the_direction_of_travel(profiles, found):
    assert worst_block(inspection(profiles=profiles)) == pytest.approx(found)


@pytest.mark.parametrize("profiles", [{}, {"log10_forward_second_moment": (NAN, NAN, NAN)}])
def test_there_is_none_where_no_pass_was_read(profiles):
    assert worst_block(inspection(profiles=profiles)) is None
