"""The table of profiles: which blocks it shows, and values that no double holds."""

import math

from resweep.report.tables.profile import profile_table
from tests.report.drawing import column, draw
from tests.samples import arm_outcome


def test_rows_can_be_chosen(profiled):
    assert column(profile_table(*profiled, every=50), "block") == ["0", "1", "50", "100"]
    assert len(profile_table(*profiled).rows) == 12
    assert len(profile_table(profiled[0], every=1).rows) == 101


def test_without_a_prediction_nothing_is_said_of_one(profiled):
    assert "predicted" in draw(profile_table(*profiled))
    assert "predicted" not in draw(profile_table(profiled[0]))


def test_a_prediction_that_is_withheld_says_why_and_leaves_what_was_measured(profiled):
    run, prediction = profiled
    withheld = {
        "backward_second_moment": None,
        "log10_backward_second_moment": None,
        "backward_unpredicted": "too few channels",
    }
    text = draw(profile_table(run, {**prediction, **withheld}))
    assert "no backward moments predicted: too few channels" in text
    sheet = profile_table(run, {**prediction, **withheld})
    names = [column.name for column in sheet.columns]
    assert "backward measured" in names
    assert "backward predicted" not in names
    assert "forward predicted" in names


def test_a_profile_may_hold_infinities_and_gaps():
    profiles = {"forward_second_moment": (1.0, math.inf, math.nan, None)}
    run = arm_outcome("he", blocks=3, profiles=profiles)
    assert column(profile_table(run), "forward measured") == ["1.00", "inf", "nan", "–"]


def test_a_series_of_l_values_begins_at_block_1_and_is_read_from_its_logarithm():
    profiles = {"grad_norm": (0.0, math.inf), "log10_grad_norm": (-400.5, 399.9999)}
    run = arm_outcome("he", blocks=2, profiles=profiles)
    assert column(profile_table(run), "gradient norm") == ["–", "3.16e-401", "1.00e400"]
