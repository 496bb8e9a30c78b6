"""What the paper's sweeps measured, from a store into docs/results/SWEEP.json and back.

A file holds the sweep's command, what all of its runs share (fields and provenance) and one entry a
run: the key, the fields and the provenance in which it differs, its status, its metrics and its
curve. JSON has no infinities and no nan; they are left out.
"""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import optuna

from resweep.outcome import Outcome
from resweep.store import Store
from resweep.store.beside import studies_url
from resweep.store.where import both

HERE = Path(__file__).parent
RESULTS = HERE / "results"
SWEEPS = HERE.parent / "sweeps" / "paper"
# Of the many metrics of a run, those from which the page and its figures are made.
METRICS = (
    "first_epoch_accuracy",
    "final_accuracy",
    "forward_growth",
    "log10_forward_growth",
    "backward_growth",
    "log10_backward_growth",
    "test_loss",
    "train_loss",
    "untrained_test_accuracy",
    "seconds",
    "train_images_per_second",
    "peak_memory",
)
PROVENANCE = ("device_name", "threads", "resweep", "git", "torch", "python")
CURVE = ("epoch", "train_loss", "test_loss", "test_accuracy")
Result = dict[str, Any]


def collect(url: str, sweep: str) -> Result | None:
    """What the store at `url` has of a sweep or study, or None where it has no run of it."""
    with Store.open(url, create=False) as store:
        if sweep in {study.name for study in store.study_progress()}:
            keys = _keys(url, sweep)
            outcomes = [o for o in store.outcomes(profiles=False) if o.experiment.key in keys]
        elif sweep not in {known.name for known in store.sweeps()}:
            return None
        else:
            outcomes = list(store.outcomes(profiles=False, where=both(None, sweep)))
    if not outcomes:
        return None
    outcomes.sort(key=lambda o: tuple(str(v) for v in o.experiment.model_dump().values()))
    fields = [o.experiment.model_dump() for o in outcomes]
    provenance = [{name: o.provenance.get(name) for name in PROVENANCE} for o in outcomes]
    fixed, differing = divided(fields)
    common, apart = divided(provenance)
    runs = []
    for outcome, own, made in zip(outcomes, differing, apart, strict=True):
        runs.append(_run(outcome, own, made))
    return {
        "sweep": sweep,
        "fingerprint": " ".join(sorted({o.fingerprint[:8] for o in outcomes})),
        "fixed": fixed,
        "provenance": common,
        "runs": runs,
    }


def _keys(url: str, study: str) -> set[str]:
    """The keys of the experiments of a study's trials."""
    trials = optuna.load_study(study_name=study, storage=studies_url(url, create=False)).trials
    return {trial.user_attrs["key"] for trial in trials if "key" in trial.user_attrs}


def divided(rows: list[Mapping[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What all rows share, and of each row what it has beside."""
    first = rows[0]
    shared = {name: first[name] for name in first if all(r[name] == first[name] for r in rows)}
    return shared, [{name: row[name] for name in row if name not in shared} for row in rows]


def _run(outcome: Outcome, fields: dict[str, Any], provenance: dict[str, Any]) -> Result:
    curve = [finite({name: getattr(epoch, name) for name in CURVE}) for epoch in outcome.curve]
    run = {
        "key": outcome.experiment.key,
        "fields": fields,
        "provenance": provenance,
        "status": outcome.status,
        "detail": outcome.detail,
        "metrics": finite({m: outcome.metrics[m] for m in METRICS if m in outcome.metrics}),
        "curve": curve,
    }
    return {name: value for name, value in run.items() if value not in ({}, [], "")}


def finite(values: Mapping[str, float]) -> dict[str, float]:
    """The finite ones, with as many digits as a reader of the page can use."""
    finite = {name: value for name, value in values.items() if math.isfinite(value)}
    return {name: float(f"{value:.7g}") for name, value in finite.items()}


def write(result: Result, folder: Path = RESULTS) -> Path:
    """Write a result, one run a line, so that changes show as such."""
    runs = ",\n  ".join(json.dumps(run) for run in result["runs"])
    head = {name: value for name, value in result.items() if name != "runs"}
    text = json.dumps(head, indent=1).removesuffix("\n}") + f',\n "runs": [\n  {runs}\n ]\n}}\n'
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['sweep']}.json"
    path.write_text(text)
    return path


def read(sweep: str, folder: Path = RESULTS) -> Result | None:
    """The result of a sweep, or None where there is none yet."""
    path = folder / f"{sweep}.json"
    return json.loads(path.read_text()) if path.exists() else None


def rows(result: Result) -> Iterable[dict[str, Any]]:
    """Every run as one flat mapping: all fields, all metrics, `status`, `key` and `curve`."""
    for run in result["runs"]:
        yield {
            **result["fixed"],
            **run.get("fields", {}),
            **run.get("metrics", {}),
            "status": run["status"],
            "key": run.get("key", ""),
            "curve": run.get("curve", []),
        }
