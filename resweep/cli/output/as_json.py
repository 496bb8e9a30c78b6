"""What commands write as JSON: whole objects, or arrays value by value."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from resweep.analysis.compare import Comparison
from resweep.cli.output.theory import with_prediction
from resweep.outcome import Outcome

if TYPE_CHECKING:
    from resweep.analysis.sensitivity import Survey
    from resweep.outcome.question import Answer


def dump(value: Any) -> None:
    """Write one value to stdout; infinities and nan must be texts by then."""
    json.dump(value, sys.stdout, allow_nan=False)
    sys.stdout.write("\n")


def dump_runs(outcomes: Sequence[Outcome]) -> None:
    """The only run as an object, several as an array, each with its prediction."""
    objects = [with_prediction(outcome) for outcome in outcomes]
    dump(objects[0] if len(objects) == 1 else objects)


def dump_lines(outcomes: Iterable[Outcome]) -> None:
    """Each run as an object on a line of its own, with its prediction."""
    for outcome in outcomes:
        dump(with_prediction(outcome))


def dump_list(outcomes: Iterable[Outcome]) -> None:
    """An array of runs, written one by one, so that any number of them can pass through."""
    write_array(sys.stdout, (o.to_json(profiles=bool(o.profiles)) for o in outcomes))
    sys.stdout.write("\n")


def dump_report(
    comparisons: Sequence[Comparison],
    surveys: "Sequence[Survey]",
    outcomes: Iterable[Outcome],
    answers: "Sequence[Answer]" = (),
    *,
    profiles: bool,
) -> None:
    """A report as one object; its runs are written one by one as the store yields them."""
    datasets = [{"dataset": c.dataset, "fingerprint": c.fingerprint} for c in comparisons]
    arms: list[dict[str, Any]] = []
    for comparison, dataset in zip(comparisons, datasets, strict=True):
        arms += [arm.to_json() | dataset for arm in comparison.arms]
    head = {
        "dataset": datasets[0]["dataset"] if len(datasets) == 1 else None,
        "datasets": datasets,
        "arms": arms,
        "sensitivity": [survey.to_json() for survey in surveys],
        "inspections": [answer.to_json() for answer in answers],
    }
    sys.stdout.write(json.dumps(head, allow_nan=False)[:-1] + ', "runs": ')
    write_array(sys.stdout, (o.to_json(profiles=profiles) for o in outcomes))
    sys.stdout.write("}\n")


def write_array(stream: TextIO, values: Iterable[Any]) -> None:
    """Write a JSON array, one value at a time."""
    stream.write("[")
    for place, value in enumerate(values):
        stream.write(", " if place else "")
        json.dump(value, stream, allow_nan=False)
    stream.write("]")
