"""Grids as heat maps: one scale of colours, short settings, either way round."""

from dataclasses import replace

from resweep.analysis.sensitivity import Grid, GridCell, Survey
from resweep.report.charts.grids import heat_map, heat_maps
from tests.samples import experiment


def grid(arm, *means, row_values=(0.5, 2.0)):
    """A grid of two rows and two columns with these means, row by row; None is a failed run."""
    cells = [GridCell(1, {"ok": 1} if mean else {"exploded": 1}, mean) for mean in means]
    return Grid(
        arm,
        experiment(scheme=arm),
        "5eed",
        "final_accuracy",
        "c",
        "blocks",
        row_values,
        (10.0, 50.0),
        ((cells[0], cells[1]), (cells[2], cells[3])),
    )


def test_maps_of_one_metric_share_their_scale():
    grids = (grid("he", 0.1, 0.2, None, None), grid("glorot", 0.3, 0.5, 0.4, 0.4))
    first, second = heat_maps(Survey("synthetic", "5eed", (), (), (), grids))
    assert first.extent() == second.extent() == (0.1, 0.5)
    assert first.level(first.cells[0][0]) == 0
    assert second.level(second.cells[0][1]) == 1
    assert first.level(first.cells[1][0]) is None
    assert heat_map(grids[0]).extent() == (0.1, 0.2)


def test_a_map_without_a_number_has_no_scale():
    (alone,) = heat_maps(Survey("s", "5eed", (), (), (), (grid("he", None, None, None, None),)))
    assert alone.extent() is None


def test_a_cell_is_marked_by_the_most_frequent_status_of_what_did_not_succeed():
    plain = grid("he", 0.1, 0.2, 0.3, 0.4)
    counts = [{"ok": 3}, {"ok": 3, "trapped": 2, "error": 1}, {"undecided": 1}, {"later": 2}]
    cells = [GridCell(sum(n.values()), n, 0.2) for n in counts]
    marked = heat_map(replace(plain, cells=((cells[0], cells[1]), (cells[2], cells[3]))))
    assert [cell.mark for cell in marked.run_cells()] == ["", "t", "?", "?"]


def test_settings_are_short_and_differ():
    heat = heat_map(grid("he", 0.1, 0.1, 0.1, 0.1, row_values=(0.017190722018585746, 33.838551534)))
    assert heat.row_texts == ("0.0172", "33.8")
    assert heat.cells[0][1].words.startswith("c 0.0172, blocks 50: 0.100")
    near = heat_map(grid("he", 0.1, 0.1, 0.1, 0.1, row_values=(1.00001, 1.00002)))
    assert near.row_texts == ("1.00001", "1.00002")


def test_a_map_can_be_turned():
    heat = heat_map(grid("he", 0.1, 0.2, 0.3, None))
    turned = heat.transposed()
    assert (turned.rows, turned.columns) == ("blocks", "c")
    assert turned.cells[0][1] is heat.cells[1][0]
    assert turned.transposed() == replace(heat)


def test_the_caption_says_what_is_drawn_and_where_runs_failed():
    heat = heat_map(grid("he", 0.1, 0.2, None, None))
    assert heat.caption == (
        "Colour: final accuracy of he over scale c of the variance and depth (blocks), mean over "
        "seeds, failed runs at chance; n = 1 run a cell. "
        "Not every run ended ok at c 2 with any blocks: x exploded (what most of these were)."
    )
    assert heat_map(grid("he", 0.1, 0.2, 0.3, 0.4)).caption.endswith("Every run ended ok.")
    single = heat_map(grid("he", 0.1, None, 0.3, 0.4)).caption
    assert "at c 0.5 with blocks 50: x exploded" in single


def test_a_caption_counts_the_failed_cells_of_a_ragged_map():
    values = tuple(float(value) for value in range(1, 7))
    bad, good = GridCell(1, {"trapped": 1}, 0.1), GridCell(1, {"ok": 1}, 0.4)
    cells = tuple(tuple(bad if row == col else good for col in range(6)) for row in range(6))
    square = replace(
        grid("he", 0.1, 0.1, 0.1, 0.1), row_values=values, column_values=values, cells=cells
    )
    assert "ended ok at 6 of 36 cells: t trapped" in heat_map(square).caption
    near = tuple(tuple(bad if row in (1, 2, 4) else good for _ in range(6)) for row in range(6))
    assert "at c 2 to 3, 5 with any blocks" in heat_map(replace(square, cells=near)).caption
