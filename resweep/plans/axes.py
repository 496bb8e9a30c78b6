"""The values of an axis, as people write them.

An axis is a single value, a list (`0.25,0.5,1`), or a range (`0.5..4:log5`, also `log:0.5..4:5`).
A range has so many values, both ends among them, evenly spaced or evenly spaced in the logarithm.
"""

import math
import re
from typing import Any, get_args

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment

FORMS = "write 0.5..4:log5 or 0.5..4:lin5 (also log:0.5..4:5)"
SCALE_AND_COUNT = re.compile(r"(lin|log)(\d+)")
DIGITS = 12


def values(name: str, written: Any, *, listed: bool = False) -> list[Any]:
    """Return the values that `written` stands for, on the axis of the Experiment field `name`.

    Repeated values are dropped. `listed` says that a text may be a list with commas.

    Raises UsageError for an unknown field, an axis without a value, or a range that cannot be.
    """
    registry.check("field", name, FIELDS)
    meant: list[Any] = []
    for part in _parts(written, listed):
        if isinstance(part, str) and ".." in part:
            meant += spread(name, part)
        else:
            meant.append(part.strip() if isinstance(part, str) else part)
    if not meant or "" in meant:
        raise UsageError(f"{name} has no value: give it at least one")
    return [v for i, v in enumerate(meant) if v not in meant[:i] or isinstance(v, bool)]


def _parts(written: Any, listed: bool) -> list[Any]:
    if isinstance(written, list):
        return written
    if listed and isinstance(written, str):
        return written.split(",")
    return [written]


def spread(name: str, text: str) -> list[Any]:
    """Return the numbers of the range `text`, both ends included.

    They are rounded to whole numbers where the field `name` is one. Raises UsageError for a text
    that is no range.
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) == 3:
        scale, ends, count = parts
    else:
        scale, ends, count = "", parts[0], "".join(parts[1:])
    form = SCALE_AND_COUNT.fullmatch(f"{scale}{count}")
    if not form or int(form[2]) < 2:
        raise UsageError(f"{name}={text}: say lin or log and how many values, at least 2: {FORMS}")
    low, high = (_number(name, text, end.strip()) for end in ends.split("..", 1))
    return numbers(name, text, form[1], low, high, int(form[2]))


def _number(name: str, text: str, end: str) -> float:
    try:
        number = float(end)
    except ValueError:
        raise UsageError(f"{name}={text}: {end!r} is not a number: {FORMS}") from None
    if not math.isfinite(number):
        raise UsageError(f"{name}={text}: a range has finite ends")
    return number


def numbers(name: str, text: str, scale: str, low: float, high: float, count: int) -> list[Any]:
    """Return `count` numbers from `low` to `high`, evenly spaced on the `scale` lin or log.

    `text` is the range as written, for messages. Raises UsageError if the field `name` holds no
    numbers, or for a logarithmic range that reaches 0.
    """
    if scale == "log" and min(low, high) <= 0:
        raise UsageError(f"{name}={text}: a logarithmic range lies above 0: use lin, or other ends")
    annotation = Experiment.model_fields[name].annotation
    kinds = set(get_args(annotation) or (annotation,))
    if not {int, float} & kinds or bool in kinds:
        raise UsageError(f"{name}={text}: {name} is not a number: list its values")
    spaced: list[Any] = []
    for i in range(count):
        t = i / (count - 1)
        number = low ** (1 - t) * high**t if scale == "log" else (1 - t) * low + t * high
        spaced.append(float(f"{number:.{DIGITS}g}") if float in kinds else round(number))
    return spaced
