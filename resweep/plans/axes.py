"""The values of an axis, as people write them.

An axis is a single value, a list (`0.25,0.5,1`), or a range (`0.5..4:log5`, also `log:0.5..4:5`).
A range has so many values, both ends among them, evenly spaced or evenly spaced in the logarithm.
Of whole numbers, `0..4` are all from 0 to 4.
"""

import math
import re
from fractions import Fraction
from typing import Any

from resweep import networks, numerals, registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, checked, number_kinds

FORMS = "write 0.5..4:log5 or 0.5..4:lin5 (also log:0.5..4:5)"
SCALE_AND_COUNT = re.compile(r"(lin|log)0*([0-9]+)", re.ASCII)
MEANT_SEVERAL = re.compile(r"[\[\]():;]|[0-9]-[0-9]")  # how others write lists and ranges
SEVERAL = {False: "5,10 or 0..4", True: "0.5,1 or 0.5..4:log5"}
MOST_VALUES = 1_000_000  # of an axis; they are held in memory
DIGITS = 12  # that the numbers of a range keep
EXACT = 2**53  # beyond it, a float does not hold every whole number


def values(name: str, written: Any, *, listed: bool = False) -> list[Any]:
    """Return the values that `written` stands for, on the axis of the Experiment field `name`.

    Each value has the type of its field; repeated values are dropped. `listed` says that a text, or
    each of several, may be a list with commas.

    Raises UsageError for an unknown field, an axis without a value, a value that the field cannot
    have, a range that cannot be, and more than `MOST_VALUES` values.
    """
    registry.check("field", name, FIELDS)
    if name == "arguments":
        return combinations(written)
    if name == "blocks_at":  # several globs say together what is measured: no axis
        return [networks.globs(written)]
    meant: list[Any] = []
    for part in _parts(written, listed):
        if is_range(part):
            meant += spread(name, part)
        else:
            meant.append(_value(name, part))
        if len(meant) > MOST_VALUES:
            raise UsageError(f"{name} has more than {MOST_VALUES:,} values: give fewer")
    if not meant:
        raise UsageError(f"{name} has no value: give it at least one")
    return list(dict.fromkeys(meant))


def combinations(written: Any) -> list[str]:
    """Return the texts of arguments that a text, a table of lists, or a list of those means."""
    texts = []
    for part in written if isinstance(written, list) else [written]:
        texts += networks.alternatives(part)
    return list(dict.fromkeys(texts))


def _parts(written: Any, listed: bool) -> list[Any]:
    parts = [written]
    if isinstance(written, list):
        parts = written
    if not listed:
        return parts
    split: list[Any] = []
    for part in parts:
        if isinstance(part, str):
            split += part.split(",")
        else:
            split.append(part)
    return split


def is_range(part: Any) -> bool:
    """Return whether a text is a range; one with a slash is the path of a file."""
    return isinstance(part, str) and ".." in part and "/" not in part


def _value(name: str, part: Any) -> Any:
    if isinstance(part, str):
        part = part.strip()
    if part == "":
        raise UsageError(f"{name} has no value: give it at least one")
    try:
        return checked({name: part})[name]
    except UsageError as error:
        kinds = number_kinds(name)
        if kinds and isinstance(part, str) and MEANT_SEVERAL.search(part):
            forms = SEVERAL[float in kinds]
            raise UsageError(f"{error}; several are written {forms}") from None
        raise


def spread(name: str, text: str) -> list[Any]:
    """Return the numbers of the range `text`, both ends included.

    They are rounded to whole numbers where the field `name` is one. Raises UsageError for a text
    that is no range, and for one of more than `MOST_VALUES` numbers.
    """
    said = f"{name}={numerals.shown(text)}"
    if ":" not in text and number_kinds(name) == {int}:
        return _whole_numbers(said, text)
    parts = [part.strip() for part in text.split(":")]
    if len(parts) == 3:
        scale, ends, count = parts
    else:
        scale, ends, count = "", parts[0], "".join(parts[1:])
    form = SCALE_AND_COUNT.fullmatch(f"{scale}{count}")
    if not form or form[2] in ("0", "1"):
        raise UsageError(f"{said}: say lin or log and how many values, at least 2: {FORMS}")
    if len(form[2]) > len(str(MOST_VALUES)) or int(form[2]) > MOST_VALUES:
        raise UsageError(f"{said}: a range has at most {MOST_VALUES:,} values: ask for fewer")
    low, _, high = ends.partition("..")
    return numbers(name, said, form[1], low.strip(), high.strip(), int(form[2]))


def _whole_numbers(said: str, text: str) -> list[int]:
    """Return all whole numbers of the range LOW..HIGH, both ends included."""
    low, _, high = text.partition("..")
    try:
        first, last = numerals.whole(low.strip()), numerals.whole(high.strip())
    except ValueError:
        raise UsageError(f"{said}: a range without a count has whole ends, as in 0..4") from None
    if first > last:
        raise UsageError(f"{said}: a range rises: write {last}..{first}")
    if last - first >= MOST_VALUES:
        raise UsageError(f"{said}: a range has at most {MOST_VALUES:,} values: ask for fewer")
    return list(range(first, last + 1))


def numbers(name: str, said: str, scale: str, low: str, high: str, count: int) -> list[Any]:
    """Return `count` numbers from `low` to `high`, evenly spaced on the `scale` lin or log.

    `said` is the range as written, for messages. Raises UsageError if the field `name` holds no
    numbers, for ends that are not finite, and for a logarithmic range that reaches 0.
    """
    ends = [_number(said, end) for end in (low, high)]
    if scale == "log" and min(ends) <= 0:
        raise UsageError(f"{said}: a logarithmic range lies above 0: use lin, or other ends")
    kinds = number_kinds(name)
    if not kinds:
        raise UsageError(f"{said}: {name} is not a number: list its values")
    space = _logarithmic if scale == "log" else _linear
    spaced: list[Any] = space(ends[0], ends[1], count)
    if float in kinds:
        return [float(f"{x:.{DIGITS}g}") for x in spaced]
    if max(map(abs, ends)) >= EXACT:
        first, last = Fraction(low), Fraction(high)
        if scale == "lin":
            spaced = _linear(first, last, count)
        spaced[0], spaced[-1] = first, last
    return [round(x) for x in spaced]


def _number(said: str, end: str) -> float:
    try:
        number = numerals.real(end)
    except ValueError:
        shown = numerals.shown(repr(end))
        raise UsageError(f"{said}: {shown} is not a number: {FORMS}") from None
    if not math.isfinite(number):
        raise UsageError(f"{said}: a range has finite ends")
    return number


def _linear(low: Any, high: Any, count: int) -> list[Any]:
    exact = isinstance(low, Fraction)
    places = [Fraction(i, count - 1) if exact else i / (count - 1) for i in range(count)]
    return [(1 - place) * low + place * high for place in places]


def _logarithmic(low: float, high: float, count: int) -> list[float]:
    places = [i / (count - 1) for i in range(count)]
    return [low ** (1 - place) * high**place for place in places]
