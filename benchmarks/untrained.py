#!/usr/bin/env python3
"""How often a network that has learned nothing is said to have learned (`resweep.outcome.facts`).

200 untrained networks of eight kinds and two depths, each on the 512 synthetic test images, under
two nulls:

    still      trained for an epoch at a learning rate of 1e-12, which leaves the network as it was
    scrambled  in place of a training, another untrained network of the same kind: it differs from
               the first one as much as a training that destroys everything could make it

and by the rule of version 0.1.0 (accuracy above 1/K + 3 binomial errors, or a test loss below
ln K - 0.01) for comparison. Writes benchmarks/results/untrained.json: counts, rates and their exact
95 % bounds.

    python benchmarks/untrained.py
"""

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import stdev

import torch
from compare_baseline import RESULTS, where
from scipy.stats import binomtest

from resweep import data
from resweep.data import synthetic
from resweep.experiment import Experiment
from resweep.lab.evidence import Evidence
from resweep.lab.measure import Laboratory
from resweep.nets.course import Course
from resweep.nets.initialize import initialize
from resweep.nets.network import ResNet
from resweep.nets.steps import Split
from resweep.nets.streams import generator
from resweep.nets.training import train
from resweep.outcome import facts, learning

KINDS = (
    {"block": "residual", "scheme": "depth-scaled"},
    {"block": "residual", "scheme": "he"},
    {"block": "residual", "scheme": "lecun"},
    {"block": "preact", "scheme": "he"},
    {"block": "plain", "scheme": "he"},
    {"block": "residual-bn", "scheme": "he"},
    {"block": "preact-bn", "scheme": "he"},
    {"block": "highway", "scheme": "he"},
)
DEPTHS = (4, 16)
TRAINED = 64  # training images of the null `still`: two steps
LONG = 51_200  # training images after which a network may be called trapped


@dataclass
class Subject:
    """An untrained network's evidence, and the facts of a training that leaves it as it is."""

    experiment: Experiment
    evidence: Evidence
    still: facts.Facts


def experiments(networks: int, seeds: int, first: int) -> Iterator[Experiment]:
    """`seeds` of every kind and depth from seed `first` on, or a few less in all."""
    runs = list(product(KINDS, DEPTHS, range(first, first + seeds)))
    for i in range(networks):
        kind, blocks, seed = runs[i * len(runs) // networks]
        e = Experiment.parse(
            **kind, blocks=blocks, kernel=3, seed=seed, lr=1e-12, train_size=TRAINED, batch_size=32
        )
        yield e.resolve("synthetic", synthetic.TRAIN, synthetic.TEST)


def subject(laboratory: Laboratory, e: Experiment) -> Subject:
    """The network of an experiment, trained for an epoch that leaves it as it was drawn."""
    data, test, pixels = laboratory.tensors(e, torch.device("cpu"))
    few = Split(data.images[:TRAINED], data.labels[:TRAINED])
    net = ResNet(e)
    initialize(net, e, generator(e.seed, "weights"))
    evidence = Evidence(net, few, test, pixels, e.batch_size)
    course = Course(net, e)
    (epoch,) = train(net, few, test, pixels, e, course, evidence.hear, evidence.marks)
    numbers = evidence.start() | evidence.end()
    numbers |= {"train_loss": epoch.train_loss, "test_loss": epoch.test_loss}
    numbers |= {"final_accuracy": epoch.test_accuracy}
    return Subject(e, evidence, facts.judged(e, numbers))


def scrambled(first: Subject, other: Subject) -> facts.Facts:
    """The facts of a long run that began as `first` and ended as `other`, still untrained."""
    evidence, ended = first.evidence, other.evidence.start()
    evidence.marks = other.evidence.untrained  # all test images, as there are few
    numbers = evidence.start() | evidence.end()
    numbers |= {
        "train_loss": ended["untrained_test_loss"],
        "test_loss": ended["untrained_test_loss"],
        "final_accuracy": ended["untrained_test_accuracy"],
    }
    return facts.judged(first.experiment.model_copy(update={"train_size": LONG}), numbers)


def of_one_kind(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Subject]]:
    """Each network with the next one of its kind and depth, the last with the first."""
    kinds: dict[tuple[object, ...], list[Subject]] = {}
    for s in subjects:
        kinds.setdefault((s.experiment.block, s.experiment.scheme, s.experiment.blocks), []).append(
            s
        )
    for group in kinds.values():
        yield from zip(group, [*group[1:], group[0]], strict=True)


def earlier_rule(accuracy: float, loss: float) -> bool:
    """Whether version 0.1.0 called the network `ok` on these ten classes."""
    bar = 0.1 + 3 * math.sqrt(0.09 / synthetic.TEST)
    return accuracy > bar or loss < math.log(10) - 0.01


def rate(count: int, of: int) -> dict[str, float]:
    """A count with its rate and the exact (Clopper-Pearson) 95 % interval."""
    bounds = binomtest(count, of).proportion_ci(0.95, "exact")
    return {"count": count, "of": of, "rate": count / of, "low": bounds.low, "high": bounds.high}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--seeds", type=int, default=13, help="networks of each kind and depth")
    p.add_argument("--networks", type=int, default=200)
    # The rules were chosen on the seeds 0 to 12; the rates are of others.
    p.add_argument("--first", type=int, default=100, help="the first seed")
    a = p.parse_args()
    source = synthetic.source()
    laboratory = Laboratory(source, data.load(source), "cpu")
    subjects = []
    for e in experiments(a.networks, a.seeds, a.first):
        subjects.append(subject(laboratory, e))
        print(e.block, e.scheme, e.blocks, e.seed, subjects[-1].still.status, flush=True)
    still = sum(s.still.learned is True for s in subjects)
    pairs = sum(scrambled(*pair).learned is True for pair in of_one_kind(subjects))
    ends = [s.evidence.start() for s in subjects]
    accuracies = [end["untrained_test_accuracy"] for end in ends]
    losses = [end["untrained_test_loss"] for end in ends]
    earlier = sum(map(earlier_rule, accuracies, losses))
    gains = [end["prior_entropy"] - end["untrained_test_loss"] for end in ends]
    document = {
        "null": "untrained networks; see the docstring of benchmarks/untrained.py",
        "images": source.test_images,
        "level": learning.ALPHA,
        "seeds": [a.first, a.first + a.seeds - 1],
        "learned": {"still": rate(still, a.networks), "scrambled": rate(pairs, a.networks)},
        "rule_of_0.1.0": rate(earlier, a.networks),
        "accuracy_sd": stdev(accuracies),
        "accuracy_largest": max(accuracies),
        "gain_over_prior_largest": max(gains),
        "where": where("cpu"),
    }
    (RESULTS / "untrained.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
