"""Records in wide format: CSV with one line per arm, run, slope or window, in full precision."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from resweep.analysis.compare import ArmSummary, Comparison
from resweep.analysis.sensitivity import Critical, DepthLaw, Sensitivity, Survey
from resweep.experiment import FIELDS
from resweep.outcome import STATUSES, Outcome
from resweep.report.export.csv_text import csv_text


def write(records: Sequence[Mapping[str, Any]], stream: TextIO) -> None:
    """Write one line per record, and a column for every name that any of them has."""
    names: dict[str, None] = {}
    for record in records:
        names.update(dict.fromkeys(record))
    writer = csv.writer(stream, lineterminator="\n")
    if names:
        writer.writerow(map(csv_text, names))
    for record in records:
        writer.writerow([_text(record.get(name)) for name in names])


def comparisons_csv(comparisons: Iterable[Comparison], stream: TextIO) -> None:
    """Write one line per arm.

    It has the arm's data, label and settings, every statistic, how many runs succeeded as
    `success_*`, a count for each status as `status_*`, and the difference to another arm as
    `difference_*`.
    """
    records = []
    for comparison in comparisons:
        records += [_arm(comparison, arm) for arm in comparison.arms]
    write(records, stream)


def runs_csv(outcomes: Iterable[Outcome], stream: TextIO) -> None:
    """Write one line per run: its key, status, experiment fields, metrics and provenance."""
    write([_run(outcome) for outcome in outcomes], stream)


def surveys_csv(surveys: Iterable[Survey], stream: TextIO) -> None:
    """Write one line per slope, window, law or critical value; the column `kind` says which."""
    records: list[dict[str, Any]] = []
    for survey in surveys:
        records += _sensitivities(survey)
        records += _depth_laws(survey)
        records += _criticals(survey)
    write(records, stream)


def _arm(comparison: Comparison, arm: ArmSummary) -> dict[str, Any]:
    statistics = arm.to_json()
    record = {
        "arm": statistics.pop("arm"),
        "dataset": comparison.dataset,
        "fingerprint": comparison.fingerprint,
        "metric": comparison.metric,
    }
    fields = statistics.pop("experiment") or {}
    counts = statistics.pop("statuses")
    difference = statistics.pop("difference") or {}
    success = statistics.pop("success")
    record |= fields | statistics
    record |= {f"success_{name}": value for name, value in success.items()}
    record |= {f"status_{status}": counts.get(status, 0) for status in (*STATUSES, *counts)}
    record |= {f"difference_{name}": value for name, value in difference.items()}
    return record


def _run(outcome: Outcome) -> dict[str, Any]:
    run = outcome.to_json(profiles=False)
    record = {"key": run["key"], "status": run["status"], "detail": run["detail"]}
    record |= {name: run["experiment"][name] for name in FIELDS}
    record |= run["metrics"]
    # what an experiment says of itself stands, whatever the provenance calls so
    record |= {name: value for name, value in run["provenance"].items() if name not in FIELDS}
    return record


def _sensitivities(survey: Survey) -> Iterator[dict[str, Any]]:
    for sensitivity in survey.sensitivities:
        head = _head(sensitivity) | {"axis": sensitivity.axis}
        for slope in sensitivity.slopes:
            yield {"kind": "slope"} | head | slope.to_json()
        if sensitivity.window:
            yield {"kind": "window"} | head | sensitivity.window.to_json()


def _depth_laws(survey: Survey) -> Iterator[dict[str, Any]]:
    for depth_law in survey.depth_laws:
        head = _head(depth_law) | {"axis": "blocks", "metric": depth_law.metric}
        head |= {"doubt": depth_law.doubt}
        for law in depth_law.laws:
            yield {"kind": "law"} | head | law.to_json()


def _criticals(survey: Survey) -> Iterator[dict[str, Any]]:
    for critical in survey.criticals:
        head = _head(critical) | {"axis": critical.axis}
        for depth, value, is_open in critical.edges:
            edge = {"blocks": depth, "high": value, "high_open": is_open}
            yield {"kind": "critical"} | head | edge
        if critical.slope:
            yield {"kind": "critical slope"} | head | critical.slope.to_json()


def _head(record: Sensitivity | DepthLaw | Critical) -> dict[str, Any]:
    fields = record.experiment.model_dump(exclude={"seed"})
    return {"arm": record.arm, "fingerprint": record.fingerprint} | fields


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list, bool)):
        return csv_text(json.dumps(value))
    return csv_text(str(value))
