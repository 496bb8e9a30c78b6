"""The tables as people see them: golden pictures, and no picture loses a number."""

import re

import pytest

from tests.report.drawing import draw, piped

WIDTHS = [24, 60, 100, 120]
NUMBER = re.compile(r"[^\s,:=]*\d[^\s,:=]*")


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
            numbers = set(NUMBER.findall(picture.split("\n\n")[1]))
            assert numbers
            assert numbers <= set(NUMBER.findall(piped(sheet)))


@pytest.mark.parametrize("width", [24, 60, 120])
def test_colours_change_no_character(sheets, width):
    coloured = [draw(sheet, width, colours="truecolor") for sheet in sheets.values()]
    assert "\x1b[32mtrains" in coloured[0] or width <= 60
    for sheet, picture in zip(sheets.values(), coloured, strict=True):
        lines = re.sub(r"\x1b\[[\d;]*m", "", picture).splitlines()
        assert [line.rstrip() for line in lines] == draw(sheet, width).splitlines()


def test_a_pipe_gets_every_column_and_one_line_per_row(sheets):
    for sheet in sheets.values():
        lines = piped(sheet).splitlines()
        rules = [place for place, line in enumerate(lines) if set(line) == {"─"}]
        assert len(rules) == bool(sheet.rows)
        if rules:
            header, body = lines[rules[0] - 1], lines[rules[0] + 1 :]
            assert all(column.name in header for column in sheet.columns)
            above = len(sheet.headings)
            blank = max(0, above - 1)
            body = body[: len(sheet.rows) + above + blank]
            rows = [line for line in body if line and line not in dict(sheet.headings).values()]
            assert len(rows) == len(sheet.rows)
            assert "not shown" not in "".join(lines)
