"""The tables of sensitivity and of what is not done yet, as people see them."""

import math

import pytest

from resweep.analysis.compare import arms
from resweep.analysis.compare.groups import grouped
from resweep.analysis.sensitivity import surveys
from resweep.report.tables.sensitivity import NONE, sheets
from resweep.report.tables.unfinished import studies_table, sweeps_table
from tests.report.tables.test_measured import draw

WIDTHS = [40, 80, 120]


def grown(make, arm, blocks, seed, log, status="ok"):
    """A run whose growths follow from `log` alone; the gradients of every run begin alike."""
    growths = {
        "forward_growth": 10**log,
        "backward_growth": 10 ** (log / 3),
        "grad_norm_ratio": 10 ** (seed / 50),
    }
    return make(arm, seed, None, status, blocks=blocks, metrics=growths)


@pytest.fixture
def survey(make):
    """Growth that is exponential in depth and a power of the multiplier, with a little spread over seeds."""
    runs = [
        grown(
            make, f"he:multiplier={m!r}", blocks, seed, blocks * 0.03 * m**1.5 + seed / 100, status
        )
        for m in (0.5, 1.0, 2.0)
        for blocks in (20, 50, 100)
        for seed in range(3)
        for status in ["ok" if blocks * m <= 60 else "exploded"]
    ]
    runs += [
        grown(make, f"depth-scaled:c={c!r}", 20, seed, math.sqrt(c) / 2)
        for c in (1.0, 4.0)
        for seed in range(2)
    ]
    (found,) = surveys([grouped(*arm) for arm in arms(runs)], "final_accuracy")
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(survey, width, snapshot):
    for sheet in (*sheets(survey), NONE):
        picture = draw(sheet, width)
        assert max(map(len, picture.splitlines())) <= width
        assert picture == snapshot(name=sheet.title)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_not_done(width, snapshot):
    cells = {"done": 120, "queued": 3000, "running": 2, "failed": 1}
    sweeps = sweeps_table(
        [("fig2", cells), ("a/long/name-of-a-sweep,with-commas", cells | {"running": 0})]
    )
    trials = {"complete": 12, "pruned": 3, "fail": 0, "running": 1, "waiting": 0}
    for name, sheet in {"sweeps": sweeps, "studies": studies_table([("scales", trials)])}.items():
        assert draw(sheet, width) == snapshot(name=name)


def test_numbers_are_those_of_the_records(survey):
    slopes, laws, critical = sheets(survey)
    he = next(
        s for s in survey.sensitivities if s.axis == "multiplier" and s.experiment.blocks == 20
    )
    column = [c.name for c in slopes.columns].index("d log forward / d log axis")
    assert slopes.rows[0][column].text == f"{he.slopes[0].slope:.2f} ± {he.slopes[0].stderr:.2g}"
    law = [c.name for c in laws.columns].index("law")
    assert {row[law].text for row in laws.rows if row[1].text == "forward"} == {"exponential"}
    assert len(critical.rows) == len(survey.criticals)
