"""The figures of docs/paper.md, drawn from docs/results into docs/figures.

Measured values are points or solid lines, laws and the paper's numbers are dashed.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from paper_results import Result, read, rows

from resweep.report.charts.paper import STYLE

FIGURES = Path(__file__).parent / "figures"
COLOURS = ("#1b6ca8", "#d1722f", "#3f8f4f", "#7a4fa3", "#9c8a1e", "#a03050", "#555555")
PAPER = (0.434, 0.017)
ARMS = {
    ("residual", "depth-scaled"): "c/(nL), c = 1",
    ("residual-bn", "he"): "He, batch norm",
    ("residual", "he"): "He",
}
Row = dict[str, Any]


def arm(row: Row) -> str:
    """What the page calls the block and scheme of a run."""
    return ARMS.get((row["block"], row["scheme"]), f"{row['block']}, {row['scheme']}")


def by(result: Result, label: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """The runs by what `label` says of them, in the order of its first appearance."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows(result):
        groups[label(row)].append(row)
    return dict(groups)


def first_epoch(result: Result, axes: Axes) -> None:
    """A point a run, and the paper's mean with its spread as a band; the default recipe as well."""
    mean, spread = PAPER
    axes.axhspan(mean - spread, mean + spread, color="#bbbbbb", alpha=0.5, lw=0)
    axes.axhline(mean, ls="--", lw=0.8, color="#444444", label="paper: 0.434, 0.017")
    groups = by(result, arm)
    if default := read("flattened"):
        groups["default recipe"] = list(rows(default))
    for place, (colour, (label, group)) in enumerate(zip(COLOURS, groups.items(), strict=False)):
        accuracies = [row.get("first_epoch_accuracy", math.nan) for row in group]
        spots = [place + 0.05 * (i - (len(group) - 1) / 2) for i in range(len(group))]
        axes.plot(spots, accuracies, "o", ms=3.5, color=colour, label=f"{label} ({len(group)})")
    axes.axhline(0.1, ls=":", lw=0.8, color="#888888")
    axes.set_xticks(range(len(groups)), [name.replace(", ", ",\n") for name in groups])
    axes.set_xlim(-0.5, max(len(groups), 3) - 0.5)
    axes.set_ylabel("test accuracy after epoch 1")
    axes.set_ylim(0, 0.6)


def curves(result: Result, accuracy: Axes, loss: Axes) -> None:
    """Accuracy and mean loss on the test images by epoch, a line a run, as in Fig. 2a and 2b."""
    for colour, (label, group) in zip(COLOURS, by(result, arm).items(), strict=False):
        for i, row in enumerate(group):
            epochs = [point["epoch"] for point in row["curve"]]
            line: Row = {"lw": 1, "color": colour}
            for axes, name in ((accuracy, "test_accuracy"), (loss, "test_loss")):
                values = [point.get(name, math.nan) for point in row["curve"]]
                axes.plot(epochs, values, "-", **line)
            if i == 0:
                accuracy.plot([], [], "-", label=label, **line)
    for axes in (accuracy, loss):
        axes.set_xlabel("epoch")
    accuracy.set_ylabel("test accuracy")
    accuracy.axhline(0.1, ls=":", lw=0.8, color="#888888")
    accuracy.set_ylim(0, max(0.5, accuracy.get_ylim()[1]))
    loss.set_ylabel("test loss, nats")
    loss.set_yscale("log")


def growth_under_bn(result: Result, axes: Axes) -> None:
    """Growth of gradients over depth, beside the linear law and the one of ReLU.

    Photographs are full marks, white noise hollow ones.
    """
    noise = read("noise_under_bn")
    forms = sorted(by(result, lambda row: (row["block"], row["activation"])))
    colours = dict(zip(forms, COLOURS, strict=False))
    for one in filter(None, (result, noise)):
        for form, group in by(one, lambda row: (row["block"], row["activation"])).items():
            marker = "o" if form[1] == "relu" else "s"
            depths = [row["blocks"] * 1.05 ** (forms.index(form) - 1.5) for row in group]
            growths = [row["backward_growth"] for row in group]
            look: dict[str, Any] = {"label": ", ".join(form)}
            if one is noise:
                look = {"markerfacecolor": "none"}
            axes.plot(depths, growths, marker, ms=3, color=colours[form], **look)
    depths = sorted({row["blocks"] for row in rows(result)})
    axes.plot(depths, [1 + d for d in depths], "--", lw=0.8, color="#444444", label="1 + L")
    power = math.pi / (math.pi - 1)
    law = [d**power / 5 for d in depths]
    axes.plot(depths, law, "-.", lw=0.8, color="#444444", label="slope π/(π−1)")
    axes.plot([], [], "o", ms=3, color="#444444", markerfacecolor="none", label="on white noise")
    _logarithmic(axes, depths)
    axes.set_xlabel("blocks L")
    axes.set_ylabel("backward growth")


def c_by_depth(result: Result, axes: Axes) -> None:
    """Growth against c L, with the law of the accumulated mean and the paper's bound."""
    groups = by(result, lambda row: row["blocks"])
    for colour, (blocks, group) in zip(COLOURS, sorted(groups.items()), strict=False):
        reached = [row["c"] * blocks for row in group]
        growths = [row["forward_growth"] for row in group]
        axes.plot(reached, growths, "o", ms=2.5, color=colour, label=f"L = {blocks}")
    products = [row["c"] * row["blocks"] for row in rows(result)]
    low, high = math.log10(min(products)), math.log10(max(products))
    steps = [10 ** (low + (high - low) * i / 100) for i in range(101)]
    law = [math.cosh(math.sqrt(x / (2 * math.pi))) ** 2 for x in steps]
    axes.plot(steps, law, "--", lw=0.8, color="#444444", label="cosh²√(cL/2π)")
    _logarithmic(axes, ())
    axes.set_xlabel("c L")
    axes.set_ylabel("forward growth")


def recipe_search(result: Result, axes: Axes) -> None:
    """Accuracy of every trial against its rate; the head is the colour, the optimizer the mark."""
    groups = by(result, lambda row: (row["head"], row["optimizer"]))
    heads = sorted({head for head, _ in groups})
    for (head, optimizer), group in groups.items():
        marker = "o" if optimizer == "adam" else "^"
        rates = [float(row["lr"]) for row in group]
        accuracies = [row.get("first_epoch_accuracy", math.nan) for row in group]
        colour = COLOURS[heads.index(head)]
        axes.plot(rates, accuracies, marker, ms=3, color=colour, label=f"{head}, {optimizer}")
        lost = [float(row["lr"]) for row in group if row["status"] == "exploded"]
        axes.plot(lost, [0.05] * len(lost), "x", ms=3, color=colour)
    axes.plot([], [], "x", ms=3, color="#444444", label="exploded")
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("test accuracy after epoch 1")


def multiplier_map(result: Result, *panels: Axes) -> None:
    """The mean accuracy over the seeds against the factor on the variance, a panel a depth.

    An arm that has no factor is a single mark.
    """
    arms = list(by(result, arm))
    depths = sorted(by(result, lambda row: row["blocks"]).items())
    for axes, (blocks, at_depth) in zip(panels, depths, strict=False):
        axes.set_title(f"L = {blocks}")
        for label in arms:
            group = [row for row in at_depth if arm(row) == label]
            factors = sorted({row["multiplier"] for row in group})
            means = [_mean(row for row in group if row["multiplier"] == f) for f in factors]
            colour = COLOURS[arms.index(label) % len(COLOURS)]
            shown = label if blocks == depths[0][0] else None
            marker = "-" if len(factors) > 1 else "D"
            axes.plot(factors, means, marker, lw=1, ms=3, color=colour, label=shown)
        axes.set_xscale("log", base=2)
        axes.set_xlabel("factor on the variance")
        axes.set_ylim(0, 0.5)
    panels[0].set_ylabel("test accuracy after epoch 1")


def _mean(group: Iterable[Row]) -> float:
    accuracies = [row.get("first_epoch_accuracy", 0.1) for row in group]
    return sum(accuracies) / len(accuracies)


def _logarithmic(axes: Axes, ticks: Iterable[float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    if ticks := list(ticks):
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()


DRAWN: dict[str, Callable[..., None]] = {
    "first_epoch": first_epoch,
    "fig2": curves,
    "fig3": curves,
    "growth_under_bn": growth_under_bn,
    "c_by_depth": c_by_depth,
    "recipe_search": recipe_search,
    "multiplier_map": multiplier_map,
}
PANELS = {"fig2": 2, "fig3": 2, "multiplier_map": 3}  # side by side; others have one


def draw(result: Result, folder: Path = FIGURES) -> Path | None:
    """Draw the figure of a result as SVG, the same bytes each time; None where it has none."""
    drawing = DRAWN.get(result["sweep"])
    if drawing is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['sweep']}.svg"
    panels = PANELS.get(result["sweep"], 1)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2 if panels == 1 else 6.75, 2.9), layout="constrained")
        drawing(result, *figure.subplots(1, panels, squeeze=False)[0])
        if panels == 1:
            figure.legend(loc="outside right center")
        else:
            figure.legend(loc="outside lower center", ncols=4)
        figure.savefig(path, metadata={"Date": None})
    return path
