from resweep.analysis.windows import Edge, SeedWindow, windows
from resweep.report.tables.windows import boundary_table

BOTH = {"low": Edge(0.01, None), "high": Edge(1.0, 2.0), "runs": 5}
WIDE = {"low": Edge(0.01, None), "high": Edge(100.0, None), "runs": 3}
NONE = {"low": None, "high": None, "runs": 17}


def test_bounds_errors_and_empty_windows_are_told_apart():
    found = [SeedWindow("plain", 4, seed, **BOTH) for seed in (0, 1)]
    found += [
        SeedWindow("plain", 8, 0, **BOTH),
        SeedWindow("plain", 8, 1, **NONE),
        SeedWindow("bn", 4, 0, **WIDE),
    ]
    sheet = boundary_table(windows(found, "blocks", "multiplier"))
    assert [tuple(cell.text for cell in row) for row in sheet.rows] == [
        ("plain", "4", "<= 0.0100", "1.41 ± 0.80 dec", ">= 2.15", "2/2", "10"),
        ("plain", "8", "–", "–", "0.00", "1/2", "22"),
        ("bn", "4", "<= 0.0100", ">= 100", ">= 4.00", "1/1", "3"),
    ]
    assert len(sheet.notes) == 3
    alone = [SeedWindow("bn", 4, 0, low=Edge(0.02, 0.01), high=Edge(1.0, 2.0), runs=5)]
    sheet = boundary_table(windows(alone, "blocks", "multiplier"))
    assert [cell.text for cell in sheet.rows[0]][2:5] == ["0.0141", "1.41", "2.00"]
    assert len(sheet.notes) == 1
    assert boundary_table([]).title == "no windows"
