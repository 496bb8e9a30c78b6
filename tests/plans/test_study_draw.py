"""A study that is killed while it draws a trial draws that trial, and all later ones, the same."""

import itertools
import multiprocessing
import os
import signal

import pytest

from resweep import identity
from resweep.plans.study_storage import storage
from tests.plans.studies import ENDED, answer, complete, drive, states, study

SAMPLERS = ["tpe", "gp", "cmaes", "qmc", "random"]
RANGES = {"scheme": ["he", "depth-scaled"], "c": "0.1..10:log", "blocks": "4..12"}
TRIALS = 9


class CutOffError(Exception):
    """The driver is gone."""


def cut_off_at(patch, kept, call):
    """Let the storage fail at one of its writes of a drawn parameter, counted from 0."""
    write, calls = kept.set_trial_param, iter(range(10**6))

    def failing(*arguments, **named):
        if next(calls) == call:
            raise CutOffError
        return write(*arguments, **named)

    patch.setattr(kept, "set_trial_param", failing)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("call", [0, 1, 2, 13, 17])
def test_a_draw_that_was_cut_off_is_repeated_under_its_own_number(kept, monkeypatch, sampler, call):
    whole = drive(study(kept, "whole", sampler=sampler, trials=TRIALS, ranges=RANGES))
    with monkeypatch.context() as patch:
        patch.setattr(identity, "me", lambda: ENDED)
        cut_off_at(patch, kept, call)
        with pytest.raises(CutOffError):
            drive(study(kept, "cut", sampler=sampler, trials=TRIALS, ranges=RANGES))
    second = study(kept, "cut", sampler=sampler, trials=TRIALS, ranges=RANGES)
    drive(second)
    assert [t.user_attrs["key"] for t in second.study.trials] == [e.key for e in whole]
    assert states(second) == complete(TRIALS)


def test_a_draw_that_was_cut_off_keeps_what_it_has_where_others_went_on(kept, monkeypatch):
    """What another driver tells of an earlier trial meanwhile may change what would be drawn."""
    with monkeypatch.context() as patch:
        patch.setattr(identity, "me", lambda: ENDED)
        first = study(kept, trials=12, ranges=RANGES)
        drive(first, most=10)
        held = first.ask()
        cut_off_at(patch, kept, 1)
        with pytest.raises(CutOffError):
            first.ask()
    (name, value), *more = kept.get_all_trials(first.study._study_id)[11].params.items()
    assert not more
    second = study(kept, trials=12, ranges=RANGES)
    assert second.ask() == held
    second.tell(answer(held, first_epoch_accuracy=0.9))
    assert getattr(second.ask(), name) == value
    assert second.ask() is None


def driver(url, call):
    """Drive the study in `url`, and be killed at one of the writes of a drawn parameter."""
    kept = storage(url, create=True)
    write, calls = kept._set_trial_param, itertools.count()

    def deadly(*arguments):
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*arguments)

    kept._set_trial_param = deadly  # the one that Optuna's cache in front of the storage calls
    drive(study(kept, trials=4))


def test_a_driver_killed_at_each_write_of_a_draw_in_turn_loses_no_trial_and_changes_none(
    tmp_path, kept
):
    url = f"sqlite:///{tmp_path}/killed.db"
    fork = multiprocessing.get_context("fork")  # to import everything anew takes seconds
    codes = []
    for call in (0, 1, 2, 1, 0, 2, None):
        process = fork.Process(target=driver, args=(url, call))
        process.start()
        process.join()
        codes.append(process.exitcode)
    assert codes == [-signal.SIGKILL] * 6 + [0]
    done = study(storage(url, create=False), trials=4)
    whole = drive(study(kept, trials=4))
    assert [t.user_attrs["key"] for t in done.study.trials] == [e.key for e in whole]
    assert states(done) == complete(4)
