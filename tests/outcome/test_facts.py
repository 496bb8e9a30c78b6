"""The facts of planted runs: each rule by itself, and the word that sums them up."""

import math

import pytest

from resweep.experiment import Experiment
from resweep.outcome import Outcome, facts, learning
from resweep.outcome.facts import judged
from tests.samples import arm_outcome, measured


def trained(epochs=1, **fields):
    """A run of 391 steps an epoch."""
    return Experiment(scheme="he", epochs=epochs, **fields).resolve("cifar10", 50_000)


def numbers(**changed):
    """What is measured of a network that is no better than a guess among ten equal classes."""
    return {
        "largest_branch_gradient": 0.1,
        "test_images": 10_000.0,
        "paired_images": 1024.0,
        "majority_share": 0.1,
        "prior_entropy": math.log(10),
        "untrained_test_loss": 2.31,
        "untrained_test_accuracy": 0.1,
        "train_loss": 2.3026,
        "test_loss": 2.3026,
        "final_accuracy": 0.1,
        "gain_over_prior": 0.0,
        "gain_over_prior_stderr": 0.001,
        "gain_over_untrained": 0.0074,
        "gain_over_untrained_stderr": 0.002,
        "newly_right": 80.0,
        "newly_wrong": 80.0,
        "loss_fall": 0.0,
        "loss_fall_stderr": 0.001,
    } | changed


RIGHT = {"final_accuracy": 0.3, "newly_right": 220.0, "newly_wrong": 20.0}
SMALL = {"test_images": 3.0, "paired_images": 3.0, "newly_right": 2.0, "newly_wrong": 0.0}
PLANTED = {
    "vanished": (
        {"largest_branch_gradient": 1e-39},
        {"status": "vanished", "vanished": True, "learned": False},
        "no gradient of the branches reaches the smallest normal number at step 0; accuracy",
    ),
    "a constant guess of a 40 % class": (
        {
            "final_accuracy": 0.4,
            "majority_share": 0.4,
            "prior_entropy": 1.5,
            "test_loss": 1.501,
            "newly_right": 300.0,
            "newly_wrong": 10.0,
        },
        {"status": "trapped", "learned": False},
        "accuracy 0.400 (constant guess 0.400",
    ),
    "2 of 3 right": (
        SMALL | {"final_accuracy": 2 / 3, "test_loss": 0.8, "gain_over_prior": 1.5},
        {"status": "undecided", "learned": None},
        "3 test images are too few (36 are enough)",
    ),
    "a loss of 200 at accuracy 0.11": (
        {"final_accuracy": 0.11, "test_loss": 200.0, "train_loss": 180.0},
        {"status": "trapped", "diverged": True, "learned": False},
        "diverged: loss 180 from 2.31 untrained",
    ),
    "still falling": (
        {"loss_fall": 0.02, "loss_fall_stderr": 0.004},
        {"status": "undecided", "learned": None, "diverged": False},
        "the loss still falls, 0.02 from quarter to quarter; accuracy 0.100",
    ),
    "a loss of 200 that still falls": (
        {"test_loss": 200.0, "train_loss": 300.0, "loss_fall": 90.0, "loss_fall_stderr": 9.0},
        {"status": "undecided", "diverged": True, "learned": None},
        "but it still falls",
    ),
    "at chance after a whole epoch": (
        {},
        {"status": "trapped", "learned": False, "vanished": False, "diverged": False},
        "test loss 2.303 (constant guess 2.303, untrained 2.31)",
    ),
    "more images right": (RIGHT | {"test_loss": 2.9}, {"status": "ok", "learned": True}, ""),
    "more right than a guess but no more than untrained": (
        {"final_accuracy": 0.3, "untrained_test_accuracy": 0.3},
        {"status": "trapped", "learned": False},
        "untrained 0.300",
    ),
    "more right than a guess and than untrained, but no more than another untrained network": (
        {"final_accuracy": 0.2, "newly_right": 120.0, "newly_wrong": 20.0},
        {"status": "undecided", "learned": None},
        "no more than untrained networks reach; accuracy 0.200",
    ),
    "a quarter right at a loss above the prior's": (
        {
            "final_accuracy": 0.25,
            "test_loss": 2.43,
            "test_images": 500.0,
            "paired_images": 500.0,
            "newly_right": 116.0,
            "newly_wrong": 41.0,
        },
        {"status": "ok", "learned": True},
        "",
    ),
    "more right than untrained but no more than a guess": (
        RIGHT | {"final_accuracy": 0.1, "untrained_test_accuracy": 0.05},
        {"status": "trapped", "learned": False},
        "untrained 0.050",
    ),
    "a lower loss": (
        {"test_loss": 2.25, "gain_over_prior": 0.0526, "gain_over_untrained": 0.06},
        {"status": "ok", "learned": True},
        "",
    ),
    "a loss lower than untrained alone": (
        {"gain_over_untrained": 0.5},
        {"status": "trapped", "learned": False},
        "",
    ),
    "a loss lower than the prior's alone": (
        {"test_loss": 2.25, "gain_over_prior": 0.0526, "gain_over_untrained": 0.0},
        {"status": "trapped", "learned": False},
        "",
    ),
    "a lower loss within its error": (
        {
            "test_loss": 2.25,
            "gain_over_prior": 0.0526,
            "gain_over_prior_stderr": 0.02,
            "gain_over_untrained": 0.06,
        },
        {"status": "trapped", "learned": False},
        "",
    ),
    "vanished at step 0 and learned all the same": (
        RIGHT | {"largest_branch_gradient": 0.0},
        {"status": "ok", "learned": True, "vanished": True},
        "",
    ),
    "one class tested": (
        {"majority_share": 1.0, "prior_entropy": 0.0, "final_accuracy": 1.0, "test_loss": 0.0},
        {"status": "undecided", "learned": None},
        "only one class in 10,000 test images",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_run_has_its_facts_and_its_word(planted):
    changed, expected, why = PLANTED[planted]
    found = judged(trained(), numbers(**changed))
    assert {name: getattr(found, name) for name in expected} == expected
    assert why in found.why


def test_exploded_in_epoch_3_of_20():
    partial = {"final_accuracy": 0.4, "train_loss": 1.7, "test_loss": 1.7}
    found = judged(trained(20), partial, "non-finite loss at epoch 3, step 7")
    assert (found.status, found.exploded, found.learned) == ("exploded", True, False)
    assert found.why == "non-finite loss at epoch 3, step 7"


def test_a_few_steps_do_not_make_a_network_trapped():
    few = trained(train_size=12_800 - 128)
    assert learning.steps(few) == 99
    found = judged(few, numbers())
    assert found.status == "undecided"
    assert "99 steps: too few to tell (100 are enough)" in found.why
    assert judged(trained(train_size=12_800), numbers()).status == "trapped"
    assert judged(few, numbers(**RIGHT)).status == "ok"


def test_a_network_that_was_not_trained_is_not_asked_to_learn():
    still = Experiment(scheme="he", epochs=0).resolve("cifar10", 50_000)
    alive, dead = {"largest_branch_gradient": 1.0}, {"largest_branch_gradient": 0.0}
    assert judged(still, alive).to_json() == {
        "exploded": False,
        "vanished": False,
        "diverged": None,
        "learned": None,
    }
    assert (judged(still, alive).status, judged(still, dead).status) == ("ok", "vanished")


def test_a_gradient_subnormal_in_half_precision_is_normal_in_bfloat16():
    small = {"largest_branch_gradient": 1e-6}
    assert facts.has_vanished(small, "float16") is True
    assert facts.has_vanished(small, "bfloat16") is False
    assert facts.has_vanished({}, "float32") is None


def test_the_smallest_normal_numbers_are_those_of_torch():
    import torch

    from resweep.nets.network import DTYPES

    for name, dtype in DTYPES.items():
        assert facts.SMALLEST_NORMAL[name] == torch.finfo(dtype).tiny


def test_undecided_is_written_out():
    found = judged(trained(), numbers(**PLANTED["still falling"][0]))
    assert found.to_json()["learned"] == "undecided"
    run = measured(trained(), "undecided", **numbers(**PLANTED["still falling"][0]))
    assert run.to_json()["facts"] == found.to_json()
    assert run.succeeded is None


def test_a_run_of_an_earlier_version_learned_what_its_status_says():
    earlier = arm_outcome("he", 0, 0.4)
    assert earlier.facts.to_json() == {
        "exploded": False,
        "vanished": None,
        "diverged": None,
        "learned": True,
    }
    assert arm_outcome("he", 0, 0.1, "trapped").facts.learned is False
    assert arm_outcome("he", 0, None, "error").facts is None
    assert Outcome(trained(), "later").facts is None
