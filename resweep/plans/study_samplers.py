"""Optuna's samplers and pruners under the names that a search file uses."""

import warnings
from importlib.util import find_spec
from typing import Any

import optuna

from resweep.errors import MissingError
from resweep.plans.search import Search

NEEDS = {"cmaes": ("cmaes",), "gp": ("scipy",), "qmc": ("scipy",)}
MARKS = 10  # intermediate values an epoch: the running training loss at each tenth of its images


def sampler(search: Search, trial: int) -> optuna.samplers.BaseSampler:
    """The sampler that draws trial number `trial`.

    Its randomness comes from (seed, trial) alone, so that a study that was killed and resumed draws what it would have
    drawn, and two drivers of one study do not draw the same point. All else that a sampler knows is in the trials.

    Raises MissingError where the sampler needs a package that is not installed.
    """
    for package in NEEDS.get(search.sampler, ()):
        if find_spec(package) is None:
            raise MissingError(
                f"sampler {search.sampler} needs a package of its own: pip install {package}"
            )
    seed = search.seed + 1_000_003 * trial
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        match search.sampler:
            case "tpe":
                return optuna.samplers.TPESampler(seed=seed % 2**32)
            case "gp":
                return optuna.samplers.GPSampler(seed=seed % 2**32, warn_independent_sampling=False)
            case "cmaes":
                return optuna.samplers.CmaEsSampler(
                    seed=seed % 2**32, warn_independent_sampling=False
                )
            case "qmc":  # one sequence for the whole study, whose position the study keeps
                quiet: dict[str, Any] = {
                    "warn_asynchronous_seeding": False,
                    "warn_independent_sampling": False,
                }
                return optuna.samplers.QMCSampler(seed=search.seed, **quiet)
            case "random":
                return optuna.samplers.RandomSampler(seed=seed % 2**32)


def pruner(search: Search, epochs: int) -> optuna.pruners.BasePruner:
    """The pruner of a study whose runs last `epochs`: it compares trials at the same tenth of the same epoch.

    median: worse than the median of the finished trials there, after two tenths and four trials; patient: the same,
    once two tenths in a row brought no fall of the loss; successive-halving and hyperband: only the better 1/3 goes on
    past one, three, nine, ... tenths.
    """
    median = optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        match search.pruner:
            case "none":
                return optuna.pruners.NopPruner()
            case "median":
                return median
            case "patient":
                return optuna.pruners.PatientPruner(median, patience=2)
            case "successive-halving":
                return optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3)
            case "hyperband":
                return optuna.pruners.HyperbandPruner(1, MARKS * max(epochs, 1), reduction_factor=3)
