"""One way to say lists, in every command with Experiment flags."""

import pytest

from resweep.arms import parse
from resweep.cli.flags import Fields
from resweep.cli.running import lists
from resweep.cli.running.arms import everywhere
from resweep.errors import UsageError


@pytest.mark.parametrize("texts", [["0", "1", "2"], ["0,1", "2"], ["0..2"], ["0", "1..2"]])
def test_commas_ranges_and_repeated_flags_mean_the_same(texts):
    assert lists.values(Fields(seed=texts)) == {"seed": [0, 1, 2]}


def test_the_last_flag_varies_fastest_and_nothing_is_run_twice():
    found = lists.experiments(Fields(blocks=["5,10"], seed=["0", "0..1"]))
    assert [(e.blocks, e.seed) for e in found] == [(5, 0), (5, 1), (10, 0), (10, 1)]


def test_seeds_are_said_once():
    assert lists.seeds(None, None) == [0, 1, 2]
    assert lists.seeds(2, None) == [0, 1]
    assert lists.seeds(None, [4, 7]) == [4, 7]
    with pytest.raises(UsageError, match="drop one"):
        lists.seeds(2, [4])


def test_arms_are_compared_at_every_value_and_c_goes_to_those_that_read_it():
    arms = [parse("he"), parse("depth-scaled")]
    found = everywhere(arms, {"blocks": [2, 4], "c": [0.5, 2.0]}, [0, 1], None)
    settings = [(label, e[0].blocks, e[0].c) for label, e in found]
    assert sorted(settings) == [
        ("depth-scaled", 2, 0.5),
        ("depth-scaled", 2, 2),
        ("depth-scaled", 4, 0.5),
        ("depth-scaled", 4, 2),
        ("he", 2, 1),
        ("he", 4, 1),
    ]
    assert all([e.seed for e in of_arm] == [0, 1] for _, of_arm in found)


@pytest.mark.parametrize(
    ("command", "runs"),
    [
        (("run", "--scheme", "he,depth-scaled", "--c", "1,2", "--seed", "0..1"), "6 runs"),
        (("compare", "he", "depth-scaled", "--c", "1,2", "--seed", "0..1"), "6 runs"),
        (("sweep", "--scheme", "he,depth-scaled", "--c", "1", "--c", "2", "--seed", "0,1"), "6 c"),
        (("boundary", "he", "bn", "--lr", "1e-4,1e-3", "--seed", "0..1"), "8 bisections"),
        (("study", "--c", "0.5..4:log4", "--trials", "3"), "study"),
    ],
)
def test_every_command_reads_them(resweep, command, runs):
    told = resweep(*command, "--dataset", "synthetic", "--dry-run")
    assert (told.code, runs in told.out) == (0, True), told


def test_what_cannot_matter_without_training_is_dropped_with_a_note(resweep):
    words = ("--dataset", "synthetic", "--blocks", "2", "--dry-run", "--epochs", "0")
    told = resweep("run", *words, "--lr", "0.1", "--train-size", "64")
    note = "note: without training (--epochs 0) --train-size, --lr cannot matter: dropped\n"
    assert told.err == note
    assert told.out == resweep("run", *words).out
    assert resweep("run", *words, "--lr", "0.1", "-q").err == ""
    assert resweep("compare", "he:lr=0.1", *words).code == 2
