"""Every command that README's "Use" and the pages show is one that the program takes.

Commands of minutes or hours are asked what they would do (`--dry-run`), or their flags are read;
the rest is run as it stands, one after the other, as a reader would.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALL = "--dataset synthetic --blocks 2 --channels 4 --kernel 3 --train-size 128 --test-size 100"
README = (ROOT / "README.md").read_text()
USE = README[README.index("## Use") : README.index("## In a container")]
LINE = re.compile(r"^    (resweep .*?)(?:\s{3,}.*)?$", re.MULTILINE)
# How a command of the list is asked where it would take long: what is added to it.
ASKED = {"run": " --dry-run --dataset synthetic", "sweep": " --dry-run"}
ASKED["compare"] = ASKED["run"]
NOT_RUN = ("resweep bench", "resweep study", "resweep boundary")  # minutes; their flags are read


def listed():
    """The commands of the list, two on a line where it has two."""
    for line in LINE.findall(USE):
        yield from (part.strip() for part in re.split(r"\s{3,}(?=resweep)", line))
    for line in re.findall(r"^    resweep .*$", USE, re.MULTILINE):
        yield from re.findall(r"\s{3,}(resweep (?:ls|rm KEY|doctor))", line)


COMMANDS = sorted(set(listed()))


def resweep(words, folder):
    return subprocess.run(
        [sys.executable, "-m", "resweep", *shlex.split(words)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HOME": str(folder)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a store of two runs, and the key of one."""
    home = tmp_path_factory.mktemp("use")
    done = resweep(f"compare he depth-scaled --seeds 1 {SMALL}", home)
    assert done.returncode == 0, done.stderr
    return home


def test_the_list_is_read():
    assert len(COMMANDS) >= 20
    assert {"resweep ls", "resweep doctor", "resweep rm KEY"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_readme_is_taken(command, folder):
    words = command.removeprefix("resweep ")
    name = words.split()[0]
    if command.startswith(NOT_RUN):
        flags = set(re.findall(r"--[a-z-]+", words))
        page = resweep(f"{name} --help", folder)
        assert page.returncode == 0
        assert all(flag in page.stdout for flag in flags)
        return
    if "KEY" in words:
        key = re.search(r"^[0-9a-f]{8}", resweep("ls", folder).stdout, re.MULTILINE)[0]
        words = words.replace("KEY", f"{key} --yes" if name == "rm" else key)
    if name == "export":
        words = words.replace("runs.parquet", "runs.csv")
    done = resweep(words + ASKED.get(name, ""), folder)
    assert done.returncode == 0, (words, done.stderr)
