"""`resweep limits`: how deep each floating-point type can go; no data, no torch."""

import math
from typing import Annotated

import typer

from resweep.cli.options import JsonOption
from resweep.cli.output.as_json import dump
from resweep.errors import UsageError
from resweep.nets import limits as theory
from resweep.report import console
from resweep.report.tables.theory import limits_table

EPILOG = "Examples: resweep limits   |   resweep limits --c 0.1 --fan-in 144 --json"

COption = Annotated[
    float, typer.Option("--c", min=0, metavar="C", help="c of the depth-scaled variance c/(n L)")
]
FanInOption = Annotated[
    int, typer.Option("--fan-in", min=1, metavar="N", help="n: channels x kernel x kernel")
]
GainOption = Annotated[
    float, typer.Option("--gain", min=0, metavar="A", help="fixed n Var\\[w], for overflow; He: 2")
]


def limits(
    *,
    c: COption = 1.0,
    fan_in: FanInOption = 1024,
    gain: GainOption = 2.0,
    as_json: JsonOption = False,
) -> None:
    """Print the depth at which each floating-point type gives out.

    It gives out by stagnation, noise, underflow or overflow.
    """
    for option, value in (("--c", c), ("--gain", gain)):
        if not math.isfinite(value):
            raise UsageError(f"{option} must be a finite number, not {value}")
    by_dtype = [theory.limits(dtype, c=c, fan_in=fan_in, gain=gain) for dtype in theory.FORMATS]
    if as_json:
        rows = [row.to_json() for row in by_dtype]
        dump({"c": c, "fan_in": fan_in, "gain": gain, "limits": rows})
        return
    console.results().print(limits_table([vars(row) for row in by_dtype], c, fan_in, gain))
