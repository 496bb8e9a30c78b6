"""Experiments measured and stored runs read, from Python."""

from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from resweep import data
from resweep.errors import MissingError
from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.outcome import Outcome, html
from resweep.outcome.inspection import Inspection
from resweep.store import Store
from resweep.store.where import parse

NEWEST = 20  # runs that are shown in a notebook
LIBRARIES = ("pandas", "polars")


def measure(
    experiment: Experiment,
    *,
    data_dir: str | Path | None = None,
    device: str = "auto",
    store: str | None = None,
) -> Outcome:
    """Measure one experiment in this process, as `resweep run` does.

    Arguments:
        experiment: its fields may be `auto` and `all`; the outcome holds what they became.
        data_dir: where images lie, as `--data` says it.
        device: auto, cpu, cuda, cuda:i, mps or xpu.
        store: where the run is stored, or looked up if it is there, as `--store` takes it; without
            it nothing is stored.

    Raises MissingError for images or a device that are not there.
    """
    from resweep.lab.measure import Laboratory

    source = data.find(experiment.dataset, Path(data_dir) if data_dir else None, lambda _: None)
    resolved = experiment.resolve(source.name, source.train_images, source.test_images)
    images = data.load(source)

    def measured() -> Outcome:
        return Laboratory(source, images, device).measure(resolved)

    if store is None:
        return measured()
    with Store.open(store) as opened:
        known = opened.find(resolved.key, source.fingerprint)
        if known is not None and known.status != "error":
            return known
        done = measured()
        opened.save(done)
        return done


class Records:
    """The runs of a store."""

    def __init__(self, url: str) -> None:
        self.url = url

    def outcomes(self, where: str | None = None, *, profiles: bool = False) -> list[Outcome]:
        """Return the runs that meet a condition such as `blocks>=50 and scheme=he`, newest first.

        Raises UsageError for a condition that means nothing, MissingError where no store is.
        """
        condition = None if where is None else parse(where)
        with Store.open(self.url, create=False) as store:
            return list(store.outcomes(profiles=profiles, where=condition))

    def frame(
        self, where: str | None = None, *, library: Literal["pandas", "polars"] | None = None
    ) -> Any:
        """Return a data frame with a row for each run: key, status, fields and metrics.

        Arguments:
            where: a condition as in `--where`.
            library: pandas or polars; without it the first of them that is installed.

        Raises MissingError where neither library is there.
        """
        frames = _frames(library)
        rows = [_row(outcome) for outcome in self.outcomes(where)]
        names = dict.fromkeys(name for row in rows for name in row)
        columns = {name: [row.get(name) for row in rows] for name in names}
        return frames.DataFrame(columns)

    def inspections(self) -> list[Inspection]:
        """Return the stored inspections, newest first. Raises MissingError where no store is."""
        with Store.open(self.url, create=False) as store:
            return [answer.inspection for answer in store.inspections()]

    def _repr_html_(self) -> str:
        """The newest runs, for a notebook."""
        with Store.open(self.url, create=False) as store:
            count, newest = store.count(), list(store.outcomes(limit=NEWEST, curves=False))
        rows = []
        for one in newest:
            changed = one.experiment.model_dump(exclude_defaults=True)
            setting = ", ".join(f"{name}={value}" for name, value in changed.items())
            accuracy = html.number(one.metrics.get("final_accuracy"))
            rows.append((one.experiment.key[:8], setting, one.status, accuracy))
        head = f"<code>{escape(self.url)}</code>: {counted(count, 'run')}, newest first"
        return head + html.table(("key", "setting", "status", "final accuracy"), rows)

    def __repr__(self) -> str:
        return f"resweep.open({self.url!r})"


def open_records(store: str = "resweep.db") -> Records:
    """Return the runs of a store: a path that ends in .db, or a URL, as `--store` takes it."""
    return Records(store)


def _row(outcome: Outcome) -> dict[str, Any]:
    fields = outcome.experiment.model_dump()
    fields["dataset_fingerprint"] = outcome.fingerprint
    return {"key": outcome.experiment.key, "status": outcome.status} | fields | outcome.metrics


def _frames(library: str | None) -> Any:
    for name in [library] if library else LIBRARIES:
        try:
            return import_module(name)
        except ImportError:
            continue
    wanted = library or " or ".join(LIBRARIES)
    raise MissingError(f"a data frame needs {wanted}: pip install {library or LIBRARIES[0]}")
