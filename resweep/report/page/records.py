"""What a page is made of, before it is written: chapters of sections of tables and charts."""

from dataclasses import dataclass

from resweep.report.charts.chart import Chart
from resweep.report.charts.heat_map import HeatMap
from resweep.report.sheet import Sheet


@dataclass(frozen=True)
class RunPart:
    """One run, opened by a reader: the beginning of its key, its arm and seed, what came of it.

    `pairs` are names with texts: settings, metrics, its curve, where it was measured.
    """

    key: str
    title: str
    status: str
    verdict: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A heading over tables, charts and heat maps; a section without any of them is left out.

    `words` are sentences that say what is shown and what is left out. `reasons` are sentences that
    a reader opens: why some things could not be said. `folded` are charts that a reader opens,
    under the heading `fold`. `parts` are runs one by one.
    """

    title: str
    words: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    charts: tuple[Chart, ...] = ()
    heats: tuple[HeatMap, ...] = ()
    fold: str = ""
    folded: tuple[Chart, ...] = ()
    reasons: tuple[str, ...] = ()
    parts: tuple[RunPart, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sheets or self.charts or self.heats or self.folded or self.parts)


@dataclass(frozen=True)
class Strip:
    """A mean with its interval on a scale that all rows share: places in per cent from the left.

    `low` and `high` are the ends of the interval, both equal to `mean` where there is none.
    """

    low: float
    mean: float
    high: float


@dataclass(frozen=True)
class StandingRow:
    """A line of a chapter's answer: an arm, what it reaches, how often, and why.

    `strip` is None for an arm without a mean.
    """

    name: str
    verdict: str
    reached: str
    interval: str
    ok: str
    reason: str
    strip: Strip | None


@dataclass(frozen=True)
class AnswerBlock:
    """What a chapter says first: a sentence, and the arms from the best to the worst.

    `ticks` mark the scale of the strips: pairs of a place in per cent and its text. `left_out`
    counts arms that have no row.
    """

    sentence: str
    metric: str
    rows: tuple[StandingRow, ...]
    ticks: tuple[tuple[float, str], ...]
    left_out: int


@dataclass(frozen=True)
class Chapter:
    """The results of one dataset; results of different data never meet in a table or chart.

    `heats` stand right below the sentence of the answer, where arms are too many to be taken in as
    rows.
    """

    title: str
    sections: tuple[Section, ...]
    answer: AnswerBlock | None = None
    heats: tuple[HeatMap, ...] = ()
