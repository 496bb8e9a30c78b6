"""`resweep study` as a user calls it, and killed as an accident would."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from wsgiref.util import setup_testing_defaults

import pytest

SEARCH = ("--c", "0.1..10:log", "--blocks", "1..3", "--multiplier", "0.25..4:log")
FIXED = (
    "--dataset",
    "synthetic",
    "--channels",
    "4",
    "--kernel",
    "3",
    "--train-size",
    "64",
    "--lr",
    "0.02",
)


def test_a_study_is_told_printed_and_gone_on_with_by_name(resweep, tmp_path):
    done = resweep(
        "study", *SEARCH, *FIXED, "--trials", "3", "--sampler", "random", "--name", "s", "--json"
    )
    assert done.code == 0, done.err
    found = done.json()
    assert (found["name"], found["metric"], found["direction"]) == (
        "s",
        "first_epoch_accuracy",
        "maximize",
    )
    assert found["states"] == {"complete": 3}
    assert set(found["trials"][0]["params"]) == {"c", "blocks", "multiplier"}
    runs = {run["key"]: run for run in resweep("report", "--json").json()["runs"]}
    for trial in found["trials"]:
        run = runs[trial["key"]]
        assert trial["value"] == run["metrics"]["first_epoch_accuracy"]
        assert trial["params"] == {name: run["experiment"][name] for name in trial["params"]}
    again = resweep(
        "study", *SEARCH, *FIXED, "--trials", "4", "--sampler", "random", "--name", "s", "--json"
    )
    assert "[4/4] depth-scaled:blocks=" in again.err
    assert again.json()["trials"][:3] == found["trials"]
    assert again.json()["states"] == {"complete": 4}
    drawn = resweep("report", "--figures", "figures")
    assert "study-s" in drawn.err
    assert (tmp_path / "figures" / "study-s" / "study-s-history.pdf").exists()
    read = resweep("study", "--importance", "s")
    assert read.code == 0
    assert "study s: maximize first_epoch_accuracy; 4 complete" in read.out
    assert "importance" in read.out
    other = resweep("study", *SEARCH, *FIXED, "--sampler", "tpe", "--name", "s")
    assert other.code == 2
    assert "exists with another definition (sampler: random there, tpe here)" in other.err


def test_a_file_says_the_same_as_flags(resweep, tmp_path):
    (tmp_path / "s.toml").write_text(
        "[fixed]\ndataset = 'synthetic'\nchannels = 4\n"
        "[search]\ntrials = 7\n[search.ranges]\nc = '1..2'\n"
    )
    done = resweep("study", "s.toml", "--dry-run")
    assert done.code == 0
    assert "study s: 7 trials in total by tpe, pruner none" in done.out
    assert "c in 1..2" in done.out
    assert resweep("study", "s.toml", "--trials", "9", "--dry-run").out.startswith(
        "study s: 9 trials"
    )
    assert not (tmp_path / "resweep.db").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "needs ranges"),
        (("--c", "2..1"), 2, "must rise"),
        (("--c", "1..2", "--scheme", "he"), 2, "no effect anywhere"),
        (("--c", "1..2", "--sampler", "grid"), 2, "tpe"),
        (("--c", "1..2", "--constraint", "growth<=1"), 2, "unknown metric"),
        (("--c", "1..2", "--pruner", "median", "--epochs", "0"), 2, "there is none"),
        (("--c", "1..2", "--train-size", "10..10000000"), 2, "more than the"),
        (("nothing.toml",), 4, "cannot read nothing.toml"),
        (("grid.toml",), 2, "run it with resweep sweep grid.toml"),
        (("bad.toml",), 2, "bad.toml: unknown key of [search] 'samplr'"),
        (("--importance", "s"), 4, "no store"),
        (("--importance", "s", "--trials", "3"), 2, "only reads"),
    ],
)
def test_what_cannot_be_studied_stops_before_anything_runs(
    resweep, tmp_path, monkeypatch, words, code, message
):
    monkeypatch.setattr("resweep.cli.running.drive.drive", lambda *_: pytest.fail("ran"))
    (tmp_path / "grid.toml").write_text("[[grid]]\nseed = [0, 1]\n")
    (tmp_path / "bad.toml").write_text("[search]\nsamplr = 'tpe'\n[search.ranges]\nc = '1..2'\n")
    done = resweep(
        "study",
        *words,
        *([] if ".toml" in "".join(words) or "--importance" in words else FIXED[:2]),
    )
    assert (done.code, message in done.err) == (code, True), done.err
    assert done.err.count("\n") == 1


def test_a_store_without_studies_says_so(resweep):
    assert resweep("run", *FIXED, "--blocks", "1", "-q").code == 0
    for flag in ("--importance", "--name"):
        done = resweep("study", flag, "s")
        assert done.code == 4
        assert "holds no study" in done.err


def test_a_study_goes_on_by_its_name_alone_and_a_wrong_name_gets_the_nearest(resweep):
    begun = ("study", *FIXED, "--blocks", "1", "--epochs", "0", "--c", "0.5..2:log")
    begun += ("--objective", "forward_growth", "--sampler", "random", "--name", "wide", "-q")
    assert resweep(*begun, "--trials", "2").code == 0
    done = resweep("study", "--name", "wide", "--trials", "3", "-q", "--json")
    assert done.code == 0, done.err
    assert [trial["number"] for trial in done.json()["trials"]] == [0, 1, 2]
    assert done.json()["definition"]["sampler"] == "random"
    for flag, code in (("--importance", 2), ("--name", 4)):
        wrong = resweep("study", flag, "widde")
        assert (wrong.code, wrong.err.count("\n")) == (code, 1)
        assert "unknown study 'widde': did you mean 'wide'?" in wrong.err


def trials(path):
    """(state, experiment key) of every trial, read beside whoever writes."""
    query = (
        "SELECT t.state, a.value_json FROM trials t LEFT JOIN trial_user_attributes a "
        "ON a.trial_id = t.trial_id AND a.key = 'key' ORDER BY t.number"
    )
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as connection:
        return [(state, json.loads(key or "null")) for state, key in connection.execute(query)]


def finished(path):
    try:
        return sum(state == "COMPLETE" for state, _ in trials(path))
    except sqlite3.OperationalError:  # not there yet
        return 0


def test_a_driver_killed_again_and_again_ends_with_every_trial_once(tmp_path):
    words = [*SEARCH, *FIXED, "--trials", "12", "--sampler", "random", "--name", "s", "--json"]
    command = [sys.executable, "-m", "resweep", "study", *words]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RESWEEP_")} | {
        "OMP_NUM_THREADS": "1"
    }
    store = tmp_path / "resweep.db"
    for more in (1, 4):
        driver = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        )
        wanted = finished(store) + more
        while driver.poll() is None and finished(store) < wanted:
            time.sleep(0.02)
        driver.send_signal(signal.SIGKILL)
        assert driver.wait() == -signal.SIGKILL
    before = [key for state, key in trials(store) if state == "COMPLETE"]
    assert 5 <= len(before) < 12
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [t["state"] for t in found["trials"] if t["state"] != "fail"] == ["complete"] * 12
    keys = [t["key"] for t in found["trials"] if t["state"] == "complete"]
    assert set(before) <= set(keys)
    assert len(set(keys)) == 12
    with sqlite3.connect(store) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT key) FROM runs").fetchone() == (
            12,
            12,
        )
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_dashboard_lists_the_study(resweep, tmp_path):
    dashboard = pytest.importorskip("optuna_dashboard", reason="optuna-dashboard is not installed")
    assert resweep("study", *SEARCH, *FIXED, "--trials", "1", "--name", "seen", "-q").code == 0
    application = dashboard.wsgi(f"sqlite:///{tmp_path / 'resweep.db'}")
    request = {"PATH_INFO": "/api/studies"}
    setup_testing_defaults(request)
    answered = []
    body = b"".join(
        application(request, lambda status, headers, fault=None: answered.append(status))
    )
    assert answered == ["200 OK"]
    assert [s["study_name"] for s in json.loads(body)["study_summaries"]] == ["seen"]
