"""The tables of sensitivity, as people see them."""

import pytest

from resweep.report.tables.sensitivity import NONE, sheets
from tests.report.drawing import column, draw

WIDTHS = [40, 80, 120]


@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(survey, width, snapshot):
    for sheet in (*sheets(survey), NONE):
        picture = draw(sheet, width)
        assert max(map(len, picture.splitlines())) <= width
        assert picture == snapshot(name=sheet.title)


def test_numbers_are_those_of_the_records(survey):
    slopes, laws, critical = sheets(survey)
    (he,) = [
        record
        for record in survey.sensitivities
        if record.axis == "multiplier" and record.experiment.blocks == 20
    ]
    slope = he.slopes[0]
    text = column(slopes, "d log forward / d log axis")[0]
    assert text == f"{slope.slope:.2f} ± {slope.stderr:.2g}"
    named = zip(column(laws, "metric"), column(laws, "law"), strict=True)
    assert {law for metric, law in named if metric == "forward"} == {"exponential?"}
    assert set(column(laws, "not clear")) == {"depths span < 10x"}
    assert len(critical.rows) == len(survey.criticals)
