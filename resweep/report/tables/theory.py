"""The tables of theory: a prediction, and the depths that floating-point types allow."""

from collections.abc import Mapping, Sequence
from typing import Any

from resweep.arms import label
from resweep.experiment import Experiment
from resweep.report import shared_fields
from resweep.report.numbers import from_log10, number
from resweep.report.sheet import Cell, Column, Sheet

SERIES = (
    ("forward_second_moment", "forward\nE[z²]"),
    ("forward_mean", "forward\nmean"),
    ("forward_variance", "forward\nvariance"),
    ("backward_second_moment", "backward\nE[δ²]"),
)


def prediction_table(
    experiment: Experiment, prediction: Mapping[str, Any], every: int | None = None
) -> Sheet:
    """One row a block, every `every`-th (about ten rows unless told) with the first and the last."""
    depth = experiment.blocks
    shown = sorted({*range(0, depth + 1, every or max(1, depth // 10)), 1, depth})
    columns = (Column("block"), *(Column(header) for _, header in SERIES))
    rows = tuple(
        (Cell(str(block)), *(Cell(entry(prediction, name, block)) for name, _ in SERIES))
        for block in shown
    )
    title = f"prediction for {label(experiment)} over {depth} blocks"
    return Sheet(title, columns, rows, shared_fields.shared([experiment]), notes(prediction))


def entry(prediction: Mapping[str, Any], name: str, block: int) -> str:
    """One value; from its log10 twin where it has one, which a double's range does not end."""
    logs = prediction.get(f"log10_{name}")
    return number(prediction[name][block]) if logs is None else from_log10(logs[block])


def notes(prediction: Mapping[str, Any]) -> tuple[str, ...]:
    """The paper's law beside it, and how far a single seed may lie from the table."""
    forward, backward = (prediction[f"log10_paper_{way}_growth"] for way in ("forward", "backward"))
    paper = (
        "the paper does not treat this form"
        if forward is None
        else f"the paper's own law: forward {from_log10(forward)}, backward {from_log10(backward)} over all blocks, "
        "without means and padding"
    )
    spread = prediction["forward_log_sd"]
    if spread is None:
        return (paper,)
    return (
        paper,
        f"two seeds in three have a forward growth within a factor exp(±{number(spread[-1], 2)}) of it",
    )


def limits_table(rows: Sequence[Mapping[str, Any]], c: float, fan_in: int, gain: float) -> Sheet:
    """One row a dtype, one column a way of giving out."""
    columns = (
        Column("dtype", justify="left"),
        Column("bits"),
        *(Column(header) for _, header in LIMITS),
    )
    cells = tuple(
        (
            Cell(row["dtype"]),
            Cell(str(row["significand_bits"])),
            *(Cell(depth(row[name])) for name, _ in LIMITS),
        )
        for row in rows
    )
    explained = (
        "stagnation: a block's increment is below half an ulp of the state · 10% noise: rounding errors are a tenth of "
        "what all blocks add",
        "small weights: their deviation is subnormal · overflow: at fixed Var[w] = gain/n, of the states and of their "
        "squares; tf32 multiplies only, sums stay float32",
    )
    shared = f"c={c:g} n={fan_in} gain={gain:g}"
    return Sheet("largest depth L by floating-point type", columns, cells, shared, explained)


def depth(blocks: float) -> str:
    """Whole blocks, `never` beyond what anyone builds."""
    return "never" if blocks > 1e30 else str(int(blocks)) if blocks < 1e5 else number(blocks)


LIMITS = (
    ("stagnation", "stagnation"),
    ("rounding_noise", "10% noise"),
    ("weight_underflow", "small\nweights"),
    ("overflow", "overflow\nz"),
    ("overflow_of_squares", "overflow\nz²"),
)
