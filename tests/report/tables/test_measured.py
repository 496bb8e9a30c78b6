"""The tables as people see them: golden pictures at several widths, and that no picture loses a number."""

import io
import math
import re
from dataclasses import replace

import pytest
from rich.console import Console

from resweep.analysis.compare import compare, comparisons
from resweep.experiment import FIELDS
from resweep.report.console import results
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.profile import profile_table
from resweep.report.tables.runs import run_summary, runs_table

WIDTHS = [24, 60, 100, 120]


def draw(sheet, width=120, encoding="utf-8"):
    """The picture of a sheet on a terminal of `width` columns, without colours."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=stream, width=width, height=100, color_system=None, legacy_windows=False).print(
        sheet
    )
    stream.flush()
    return "\n".join(line.rstrip() for line in stream.buffer.getvalue().decode().splitlines())


def piped(sheet):
    stream = io.StringIO()
    results(stream).print(sheet)
    return stream.getvalue()


def numbers(text):
    return set(re.findall(r"[^\s,:=]*\d[^\s,:=]*", text))


def two_depths(make):
    """Three arms at two depths; batch normalization was trained at another rate too."""
    shallow = [
        make(a, s, 0.3 + s * s / 100 + i / 50, blocks=20)
        for i, a in enumerate(("he", "bn"))
        for s in range(3)
    ]
    deep = [
        make(a, s, 0.2 + s / 100) for a in ("depth-scaled", "bn:multiplier=2") for s in range(3)
    ]
    faster = [make("bn", s, 0.4 + s / 100, blocks=20) for s in range(2)]
    fields = {"lr": 1e-3, "epochs": 2}
    return [
        *shallow,
        *deep,
        *(replace(o, experiment=o.experiment.model_copy(update=fields)) for o in faster),
    ]


@pytest.fixture
def sheets(paper, profiled, make):
    other = [
        make("he", 0, 0.1, dataset="synthetic", data="5eed"),
        make("he:lr=1e-3", 1, 0.2, blocks=10),
    ]
    exploded = [o for o in paper if o.status == "exploded"]
    return {
        "comparison": comparison_table(comparisons(paper)[0]),
        "runs": runs_table(paper),
        "summary": run_summary(profiled[0]),
        "summary of an explosion": run_summary(paper[0]),
        "profile": profile_table(*profiled),
        "no comparison": comparison_table(compare([])),
        "no runs": runs_table([]),
        "no profile": profile_table(paper[0]),
        "one run": runs_table(paper[3:4]),
        "one arm of one run": comparison_table(comparisons(paper[3:4])[0]),
        "all exploded": comparison_table(comparisons(exploded)[0]),
        "two depths": comparison_table(comparisons(two_depths(make))[0]),
        "mixed datasets": runs_table([*other, *paper[3:5]]),
        "parameters": comparison_table(
            compare(
                [
                    (a, [make(a, s, 0.3 + s / 100) for s in (0, 1)])
                    for a in ("he", "depth-scaled:c=0.5,multiplier=2")
                ]
            )
        ),
    }


@pytest.mark.parametrize("width", WIDTHS)
def test_pictures(sheets, width, snapshot):
    for name, sheet in sheets.items():
        assert draw(sheet, width) == snapshot(name=name)


def test_piped_pictures(sheets, snapshot):
    for name, sheet in sheets.items():
        assert piped(sheet) == snapshot(name=name)


def test_ascii_pictures(sheets, snapshot):
    for name, sheet in sheets.items():
        picture = draw(sheet, 100, "ascii")
        assert picture.isascii()
        assert picture == snapshot(name=name)


@pytest.mark.parametrize("width", range(12, 161, 4))
def test_lines_fit_and_no_number_is_cut(sheets, width):
    for sheet in sheets.values():
        picture = draw(sheet, width)
        assert max(map(len, picture.splitlines())) <= width
        assert "…" not in picture
        if sheet.rows and width >= 40:
            assert numbers(picture.split("\n\n")[1]) <= numbers(piped(sheet))


def test_a_pipe_gets_every_column_and_one_line_a_row(sheets):
    for sheet in sheets.values():
        lines = piped(sheet).splitlines()
        head = next((i for i, line in enumerate(lines) if set(line) == {"─"}), None)
        assert (head is not None) == bool(sheet.rows)
        if head is not None:
            assert all(column.name in lines[head - 1] for column in sheet.columns)
            assert len([*lines, ""][head + 1 :][: len(sheet.rows)]) == len(sheet.rows)
            assert "not shown" not in "".join(lines)


def test_hostile_text_is_shown_not_obeyed(make):
    text = "[red]boom[/red] \x1b[31m\nline\u202e\ud800"
    failed = make("he", 0, None, "error", detail=text)
    for picture in (
        draw(run_summary(failed)),
        piped(run_summary(failed)),
        draw(run_summary(failed), encoding="ascii"),
    ):
        assert r"error: [red]boom[/red] \x1b[31m\nline\u202e\ud800" in picture


def test_noise_is_marked_and_first_arm_has_no_difference(make):
    groups = [("he", [make("he", s, 0.4 + s / 100) for s in range(3)])]
    groups.append(("bn", [make("bn", s, 0.4 + s * s / 100) for s in range(3)]))
    groups.append(("plain", [make("plain", s, 0.1 + s / 100) for s in range(3)]))
    sheet = comparison_table(compare(groups))
    column = [c.name for c in sheet.columns].index("difference to he")
    first, noise, clear = (row[column].text for row in sheet.rows)
    assert (first, noise, clear) == ("–", "+0.007 noise", "-0.300")


def test_profile_rows_can_be_chosen(profiled):
    assert [row[0].text for row in profile_table(*profiled, every=50).rows] == [
        "0",
        "1",
        "50",
        "100",
    ]
    assert len(profile_table(profiled[0], every=1).rows) == 101
    assert "predicted" not in draw(profile_table(profiled[0]))


def test_a_profile_may_hold_infinities_and_gaps(make):
    run = make("he", blocks=3, profiles={"forward_second_moment": (1.0, math.inf, math.nan, None)})
    assert [row[1].text for row in profile_table(run).rows] == ["1.00", "inf", "nan", "–"]


def test_rows_are_told_apart_by_columns_that_stay_at_every_width(make):
    sheet = comparison_table(comparisons(two_depths(make))[0])
    stay = [
        i
        for i, column in enumerate(sheet.columns)
        if column.name in ("arm", *FIELDS) and not column.rank
    ]
    assert [sheet.columns[i].name for i in stay] == ["arm", "blocks", "c", "epochs"]
    assert len({tuple(row[i] for i in stay) for row in sheet.rows}) == len(sheet.rows) == 5


def test_a_sorted_table_names_the_arm_that_differences_are_to(paper):
    comparison = comparisons(paper)[0]
    sheet = comparison_table(replace(comparison, arms=comparison.arms[::-1]))
    assert [c.name for c in sheet.columns if "difference" in c.name] == ["difference to he"]
