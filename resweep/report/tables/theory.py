"""The tables of theory: a prediction, and the depths that floating-point types allow."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from resweep.arms import label
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.report import shared_fields
from resweep.report.numbers import from_log10, number
from resweep.report.sheet import Sheet
from resweep.report.tables.entries import Entry, table
from resweep.report.tables.profile import block_cell, shown_blocks

SERIES = {
    "forward_second_moment": "forward\nE[z²]",
    "forward_mean": "forward\nmean",
    "forward_variance": "forward\nvariance",
    "backward_second_moment": "backward\nE[δ²]",
}
MEDIANS = {
    "forward_second_moment": "forward_median",
    "backward_second_moment": "backward_median",
}
LIMITS = {
    "stagnation": "stagnation",
    "rounding_noise": "10% noise",
    "weight_underflow": "small\nweights",
    "overflow": "overflow\nz",
    "overflow_of_squares": "overflow\nz²",
}
LIMIT_NOTES = (
    "stagnation: a block's increment is below half an ulp of the state · 10% noise: rounding "
    "errors are a tenth of what all blocks add",
    "small weights: their deviation is subnormal · overflow: at fixed Var[w] = gain/n, of the "
    "states and of their squares; tf32 multiplies only, sums stay float32",
)


def prediction_table(
    experiment: Experiment, prediction: Mapping[str, Any], every: int | None = None
) -> Sheet:
    """Return a table of predicted profiles, with a row per block as `shown_blocks` selects.

    Where every moment is withheld there are no rows, and the notes say why and what is predicted.
    """
    depth = experiment.blocks
    entries: list[Entry[int]] = [Entry("block", str)]
    for name, header in SERIES.items():
        cell = block_cell(prediction, name, depth)
        if cell:
            entries.append(Entry(header, cell))
        median = block_cell(prediction, MEDIANS.get(name, ""), depth)
        if median:
            entries.append(Entry(f"{header}\nmedian", median))
    return table(
        f"prediction for {label(experiment)} over {counted(depth, 'block')}",
        entries,
        shown_blocks(depth, every) if len(entries) > 1 else [],
        shared_fields.shared([experiment]),
        _notes(prediction),
    )


def limits_table(limits: Sequence[Mapping[str, Any]], c: float, fan_in: int, gain: float) -> Sheet:
    """Return a table with a row per floating-point type, and the largest depth L by each limit.

    `c` and `fan_in` are those of the depth-scaled variance c / (n L), `gain` that of a variance
    gain / n that does not fall with depth.
    """
    entries: list[Entry[Mapping[str, Any]]] = [
        Entry("dtype", lambda limit: limit["dtype"], justify="left"),
        Entry("bits", lambda limit: str(limit["significand_bits"])),
        *(Entry(header, partial(_depth, name=name)) for name, header in LIMITS.items()),
    ]
    shared = f"c={c:g} n={fan_in} gain={gain:g}"
    return table("largest depth L by floating-point type", entries, limits, shared, LIMIT_NOTES)


def _notes(prediction: Mapping[str, Any]) -> list[str]:
    """The paper's own law, how far a seed may lie from the table, and what the table lacks."""
    forward = prediction["log10_paper_forward_growth"]
    backward = prediction["log10_paper_backward_growth"]
    if forward is None:
        notes = ["the paper does not treat this form"]
    else:
        notes = [
            f"the paper's own law: forward {from_log10(forward)}, backward {from_log10(backward)} "
            "over all blocks, without means and padding"
        ]
    for way, end in (("forward", -1), ("backward", 0)):
        spread = prediction[f"{way}_log_sd"]
        if spread is not None:
            notes.append(
                f"two seeds in three have a {way} growth within a factor "
                f"exp(±{number(spread[end], 2)}) of its median"
            )
        if prediction[f"{way}_unpredicted"] is not None:
            notes.append(f"no {way} moments: {prediction[f'{way}_unpredicted']}")
    if all(prediction[name] is None for name in SERIES):
        notes.append(
            "nothing is predicted block by block: `resweep run --epochs 0` with the same flags "
            "measures it"
        )
    return notes


def _depth(limit: Mapping[str, Any], *, name: str) -> str:
    """The depth in whole blocks, `never` beyond what anyone builds."""
    blocks = limit[name]
    if blocks > 1e30:
        return "never"
    return str(int(blocks)) if blocks < 1e5 else number(blocks)
