"""Search: which fields a study varies, within which ranges, and how.

It is the [search] table of a sweep file, or the flags of `resweep study`:

[search]
trials = 20                                # in total: a resumed study goes on to this number
sampler = "tpe"                            # tpe, gp, cmaes, qmc, random
pruner = "none"                            # none, median, hyperband, successive-halving, patient
objective = "first_epoch_accuracy"         # a metric, or a spread such as log10_grad_norm_spread
direction = "auto"                         # maximize, minimize; auto: accuracies up, all else down
constraints = ["forward_growth<=100"]
seed = 0                                   # of the sampler; the experiment's seed is a field

[search.ranges]                            # each key is an Experiment field
c = "0.1..10:log"
blocks = "4..12"
scheme = ["he", "depth-scaled"]            # c is then drawn only where the scheme reads it
"""

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from resweep import numerals, registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, WORDS, Experiment, number_kinds
from resweep.plans import axes
from resweep.plans.axes import combinations
from resweep.plans.effect import idle
from resweep.plans.objective import Constraint, Objective

MOST_COMBINATIONS = 1000
MOST_TRIALS = 1_000_000
COUNTED = re.compile(r",|(lin|log)[0-9]|:(lin|log)?[0-9]+$")  # in a text that lists its values


@dataclass(frozen=True)
class NumberRange:
    """The numbers from `low` to `high`, both included.

    They are drawn uniformly, or uniformly in the logarithm if `log` is set; `integer` draws whole
    numbers.
    """

    low: float
    high: float
    log: bool
    integer: bool

    def __str__(self) -> str:
        low, high = (repr(end).removesuffix(".0") for end in (self.low, self.high))
        return f"{low}..{high}{':log' if self.log else ''}"


@dataclass(frozen=True)
class Choices:
    """A few values without an order."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        separator = " | " if any("," in str(value) for value in self.values) else ","
        return separator.join(map(str, self.values))


Range = NumberRange | Choices
# Is asked for the value of a field, whose range it is given, at one point of the search.
Choose = Callable[[str, Range], Any]


def parse_range(name: str, written: Any) -> Range:
    """Return the range of the Experiment field `name`.

    `written` is `LOW..HIGH`, `LOW..HIGH:log`, `A,B,...`, which may hold counted ranges such as
    `0.5..4:log5`, or a list of values. Raises UsageError for
    an unknown field or another form, and for a listed value that is no number where the field
    holds numbers.
    """
    registry.check("field", name, FIELDS)
    if name == "blocks_at":
        raise UsageError("blocks_at says what is measured and cannot be searched: fix it")
    ranged = name != "arguments" and axes.is_range(written)
    if ranged and not COUNTED.search(written):
        return number_range(name, written)
    values = written
    if name == "arguments":
        values = combinations(written)
    elif ranged:
        values = axes.values(name, written, listed=True)
    elif isinstance(written, str):
        values = [value.strip() for value in written.split(",")]
    shown = numerals.shown(repr(written))
    kinds = number_kinds(name)
    try:
        if kinds and isinstance(values, list):
            values = [number(value, integer=int in kinds) for value in values]
    except ValueError as fault:
        raise UsageError(f"range of {name}: {shown}: {fault}") from None
    if not isinstance(values, list) or len(values) < 2 or len(set(map(str, values))) < len(values):
        raise UsageError(
            f"range of {name}: {shown} is not LOW..HIGH, LOW..HIGH:log "
            "or a list of different values"
        )
    return Choices(tuple(values))


def number_range(name: str, text: str) -> NumberRange:
    """Return the range that `LOW..HIGH` or `LOW..HIGH:log` means for the Experiment field `name`.

    Raises UsageError if the field holds no numbers, or for a range that does not rise.
    """
    said = f"range of {name}: {numerals.shown(repr(text))}"
    ends, _, scale = text.partition(":")
    low, _, high = ends.partition("..")
    kinds = number_kinds(name)
    integer = int in kinds
    if not kinds:
        raise UsageError(f"{said}: it is not a number: list its values")
    read = numerals.whole if integer else numerals.real
    try:
        span = NumberRange(read(low), read(high), scale == "log", integer)
    except ValueError:
        whole = "whole " if integer else ""
        raise UsageError(f"{said} needs two {whole}numbers, as in 4..12") from None
    if scale not in ("", "log"):
        raise UsageError(f"{said}: {scale!r} is no scale: write :log or nothing")
    if not (math.isfinite(span.low) and math.isfinite(span.high) and span.low < span.high):
        raise UsageError(f"{said} must rise from a finite number to a higher one")
    if span.log and span.low <= 0:
        raise UsageError(f"{said}: a logarithmic range starts above 0")
    return span


def number(written: Any, integer: bool) -> Any:
    """Return the number that `written` denotes; `all` and `auto` are left for Experiment to judge.

    Raises ValueError for everything else that is no number.
    """
    if isinstance(written, str) and written.strip() in WORDS:
        return written.strip()
    return numerals.whole(written) if integer else numerals.real(written)


class Search(BaseModel):
    """A validated search.

    Make one with `parse`, which raises UsageError with the key and what it allows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    ranges: dict[str, NumberRange | Choices]
    trials: int = Field(20, ge=1, le=MOST_TRIALS)
    sampler: Literal["tpe", "gp", "cmaes", "qmc", "random"] = "tpe"
    pruner: Literal["none", "median", "hyperband", "successive-halving", "patient"] = "none"
    objective: str = "first_epoch_accuracy"
    direction: Literal["auto", "maximize", "minimize"] = "auto"
    constraints: tuple[Constraint, ...] = ()
    seed: int = Field(0, ge=0, lt=2**32)

    @field_validator("trials", "seed", mode="before")
    @classmethod
    def _read_number(cls, written: Any) -> int:
        return numerals.whole(written)

    @field_validator("ranges", mode="before")
    @classmethod
    def _read_ranges(cls, written: Any) -> dict[str, Range]:
        if not isinstance(written, Mapping) or not written:
            raise UsageError(
                "a study needs ranges: [search.ranges] or flags such as --c 0.1..10:log"
            )
        for name in written:
            registry.check("field", name, FIELDS)
        return {name: parse_range(name, written[name]) for name in FIELDS if name in written}

    @field_validator("constraints", mode="before")
    @classmethod
    def _read_constraints(cls, written: Any) -> tuple[Constraint, ...]:
        if not isinstance(written, (list, tuple)):
            shown = numerals.shown(repr(written))
            raise UsageError(f"constraints: {shown} is not a list such as ['forward_growth<=100']")
        return tuple(Constraint.parse(str(text)) for text in written)

    @classmethod
    def parse(cls, **keys: Any) -> Self:
        """Return the search with these keys of the [search] table."""
        for key in keys:
            registry.check("key of [search]", key, tuple(cls.model_fields))
        try:
            search = cls(**keys)
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(map(str, fault["loc"]))
            shown = numerals.shown(repr(fault.get("input")))
            message = fault["msg"].removeprefix("Value error, ").lower()
            raise UsageError(f"search.{key}={shown}: {message}") from None
        _ = search.goal  # refuses an unknown metric
        return search

    def but(self, **keys: Any) -> Self:
        """Return the same search with some keys changed. It is checked again, as by `parse`."""
        return self.parse(**{**self.definition(), "trials": self.trials, **keys})

    @property
    def goal(self) -> Objective:
        """The objective with its direction."""
        return Objective.of(self.objective, self.direction)

    def point(self, fixed: Mapping[str, Any], choose: Choose) -> dict[str, Any]:
        """Return the fields of one point of the search: the fixed ones and those that are chosen.

        `choose` is asked for each searched field, in the order of Experiment, unless the field has
        no effect beside those before it.
        """
        fields = dict(fixed)
        for name, span in self.ranges.items():
            if not idle(name, fields):
                fields[name] = choose(name, span)
        return fields

    def experiment(self, fixed: Mapping[str, Any], choose: Choose) -> Experiment:
        """Return the experiment at one point of the search; see `point`."""
        return Experiment.parse(**self.point(fixed, choose))

    def corners(self, fixed: Mapping[str, Any]) -> Iterator[Experiment]:
        """Yield the experiments at the corners of the search, so that a fault shows before it runs.

        These are all combinations of listed values, each with every number range at its low end,
        and again at its high end.

        Raises UsageError for a field that is fixed and searched, for one that has no effect at any
        corner, for more than `MOST_COMBINATIONS` combinations, and for a corner that is no
        experiment.
        """
        for name in set(fixed) & set(self.ranges):
            raise UsageError(f"{name} is both fixed and searched: keep one of them")
        drawn: set[str] = set()
        for corner in self._corner_values():
            fields = self.point(fixed, value_of(corner))
            drawn |= set(fields)
            yield Experiment.parse(**fields)
        for name in set(self.ranges) - drawn:
            raise UsageError(f"{name} has no effect anywhere in this search: drop its range")

    def _corner_values(self) -> Iterator[dict[str, Any]]:
        """Yield a value for every searched field, at each of the corners."""
        lists: dict[str, tuple[Any, ...]] = {}
        low: dict[str, Any] = {}
        high: dict[str, Any] = {}
        for name, span in self.ranges.items():
            if isinstance(span, Choices):
                lists[name] = span.values
            else:
                low[name], high[name] = span.low, span.high
        if math.prod(map(len, lists.values())) > MOST_COMBINATIONS:
            raise UsageError(
                f"more than {MOST_COMBINATIONS} combinations of listed values: list fewer"
            )
        for values in itertools.product(*lists.values()):
            chosen = dict(zip(lists, values, strict=True))
            yield chosen | low
            yield chosen | high

    def definition(self) -> dict[str, Any]:
        """Return, ready for JSON, what makes two studies the same study.

        The number of trials is left out: it may grow.
        """
        keys = self.model_dump(exclude={"trials", "ranges", "constraints"})
        keys["ranges"] = {name: str(span) for name, span in self.ranges.items()}
        keys["constraints"] = [str(constraint) for constraint in self.constraints]
        return keys


def value_of(values: Mapping[str, Any]) -> Choose:
    """Return a function that chooses each field's value from `values`.

    It raises KeyError for a field that is not there.
    """
    return lambda name, _: values[name]
