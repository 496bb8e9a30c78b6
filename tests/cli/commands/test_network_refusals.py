"""An argument that a factory does not take is a usage mistake: nothing is run, made or stored."""

import pytest

NEVER = """
raise SystemExit("it ran")
def net(depth=2, *, width): ...
def free(**anything): ...
"""
NET = ("--network", "net.py:net", "--dataset", "synthetic", "--arg", "width=4")
COMMANDS = [
    ("run",),
    ("run", "--dry-run"),
    ("run", "--executor", "processes", "--workers", "2"),
    ("compare", "he", "depth-scaled"),
    ("sweep", "--seed", "0,1"),
    ("study", "--multiplier", "0.5..2:log"),
    ("boundary", "he"),
]


@pytest.fixture
def source(tmp_path):
    (tmp_path / "net.py").write_text(NEVER)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_wrong_name_is_refused_by_every_command_before_anything_runs(resweep, source, command):
    done = resweep(*command, *NET, "--arg", "depht=3,4")
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert line == "error: network net.py:net takes no argument 'depht': did you mean 'depth'?"
    assert [file.name for file in source.iterdir()] == ["net.py"]


def test_every_cell_of_a_sweep_file_is_looked_at(resweep, source):
    (source / "mine.toml").write_text(
        '[fixed]\nnetwork = "net.py:net"\ndataset = "synthetic"\n'
        '[[grid]]\narguments = ["width=4", "width=4,depht=3"]\n'
    )
    done = resweep("sweep", "mine.toml")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "did you mean 'depth'?" in done.err
    assert not (source / "resweep.db").exists()


def test_what_has_no_default_is_asked_for(resweep, source):
    done = resweep("run", "--network", "net.py:net", "--dataset", "synthetic")
    assert done.code == 2
    assert "network net.py:net needs width: add --arg width=VALUE" in done.err
    assert not (source / "resweep.db").exists()


def test_a_factory_of_any_arguments_takes_them(resweep, source):
    free = ("--network", "net.py:free", "--dataset", "synthetic", "--arg", "whatever=3")
    assert resweep("run", *free, "--dry-run").code == 0


def test_the_source_is_asked_where_its_file_does_not_tell(resweep, source):
    (source / "mine.py").write_text("from functools import cache\n@cache\ndef net(depth): ...\n")
    mine = ("--network", "mine.py:net", "--dataset", "synthetic", "--dry-run")
    assert "did you mean 'depth'?" in resweep("run", *mine, "--arg", "dept=3").err
    assert "has no 'nett': did you mean 'net'?" in resweep("run", *mine[:1], "mine.py:nett").err
    assert resweep("run", *mine, "--arg", "depth=3").code == 0


def test_a_model_of_a_library_is_asked_too(resweep):
    words = ("--network", "torchvision:resnet18", "--dataset", "synthetic", "--dry-run")
    done = resweep("run", *words, "--arg", "width_per_grp=3")
    assert done.code == 2
    assert "takes no argument 'width_per_grp': did you mean 'width_per_group'?" in done.err
