"""The live bars of a terminal: one for all runs, one for each that is running, and lines below."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.constrain import Constrain
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column
from rich.text import Text

from resweep.report.console import messages

DRAWS_PER_SECOND = 10
NARROW = 90  # columns; below, bars are short and figures few, so that names have room
ECHO = 3  # columns kept free: the terminal writes ^C there, which must not begin another line


class Bars(Progress):
    """rich's bars, each one line; names give way to figures. `best` and `note` are drawn below."""

    best = note = ""

    def __init__(self) -> None:
        self.screen = console = messages()
        self.narrow = console.width < NARROW
        super().__init__(
            TextColumn(
                "{task.description}",
                table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
            ),
            BarColumn(bar_width=6 if self.narrow else 12),
            TextColumn("{task.fields[figures]}", table_column=Column(no_wrap=True)),
            console=console,
            transient=True,
            expand=True,
            refresh_per_second=DRAWS_PER_SECOND,
        )

    def get_renderables(self) -> Iterable[RenderableType]:
        below = (
            Text(line, no_wrap=True, overflow="ellipsis") for line in (self.best, self.note) if line
        )
        for part in (*super().get_renderables(), *below):
            yield Constrain(part, self.screen.width - ECHO)
