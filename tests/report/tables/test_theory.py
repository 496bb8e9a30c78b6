"""The tables of theory."""

import math

import pytest

from resweep.experiment import Experiment
from resweep.nets.limits import FORMATS, limits
from resweep.nets.theory import predict
from resweep.report.tables.theory import limits_table, prediction_table
from tests.report.drawing import column


@pytest.fixture
def deep():
    return Experiment(blocks=40, channels=4, kernel=3).resolve("synthetic", 64)


def test_a_prediction_has_the_stem_the_first_and_the_last_block(deep):
    prediction = vars(predict(deep))
    sheet = prediction_table(deep, prediction)
    assert column(sheet, "block") == ["0", "1", *map(str, range(4, 41, 4))]
    growth = prediction["forward_second_moment"][40]
    assert float(column(sheet, "forward E[z²]")[-1]) == pytest.approx(growth, rel=5e-3)
    assert sheet.notes[0].startswith("the paper's own law: forward ")
    assert "within a factor exp(±" in sheet.notes[1]


def test_a_prediction_beyond_doubles_is_written_from_its_logarithm(deep):
    prediction = vars(predict(deep)) | {
        "forward_second_moment": (math.inf,) * 41,
        "log10_forward_second_moment": tuple(20.0 * block for block in range(41)),
    }
    sheet = prediction_table(deep, prediction, every=20)
    assert column(sheet, "forward E[z²]") == ["1.00", "1.00e20", "1.00e400", "1.00e800"]


def test_a_form_that_the_paper_does_not_treat_is_said_so(deep):
    prediction = vars(predict(deep)) | {"log10_paper_forward_growth": None, "forward_log_sd": None}
    notes = prediction_table(deep, prediction).notes
    assert notes == ("the paper does not treat this form",)


def test_a_backward_growth_that_is_withheld_leaves_its_column_and_gives_the_reason():
    narrow = Experiment(blocks=20, block="residual-bn", scheme="he", channels=4, kernel=3)
    sheet = prediction_table(narrow, vars(predict(narrow)))
    names = [column.name for column in sheet.columns]
    assert [name for name in names if "backward" in name] == []
    assert sheet.notes[-2].startswith("no backward moments: 4 channels are too few")


def test_limits_are_whole_blocks_or_never():
    rows = [vars(limits(dtype, c=1.0, fan_in=1024, gain=2.0)) for dtype in FORMATS]
    made_up = {"dtype": "made up", "stagnation": 1234.7, "overflow": 123456.0}
    sheet = limits_table([*rows, rows[0] | made_up], 1.0, 1024, 2.0)
    assert column(sheet, "dtype") == [*FORMATS, "made up"]
    assert column(sheet, "stagnation")[-1] == "1234"
    assert column(sheet, "overflow z")[-1] == "1.23e5"
    never = limits_table([rows[0] | {"overflow": 1e31}], 1.0, 1024, 2.0)
    assert column(never, "overflow z") == ["never"]
    assert never.shared == "c=1 n=1024 gain=2"


def test_where_every_moment_is_withheld_the_reason_stands_in_place_of_rows():
    narrow = Experiment.parse(scheme="he", blocks=20, channels=8, kernel=3)
    sheet = prediction_table(narrow, vars(predict(narrow)))
    assert sheet.rows == ()
    assert any("no forward moments: 8 channels are too few" in note for note in sheet.notes)
    assert "`resweep run --epochs 0` with the same flags measures it" in sheet.notes[-1]
