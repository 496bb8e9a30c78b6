"""Optuna's samplers and pruners, under the names that a search uses."""

import warnings
from importlib.util import find_spec
from typing import Any

import optuna

from resweep.errors import MissingError
from resweep.plans.search import Search

NEEDS = {"cmaes": ("cmaes",), "gp": ("scipy",), "qmc": ("scipy",)}
MARKS = 10  # intermediate values an epoch: the running training loss at each tenth of its images


def sampler(search: Search, trial: int) -> optuna.samplers.BaseSampler:
    """Return the sampler that draws trial number `trial`.

    Its randomness comes from the pair (seed, trial) alone, and all else that a sampler knows is in
    the trials. A study that was killed and resumed therefore draws what it would have drawn, and
    two drivers of one study do not draw the same point.

    Raises MissingError if the sampler needs a package that is not installed.
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
            case "qmc":
                return _Sequence(search.seed, trial)
            case "random":
                return optuna.samplers.RandomSampler(seed=seed % 2**32)


class _Sequence(optuna.samplers.QMCSampler):
    """One quasi-random sequence for the whole study; a trial's number is its place in it.

    Optuna counts the places in the study instead, and a draw that was cut off takes one there.
    """

    def __init__(self, seed: int, trial: int) -> None:
        quiet: dict[str, Any] = {
            "warn_asynchronous_seeding": False,
            "warn_independent_sampling": False,
        }
        super().__init__(seed=seed, **quiet)
        # No trial is complete before the first one, which is drawn without the sequence.
        self._place = max(0, trial - 1)

    def _find_sample_id(self, study: optuna.Study, search_space: dict[str, Any]) -> int:
        return self._place


def pruner(search: Search, epochs: int) -> optuna.pruners.BasePruner:
    """Return the pruner of a study whose runs last `epochs`.

    Every pruner compares trials at the same tenth of the same epoch:

    - median stops a run that is worse than the median of the finished trials there, after two
      tenths and four finished trials;
    - patient does the same, but only once the loss has not fallen for two tenths in a row;
    - successive-halving and hyperband let only the better third go on past one, three, nine, ...
      tenths.
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
