"""The files of sweeps/paper: what they say of themselves holds, and each runs at a reduced size.

What a reduced run left in the store becomes a section of docs/paper.md with its figure.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from resweep.plans import sweep_file

ROOT = Path(__file__).parents[3]
PAPER = ROOT / "sweeps" / "paper"
FILES = sorted(PAPER.glob("*.toml"))
STUDIES = [f for f in FILES if "[search]" in f.read_text()]
SWEEPS = [f for f in FILES if f not in STUDIES]
SMALL = {"dataset": "synthetic", "channels": 4, "kernel": 3, "batch_size": 32}


def header(file):
    lines = file.read_text().partition("\n\n")[0].splitlines()
    assert all(line.startswith("#") for line in lines), "the file begins with its header"
    return " ".join(line.removeprefix("#").strip() for line in lines)


def dashed(value):
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, (int, float, list)) else f'"{value}"'


def table(name, fields):
    lines = [f"{field} = {dashed(value)}" for field, value in fields.items()]
    return "\n".join([name, *lines, ""])


def ends(field, values):
    """The first and the last value of an axis; a single seed, and few blocks."""
    if field == "seed":
        return values[:1]
    if field == "blocks":
        return [1, 2]
    return list(dict.fromkeys([values[0], values[-1]]))


def reduced(definition):
    """The tables of the same file at a size that takes moments."""
    fixed = SMALL | definition.fixed | {"dataset": "synthetic", "channels": 4}
    for field, most in (("blocks", 2), ("epochs", 2)):
        if field in fixed:
            fixed[field] = min(fixed[field], most)
    fixed["kernel"] = min(fixed["kernel"], 3)
    if fixed.get("epochs") == 0:
        del fixed["batch_size"]
    else:
        fixed |= {"train_size": 64, "test_size": 64}
    axes = [{field: ends(field, values) for field, values in g.items()} for g in definition.grid]
    fixed = {field: value for field, value in fixed.items() if not any(field in g for g in axes)}
    recipe = f'recipe = "{definition.recipe}"\n' if definition.recipe else ""
    return recipe + table("[fixed]", fixed) + "".join(table("[[grid]]", g) for g in axes)


def assert_a_page_is_made(folder, name, count):
    """By the second of the two commands: from the store to results, a figure and a page."""
    script = ROOT / "docs" / "make_paper.py"
    made = subprocess.run(
        [sys.executable, script, "--store=sqlite:///resweep.db", "--into", folder],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    page = (folder / "paper.md").read_text()
    assert f"(results/{name}.json): {count} runs" in page
    for figure in re.findall(r"\]\((figures/[^)]*)\)", page):
        assert (folder / figure).read_text().startswith("<?xml")


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_header_says_what_it_answers_and_how_long_it_takes(file):
    text = header(file)
    command = "study" if file in STUDIES else "sweep"
    assert f"resweep {command} sweeps/paper/{file.name}" in text
    assert re.search(r"(about|at most|guessed at) [0-9.]+ (hours|minutes) on 2 cores", text)
    definition = sweep_file.read(file)
    count = re.search(r"([0-9]+) (cells|trials) of", text)
    if file in STUDIES:
        assert int(count[1]) == definition.search.trials
    else:
        assert int(count[1]) == len(definition.experiments())
        assert f"--sweep {file.stem}" in text
        assert definition.report.metric


@pytest.mark.parametrize("file", SWEEPS, ids=lambda f: f.stem)
def test_a_dry_run_lists_its_cells(resweep, file, tmp_path, monkeypatch):
    monkeypatch.setattr("resweep.cli.running.estimate.estimate", lambda *_: "no estimate")
    text = file.read_text().replace("[fixed]\n", '[fixed]\ndataset = "synthetic"\n')
    # the synthetic data have fewer images
    text = re.sub("train_size = [0-9]+", "train_size = 512", text)
    (tmp_path / file.name).write_text(re.sub("test_size = [0-9]+", "test_size = 512", text))
    done = resweep("sweep", file.name, "--dry-run")
    assert done.code == 0, done.err
    count = len(sweep_file.read(file).experiments())
    assert f"{count} cells of {file.stem} on synthetic" in done.out
    assert len(done.out.splitlines()) == count + 2


@pytest.mark.parametrize("file", SWEEPS, ids=lambda f: f.stem)
def test_it_runs_at_a_reduced_size(resweep, file, tmp_path):
    (tmp_path / file.name).write_text(reduced(sweep_file.read(file)))
    done = resweep("sweep", file.name, "--json", "-q")
    assert done.code == 0, done.err
    runs = done.json()
    assert len(runs) == len(sweep_file.read(tmp_path / file.name).experiments())
    assert {run["status"] for run in runs} <= {"ok", "trapped", "undecided", "exploded", "vanished"}
    metric = sweep_file.read(file).report.metric
    assert any(metric in run["metrics"] for run in runs)
    assert resweep("report", "--sweep", file.stem).code == 0
    assert_a_page_is_made(tmp_path, file.stem, len(runs))


@pytest.mark.parametrize("file", STUDIES, ids=lambda f: f.stem)
def test_a_study_is_announced_and_runs_at_a_reduced_size(resweep, file, tmp_path):
    text = re.sub("(train|test)_size = [0-9]+", r"\1_size = 64", file.read_text())
    text = text.replace("blocks = 100", 'blocks = 2\nchannels = 4\nkernel = 3\ndataset="synthetic"')
    (tmp_path / file.name).write_text(text)
    told = resweep("study", file.name, "--dry-run")
    assert told.code == 0, told.err
    assert f"study {file.stem}: 32 trials" in told.out
    summary = resweep("study", file.name, "--trials", "3", "--json", "-q").json()
    assert summary["states"] == {"complete": 3}
    assert_a_page_is_made(tmp_path, file.stem, 3)
