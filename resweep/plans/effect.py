"""Which fields cannot have an effect beside others, and are left open where others use them."""

from collections.abc import Mapping, Sequence
from typing import Any

from resweep.experiment import TRAINING, Experiment
from resweep.scheme_pages import uses


def untrained(fields: Mapping[str, Any]) -> bool:
    """Return whether there is no training: `epochs` is 0, as a number or as a text."""
    return str(fields.get("epochs")).strip() in ("0", "0.0")


def idle(name: str, fields: Mapping[str, Any]) -> bool:
    """Return whether the field `name` cannot have an effect beside `fields`.

    These are `c` where the scheme does not read it, `momentum` of other optimizers than sgd, and
    everything that only training reads where there is none.
    """
    if name in TRAINING and untrained(fields):
        return True
    if name == "c":
        return "c" not in uses(_value(fields, "scheme"))
    return name == "momentum" and _value(fields, "optimizer") != "sgd"


def where_used(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells of a grid, each without the fields that are idle in it but used in others.

    So a grid over schemes and `c` gives `c` to the schemes that read it. A field that no cell uses
    stays, and is refused as it is in a single experiment.
    """
    used: set[str] = set()
    for cell in cells:
        used |= {name for name in cell if name not in used and not idle(name, cell)}
    return [
        {name: value for name, value in cell.items() if name not in used or not idle(name, cell)}
        for cell in cells
    ]


def _value(fields: Mapping[str, Any], name: str) -> str:
    return str(fields.get(name, Experiment.model_fields[name].default))
