"""The values of an axis as people write them: a list, `0.25,0.5,1`, or a range `0.5..4:log5` (also `log:0.5..4:5`)."""

import math
import re
from typing import Any, get_args

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment

FORMS = "write 0.5..4:log5 or 0.5..4:lin5 (also log:0.5..4:5)"
SPREAD = re.compile(r"(lin|log)(\d+)")
DIGITS = 12


def values(name: str, told: Any, *, listed: bool = False) -> list[Any]:
    """The values that `told` means for the Experiment field `name`, without repeats; `listed` also splits at commas.

    Raises UsageError for an unknown field, an empty list, or a range that cannot be.
    """
    registry.check("field", name, FIELDS)
    parts = (
        told
        if isinstance(told, list)
        else told.split(",")
        if listed and isinstance(told, str)
        else [told]
    )
    found = [
        v for part in parts for v in (spread(name, part) if _is_range(part) else [_word(part)])
    ]
    if not found or "" in found:
        raise UsageError(f"{name} has no value: give it at least one")
    return [v for i, v in enumerate(found) if v not in found[:i] or isinstance(v, bool)]


def _is_range(part: Any) -> bool:
    return isinstance(part, str) and ".." in part


def _word(part: Any) -> Any:
    return part.strip() if isinstance(part, str) else part


def spread(name: str, text: str) -> list[Any]:
    """The numbers of a range, both ends among them; rounded to whole ones where the field counts something."""
    parts = [part.strip() for part in text.split(":")]
    scale, ends, count = parts if len(parts) == 3 else ("", parts[0], "".join(parts[1:]))
    how = SPREAD.fullmatch(f"{scale}{count}")
    if not how or int(how[2]) < 2:
        raise UsageError(f"{name}={text}: say lin or log and how many values, at least 2: {FORMS}")
    low, high = (_number(name, text, end.strip()) for end in ends.split("..", 1))
    return numbers(name, text, how[1], low, high, int(how[2]))


def _number(name: str, text: str, told: str) -> float:
    try:
        number = float(told)
    except ValueError:
        raise UsageError(f"{name}={text}: {told!r} is not a number: {FORMS}") from None
    if not math.isfinite(number):
        raise UsageError(f"{name}={text}: a range has finite ends")
    return number


def numbers(name: str, text: str, scale: str, low: float, high: float, count: int) -> list[Any]:
    if scale == "log" and min(low, high) <= 0:
        raise UsageError(f"{name}={text}: a logarithmic range lies above 0: use lin, or other ends")
    kinds = set(
        get_args(Experiment.model_fields[name].annotation)
        or (Experiment.model_fields[name].annotation,)
    )
    if not {int, float} & kinds or bool in kinds:
        raise UsageError(f"{name}={text}: {name} is not a number: list its values")
    steps = [i / (count - 1) for i in range(count)]
    exact = [
        low ** (1 - t) * high**t if scale == "log" else (1 - t) * low + t * high for t in steps
    ]
    return [round(x) if float not in kinds else float(f"{x:.{DIGITS}g}") for x in exact]
