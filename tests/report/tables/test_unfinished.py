"""The tables of what is not done yet, as people see them."""

import pytest

from resweep.report.tables.unfinished import studies_table, sweeps_table
from tests.report.drawing import draw

WIDTHS = [40, 80, 120]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_not_done(width, snapshot):
    cells = {"done": 120, "queued": 3000, "running": 2, "failed": 1}
    sweeps = sweeps_table(
        [("fig2", cells), ("a/long/name-of-a-sweep,with-commas", cells | {"running": 0})]
    )
    trials = {"complete": 12, "pruned": 3, "fail": 0, "running": 1, "waiting": 0}
    for name, sheet in {"sweeps": sweeps, "studies": studies_table([("scales", trials)])}.items():
        assert draw(sheet, width) == snapshot(name=name)
