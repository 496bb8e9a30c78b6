"""The table of stored inspections: verdict, worst block and unusual parameters of each."""

from resweep.outcome.inspection import Finding
from resweep.report.tables.inspections import inspections_table
from tests.inspections import answer, inspection


def cells(sheet, row=0):
    names = [column.name for column in sheet.columns]
    return dict(zip(names, (cell.text for cell in sheet.rows[row]), strict=True))


def test_a_row_says_what_stands_out():
    sheet = inspections_table([answer(), answer(seed=3, status="sound", findings=())])
    assert sheet.title.startswith("2 inspections")
    first, second = cells(sheet), cells(sheet, 1)
    assert first["network"] == "net.py:net(depth=2)"
    assert (first["blocks"], first["verdict"]) == ("2", "unstable")
    assert first["worst block"] == "2: signal x 316"  # 10^2.5
    assert first["unusual parameters"] == "2.b.weight (outlier)"  # a jump is no parameter's
    assert (second["verdict"], second["unusual parameters"], second["seed"]) == ("sound", "–", "3")


def test_three_parameters_are_named_and_the_others_counted():
    faults = tuple(Finding("outlier", f"{place}.weight", "far") for place in range(5))
    said = cells(inspections_table([answer(findings=faults)]))["unusual parameters"]
    assert said == "0.weight (outlier), 1.weight (outlier), 2.weight (outlier), 2 more"


def test_a_parameter_with_two_faults_of_a_kind_is_named_once():
    faults = tuple(Finding("outlier", "3.weight", why) for why in ("far", "farther"))
    said = cells(inspections_table([answer(findings=faults)]))["unusual parameters"]
    assert said == "3.weight (outlier)"


def test_without_a_pass_no_block_is_the_worst():
    done = inspection(profiles={}, blocks=(), kinds=(), status="uninitialized", metrics={})
    assert cells(inspections_table([answer(**vars(done))]))["worst block"] == "–"
