"""What a page is made of, before it is written: chapters of sections of tables and charts."""

from dataclasses import dataclass

from resweep.report.charts.chart import Chart
from resweep.report.charts.heat_map import HeatMap
from resweep.report.sheet import Sheet


@dataclass(frozen=True)
class Section:
    """A heading over tables, charts and heat maps; a section without any of them is left out.

    `words` are sentences that say what is shown and what is left out.
    """

    title: str
    words: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    charts: tuple[Chart, ...] = ()
    heats: tuple[HeatMap, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sheets or self.charts or self.heats)


@dataclass(frozen=True)
class Chapter:
    """The results of one dataset; results of different data never meet in a table or chart.

    `verdicts` are triples of an arm, its verdict in a word, and the reason for it.
    """

    title: str
    verdicts: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
