"""The image as far as it can be held without Docker: hadolint, and what its steps name is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text()


def test_hadolint_has_nothing_to_say():
    beside = Path(sys.executable).with_name("hadolint")
    tool = str(beside) if beside.exists() else shutil.which("hadolint")
    if tool is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run([tool, str(ROOT / "Dockerfile")], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_is_there_and_holds_all_that_an_installation_reads():
    copied = set()
    for line in re.findall(r"^COPY (?!--from)(.*)$", TEXT, re.MULTILINE):
        copied |= set(line.split()[:-1])
    assert all((ROOT / name).exists() for name in copied)
    assert {"pyproject.toml", "setup.py", "src", "sweeps", "resweep", "README.md"} <= copied


def test_a_shell_step_is_one_that_a_shell_can_read():
    for step in re.findall(r"^RUN ((?:.*\\\n)*.*)$", TEXT, re.MULTILINE):
        done = subprocess.run(["sh", "-n", "-c", step], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_what_a_run_writes_lies_in_the_volume():
    volume = re.search(r"^VOLUME (.*)$", TEXT, re.MULTILINE)[1]
    for name in ("HOME", "XDG_CACHE_HOME", "WORKDIR"):
        assert re.search(rf"\b{name}[ =]{volume}\b", TEXT), name
