"""Studies whose outcomes are a formula: what Optuna is told, and what a resumed study does."""

import math

import optuna
import pytest
from optuna.trial import TrialState

from resweep import identity
from resweep.errors import MissingError, UsageError
from resweep.outcome import Progress
from resweep.plans.study_samplers import MARKS
from resweep.plans.study_summary import load, summarize
from tests.plans.studies import ENDED, answer, complete, drive, states, study


@pytest.mark.parametrize("sampler", ["tpe", "gp", "cmaes", "qmc", "random"])
def test_every_sampler_stays_in_the_ranges_and_ends_at_the_total(kept, sampler):
    asked = drive(study(kept, sampler=sampler, trials=14))
    assert len(asked) == len({e.key for e in asked}) == 14
    assert all(
        0.1 <= e.c <= 10 and 4 <= e.blocks <= 12 and 0.25 <= e.multiplier <= 4 for e in asked
    )
    assert len({e.blocks for e in asked}) > 2


@pytest.mark.parametrize("sampler", ["tpe", "gp", "cmaes", "qmc", "random"])
def test_a_study_in_pieces_draws_what_it_would_have_drawn_at_once(kept, sampler):
    whole = drive(study(kept, "whole", sampler=sampler, trials=14))
    pieces = [drive(study(kept, "pieces", sampler=sampler, trials=14), most=n) for n in (3, 9, 99)]
    assert [e for piece in pieces for e in piece] == whole


def test_a_model_based_sampler_learns(kept):
    asked = drive(study(kept, trials=40, ranges={"c": "0.01..100:log"}))
    first, last = ([abs(math.log10(e.c)) for e in part] for part in (asked[:10], asked[-10:]))
    assert sum(last) < sum(first) / 2


def test_trials_are_a_total(kept):
    assert len(drive(study(kept, trials=5))) == 5
    assert len(drive(study(kept, trials=5))) == 0
    assert len(drive(study(kept, trials=8))) == 3


def test_two_drivers_share_one_total(on_disk):
    one, two = study(on_disk(), trials=7), study(on_disk(), trials=7)
    asked = []
    while (pair := [plan.ask() for plan in (one, two)]) != [None, None]:
        for plan, experiment in zip((one, two), pair, strict=True):
            if experiment is not None:
                asked.append(experiment)
                plan.tell(answer(experiment))
    assert len(asked) == len({e.key for e in asked}) == 7
    assert states(one).count(TrialState.COMPLETE) == 7


def test_what_a_dead_driver_left_running_comes_first_under_its_own_number(on_disk, monkeypatch):
    kept = on_disk()
    plan = study(kept, trials=4)
    drive(plan, most=2)
    monkeypatch.setattr(identity, "me", lambda: ENDED)
    dead = study(kept, trials=4)
    left = dead.ask()
    monkeypatch.undo()
    resumed = study(on_disk(), trials=4)
    assert len(resumed.again) == 1
    assert resumed.ask().key == left.key
    resumed.tell(answer(left))
    drive(resumed)
    assert states(resumed) == complete(4)


def test_a_living_driver_keeps_its_trials(kept):
    one = study(kept, trials=3)
    held = one.ask()
    two = study(kept, trials=3)
    assert two.again == []
    assert len(drive(two)) == 2
    assert two.elsewhere == 1
    one.tell(answer(held))
    assert two.elsewhere == 0


def test_another_host_is_believed_to_live_until_told_otherwise(kept, monkeypatch):
    monkeypatch.setattr(identity, "me", lambda: "elsewhere 1 1")
    held = study(kept, trials=2).ask()
    monkeypatch.undo()
    assert study(kept, trials=2).again == []
    assert study(kept, trials=2, take_over=True).ask().key == held.key


def test_a_trial_of_an_earlier_version_that_is_not_drawn_keeps_its_number(kept):
    """Earlier versions wrote each parameter as it was drawn, and signed a trial after making it."""
    plan = study(kept, trials=2)
    half = plan.study.ask()
    half.suggest_float("c", 0.1, 10, log=True)
    half.set_user_attr("driver", ENDED)
    asked = drive(study(kept, trials=2))
    assert len(asked) == 2
    assert asked[0].c == half.params["c"]
    assert states(plan) == complete(2)


def test_a_trial_that_somebody_enqueued_comes_first(kept):
    plan = study(kept, trials=2)
    plan.study.enqueue_trial({"c": 2.5})
    assert drive(plan)[0].c == 2.5
    assert states(plan) == complete(2)


def test_divergence_is_a_bad_value_and_only_an_error_is_a_failed_trial(kept):
    statuses = iter(["exploded", "vanished", "trapped", "error", "ok"])
    told = study(kept, trials=5)
    drive(told, lambda e: answer(e, next(statuses), first_epoch_accuracy=0.1))
    trials = told.study.trials
    assert [t.value for t in trials] == [0.0, 0.0, 0.1, None, 0.1]
    assert [t.state == TrialState.FAIL for t in trials] == [False, False, False, True, False]
    assert [t.user_attrs["status"] for t in trials] == [
        "exploded",
        "vanished",
        "trapped",
        "error",
        "ok",
    ]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_no_value_that_is_not_finite_reaches_optuna(on_disk, bad):
    kept = on_disk()
    plan = study(kept, trials=3, objective="train_loss", constraints=["forward_growth<=100"])
    losses = iter([bad, 2.0, bad])
    drive(
        plan, lambda e: answer(e, train_loss=next(losses), forward_growth=bad if bad != 2 else 1.0)
    )
    assert [t.value for t in plan.study.trials] == [100.0, 2.0, 100.0]
    assert all(math.isfinite(v) for t in plan.study.trials for v in t.constraints.values())


def test_the_best_trial_satisfies_the_constraints(kept):
    plan = study(kept, trials=12, sampler="random", constraints=["forward_growth<=0.5"])
    asked = drive(plan, lambda e: answer(e, first_epoch_accuracy=min(0.9, e.c / 10)))
    found = summarize(plan.study)
    feasible = [e for e in asked if e.c * e.multiplier <= 0.5]
    assert 0 < len(feasible) < 12
    assert found.best.params["c"] == max(e.c for e in feasible)
    assert sum(t.feasible for t in found.trials) == len(feasible)


def test_categories_are_drawn_and_c_only_where_the_scheme_reads_it(kept):
    ranges = {"scheme": ["he", "depth-scaled"], "c": "0.1..10:log", "blocks": "4..12"}
    asked = drive(study(kept, ranges=ranges, trials=12, sampler="random"))
    assert {e.scheme for e in asked} == {"he", "depth-scaled"}
    assert all(e.c == 1 for e in asked if e.scheme == "he")
    trials = load("s", kept).trials
    assert all(("c" in t.params) == (t.params["scheme"] == "depth-scaled") for t in trials)


def test_a_point_drawn_again_while_it_runs_is_measured_once(kept):
    plan = study(kept, ranges={"blocks": "4..5"}, trials=6, sampler="random")
    first = [plan.ask(), plan.ask()]
    assert {e.blocks for e in first} == {4, 5}
    assert plan.ask() is None
    for experiment in first:
        plan.tell(answer(experiment))
    assert states(plan) == complete(6)


def test_a_name_belongs_to_one_definition(kept):
    drive(study(kept, trials=2))
    for other in ({"sampler": "gp"}, {"ranges": {"c": "1..2"}}, {"fixed": {"channels": 8}}):
        with pytest.raises(UsageError, match="exists with another definition"):
            study(kept, **other)
    optuna.create_study(study_name="foreign", storage=kept).ask()
    with pytest.raises(UsageError, match="exists with another definition"):
        study(kept, "foreign")
    with pytest.raises(UsageError, match="known: foreign, s"):
        load("t", kept)


def progress(done, loss, epoch=1, stage="train"):
    return Progress(stage, epoch, done, 1000, loss)


@pytest.mark.parametrize("pruner", ["median", "hyperband", "successive-halving", "patient"])
def test_a_pruner_stops_a_hopeless_run_within_the_first_epoch(kept, pruner):
    plan = study(kept, trials=12, pruner=pruner, sampler="random")
    pruned, at = 0, []
    for number in range(12):
        experiment = plan.ask()
        hopeless = number >= 6 and number % 2 == 1
        for done in range(20, 1001, 20):
            loss = 9.0 + 0.01 * done if hopeless else 2.3 - 0.001 * done
            if plan.judge(experiment, progress(done, loss)):
                assert hopeless or pruner in ("hyperband", "successive-halving")
                plan.stopped(experiment, progress(done, loss))
                pruned += hopeless
                at.append(done)
                break
        else:
            plan.tell(answer(experiment))
    assert pruned >= (
        1 if pruner == "hyperband" else 3
    )  # hyperband splits the trials into brackets
    assert max(at) < 1000
    kinds = {t.state for t in plan.study.trials}
    assert kinds == {TrialState.COMPLETE, TrialState.PRUNED}
    assert plan.ask() is None


def test_intermediate_values_are_the_running_loss_at_tenths_negated_where_more_is_better(kept):
    plan = study(kept, trials=1, pruner="median")
    experiment = plan.ask()
    for epoch in (1, 2):
        for done in range(50, 1001, 50):
            assert not plan.judge(experiment, progress(done, 4.0 if done % 100 else 2.0, epoch))
        plan.judge(experiment, progress(1000, math.nan, epoch, "test"))
    (trial,) = plan.study.trials
    assert trial.intermediate_values == dict.fromkeys(range(1, 2 * MARKS + 1), -3.0)


def test_a_loss_that_is_not_finite_is_the_worst_one(kept):
    plan = study(kept, trials=1, pruner="median", objective="test_loss")
    experiment = plan.ask()
    plan.judge(experiment, progress(100, math.inf))
    assert plan.study.trials[0].intermediate_values == {1: 100.0}


def test_a_pruner_without_training_is_refused(kept):
    with pytest.raises(UsageError, match="there is none"):
        study(kept, pruner="median", fixed={"epochs": 0})


def test_an_experiment_that_kills_its_worker_is_tried_three_times(kept):
    plan = study(kept, trials=1)
    for again in (True, True, False):
        experiment = plan.ask()
        assert plan.lost(experiment, "killed") is again
    plan.tell(answer(experiment, "error"))
    assert states(plan) == [TrialState.FAIL]
    assert plan.ask() is None


def test_importance_finds_the_field_that_matters(kept):
    drive(
        study(kept, trials=60, sampler="random"),
        lambda e: answer(e, first_epoch_accuracy=1 / (1 + e.multiplier)),
    )
    found = summarize(load("s", kept))
    assert sum(found.importance.values()) == pytest.approx(1)
    assert max(found.importance, key=found.importance.get) == "multiplier"
    assert summarize(study(kept, "new").study).importance == {}


def test_what_needs_a_package_that_is_not_there_says_so(kept, monkeypatch):
    plan = study(kept, trials=2)
    monkeypatch.setattr("resweep.plans.study_summary.find_spec", lambda name: None)
    with pytest.raises(MissingError, match="pip install scikit-learn"):
        summarize(plan.study, "fanova")
    monkeypatch.setattr("resweep.plans.study_samplers.find_spec", lambda name: None)
    for sampler, package in (("cmaes", "cmaes"), ("gp", "scipy"), ("qmc", "scipy")):
        with pytest.raises(MissingError, match=f"pip install {package}"):
            study(kept, "other", sampler=sampler)


def test_a_dashboard_is_told_the_name_of_the_objective(kept):
    assert study(kept).study.metric_names == ["first_epoch_accuracy"]
