"""Ready sweeps: every file of sweeps/ has a name, from a checkout and from an installation."""

import subprocess
import sys
from pathlib import Path

import pytest

from resweep.errors import UsageError
from resweep.plans import ready, sweep_file

ROOT = Path(__file__).parents[2]


def test_a_ready_sweep_is_found_by_its_name_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sweep_file.read(Path("smoke")).name == "smoke"
    assert ready.find(Path("paper/first_epoch")) == ROOT / "sweeps" / "paper" / "first_epoch.toml"
    (tmp_path / "smoke").write_text('name = "mine"\n[fixed]\nblocks = 2\n')
    assert sweep_file.read(Path("smoke")).name == "mine"


def test_an_unknown_name_gets_the_nearest_or_all(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="unknown sweep 'smoky': did you mean 'smoke'"):
        ready.find(Path("smoky"))
    with pytest.raises(UsageError, match=r"known: c_by_depth, .*smoke"):
        ready.find(Path("qqqqqq"))


def test_a_built_package_has_all_of_them(tmp_path):
    """`build_py` alone, into a folder: no compiler, no network."""
    script = (
        "import sys, setuptools; sys.argv = ['setup.py', 'build_py', '--build-lib', sys.argv[1]];"
        "exec(compile(open('setup.py').read(), 'setup.py', 'exec'))"
    )
    words = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listing = "from resweep.plans import ready; print(*ready.names())"
    words = [sys.executable, "-c", listing]
    found = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env={})
    assert found.stdout.split() == list(ready.names()), found.stderr
    assert (tmp_path / "resweep" / "sweeps" / "paper").is_dir()
