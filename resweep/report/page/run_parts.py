"""A part of the page for each run of the arms that are drawn: everything that is stored of it."""

from collections.abc import Iterator

from resweep.experiment import Experiment
from resweep.numerals import counted
from resweep.outcome import Outcome
from resweep.report.material import Material
from resweep.report.numbers import fixed, number, setting
from resweep.report.page.records import RunPart
from resweep.report.tables.run_line import verdict

PARTS = 60  # runs that have one
Pair = tuple[str, str]


def run_parts(material: Material) -> tuple[RunPart, ...]:
    """The parts of the first runs of each drawn arm, as many as a page holds."""
    parts: dict[str, RunPart] = {}
    share = max(1, PARTS // max(1, len(material.drawn)))
    for arm, outcomes in material.drawn:
        for outcome in outcomes[:share]:
            key = outcome.experiment.key[:8]
            parts.setdefault(key, _part(key, arm, outcome))
    return tuple(parts.values())[:PARTS]


def _part(key: str, arm: str, outcome: Outcome) -> RunPart:
    pairs = [("all of it", f"resweep show {key}"), *_settings(outcome.experiment)]
    pairs += [(name.replace("_", " "), number(value)) for name, value in outcome.metrics.items()]
    pairs += list(_curve(outcome))
    for name in ("device", "device_name", "resweep", "torch", "started"):
        if outcome.provenance.get(name):
            pairs.append((name.replace("_", " "), str(outcome.provenance[name])))
    title = f"{arm} seed {outcome.experiment.seed}"
    return RunPart(key, title, outcome.status, verdict(outcome), tuple(pairs))


def _settings(experiment: Experiment) -> Iterator[Pair]:
    """The fields that are not at their defaults, in one line."""
    fields = []
    for name, value in experiment.model_dump(exclude_defaults=True).items():
        fields.append(f"{name}={setting(value)}")
    yield "settings", " ".join(fields)


def _curve(outcome: Outcome) -> Iterator[Pair]:
    """The test accuracy of the first epochs and of the last."""
    if not outcome.curve:
        return
    shown = [*outcome.curve[:5], *outcome.curve[5:][-1:]]
    texts = [f"{fixed(epoch.test_accuracy)} (epoch {epoch.epoch})" for epoch in shown]
    yield f"test accuracy over {counted(len(outcome.curve), 'epoch')}", ", ".join(texts)
