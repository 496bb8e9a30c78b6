import json
import math

import pytest

from tests.cli.conftest import SMALL


def numbers(run):
    """Everything measured, without what depends on the clock."""
    timed = ("seconds", "images_per_second", "train_images_per_second", "peak_memory")
    metrics = {k: v for k, v in run["metrics"].items() if k not in timed}
    curve = [
        {k: v for k, v in e.items() if k not in ("seconds", "train_seconds")} for e in run["curve"]
    ]
    return metrics, run["profiles"], curve


def test_json_has_the_shape_that_other_programs_read(resweep):
    done = resweep("run", *SMALL, "--json")
    assert done.code == 0
    run = done.json()
    assert set(run) >= {
        "key",
        "status",
        "experiment",
        "metrics",
        "profiles",
        "prediction",
        "curve",
        "provenance",
    }
    assert run["status"] == "ok"
    experiment = run["experiment"]
    assert (experiment["dataset"], experiment["train_size"], experiment["precision"]) == (
        "synthetic",
        256,
        "float32",
    )
    assert isinstance(experiment["lr"], float)
    for name in (
        "forward_second_moment",
        "forward_mean",
        "forward_variance",
        "backward_second_moment",
    ):
        assert len(run["profiles"][name]) == 3
    assert len(run["profiles"]["grad_norm"]) == len(run["profiles"]["log10_grad_norm"]) == 2
    assert run["profiles"]["backward_second_moment"][2] == 1.0
    assert (
        len(run["prediction"]["forward_second_moment"])
        == len(run["prediction"]["backward_second_moment"])
        == 3
    )
    assert {"paper_forward_growth", "paper_backward_growth"} <= set(run["prediction"])
    metrics = run["metrics"]
    assert {
        "first_epoch_accuracy",
        "final_accuracy",
        "train_loss",
        "initial_loss",
        "forward_growth",
        "backward_growth",
        "grad_norm_ratio",
        "seconds",
        "images_per_second",
        "train_images_per_second",
    } <= set(metrics)
    assert metrics["train_images_per_second"] > metrics["images_per_second"]
    profiles = run["profiles"]
    assert metrics["forward_growth"] == pytest.approx(
        profiles["forward_second_moment"][2] / profiles["forward_second_moment"][0]
    )
    assert metrics["grad_norm_ratio"] == pytest.approx(
        profiles["grad_norm"][0] / profiles["grad_norm"][1]
    )
    assert profiles["log10_grad_norm"] == pytest.approx(
        [math.log10(g) for g in profiles["grad_norm"]]
    )
    assert set(run["curve"][0]) == {
        "epoch",
        "train_loss",
        "test_loss",
        "test_accuracy",
        "seconds",
        "train_seconds",
    }
    assert run["curve"][0]["train_seconds"] < run["curve"][0]["seconds"]
    assert run["curve"][0]["test_accuracy"] == metrics["first_epoch_accuracy"]
    assert len(run["provenance"]["dataset_fingerprint"]) == 64


def test_the_prediction_starts_from_what_was_measured(resweep):
    run = resweep(
        "run", "--dataset", "synthetic", "--blocks", "2", "--epochs", "0", "--json"
    ).json()
    assert run["prediction"]["forward_second_moment"][0] == pytest.approx(
        run["profiles"]["forward_second_moment"][0]
    )
    assert run["curve"] == []
    assert "first_epoch_accuracy" not in run["metrics"]


def test_two_runs_of_one_experiment_are_identical_and_another_seed_differs(resweep):
    first = resweep("run", *SMALL, "--json").json()
    again = resweep("run", *SMALL, "--json", "--rerun").json()
    other = resweep("run", *SMALL, "--json", "--seed", "1").json()
    assert numbers(first) == numbers(again)
    assert first["key"] == again["key"] != other["key"]
    assert numbers(first) != numbers(other)


def test_a_stored_run_is_answered_without_measuring(resweep, monkeypatch):
    first = resweep("run", *SMALL, "--json")
    monkeypatch.setattr("resweep.lab.worker.laboratory", lambda *_: pytest.fail("measured again"))
    again = resweep("run", *SMALL, "--json")
    assert again.code == 0
    assert again.json() == first.json()


def test_repeated_flags_make_several_runs(resweep):
    done = resweep(
        "run", *SMALL, "--c", "0.5", "--c", "1", "--seed", "0", "--seed", "1", "--json", "-q"
    )
    runs = done.json()
    assert [(r["experiment"]["c"], r["experiment"]["seed"]) for r in runs] == [
        (0.5, 0),
        (0.5, 1),
        (1.0, 0),
        (1.0, 1),
    ]
    assert done.err == ""


def test_an_exploded_network_is_a_result(resweep):
    done = resweep("run", *SMALL, "--scheme", "he", "--multiplier", "1e60", "--json")
    assert done.code == 0
    run = done.json()
    assert run["status"] == "exploded"
    assert "step 0" in run["detail"]
    assert "inf" in json.dumps(run["profiles"])
    assert run["curve"] == []


def test_training_that_diverges_is_exploded_and_says_where(resweep):
    run = resweep("run", *SMALL[:-2], "--optimizer", "sgd", "--lr", "1e30", "--json").json()
    assert run["status"] == "exploded"
    assert "epoch 1, step 2" in run["detail"]


def test_tables_name_the_verdict_and_set_prediction_beside_measurement(resweep):
    done = resweep("run", *SMALL)
    assert done.code == 0
    assert done.out.startswith("ok:")
    assert "forward predicted" in done.out
    assert "loading torch" in done.err


def test_dry_run_plans_and_writes_nothing(resweep, tmp_path):
    done = resweep("run", *SMALL, "--c", "0.5", "--c", "1", "--dry-run")
    assert done.code == 0
    assert done.out.startswith("2 runs on synthetic")
    assert list(tmp_path.iterdir()) == []


def test_a_defect_while_measuring_is_an_error_that_is_kept(resweep, monkeypatch):
    monkeypatch.setattr("resweep.lab.drawn.initialize", lambda *_: 1 / 0)
    done = resweep("run", *SMALL)
    assert done.code == 1
    assert "ZeroDivisionError" in done.err
    several = resweep("run", *SMALL, "--seed", "1", "--seed", "2")
    assert several.code == 3
    monkeypatch.undo()


def test_the_papers_network_runs_with_a_hundred_blocks(resweep):
    run = resweep(
        "run",
        "--dataset",
        "synthetic",
        "--blocks",
        "100",
        "--c",
        "1.0",
        "--train-size",
        "256",
        "--json",
    ).json()
    assert run["status"] in ("ok", "undecided")  # two steps
    assert len(run["profiles"]["grad_norm"]) == 100
    assert len(run["profiles"]["forward_second_moment"]) == 101
    growth = run["metrics"]["forward_growth"]
    predicted = run["prediction"]["forward_second_moment"]
    assert growth > 100  # the ReLU means accumulate: e^(1/2) would be the paper's own figure
    assert 0.3 < growth / (predicted[-1] / predicted[0]) < 3
