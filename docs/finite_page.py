"""finite-width.md as text, from the rows of finite-width.json."""

import re
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from finite_comparison import Compared, bound, compared, outside
from finite_networks import Network, network_of, six, suited

from resweep.report.numbers import from_log10, number

HERE = Path(__file__).parent
Row = dict[str, Any]
Cells = dict[tuple[str, int], Compared]  # by way and kernel


def page(rows: list[Row]) -> str:
    """The whole page."""
    first = list(six())
    rest = [row for row in rows if network_of(row) not in first]
    parts = [(HERE / "finite-width.head.md").read_text(), figures(rows), table_of_six(rows)]

    def family(row: Row) -> tuple[str, str]:
        return row["block"], row["scheme"]

    for (block, scheme), group in groupby(sorted(rest, key=family), family):
        parts.append(table_of(block, scheme, list(group)))
    return "\n".join(part.rstrip() + "\n" for part in parts)


def figures(rows: list[Row]) -> str:
    """How many numbers were compared, how many are withheld, and what would have been seen."""
    found = [one for row in rows for one in compared(row)]
    predicted = [one for one in found if one.expected]
    medians = sum(one.by_median for one in predicted)
    limits = {one.network.seeds: bound(len(predicted), one.network.seeds) for one in predicted}
    visible = []
    for one in predicted:
        visible.append(limits[one.network.seeds] * one.error)
    lines = [
        f"{len(rows)} networks, {len(found)} growths: {len(predicted)} predicted, {medians} of "
        f"these as medians, and {len(found) - len(predicted)} withheld. Beyond the bound: "
        f"{len(outside(found))}. The bound is "
        + ", ".join(f"{limit:.1f} at {seeds} seeds" for seeds, limit in sorted(limits.items()))
        + f" standard errors. Half of the predicted numbers would have shown a gap of "
        f"{100 * median(visible):.0f} %. Beyond 2: "
        f"{100 * sum(abs(one.z) > 2 for one in predicted) / len(predicted):.0f} %.",
        "",
        *withheld_by_shape(found),
    ]
    return "\n".join(lines)


def withheld_by_shape(found: list[Compared]) -> list[str]:
    """A table of what is withheld, by shape and by scheme."""
    lines = table("shape", "scheme", "growths", "withheld")

    def kind(one: Compared) -> tuple[str, str]:
        n = one.network
        shape = "dense" if n.kernel == 1 else "8x8 images"
        own = "that suits the form" if n.scheme == suited(n.block) else "he, and the six"
        return shape, own

    for (shape, scheme), group in groupby(sorted(found, key=kind), kind):
        some = list(group)
        lines.append(
            entries(shape, scheme, str(len(some)), str(sum(not one.expected for one in some)))
        )
    return lines


def table_of_six(rows: list[Row]) -> str:
    """The six networks by which the theory of wide networks was found to be off."""
    lines = ["## Six dense residual networks", "", *table("network", "forward", "backward")]
    named = {network_of(row): compared(row) for row in rows}
    for network in six():
        forward, backward = named[network]
        fields = {k: v for k, v in network._asdict().items() if v not in (1.0, "residual")}
        text = " ".join(f"{name}={value}" for name, value in fields.items() if name != "size")
        lines.append(entries(text, cell(forward), cell(backward)))
    return "\n".join([*lines, "", *reasons([one for row in rows[:6] for one in compared(row)])])


def table_of(block: str, scheme: str, rows: list[Row]) -> str:
    """The networks of one block form under one scheme, a line for both shapes."""
    lines = [
        f"## {block}, {scheme}",
        "",
        *table(
            "network", "dense, forward", "dense, backward", "images, forward", "images, backward"
        ),
    ]
    cells: dict[tuple[str, int, int], Cells] = {}
    for row in rows:
        for one in compared(row):
            n = one.network
            cells.setdefault((n.activation, n.convs, n.blocks), {})[one.way, n.kernel] = one
    for (activation, convs, blocks), of in cells.items():
        texts = []
        for kernel in (1, 3):
            for way in ("forward", "backward"):
                texts.append(cell(of[way, kernel]) if (way, kernel) in of else "")
        lines.append(entries(f"{activation}, {convs} conv, L {blocks}", *texts))
    return "\n".join([*lines, "", *reasons([one for row in rows for one in compared(row)])])


def cell(one: Compared) -> str:
    """Predicted, measured with its error, and the gap."""
    got = one.measured
    if one.expected is None:
        middle = f"{number(got.mean)} ± {number(got.error, 2)}"
        if got.log10_sd > 0.5:
            middle = f"median {from_log10(got.log10_median)}"
        return f"withheld; {middle}"
    if one.by_median:
        assert one.expected.log10_median is not None
        return (
            f"median {from_log10(one.expected.log10_median)}; {from_log10(got.log10_median)} "
            f"×÷ e^{one.error:.2f} ({one.z:+.1f})"
        )
    predicted, measured = number(one.expected.mean), number(got.mean)
    return f"{predicted}; {measured} ± {number(got.error, 2)} ({one.z:+.1f})"


def reasons(found: list[Compared]) -> list[str]:
    """Why growths of a table are withheld, in the program's words but for numbers of a network."""
    told: dict[str, None] = {}
    for one in found:
        if one.expected is None:
            reason = re.sub(r"(from|about|of) [\d.e+]+( channels| in|$)", r"\1 ...\2", one.reason)
            told.setdefault(f"{one.way}: {reason}")
    return ["Withheld, " + "; ".join(told) + "."] if told else []


def table(*names: str) -> list[str]:
    """The head of a Markdown table."""
    return [entries(*names), "|" + "---|" * len(names)]


def entries(*texts: str) -> str:
    """One row of a Markdown table."""
    return f"| {' | '.join(texts)} |"


def networks_of(rows: list[Row]) -> list[Network]:
    """The networks of the rows."""
    return [network_of(row) for row in rows]
