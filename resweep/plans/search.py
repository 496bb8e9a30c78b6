"""Search: the [search] table of a sweep file, or the flags of `resweep study`; says what is searched, and how.

[search]
trials = 20                                # a total: a resumed study goes on to it
sampler = "tpe"                            # tpe, gp, cmaes, qmc, random
pruner = "none"                            # none, median, hyperband, successive-halving, patient
objective = "first_epoch_accuracy"         # a metric, or the spread of a profile: log10_grad_norm_spread
direction = "auto"                         # maximize, minimize; auto: accuracies up, all else down
constraints = ["forward_growth<=100"]
seed = 0                                   # of the sampler; the experiments' seed is a field like any other

[search.ranges]                            # an Experiment field each
c = "0.1..10:log"
blocks = "4..12"
scheme = ["he", "depth-scaled"]            # c is then drawn only where the scheme reads it
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from resweep import registry
from resweep.errors import UsageError
from resweep.experiment import FIELDS, Experiment
from resweep.plans.objective import Constraint, Objective
from resweep.scheme_pages import uses

MOST_COMBINATIONS = 1000


@dataclass(frozen=True)
class Interval:
    """Numbers from `low` to `high`, both included; uniform, or uniform in the logarithm."""

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
        return ",".join(map(str, self.values))


Range = Interval | Choices


def parse_range(name: str, told: Any) -> Range:
    """`LOW..HIGH`, `LOW..HIGH:log`, `A,B,...` or a list, for the Experiment field `name`."""
    registry.check("field", name, FIELDS)
    if isinstance(told, str) and ".." in told:
        return interval(name, told)
    values = [v.strip() for v in told.split(",")] if isinstance(told, str) else told
    if not isinstance(values, list) or len(values) < 2 or len(set(map(str, values))) < len(values):
        raise UsageError(
            f"range of {name}: {told!r} is not LOW..HIGH, LOW..HIGH:log or a list of different values"
        )
    kinds = _kinds(name)
    return Choices(
        tuple(number(v, integer=int in kinds) if {int, float} & kinds else v for v in values)
    )


def interval(name: str, told: str) -> Interval:
    ends, _, scale = told.partition(":")
    low, _, high = ends.partition("..")
    integer = int in _kinds(name)
    if not {int, float} & _kinds(name):
        raise UsageError(f"range of {name}: {told!r}: it is not a number: list its values")
    try:
        found = Interval(number(low, integer), number(high, integer), scale == "log", integer)
    except ValueError:
        raise UsageError(
            f"range of {name}: {told!r} needs two {'whole ' * integer}numbers, as in 4..12"
        ) from None
    if scale not in ("", "log"):
        raise UsageError(f"range of {name}: {told!r}: {scale!r} is no scale: write :log or nothing")
    if not (math.isfinite(found.low) and math.isfinite(found.high) and found.low < found.high):
        raise UsageError(
            f"range of {name}: {told!r} must rise from a finite number to a higher one"
        )
    if found.log and found.low <= 0:
        raise UsageError(f"range of {name}: {told!r}: a logarithmic range starts above 0")
    return found


def number(told: Any, integer: bool) -> Any:
    """A number from its text; a word (`all`, `auto`) stays one for Experiment to judge."""
    if str(told).strip() in ("all", "auto"):
        return told
    return int(str(told)) if integer else float(told)


def _kinds(name: str) -> set[Any]:
    annotation = Experiment.model_fields[name].annotation
    kinds = set(get_args(annotation) or (annotation,))
    return kinds - {int} if bool in kinds else kinds


class Search(BaseModel):
    """A validated search; `parse` raises UsageError with the key and what it allows."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    ranges: dict[str, Interval | Choices]
    trials: int = Field(20, ge=1)
    sampler: Literal["tpe", "gp", "cmaes", "qmc", "random"] = "tpe"
    pruner: Literal["none", "median", "hyperband", "successive-halving", "patient"] = "none"
    objective: str = "first_epoch_accuracy"
    direction: Literal["auto", "maximize", "minimize"] = "auto"
    constraints: tuple[Constraint, ...] = ()
    seed: int = Field(0, ge=0, lt=2**32)

    @field_validator("ranges", mode="before")
    @classmethod
    def _read_ranges(cls, told: Any) -> dict[str, Range]:
        if not isinstance(told, Mapping) or not told:
            raise UsageError(
                "a study needs ranges: [search.ranges] or flags such as --c 0.1..10:log"
            )
        try:
            return {name: parse_range(name, told[name]) for name in sorted(told, key=_rank)}
        except ValueError as error:
            raise UsageError(f"ranges: {error}") from None

    @field_validator("constraints", mode="before")
    @classmethod
    def _read_constraints(cls, told: Any) -> tuple[Constraint, ...]:
        if not isinstance(told, (list, tuple)):
            raise UsageError(f"constraints: {told!r} is not a list such as ['forward_growth<=100']")
        return tuple(Constraint.parse(str(text)) for text in told)

    @classmethod
    def parse(cls, **told: Any) -> "Search":
        for key in told:
            registry.check("key of [search]", key, tuple(cls.model_fields))
        try:
            search = cls(**told)
        except ValidationError as error:
            fault = error.errors()[0]
            key = ".".join(map(str, fault["loc"]))
            raise UsageError(
                f"search.{key}={fault.get('input')!r}: {fault['msg'].lower()}"
            ) from None
        _ = search.goal
        return search

    def but(self, **told: Any) -> "Search":
        """The same search with some keys changed, checked again."""
        return self.parse(**{**self.definition(), "trials": self.trials, **told})

    @property
    def goal(self) -> Objective:
        return Objective.of(self.objective, self.direction)

    def experiment(
        self, fixed: Mapping[str, Any], choose: Callable[[str, Range], Any]
    ) -> Experiment:
        """One point of the search: `choose` is asked for each field that has an effect beside those before it."""
        fields = dict(fixed)
        for name, span in self.ranges.items():
            if not idle(name, fields):
                fields[name] = choose(name, span)
        return Experiment.parse(**fields)

    def corners(self, fixed: Mapping[str, Any]) -> Iterator[Experiment]:
        """Every combination of choices at the low and at the high end of all intervals: a fault shows in one of them.

        Raises UsageError for a field that is both fixed and searched, or never has an effect.
        """
        for name in set(fixed) & set(self.ranges):
            raise UsageError(f"{name} is both fixed and searched: keep one of them")
        chosen = {
            name: span.values for name, span in self.ranges.items() if isinstance(span, Choices)
        }
        if math.prod(map(len, chosen.values())) > MOST_COMBINATIONS:
            raise UsageError(
                f"more than {MOST_COMBINATIONS} combinations of listed values: list fewer"
            )
        drawn: set[str] = set()
        for values in itertools.product(*chosen.values()):
            point = dict(zip(chosen, values, strict=True))
            for end in ("low", "high"):

                def choose(
                    name: str, span: Range, point: dict[str, Any] = point, end: str = end
                ) -> Any:
                    drawn.add(name)
                    return point[name] if name in point else getattr(span, end)

                yield self.experiment(fixed, choose)
        for name in set(self.ranges) - drawn:
            raise UsageError(f"{name} has no effect anywhere in this search: drop its range")

    def definition(self) -> dict[str, Any]:
        """What makes a study the same study, as JSON; the total of trials may grow."""
        told = self.model_dump(exclude={"trials", "ranges", "constraints"})
        ranges = {name: str(span) for name, span in self.ranges.items()}
        return told | {
            "ranges": ranges,
            "constraints": [str(constraint) for constraint in self.constraints],
        }


def idle(name: str, fields: Mapping[str, Any]) -> bool:
    """Whether a field cannot have an effect beside `fields`."""
    told = {n: fields.get(n, Experiment.model_fields[n].default) for n in ("scheme", "optimizer")}
    return (name == "c" and "c" not in uses(told["scheme"])) or (
        name == "momentum" and told["optimizer"] != "sgd"
    )


def _rank(name: str) -> int:
    registry.check("field", name, FIELDS)
    return FIELDS.index(name)
