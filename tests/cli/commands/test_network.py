"""`--network` in the commands: keys, axes, refusals, workers, and what a report says."""

import json

import pytest

SOURCE = """
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x):
        return x + self.norm(self.conv(x).relu())


def net(depth=2, width=4, num_classes=10):
    if depth < 1:
        raise ValueError("depth is too small")
    blocks = [Block(width) for _ in range(depth)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, num_classes)]
    return nn.Sequential(nn.Conv2d(3, width, 3, stride=4), *blocks, *head)
"""
SMALL = [
    "--dataset",
    "synthetic",
    "--train-size",
    "128",
    "--test-size",
    "100",
    "--network",
    "net.py:net",
]


@pytest.fixture
def users(resweep, tmp_path):
    (tmp_path / "net.py").write_text(SOURCE)
    return resweep


def test_arms_are_compared_on_a_users_network_and_answered_from_the_store(users):
    words = ["compare", "he", "depth-scaled", "zero-gamma", *SMALL, "--seeds", "2"]
    done = users(*words, "--json")
    assert done.code == 0, done.err
    arms = done.json()["arms"]
    assert [arm["arm"] for arm in arms] == ["he", "depth-scaled", "zero-gamma"]
    assert all(arm["n"] == 2 for arm in arms)
    experiment = done.json()["runs"][0]["experiment"]
    assert experiment["network"].startswith("net.py:net@")
    assert experiment["blocks"] == 2
    again = users(*words, "--dry-run")
    assert "6 stored, 0 to measure" in again.out
    report = users("report", "--md", "--wide")
    assert "zero-gamma" in report.out
    assert "channels=" not in report.out
    assert "theory knows the built-in network's blocks" in report.out


def test_arguments_are_axes_of_a_sweep_and_an_edited_file_is_another_experiment(users, tmp_path):
    words = ["sweep", *SMALL, "--arg", "depth=1,3", "--arg", "width=4", "--scheme", "own"]
    words += ["--executor", "processes", "--workers", "1"]
    assert users(*words, "--json").code == 0
    listed = json.loads(users("ls", "--json").out)
    found = {run["experiment"]["arguments"]: run["experiment"]["blocks"] for run in listed}
    assert found == {"depth=1,width=4": 1, "depth=3,width=4": 3}
    (tmp_path / "net.py").write_text(SOURCE + "\n# edited\n")
    assert "0 stored" in users(*words, "--dry-run").out


def test_a_sweep_file_has_a_table_of_arguments(users, tmp_path):
    (tmp_path / "mine.toml").write_text(
        "[fixed]\nnetwork = 'net.py:net'\nepochs = 0\ndataset = 'synthetic'\n"
        "[[grid]]\nscheme = ['own', 'he']\narguments.depth = [1, 2]\narguments.width = 4\n"
    )
    done = users("sweep", "mine.toml", "--json")
    assert done.code == 0, done.err
    assert len(done.json()) == 4
    cells = users("export", "runs.csv")
    assert cells.code == 0
    assert "depth=2,width=4" in (tmp_path / "runs.csv").read_text()


def test_a_study_draws_arguments_and_a_boundary_goes_along_them(users):
    study = users("study", *SMALL, "--arg", "depth=1,2", "--scheme", "he", "--trials", "2")
    assert study.code == 0, study.err
    words = ["boundary", "he", *SMALL, "--along", "arguments", "--arg", "depth=1,2", "--seeds", "1"]
    done = users(*words, "--range", "0.5..2", "--resolution", "0.5", "--json")
    assert done.code == 0, done.err
    assert [w["arguments"] for w in done.json()["windows"]] == ["depth=1", "depth=2"]


def test_a_network_that_cannot_be_built_is_a_failed_cell_and_the_others_go_on(users):
    done = users("sweep", *SMALL, "--arg", "depth=0,1")
    assert done.code == 3
    said = "failed: net.py:net(depth=0, num_classes=10) fails: ValueError: depth is too small"
    assert said in done.err  # and no name of our own class of errors


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--kernel", "3"], 2, "kernel=3 has no effect on network net.py:net"),
        (["--blocks", "9"], 2, "blocks=9 has no effect on network net.py:net"),
        (["--scheme", "nf"], 2, "scheme 'nf' changes what blocks compute"),
        (["--arg", "depth"], 2, "write --arg NAME=VALUE"),
        (["--kernel-path", "reference"], 2, "drop --kernel-path"),
    ],
)
def test_what_does_not_apply_is_refused_in_one_line(users, words, code, said):
    done = users("run", *SMALL, *words)
    assert done.code == code
    assert said in done.err
    assert len(done.err.strip().splitlines()) <= 2


GROWTH = "log10_forward_growth"
IN_PLACE = """
class InPlace(Block):
    def forward(self, x):
        x += self.norm(self.conv(x.relu()))
        return x


def adding(depth=2):
    return nn.Sequential(net(0 + depth)[0], *[InPlace(4) for _ in range(depth)], *net(1)[-3:])
"""


def test_a_stream_that_is_written_in_place_is_refused_in_one_line(users, tmp_path):
    (tmp_path / "net.py").write_text(SOURCE + IN_PLACE)
    done = users("run", *SMALL[:-1], "net.py:adding")
    assert done.code in (1, 2)
    assert "write x = x + f(x) in place of x += f(x)" in done.err
    assert "Traceback" not in done.err
    seen = users("inspect", "net.py:adding")  # it reads each state before it is overwritten
    assert seen.code == 0, seen.err
    assert "2 blocks, its residual sums" in seen.out


LAW = """
\"\"\"Root depth: Var[w] = c/(n sqrt L).\"\"\"


def variance(site, *, c):
    return c / (site.fan_in * site.blocks**0.5)
"""


def test_a_scheme_of_ones_own_draws_a_network_of_ones_own(users, tmp_path):
    (tmp_path / "laws.py").write_text(LAW.strip())
    done = users("run", *SMALL, "--arg", "depth=4", "--scheme", "laws.py", "--c", "2", "--json")
    assert done.code == 0, done.err
    experiment = done.json()["experiment"]
    assert experiment["scheme"].startswith("laws.py@")
    assert experiment["network"].startswith("net.py:net@")
    law = users("inspect", "net.py:net", "--arg", "depth=4", "--scheme", "laws.py", "--json").json()
    writing = [p["n_var"] for p in law["parameters"] if p["writes"]]
    assert writing == pytest.approx([1 / 4**0.5] * 4, rel=0.4)  # 144 values each
    compared = users("compare", "laws.py", "he", *SMALL, "--json")
    assert compared.code == 0, compared.err


def test_other_refusals(users):
    assert users("run", "--arg", "depth=3").code == 2
    assert users("run", "--network", "none.py:net").code == 4
    assert users("run", "--scheme", "own", "--dataset", "synthetic").code == 2
    refused = users("compare", "bn", "he", *SMALL)
    assert refused.code == 2
    assert "arm 'bn' is a block form" in refused.err


def test_modules_that_are_named_are_measured_as_the_blocks(users, tmp_path):
    words = ("run", *SMALL, "--arg", "depth=3", "--epochs", "0", "--json")
    whole = users(*words).json()
    named = users(*words, "--blocks-at", "2", "--blocks-at", "1").json()
    assert named["experiment"]["blocks_at"] == "1 2"
    assert (named["experiment"]["blocks"], whole["experiment"]["blocks"]) == (2, 3)
    assert named["key"] != whole["key"]
    # the blocks are sums and modules at once: states and last weights are the same
    for name in ("forward_second_moment", "grad_norm"):
        series, all_blocks = named["profiles"][name], whole["profiles"][name]
        assert series == pytest.approx(all_blocks[: len(series)])
    inner = users(*words, "--blocks-at", "?.conv", "--scheme", "he").json()
    assert inner["experiment"]["blocks"] == 3
    # schemes follow the sums, whatever is measured
    assert inner["metrics"]["initial_loss"] == pytest.approx(
        users(*words, "--scheme", "he").json()["metrics"]["initial_loss"]
    )
    # of the modules that one glob matches the outermost are meant
    outer = users(*words, "--blocks-at", "[12]*").json()
    assert outer["profiles"] == named["profiles"]
    again = users(*words, "--blocks-at", "1,2")
    assert "stored" in again.err
    (tmp_path / "named.toml").write_text(
        '[fixed]\nnetwork = "net.py:net"\nblocks_at = ["1", "2"]\ndataset = "synthetic"\n'
        'epochs = 0\n[[grid]]\narguments = { depth = [2, 3] }\nscheme = "own"\n'
    )
    assert users("sweep", "named.toml").code == 0
    runs = users("report", "--runs", "--json", "--where", "blocks_at = '1 2'").json()
    assert {run["experiment"]["arguments"] for run in runs} == {"depth=2", "depth=3"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((*SMALL, "--blocks-at", "layer*"), 2, "called matches layer*: there are 0, 1, 1.conv, 1."),
        ((*SMALL, "--blocks-at", "1,1.conv"), 2, "1.conv lies in 1"),
        ((*SMALL, "--blocks-at", "3"), 2, "3 has no weight"),
        ((*SMALL, "--blocks-at", "a;b"), 2, "is no glob"),
        (("--blocks-at", "1"), 2, "no effect on the built-in network"),
    ],
)
def test_modules_that_cannot_be_measured_are_refused(users, words, code, said):
    done = users("run", *words)
    assert done.code == code
    assert said in done.err.splitlines()[-1]
    assert users("ls").code == 4 or "no runs" in users("ls").out


def test_named_modules_go_through_compare_study_and_boundary(users):
    # the second block alone, named by its convolution
    named = (*SMALL, "--blocks-at", "2.conv", "--epochs", "0", "-q", "--json")
    compared = users("compare", "he", "depth-scaled", *named, "--seeds", "2", "--metric", GROWTH)
    assert compared.code == 0, compared.err
    runs = {run["key"]: run for run in compared.json()["runs"]}
    assert {run["experiment"]["blocks"] for run in runs.values()} == {1}
    (he,) = [arm for arm in compared.json()["arms"] if arm["arm"] == "he"]
    grown = [r["metrics"][GROWTH] for r in runs.values() if r["experiment"]["scheme"] == "he"]
    assert he["mean"] == pytest.approx(sum(grown) / 2)
    ranged = ("--scheme", "he", "--multiplier", "0.5..2:log", "--trials", "2")
    study = users("study", *named, *ranged, "--objective", GROWTH)
    assert study.code == 0, study.err
    assert len(study.json()["trials"]) == 2
    trained = (*SMALL, "--blocks-at", "2.conv", "-q", "--json", "--seeds", "1")
    window = users("boundary", "he", *trained, "--range", "0.5..2", "--resolution", "0.5")
    assert window.code == 0, window.err
    listed = users("ls", "--json").json()
    assert len(listed) >= 4 + 2 + 3
    assert {run["experiment"]["blocks_at"] for run in listed} == {"2.conv"}
    assert {run["experiment"]["blocks"] for run in listed} == {1}


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "he", "depth-scaled"),
        ("study", "--multiplier", "0.5..2:log"),
        ("boundary", "he"),
    ],
    ids=lambda words: words[0],
)
def test_modules_that_there_are_none_of_end_every_command(users, command):
    done = users(*command, *SMALL, "--blocks-at", "layer*")
    assert done.code == 2, done.err
    assert "blocks_at: no module that is called matches layer*" in done.err.splitlines()[-1]
    assert "no runs" in users("ls").out
