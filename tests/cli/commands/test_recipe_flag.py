"""`--recipe NAME` in every command that takes fields."""

import pytest

from resweep.plans import recipes

TINY = ("--dataset", "synthetic", "--blocks", "2", "--channels", "4", "--kernel", "3")
PAPER = "head=flatten head_init=glorot conv_bias=True"


@pytest.mark.parametrize(
    "words",
    [
        ("run", *TINY),
        ("compare", "he", "depth-scaled", *TINY),
        ("sweep", *TINY, "--c", "1,2"),
        ("study", *TINY, "--c", "0.1..10:log"),
    ],
)
def test_a_dry_run_shows_what_the_recipe_sets(resweep, words, monkeypatch):
    monkeypatch.setattr("resweep.cli.running.estimate.estimate", lambda *_: "")
    assert PAPER in resweep(*words, "--dry-run", "--recipe", "paper").out
    assert "head=flatten" in resweep(*words, "--dry-run").out
    assert "head" not in resweep(*words, "--dry-run", "--recipe", "pooled").out
    assert "head=gap" not in resweep(*words, "--dry-run", "--recipe", "paper", "--head", "gap").out
    assert resweep(*words, "--dry-run", "--recipe", "").code == 2
    refused = resweep(*words, "--dry-run", "--recipe", "none")
    assert (refused.code, refused.out) == (2, "")
    assert "unknown recipe 'none': known: paper" in refused.err.replace("did you mean", "")


def test_a_run_stores_fields_and_no_recipe(resweep):
    words = ("run", *TINY, "--train-size", "64", "--test-size", "64")
    run = resweep(*words, "--recipe", "paper", "--json").json()
    assert run["experiment"]["head"] == "flatten"
    assert run["experiment"]["lr"] == 1e-3
    assert "recipe" not in run["experiment"]
    spelled = "--head flatten --head-init glorot --conv-bias true --pixels unit --batch-size 32"
    again = resweep(*words, *spelled.split(), "--lr", "1e-3", "--dry-run")
    assert "1 stored, 0 to measure" in again.out


def test_probes_alone_take_a_recipe_too(resweep):
    run = resweep("run", *TINY, "--recipe", "paper", "--epochs", "0", "--json").json()
    assert (run["experiment"]["pixels"], run["experiment"]["batch_size"]) == ("unit", 128)


def test_theory_and_boundaries_take_it(resweep):
    told = resweep(
        "predict", *TINY, "--block", "residual-bn", "--scheme", "he", "--recipe", "paper"
    )
    assert "pixels in [0, 1]" in told.out
    words = ("boundary", "he", *TINY, "--seeds", "1", "--dry-run")
    assert resweep(*words, "--recipe", "paper").code == 0
    assert resweep(*words, "--recipe", "none").code == 2


def test_a_file_names_its_recipe_and_a_flag_replaces_it(resweep, tmp_path, monkeypatch):
    monkeypatch.setattr("resweep.cli.running.estimate.estimate", lambda *_: "")
    file = tmp_path / "mine.toml"
    fixed = "[fixed]\ndataset = 'synthetic'\nblocks = 2\nhead_init = 'zero'\n"
    file.write_text(f"recipe = 'paper'\n{fixed}")
    assert "head=flatten head_init=zero conv_bias=True" in resweep("sweep", file, "--dry-run").out
    out = resweep("sweep", file, "--dry-run", "--recipe", "flattened").out
    assert "head=flatten head_init=zero" in out
    assert "conv_bias" not in out
    file.write_text(f"recipe = 'papr'\n{fixed}")
    refused = resweep("sweep", file, "--dry-run")
    assert refused.code == 2
    assert f"{file}: unknown recipe 'papr': did you mean 'paper'?" in refused.err


def test_help_names_the_values_of_the_default_recipe(resweep, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert "paper, pooled, flattened, he-2015 (default flattened)" in resweep("run", "--help").out
    assert recipes.DEFAULT == "flattened"
