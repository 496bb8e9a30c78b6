"""How inspections are printed: one whole, several over depth, and those that a store holds."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resweep.cli.output.as_json import dump
from resweep.cli.output.formats import Format, print_sheets
from resweep.outcome.question import Answer
from resweep.report import console
from resweep.report.export import wide
from resweep.report.export.inspections import wide_records
from resweep.report.tables import inspection as tables
from resweep.report.tables.inspections import inspections_table

if TYPE_CHECKING:
    from resweep.api.depths import DepthLaw

GROWING = {"power": "log10 L", "exp-root": "√L", "exponential": "L"}  # what a law grows by
THEORY = "no theory: it is known for the built-in blocks alone (resweep predict)"


def inspection(answer: Answer, every: int | None = None, *, as_json: bool = False) -> None:
    """One inspection: the verdict, the findings, what to try, its blocks and its weights."""
    if as_json:
        dump(answer.to_json())
        return
    done, out = answer.inspection, console.results()
    out.print(f"{done.network}: {done.verdict}", style="bold")
    for finding in done.findings:
        mark = "!" if finding.fault else "·"
        out.print(f"  {mark} {finding.kind}: {finding.where}: {finding.text}", soft_wrap=True)
    for line in done.advice:
        out.print(f"  try: {line}", soft_wrap=True)
    out.print()
    if done.blocks:
        out.print(tables.blocks_table(done, every))
        out.print()
    out.print(tables.weights_table(done))
    out.print(f"\n{THEORY}")


def over_depths(answers: Sequence[Answer], laws: "Sequence[DepthLaw]", *, as_json: bool) -> None:
    """A row for each depth and seed, and the laws of their growths."""
    if as_json:
        objects = [answer.to_json() for answer in answers]
        dump({"inspections": objects, "depth_laws": [law.to_json() for law in laws]})
        return
    console.results().print(tables.depths_table(answers, [_said(law) for law in laws]))


def stored(answers: Sequence[Answer], how: Format) -> None:
    """A row for each stored inspection, below the runs; CSV has the runs alone."""
    if answers and not how.as_csv:
        print()
        print_sheets([inspections_table(answers)], how)


def listed(answers: Sequence[Answer], how: Format) -> None:
    """A row for each stored inspection; JSON has them whole."""
    if how.as_json:
        dump([answer.to_json() for answer in answers])
    elif how.as_csv:
        wide.write(list(wide_records(answers)), sys.stdout)
    else:
        print_sheets([inspections_table(answers)], how)


def _said(law: "DepthLaw") -> str:
    """The fitted law with what it is a function of, and why it is not clear."""
    name = law.metric.replace("_", " ")
    if not law.laws:
        return f"{name}: no law: {law.doubt}"
    best = law.laws[0]
    fitted = f"{best.intercept:.3g}"
    if best.name in GROWING:
        fitted += f" {best.rate:+.3g} {GROWING[best.name]}"
    doubt = f", not clear: {law.doubt}" if law.doubt else ""
    return f"{name} = {fitted}, L blocks ({best.name}{doubt})"
