"""The tables of an inspection: its blocks, its weights by family, and its growth over depth."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from resweep.numerals import counted
from resweep.outcome.inspection import Inspection, Parameter
from resweep.outcome.question import Answer
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
        Entry("weights, how many", _called, justify="left"),
        Entry("fan-in", lambda row: _range([m.fan_in for m in row[1].members]), 1),
        Entry("n Var[w]", lambda row: _range([m.n_var for m in row[1].members])),
        Entry("law", lambda row: row[0], fold=True, justify="left"),
        Entry(
            "times\nthe law", lambda row: _range([m.law.ratio for m in row[1].members if m.law]), 3
        ),
        Entry("stream", lambda row: _stream(row[1].members), 2, justify="left"),
    ]
    rows = [(law, family) for (_, law), family in grouped.items()]
    others = sum(one.law is None for one in done.parameters)
    note = f"{counted(others, 'parameter')} without a rule: biases, norms, embeddings, ..."
    return table("weights", entries, rows, notes=[note] if others else [])


def _called(row: tuple[str, Family]) -> str:
    """The name of a family and how many weights it has; of a single weight its own name."""
    name, members = row[1]
    if len(members) == 1:
        return members[0].name
    return f"{name} ({len(members)})"


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


def depths_table(answers: Sequence[Answer], notes: Sequence[str]) -> Sheet:
    """Return a row for each inspected depth and seed, with the fitted laws below."""
    metrics = dict.fromkeys(name for one in answers for name in one.inspection.metrics)
    seeds = len({one.question.seed for one in answers})
    entries: list[Entry[Answer]] = [
        Entry("arguments", lambda one: one.question.arguments, fold=True, justify="left"),
        Entry("blocks", lambda one: str(len(one.inspection.blocks))),
        Entry("seed", lambda one: str(one.question.seed), shown=seeds > 1),
        Entry("status", lambda one: one.inspection.status, justify="left"),
    ]
    entries += [_metric(name) for name in metrics]
    called = replace(answers[0].question, arguments="").called
    return table(f"growth over depth: {called}", entries, answers, notes=notes)


def _metric(name: str) -> Entry[Answer]:
    header = name.removeprefix("log10_").replace("_", " ")
    return Entry(header, lambda one: from_log10(one.inspection.metrics.get(name)))
