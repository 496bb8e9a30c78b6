"""Recipes fill in what is left open, and only that; keys know nothing of them."""

import pytest

from resweep.errors import UsageError
from resweep.experiment import Experiment
from resweep.plans import recipes
from resweep.plans.recipes import RECIPES, completed, default
from tests.samples import refusal

WHOSE = ("block", "blocks", "scheme", "c", "multiplier", "seed", "dataset", "epochs", "train_size")


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_recipe_is_an_experiment_and_says_nothing_of_the_initialization(name):
    e = Experiment.parse(**completed(name, {})).resolve("cifar10", 50_000)
    assert {field: getattr(e, field) for field in RECIPES[name]} == RECIPES[name]
    assert not RECIPES[name].keys() & set(WHOSE)


def test_the_first_recipe_adds_nothing_so_that_its_keys_are_those_of_earlier_runs():
    assert completed("pooled", {"blocks": 3}) == {"blocks": 3}


def test_what_is_set_stands():
    fields = completed("paper", {"head": "gap", "lr": "1e-4", "blocks": "5"})
    assert (fields["head"], fields["lr"], fields["blocks"]) == ("gap", "1e-4", "5")
    assert fields["conv_bias"] is True


def test_a_rate_belongs_to_its_optimizer():
    assert completed("he-2015", {})["momentum"] == 0.9
    assert "lr" in completed("he-2015", {"optimizer": "sgd"})
    other = completed("he-2015", {"optimizer": "adam"})
    assert not {"lr", "momentum", "weight_decay"} & set(other)
    assert Experiment.parse(**other).augment == "flip-crop"
    searched = completed("he-2015", {}, also=("optimizer",))
    assert not {"optimizer", "lr", "momentum"} & set(searched)


@pytest.mark.parametrize("epochs", [0, "0", " 0 "])
def test_probes_alone_take_only_what_the_network_has(epochs):
    fields = completed("paper", {"epochs": epochs})
    assert set(fields) == {"epochs", "head", "head_init", "conv_bias", "pixels"}
    Experiment.parse(**fields)


def test_what_is_set_later_is_left_open():
    assert "head" not in completed("paper", {}, also=("head",))


def test_an_unknown_recipe_is_refused_with_its_nearest():
    assert "did you mean 'paper'" in refusal(UsageError, completed, "papr", {})


def test_another_default_is_one_name(monkeypatch):
    monkeypatch.setattr(recipes, "DEFAULT", "paper")
    assert Experiment.parse(**completed(None, {})).head == "flatten"
    assert default("batch_size") == 32
    assert default("blocks") == 100
    assert Experiment.parse(**completed("pooled", {})) == Experiment()
