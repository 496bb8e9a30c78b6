"""Made-up runs, and the page of them."""

import math
import random

from resweep.analysis.answer import answer
from resweep.analysis.compare import arms, comparisons
from resweep.analysis.compare.groups import grouped
from resweep.analysis.sensitivity import surveys
from resweep.arms import parse
from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome
from resweep.plans.trials import Summary, Trial
from resweep.report import shared_fields
from resweep.report.charts.chart import COLOURS
from resweep.report.material import Material
from resweep.report.page.chapter import chapter, progress_chapter
from resweep.report.page.document import document
from resweep.report.page.inspections import inspections_chapter
from resweep.report.page.studies import studies_chapter
from resweep.report.tables.unfinished import sweeps_table
from tests.inspections import answer as inspection

HOSTILE = (
    "</script></style></title><!--<script>window.broken=1</script>"
    """<img src=x onerror="window.broken=2">'"&"""
)


def run(arm, seed, blocks=10, status="ok", detail="", dataset="cifar10"):
    """One made-up run with a curve and profiles; growth beyond a double for He at 1,000 blocks."""
    draw = random.Random(f"{arm} {seed} {blocks}").gauss
    fields = parse(arm).fields | {"blocks": blocks, "seed": seed, "epochs": 4}
    experiment = Experiment.parse(**fields).resolve(dataset, 50_000)
    rate = 0.46 if experiment.scheme == "he" else 0.02 * experiment.c
    logs = [rate * block + draw(0, 0.01) for block in range(blocks + 1)]
    profiles = {
        "log10_forward_second_moment": tuple(logs),
        "log10_backward_second_moment": tuple(logs[::-1]),
        "log10_grad_norm": tuple(x / 2 for x in logs[1:]),
    }
    growth = 10 ** logs[-1] if logs[-1] < 300 else math.inf
    accuracy = 0.4 + draw(0, 0.02)
    metrics = {
        "forward_growth": growth,
        "backward_growth": growth,
        "grad_norm_ratio": 1.0,
        "seconds": 10 + draw(0, 1),
    }
    curve = ()
    if status == "ok":
        metrics |= {
            "first_epoch_accuracy": accuracy,
            "final_accuracy": accuracy,
            "train_loss": 2 - accuracy,
        }
        curve = tuple(Epoch(e, 2.3 / e, 2.4 / e, accuracy * e / 4, 3.0) for e in range(1, 5))
    where = {
        "dataset_fingerprint": "c58f30108f718f92",
        "device": "cpu",
        "torch": HOSTILE,
        "started": "2026-11-24T10:00",
    }
    return Outcome(experiment, status, metrics, profiles, curve, where, detail)


def written(outcomes, title="Initialization sensitivity", watch=0):
    """The page of `outcomes`, with a prediction of every forward second moment."""
    return document(title, f"{len(outcomes)} runs", chapters(outcomes), watch=watch)


def of_every_kind():
    """A page with a chapter of every kind.

    A sweep with failures whose map stands before its rows, a few arms of other data, a study,
    inspections, and what is not done.
    """
    sweep = [run("he", 0, 10)]
    for place in range(8):
        for blocks in (10, 20):
            status = "exploded" if place == 7 else "ok"
            detail = "loss of step 3" if place == 7 else ""
            sweep.append(run(f"depth-scaled:c={0.05 * 2**place}", 0, blocks, status, detail))
    few = [run(arm, seed, dataset="synthetic") for arm in ("he", "bn") for seed in (0, 1)]
    few.append(run("lsuv", 0, status="error", detail="RuntimeError", dataset="synthetic"))
    trials = []
    for number in range(6):
        params = {"lr": 0.1 * 2**number, "scheme": ("he", "glorot")[number % 2]}
        key = f"{number:064x}"
        trials.append(Trial(number, "complete", "ok", 0.1 * number, params, key, number != 4))
    states, shares = {"complete": 6}, {"lr": 0.7, "scheme": 0.3}
    found = Summary(
        "search", "final_accuracy", "maximize", {}, states, {}, None, shares, "ped-anova",
        tuple(trials),
    )  # fmt: skip
    inspected = [inspection(), inspection(seed=1, status="sound")]
    cells = {"done": 12, "queued": 3, "running": 2, "failed": 1}
    return document(
        "Every kind of chapter",
        "",
        [
            *chapters(sweep),
            *chapters(few),
            studies_chapter([found], 1),
            inspections_chapter(inspected),
            progress_chapter([sweeps_table([("fig2", cells)])]),
        ],
        notes=["a note"],
    )


def chapters(outcomes):
    """The chapters on `outcomes`, one for each dataset."""
    groups = [grouped(arm, members) for arm, members in arms(outcomes)]
    surveyed = {survey.fingerprint: survey for survey in surveys(groups, "final_accuracy")}
    theory = {}
    for outcome in outcomes:
        series = [0.1] * (outcome.experiment.blocks + 1)
        theory[outcome.experiment.key] = {"log10_forward_second_moment": series}
    made = []
    for comparison in comparisons(outcomes):
        settings = [arm.experiment for arm in comparison.arms]
        names = shared_fields.names(settings, [arm.arm for arm in comparison.arms])
        drawn = []
        for name, setting in list(zip(names, settings, strict=True))[:COLOURS]:
            members = [
                o for o in outcomes if o.experiment.model_copy(update={"seed": 0}) == setting
            ]
            drawn.append((name, members))
        survey = surveyed[comparison.fingerprint]
        answered = answer(comparison, names)
        material = Material(comparison, answered, survey, drawn, theory, outcomes, len(outcomes))
        made.append(chapter(material))
    return made
