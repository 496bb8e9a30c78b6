import csv
import io

import pytest

from resweep.outcome import Outcome

FLAGS = ("--dataset", "synthetic", "--channels", "4", "--kernel", "3", "--train-size", "64")


@pytest.fixture
def measured(monkeypatch):
    """Networks that train while multiplier x blocks stays below 40; a list of all that ran."""
    runs = []

    def measure(self, experiment, on_progress=None):
        runs.append(experiment)
        ok = experiment.multiplier * experiment.blocks * (1.2 if experiment.seed else 1) < 40
        where = {"dataset_fingerprint": self.source.fingerprint}
        return Outcome(experiment, "ok" if ok else "trapped", {"seconds": 1.0}, provenance=where)

    monkeypatch.setattr("resweep.lab.worker.Measure.__call__", measure)
    return runs


def boundary(resweep, *words):
    return resweep(
        "boundary", "he", "plain", *FLAGS, "--blocks", "2,20", "--seeds", "2", "-q", *words
    )


def test_windows_are_found_printed_and_answered_from_the_store(resweep, measured):
    done = boundary(resweep, "--json")
    assert done.code == 0, done.err
    found = done.json()
    assert [(w["arm"], w["blocks"]) for w in found["windows"]] == [
        ("he", 2),
        ("he", 20),
        ("plain", 2),
        ("plain", 20),
    ]
    for window in found["windows"]:
        assert abs(window["high"] * window["blocks"] / 40 / 1.2**-0.5 - 1) < 0.2
        assert window["low"] == pytest.approx(0.01)
        assert (window["low_bound"], window["high_bound"], window["bound"]) == (True, False, True)
        assert window["high_error"] > 0
    count = len(measured)
    assert len({e.key for e in measured}) == count
    table = boundary(resweep)
    assert len(measured) == count
    assert "trainable multiplier by arm and blocks" in table.out
    assert "<= 0.0100" in table.out
    rows = list(csv.DictReader(io.StringIO(boundary(resweep, "--csv").out)))
    assert [float(r["high"]) for r in rows] == pytest.approx([w["high"] for w in found["windows"]])
    assert boundary(resweep, "--md").out.count("\n|") == 6


def test_a_failed_run_is_no_edge_and_exits_3(resweep, monkeypatch):
    def fail(self, experiment, on_progress=None):
        return Outcome(
            experiment,
            "error",
            provenance={"dataset_fingerprint": self.source.fingerprint},
            detail="x",
        )

    monkeypatch.setattr("resweep.lab.worker.Measure.__call__", fail)
    done = resweep("boundary", "he", *FLAGS, "--blocks", "2", "--seeds", "1", "-q", "--json")
    assert done.code == 3
    assert done.json()["windows"] == []
    assert "no edge is known" in done.err


def test_dry_run_says_what_it_takes_and_writes_nothing(resweep, tmp_path):
    done = boundary(resweep, "--dry-run")
    assert done.code == 0
    assert done.out.startswith("8 bisections of multiplier in 0.01..100 on synthetic")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--range", "1"), "LOW..HIGH"),
        (("--range", "10..1"), "must rise"),
        (("--range", "2..100"), "widen --range"),
        (("--resolution", "9"), "resolution 9"),
        (("--over", "c"), "no effect"),
        (("--multiplier", "2"), "is bisected"),
        (("--along", "seed"), "neither can be set"),
        (("--along", "depth"), "unknown field 'depth'"),
        (("--channels", "8"), "only --along blocks"),
        (("--seed", "1"), "--seed and --seeds 2 both say"),
    ],
)
def test_what_cannot_be_bisected_stops_before_anything_runs(resweep, measured, words, message):
    done = boundary(resweep, *words)
    assert (done.code, message in done.err) == (2, True), done.err
    assert measured == []
