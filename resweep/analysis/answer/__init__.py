"""Comparison -> Answer: which arms succeed, in a sentence; how they stand; how they go with scale.

This is what a reader wants to know first. It reads the summaries of a comparison and no run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from resweep.analysis.answer.interest import Chosen, interesting
from resweep.analysis.answer.lines import Line, lines
from resweep.analysis.answer.sentence import sentence
from resweep.analysis.answer.standing import Standing, standings
from resweep.analysis.answer.trends import Trend, TrendPoint, trends
from resweep.analysis.compare import Comparison
from resweep.experiment import differing

__all__ = [
    "Answer",
    "Chosen",
    "Line",
    "Standing",
    "Trend",
    "TrendPoint",
    "answer",
    "interesting",
    "lines",
    "standings",
]


@dataclass(frozen=True)
class Answer:
    """What a comparison says at first sight.

    `sentence` says in plain words which arms succeed, and is empty without runs. `standings` are
    the arms from the best to the worst, `differing` the fields in which these differ.
    """

    metric: str
    sentence: str
    standings: tuple[Standing, ...]
    differing: tuple[str, ...]

    @cached_property
    def trends(self) -> list[Trend]:
        """The metric of arms that differ in scale or depth alone, found where it is drawn."""
        return trends(self.standings, self.differing)


def answer(comparison: Comparison, names: Sequence[str]) -> Answer:
    """The answer of a comparison whose arms are called by `names`, one for each, all different."""
    standing = tuple(standings(comparison, names))
    fields = differing([one.experiment for one in standing])
    return Answer(comparison.metric, sentence(standing, fields), standing, fields)
