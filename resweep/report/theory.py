"""The table of a prediction: what theory says of a network before any weight is drawn."""

from collections.abc import Mapping
from typing import Any

from resweep.arms import label
from resweep.experiment import Experiment
from resweep.report import settings
from resweep.report.numbers import number
from resweep.report.sheet import Cell, Column, Sheet

SERIES = (
    ("forward_second_moment", "forward\nE[z²]"),
    ("forward_mean", "forward\nmean"),
    ("forward_variance", "forward\nvariance"),
    ("backward_second_moment", "backward\nE[δ²]"),
)


def prediction_table(experiment: Experiment, prediction: Mapping[str, Any], every: int | None = None) -> Sheet:
    """One row a block, every `every`-th (about ten rows unless told) with the first and the last."""
    depth = experiment.blocks
    shown = sorted({*range(0, depth + 1, every or max(1, depth // 10)), 1, depth})
    columns = (Column("block"), *(Column(header) for _, header in SERIES))
    rows = tuple((Cell(str(block)), *(Cell(number(prediction[name][block])) for name, _ in SERIES)) for block in shown)
    notes = (
        f"the paper's own law: forward {number(prediction['paper_forward_growth'])}, "
        f"backward {number(prediction['paper_backward_growth'])} over all blocks, without means and padding",
    )
    title = f"prediction for {label(experiment)} over {depth} blocks"
    return Sheet(title, columns, rows, settings.shared([experiment]), notes)
