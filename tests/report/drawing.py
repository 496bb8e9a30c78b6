"""How tests look at a sheet: as a terminal shows it, as a pipe gets it, and one column of it."""

import io

from rich.console import Console

from resweep.report.console import results


def draw(sheet, width=120, encoding="utf-8", colours=None):
    """The picture of a sheet on a terminal of `width` columns, by default without colours."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=stream,
        width=width,
        height=100,
        color_system=colours,
        force_terminal=colours is not None,
        legacy_windows=False,
    )
    console.print(sheet)
    stream.flush()
    return "\n".join(line.rstrip() for line in stream.buffer.getvalue().decode().splitlines())


def piped(sheet):
    """What a program receives that `sheet` is piped to."""
    stream = io.StringIO()
    results(stream).print(sheet)
    return stream.getvalue()


def column(sheet, name):
    """The texts of the column whose header is `name`, row by row."""
    place = [column.name for column in sheet.columns].index(name)
    return [row[place].text for row in sheet.rows]
