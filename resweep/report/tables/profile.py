"""The table of a run's profiles over its blocks, measured beside predicted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from resweep.analysis.agreement import Agreement, agreement
from resweep.analysis.typical import typical
from resweep.numerals import counted
from resweep.outcome import Outcome
from resweep.report.numbers import DASH, compared, from_log10, number
from resweep.report.sheet import Sheet
from resweep.report.tables.entries import Entry, table


class Series(NamedTuple):
    """One profile: its name, its header and the rank of its columns.

    `theory` says whether a prediction is set beside it; `spread` names the predicted standard
    deviation of its logarithm over seeds.
    """

    name: str
    header: str
    rank: int
    theory: bool = True
    spread: str | None = None


SERIES = (
    Series("forward_second_moment", "forward", 0, spread="forward_log_sd"),
    Series("forward_mean", "forward\nmean", 3),
    Series("forward_variance", "forward\nvariance", 2),
    Series("backward_second_moment", "backward", 0, spread="backward_log_sd"),
    Series("grad_norm", "gradient\nnorm", 1, theory=False),
)
LEGEND = (
    "block 0: the stem's output. forward: E[z²] · backward: E[δ²], 1 at the last block · "
    "gradient norm: ‖∂E/∂W‖"
)
WAYS = ("forward", "backward")
RATIO = (
    "ratio: measured / predicted, the median over seeds where theory knows their spread, else the "
    "mean; * more than two standard deviations over seeds away"
)


def profile_table(
    outcome: Outcome,
    prediction: Mapping[str, Any] | None = None,
    every: int | None = None,
    unpredicted: str | None = None,
) -> Sheet:
    """Return a table of a run's profiles, with a row per block as `shown_blocks` selects them.

    `prediction` holds the predicted series by the same names; columns for them, and for the ratio
    of measured to predicted, are added; what is predicted of one run is the median over seeds where
    theory knows it. `unpredicted` says why there is none.
    """
    depth = outcome.experiment.blocks
    expected = typical(prediction or {})
    entries: list[Entry[int]] = []
    for series in SERIES:
        entries += _entries(series, outcome.profiles, expected, depth)
    if not entries:
        return Sheet("no profile was measured", (), ())
    notes = [LEGEND]
    notes += _theory_notes(expected, unpredicted)
    return table(
        f"profile of {outcome.experiment.key[:8]} over {counted(depth, 'block')}",
        [Entry("block", str), *entries],
        shown_blocks(depth, every),
        notes=notes,
    )


def _theory_notes(expected: Mapping[str, Any], unpredicted: str | None) -> Iterator[str]:
    """How measured and predicted are compared, and what is not predicted for which reason."""
    if unpredicted:
        yield f"no prediction: {unpredicted}"
    reasons = {way: expected.get(f"{way}_unpredicted") for way in WAYS}
    if expected and not all(reasons.values()):
        yield RATIO
    for way, reason in reasons.items():
        if reason:
            yield f"no {way} moments predicted: {reason}"


def shown_blocks(depth: int, every: int | None = None) -> list[int]:
    """Return the blocks that a table has a row for: every `every`-th, the first and the last.

    Block 0 is the stem. Without `every`, the step gives about ten rows.
    """
    step = every or max(1, depth // 10)
    return sorted({*range(0, depth + 1, step), 1, depth})


def block_cell(profiles: Mapping[str, Any], name: str, depth: int) -> Callable[[int], str] | None:
    """Return the function that writes a series' value at block 0 to L; None if there is no series.

    Values are written from the series' log10 twin (`log10_grad_norm` of `grad_norm`) where it has
    one, as that neither over- nor underflows. A series of L values begins at block 1.
    """
    logs = profiles.get(f"log10_{name}")
    values: Sequence[float] = profiles.get(name, ()) if logs is None else logs
    write = number if logs is None else from_log10
    if not values:
        return None
    first = depth + 1 - len(values)

    def cell(block: int) -> str:
        return DASH if block < first else write(values[block - first])

    return cell


def _entries(
    series: Series,
    profiles: Mapping[str, Sequence[float]],
    prediction: Mapping[str, Any],
    depth: int,
) -> Iterator[Entry[int]]:
    """The columns of one series: measured, predicted and their ratio, as far as they are there."""
    measured = block_cell(profiles, series.name, depth)
    predicted = block_cell(prediction, series.name, depth) if series.theory else None
    if measured:
        header = f"{series.header}\nmeasured" if series.theory else series.header
        yield Entry(header, measured, series.rank)
    if predicted:
        yield Entry(f"{series.header}\npredicted", predicted, series.rank)
    if measured and predicted:
        agreements = agreement(series.name, profiles, prediction, series.spread)
        yield Entry("ratio", partial(_ratio, agreements=agreements), series.rank)


def _ratio(block: int, *, agreements: Sequence[Agreement]) -> str:
    return compared(agreements[block].ratio, agreements[block].outside)
