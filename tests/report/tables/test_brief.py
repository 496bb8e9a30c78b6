"""The short table says what was measured: growth where nothing was trained."""

from dataclasses import replace

import pytest

from resweep.analysis.compare import comparisons
from tests.report.drawing import column, draw
from tests.report.tables.conftest import brief
from tests.samples import arm_outcome


@pytest.fixture
def probed():
    """Two arms at step 0 alone."""
    runs = []
    for arm in ("he", "depth-scaled"):
        run = arm_outcome(arm, 0, None)
        growth = {"log10_forward_growth": 0.3, "log10_backward_growth": 0.2, "grad_norm_ratio": 0.9}
        at_start = run.experiment.model_copy(update={"epochs": 0, "train_size": 0, "lr": 0.0})
        runs.append(replace(run, experiment=at_start, metrics=growth))
    return comparisons(runs)[0]


def test_a_small_plot_and_the_notes_about_it_go_together(sheets):
    sheet = sheets["brief of a long axis"]
    for width in range(24, 161, 4):
        picture = " ".join(draw(sheet, width).split())
        assert ("▇" in picture) == ("a bar for each arm" in picture)
        assert width < 80 or "▇" in picture
    # A word is explained where a row has it: that of a line is its best arm's.
    about = "too few seeds to tell: "
    assert about not in draw(sheet, 160)
    assert about in draw(sheets["brief"], 120)
    assert about not in draw(sheets["brief"], 60), "the column of differences is not there either"


def test_of_a_very_long_axis_some_bars_are_drawn():
    runs = [arm_outcome(f"he:multiplier={1 + i / 8!r}", 0, 0.1 + i / 99) for i in range(60)]
    sheet = brief(comparisons(runs)[0])
    (plot,) = column(sheet, "along the axis")
    assert len(plot) == 24
    assert (plot[0], plot[-1]) == ("▁", "█")


def test_arms_that_were_only_probed_show_their_growth_and_no_accuracy(probed):
    for printed in (False, True):
        sheet = brief(probed, printed=printed)
        assert sheet.title.startswith("growth at initialization by arm on ")
        headers = [" ".join(column.name.split()) for column in sheet.columns]
        assert headers[-3:] == ["log10 forward", "log10 backward", "gradient ratio"]
        assert not any("accuracy" in text for text in (*headers, *sheet.notes))
    assert column(sheet, sheet.columns[-2].name) == ["0.200", "0.200"]
