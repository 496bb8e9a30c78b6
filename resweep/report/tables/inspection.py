"""The tables of an inspection: its blocks, its weights by family, and its growth over depth."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from resweep.numerals import counted
from resweep.outcome.inspection import Inspection, Parameter
from resweep.report.numbers import DASH, from_log10, number
from resweep.report.sheet import Sheet
from resweep.report.tables.entries import Entry, table
from resweep.report.tables.profile import block_cell, shown_blocks

COLUMNS = (
    ("forward_second_moment", "E[z²]", 0),
    ("forward_mean", "mean", 3),
    ("branch_ratio", "branch /\nshortcut", 0),
    ("gradient_second_moment", "gradient\nE[(∂E/∂z)²]", 0),
    ("backward_second_moment", "drawn gradient\nE[δ²]", 0),
    ("grad_norm", "‖∂E/∂W‖", 1),
    ("grad_weight_ratio", "‖∂E/∂W‖ / ‖W‖", 2),
)
LEGEND = (
    "gradient: 1 at the last block · branch / shortcut: second moments of the two terms of the sum "
    "· ∂E/∂W: weights that write to the stream"
)


def blocks_table(done: Inspection, every: int | None = None) -> Sheet:
    """Return a row for each block, as `shown_blocks` chooses them; block 0 is what enters."""
    depth = len(done.blocks)
    names = ("input", *done.blocks)
    entries: list[Entry[int]] = [
        Entry("", str),
        Entry("block", lambda place: names[place], justify="left"),
    ]
    for name, header, rank in COLUMNS:
        cell = block_cell(done.profiles, name, depth)
        if cell is not None:
            entries.append(Entry(header, cell, rank))
    return table(done.found, entries, shown_blocks(depth, every), notes=[LEGEND])


class Family(NamedTuple):
    """Weights whose names differ in numbers alone, with the same law."""

    name: str
    members: list[Parameter]


def weights_table(done: Inspection) -> Sheet:
    """Return a row for each family of weights that share a law."""
    grouped: dict[tuple[str, str], Family] = {}
    for one in done.parameters:
        if one.law is not None:
            name = re.sub(r"\d+", "*", one.name)
            law = one.law.name if one.law.known else f"none known; {one.law.name}"
            grouped.setdefault((name, law), Family(name, [])).members.append(one)
    entries: list[Entry[tuple[str, Family]]] = [
        Entry("weights", lambda row: row[1].name, justify="left"),
        Entry("", lambda row: str(len(row[1].members))),
        Entry("fan-in", lambda row: _range([m.fan_in for m in row[1].members])),
        Entry("n Var[w]", lambda row: _range([m.n_var for m in row[1].members])),
        Entry("law", lambda row: row[0], justify="left"),
        Entry("x law", lambda row: _range([m.law.ratio for m in row[1].members if m.law]), 1),
        Entry("stream", lambda row: _stream(row[1].members), 1, justify="left"),
    ]
    rows = [(law, family) for (_, law), family in grouped.items()]
    others = sum(one.law is None for one in done.parameters)
    note = f"{counted(others, 'parameter')} without a rule: biases, norms, embeddings, ..."
    return table("weights", entries, rows, notes=[note] if others else [])


def _range(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None and value == value]
    if not known:
        return DASH
    low, high = number(min(known)), number(max(known))
    return low if low == high else f"{low} .. {high}"


def _stream(members: Sequence[Parameter]) -> str:
    words = []
    if any(m.reads for m in members):
        words.append("reads")
    if any(m.writes for m in members):
        words.append("writes")
    return ", ".join(words)


def depths_table(inspections: Sequence[Inspection], notes: Sequence[str]) -> Sheet:
    """Return a row for each inspected depth, with the fitted laws below."""
    metrics = dict.fromkeys(name for one in inspections for name in one.metrics)
    entries: list[Entry[Inspection]] = [
        Entry("network", lambda one: one.network, justify="left"),
        Entry("blocks", lambda one: str(len(one.blocks))),
        Entry("status", lambda one: one.status, justify="left"),
    ]
    entries += [_metric(name) for name in metrics]
    return table("growth over depth", entries, inspections, notes=notes)


def _metric(name: str) -> Entry[Inspection]:
    header = name.removeprefix("log10_").replace("_", " ")
    return Entry(header, lambda one: from_log10(one.metrics.get(name)))
