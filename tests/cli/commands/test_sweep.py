"""`resweep sweep`: from a file or flags, stopped and resumed, refused before anything runs."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FIXED = "[fixed]\nblocks = 1\nchannels = 4\nkernel = 3\ntrain_size = 128\ndataset = 'synthetic'\n"
FLAGS = (
    "--dataset",
    "synthetic",
    "--blocks",
    "1",
    "--channels",
    "4",
    "--kernel",
    "3",
    "--train-size",
    "128",
)


def write(tmp_path, text, name="s.toml"):
    (tmp_path / name).write_text(text)
    return name


def test_a_sweep_runs_each_cell_once_and_a_larger_one_under_another_name_runs_what_is_new(
    resweep, tmp_path
):
    file = write(tmp_path, FIXED + "[[grid]]\nseed = [0, 1]\n")
    first = resweep("sweep", file)
    assert first.code == 0
    assert first.err.count("seed") == 2
    again = resweep("sweep", file)
    assert "2 of 2 cells of s stored already" in again.err
    assert again.out == first.out
    write(tmp_path, FIXED + "[[grid]]\nseed = [0, 1, 2]\n")
    refused = resweep("sweep", file)
    assert (refused.code, refused.out) == (2, "")
    assert "sweep 's' with other content" in refused.err
    larger = resweep("sweep", file, "--name", "larger", "--json")
    assert len(larger.json()) == 3
    assert "2 of 3 cells of larger stored already" in larger.err
    assert [
        (s["name"], s["cells"]["done"]) for s in resweep("sweep", "--list", "--json").json()
    ] == [
        ("larger", 3),
        ("s", 2),
    ]
    assert "larger" in resweep("sweep", "--list").out


def test_flags_make_the_same_sweep_as_a_file(resweep, tmp_path):
    flags = resweep("sweep", *FLAGS, "--c", "1,2", "--seed", "0", "--name", "s", "--json", "-q")
    assert [r["experiment"]["c"] for r in flags.json()] == [1.0, 2.0]
    file = write(tmp_path, FIXED + "[[grid]]\nc = '1..2:lin2'\n")
    found = resweep("sweep", file, "--json")
    assert found.json() == flags.json()
    assert "2 of 2 cells of s stored already" in found.err


def test_failed_cells_end_with_3_and_are_run_again_when_asked(resweep, monkeypatch):
    words = ("sweep", *FLAGS, "--seed", "0,1,2")
    from resweep.lab.drawn import initialize

    def failing(net, experiment, generator):
        return 1 / (experiment.seed - 1) and initialize(net, experiment, generator)

    monkeypatch.setattr("resweep.lab.drawn.initialize", failing)
    done = resweep(*words)
    assert done.code == 3
    assert "1 cell of sweep-" in done.err
    assert "ZeroDivisionError" in done.err
    assert resweep(*words).code == 3
    monkeypatch.undo()


def test_fail_fast_ends_at_the_first_failure(resweep, monkeypatch):
    monkeypatch.setattr("resweep.lab.drawn.initialize", lambda *_: 1 / 0)
    done = resweep("sweep", *FLAGS, "--seed", "0,1,2", "--fail-fast", "--json")
    assert done.code == 1
    assert len(done.json()) == 1
    monkeypatch.undo()
    assert (
        len(resweep("sweep", *FLAGS, "--seed", "0,1,2", "--rerun", "failed", "--json", "-q").json())
        == 3
    )


def test_dry_run_estimates_from_stored_runs_and_writes_nothing(resweep, tmp_path):
    assert resweep("sweep", *FLAGS, "--seed", "0", "-q").code == 0
    before = (tmp_path / "resweep.db").read_bytes()
    lines = resweep("sweep", *FLAGS, "--seed", "0,1,2", "--name", "x", "--dry-run").out.splitlines()
    assert lines[0].startswith("3 cells of x on synthetic")
    assert lines[0].endswith("1 stored, 2 to measure")
    assert "the mean of 1 stored run of the same shape" in lines[1]
    (run,) = resweep("ls", "--json").json()
    assert [line.split()[1] for line in lines[2:]] == [run["status"], "new", "new"]
    assert (tmp_path / "resweep.db").read_bytes() == before


def test_an_estimate_measures_a_few_steps_where_nothing_is_stored(resweep, tmp_path):
    told = resweep("sweep", *FLAGS, "--c", "1,2", "--dry-run")
    assert told.out.splitlines()[1] == "how long that takes: --estimate times it"
    done = resweep("sweep", *FLAGS, "--c", "1,2", "--estimate")
    assert "measured:" in done.out.splitlines()[1]
    assert "GiB a worker" in done.out
    assert not (tmp_path / "resweep.db").exists()


def test_an_estimate_measures_a_network_that_does_not_explode(resweep):
    done = resweep("sweep", *FLAGS, "--batch-size", "16", "--lr", "1e-3,1e30", "--estimate")
    assert "(measured: 4 steps of 1 of 1 shape)" in done.out.splitlines()[1]


def test_a_name_alone_goes_on_with_the_sweep_and_ends_with_its_arms(resweep):
    begun = resweep("sweep", *FLAGS, "--scheme", "he,depth-scaled", "--c", "1,2", "--name", "q")
    assert begun.code == 0
    assert len(resweep("ls", "--json").json()) == 3
    again = resweep("sweep", "--name", "q")
    assert again.err == "3 of 3 cells of q stored already\n"
    assert again.out == begun.out
    assert "by arm on synthetic" in again.out
    lost = resweep("sweep", "--name", "qq")
    assert (lost.code, "did you mean 'q'?" in lost.err) == (4, True)


BAD = [
    ("[fixed]\nblcks = 3\n", "did you mean 'blocks'"),
    ("[fixed]\nblocks = 'three'\n", "blocks=three"),
    ("[[grid]]\nc = []\n", "c has no value"),
    ("[fixed]\nscheme = 'he'\n[[grid]]\nc = [0.5, 1.0]\n", "no effect on scheme 'he'"),
    ("[[grid]]\nc = '0.1..1:log1000'\nmultiplier = '0.1..1:log1000'\n", "1,000,000 cells"),
    ("[[grid]]\ndataset = ['cifar10', 'synthetic']\n", "a sweep of its own"),
    ("[search]\nranges = {c = '0.1..1:log'}\n", "resweep study"),
]


@pytest.mark.parametrize(("text", "hint"), BAD, ids=[hint for _, hint in BAD])
def test_bad_files_stop_before_anything_runs(resweep, tmp_path, text, hint):
    done = resweep("sweep", write(tmp_path, text))
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert hint in done.err
    assert list(tmp_path.iterdir()) == [tmp_path / "s.toml"]


USAGE = [
    (("sweep",), "nothing to sweep"),
    (("sweep", "s.toml", "--c", "1"), "drop --c"),
    (("sweep", "--c", "0..1:log3"), "above 0"),
    (("sweep", "--c", "1,,2"), "no value"),
    (("sweep", "--rerun", "some", "--c", "1,2"), "failed"),
    (("sweep", "--c", "1,2", "--workers", "2"), "--executor processes"),
    (("sweep", "--executor", "threads", "--c", "1,2"), "processes"),
]


@pytest.mark.parametrize(("words", "hint"), USAGE, ids=[hint for _, hint in USAGE])
def test_bad_flags_stop_before_anything_runs(resweep, tmp_path, words, hint):
    done = resweep(*words)
    assert (done.code, done.out) == (2, "")
    assert hint in done.err
    assert list(tmp_path.iterdir()) == []
