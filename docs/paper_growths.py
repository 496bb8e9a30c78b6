"""The sections of docs/paper.md on growths at step 0."""

import math
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from paper_figures import Row, by
from paper_results import Result, read, rows
from paper_tables import lines, paragraph, picture, with_error

from resweep.experiment import Experiment
from resweep.nets.limits import limits
from resweep.nets.theory import predict
from resweep.report.numbers import from_log10, number

SHAPE = ("blocks", "channels", "kernel", "c")


def growth_by_seed(result: Result) -> Iterator[str]:
    """Growths of the paper's network over seeds, on photographs and on white noise."""
    fixed = result["fixed"]
    theory = predict(Experiment.parse(**{name: fixed[name] for name in SHAPE}))
    expected = (theory.forward_second_moment[-1], theory.backward_second_moment[0])
    paper = (math.exp(fixed["c"] / 4), math.exp(fixed["c"] / 2))
    table = [("growth", "images", "seeds", "mean", "sd of the logarithm", "exact", "the paper")]
    for way, exact, law in zip(("forward", "backward"), expected, paper, strict=True):
        for name, one in (("CIFAR-10", result), ("white noise", read("noise_by_seed"))):
            if one is None:
                continue
            growths = [row[f"{way}_growth"] for row in rows(one)]
            sd = statistics.stdev(map(math.log, growths)) if len(growths) > 1 else math.nan
            seeds = str(len(growths))
            cells = (with_error(growths), f"{sd:.2f}", number(exact), f"{law:.2f}")
            table.append((way, name, seeds, *cells))
    yield "Means over seeds, with standard errors, of growths over all blocks at step 0.\n"
    yield from lines(table)
    yield paragraph(
        "The paper's e^(c/4) bounds the forward growth from below and leaves out that branches, ",
        "never negative, add up to a mean; [paper-vs-theory.md](paper-vs-theory.md) has the rest.",
    )


def doubled_variance(result: Result) -> Iterator[str]:
    """Growths at the variance and at twice the variance, with what the formulas give."""
    blocks = result["fixed"]["blocks"]
    yield "Means over seeds, with standard errors, of the growth of the second moment over "
    yield f"{blocks} linear blocks.\n"
    laws = {
        ("plain", 1): 1.0,
        ("plain", 2): 2.0**blocks,
        ("residual", 1): (1 + 1 / blocks) ** blocks,
        ("residual", 2): (1 + 2 / blocks) ** blocks,
    }
    table = [("network", "factor on the variance", "formula", "measured", "seeds")]
    for (block, factor), group in by(result, lambda r: (r["block"], r["multiplier"])).items():
        growths = [row["forward_growth"] for row in group]
        law = laws.get((block, factor), math.nan)
        table.append((block, f"{factor:g}", f"{law:.4g}", with_error(growths), str(len(growths))))
    yield from lines(table)


def growth_under_bn(result: Result) -> Iterator[str]:
    """Growth of gradients over depth at both placements, on photographs and on white noise."""
    yield picture(result, "Growth of gradients by depth")
    depths = sorted({row["blocks"] for row in rows(result)})
    table = [("network", "images", *[f"L = {d}" for d in depths], "slope of the last doubling")]
    measured = [("CIFAR-10", result), ("white noise", read("noise_under_bn"))]
    for form in by(result, placed):
        for name, one in measured:
            if one is not None:
                means = mean_growths(by(one, placed)[form])
                table.append((", ".join(form), name, *cells(means, depths), slope(means)))
        exact = wide_growths(result["fixed"], form, depths)
        table.append((", ".join(form), "exact, wide", *cells(exact, depths), slope(exact)))
    yield from lines(table)
    yield paragraph(
        "The paper's law is linear at both placements, and so is the exact one for the identity: ",
        "1 + L where each branch is normalized last, 1 + 2L where He's variance follows. For ReLU ",
        f"it is depth to the power {math.pi / (math.pi - 1):.2f}, at infinite width and large ",
        "depth; where 64 channels do not reach it, nothing is predicted ([theory.md](theory.md)). ",
        "White noise, independent in every channel, follows. Photographs depart from it by ",
        "factors, most of them upward: a stem with kernels of 1 maps three colours, nearly all of ",
        "it brightness, to 64 channels, and a block divides by the deviation of its responses ",
        "to those few directions, which for some filters is small.",
    )


def placed(row: Row) -> tuple[str, str]:
    """Where a run's normalization stands, and its activation."""
    return row["block"], row["activation"]


def mean_growths(group: Sequence[Row]) -> dict[int, float]:
    """The mean growth of gradients over the seeds, by depth."""
    at_depth: dict[int, list[float]] = {}
    for row in group:
        at_depth.setdefault(row["blocks"], []).append(row["backward_growth"])
    return {depth: statistics.mean(growths) for depth, growths in sorted(at_depth.items())}


def wide_growths(
    fixed: dict[str, Any], form: tuple[str, str], depths: Sequence[int]
) -> dict[int, float]:
    """What theory has for the growth of gradients, at those depths where it has anything."""
    block, activation = form
    found = {}
    shape = {name: fixed[name] for name in ("scheme", "channels", "kernel", "epochs")}
    for depth in depths:
        experiment = Experiment.parse(**shape, block=block, activation=activation, blocks=depth)
        if (backward := predict(experiment).backward_second_moment) is not None:
            found[depth] = backward[0]
    return found


def cells(values: dict[int, float], keys: Sequence[int]) -> list[str]:
    """The values in the order of the keys, with nothing where there is none."""
    return [number(values[key]) if key in values else "" for key in keys]


def slope(growths: dict[int, float]) -> str:
    """d ln growth / d ln L between the two largest depths."""
    if len(growths) < 2:
        return ""
    (near, less), (far, more) = sorted(growths.items())[-2:]
    return f"{math.log(more / less) / math.log(far / near):.2f}"


def depth_limit(result: Result) -> Iterator[str]:
    """Growth by depth in float64, and how far each other type is from it."""
    depths = sorted({row["blocks"] for row in rows(result)})
    table = [("scheme", "type", *[f"L = {d}" for d in depths])]
    for scheme, group in by(result, lambda row: row["scheme"]).items():
        exact = {row["blocks"]: row for row in group if row["precision"] == "float64"}
        words = {d: from_log10(row["log10_forward_growth"]) for d, row in exact.items()}
        table.append((scheme, "float64", *[words.get(d, "") for d in depths]))
        for precision in ("float32", "bfloat16", "float16"):
            found = {row["blocks"]: row for row in group if row["precision"] == precision}
            words = {d: apart(row, exact[d]) for d, row in found.items() if d in exact}
            table.append((scheme, precision, *[words.get(d, "") for d in depths]))
    yield from lines(table)
    fan_in = result["fixed"]["channels"] * result["fixed"]["kernel"] ** 2
    half, brain = (limits(dtype, fan_in=fan_in) for dtype in ("float16", "bfloat16"))
    scaled = [row for row in rows(result) if row["scheme"] == "depth-scaled"]
    exact = {
        row["blocks"]: row["forward_growth"] for row in scaled if row["precision"] == "float64"
    }
    most = max(abs(row["forward_growth"] / exact[row["blocks"]] - 1) for row in scaled)
    yield paragraph(
        "The rows of float64 are growths, the others how far theirs is from it, with the same ",
        "weights. `resweep limits` predicts that He's states leave float16 beyond ",
        f"{math.floor(half.overflow)} blocks, and that with c/(nL) rounding errors of bfloat16 ",
        f"are a tenth of what the blocks add at {math.floor(brain.rounding_noise):,}. So the ",
        "paper's sentence holds for the range of a type under He's variance; under c/(nL) no type ",
        f"here is off by more than {100 * most:.2g} % up to {max(exact)} blocks.",
    )


def apart(row: Row, exact: Row) -> str:
    """The relative difference of a growth from that of float64; the status where it has none."""
    if "forward_growth" not in row:
        return str(row["status"])
    percent = 100 * (row["forward_growth"] / exact["forward_growth"] - 1)
    return f"{percent:+.2g} %" if percent else "0 %"


def c_by_depth(result: Result) -> Iterator[str]:
    """Growth by c and depth, beside what theory has for these networks."""
    yield picture(result, "Growth of the second moment against c L")
    depths = sorted({row["blocks"] for row in rows(result)})
    table = [("c", "", *[f"L = {d}" for d in depths], "the paper's bound e^(c/4)")]
    for c, group in sorted(by(result, lambda r: r["c"]).items()):
        medians, exact = {}, {}
        for depth in depths:
            growths = [row["forward_growth"] for row in group if row["blocks"] == depth]
            if growths:
                medians[depth] = statistics.median(growths)
                if (theory := exact_growth(result["fixed"], c, depth)) is not None:
                    exact[depth] = theory
        table.append((f"{c:g}", "measured", *cells(medians, depths), f"{math.exp(c / 4):.2f}"))
        table.append(("", "exact", *cells(exact, depths), ""))
    yield "\nMedians over the seeds, beside the exact mean over all networks of this width.\n"
    yield from lines(table)
    yield paragraph(
        "The bound holds and says little: the means of the ReLU branches add up, and in wide ",
        "networks the growth is cosh²√(cL/2π), near exp(2√(cL/2π))/4. Kernels of 1 need no zero ",
        "padding, which lowers it in the paper's own network.",
    )


def exact_growth(fixed: dict[str, Any], c: float, depth: int) -> float | None:
    """The mean growth of the second moment over networks of this width, where theory has it."""
    shape = {name: fixed[name] for name in ("channels", "kernel", "epochs")}
    moments = predict(Experiment.parse(**shape, c=c, blocks=depth)).forward_second_moment
    return None if moments is None else float(moments[-1])
