"""The site: its commands are run, what the tutorial shows is what they print, and it builds."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import fmean

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
SMALLER = {"--seeds 2": "--seeds 1"}


def run(page, folder):
    """Run the commands of a page one after the other; what all of them printed."""
    text = (ROOT / "docs" / page).read_text()
    commands = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    for whole, part in SMALLER.items():
        commands = commands.replace(whole, part)
    here = f'resweep() {{ {shlex.quote(sys.executable)} -m resweep "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-e", "-c", here + commands],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr, text


def bare(line):
    """A line without its numbers, which differ from machine to machine."""
    return re.sub(r"[-+]?\d[\d.e]*", "#", line)


def test_the_tutorial_shows_what_its_commands_print(tmp_path):
    printed, text = run("tutorial.md", tmp_path)
    found = {bare(line) for line in printed.splitlines()}
    shown = "".join(re.findall(r"```text\n(.*?)```", text, re.DOTALL)).splitlines()
    assert len(shown) > 5
    assert {bare(line) for line in shown} <= found
    assert (tmp_path / "report.html").exists()


def test_the_tutorials_numbers_are_those_of_the_stored_runs():
    """docs/tutorial.json holds the four runs that its first command stored."""
    text = (ROOT / "docs" / "tutorial.md").read_text()
    stored = json.loads((ROOT / "docs" / "tutorial.json").read_text())
    assert stored["command"] in text
    shown = re.findall(r"\] (\S+) seed (\d): (\S+)  accuracy ([\d.]+)", text)
    kept = []
    for run in stored["runs"]:
        accuracy = f"{run['metrics']['first_epoch_accuracy']:.3f}"
        kept.append((run["scheme"], str(run["seed"]), run["status"], accuracy))
    assert shown == kept
    means = {}
    for scheme in ("he", "depth-scaled"):
        of_arm = [run["metrics"] for run in stored["runs"] if run["scheme"] == scheme]
        means[scheme] = {name: fmean(m[name] for m in of_arm) for name in of_arm[0]}
    he = means["he"]
    assert (
        f"forward 10^{he['log10_forward_growth']:.1f}, "
        f"backward 10^{he['log10_backward_growth']:.1f}, "
        f"gradient ratio 10^{he['log10_grad_norm_ratio']:.1f}"
    ) in text
    assert round(he["log10_forward_growth"]) == 8  # "eight orders of magnitude"
    assert round(he["first_epoch_accuracy"], 1) == 0.1  # "one in ten images is right"
    assert round(means["depth-scaled"]["log10_forward_growth"]) == 1  # "tenfold"
    assert round(means["depth-scaled"]["first_epoch_accuracy"], 1) == 0.6  # "six in ten"


def test_the_commands_for_data_of_ones_own(tmp_path):
    for split in ("train", "test"):
        for label, kind in enumerate(("cat", "dog")):
            home = tmp_path / "data" / split / kind
            home.mkdir(parents=True)
            for n in range(8):
                color = (100 * label + n, 40, 90)
                Image.new("RGB", (32, 32), color).save(home / f"{n}.png")
    printed, _ = run("how-to-data.md", tmp_path)
    assert "folder" in printed


def test_the_commands_for_a_figure(tmp_path):
    _, text = run("how-to-figure.md", tmp_path)
    assert "tabular" in (tmp_path / "table.tex").read_text()
    assert list((tmp_path / "figures").glob("*.pdf"))
    if shutil.which("pdflatex"):
        document = re.search(r"```latex\n(.*?)```", text, re.DOTALL)[1]
        (tmp_path / "paper.tex").write_text(document)
        words = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "paper.tex"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, errors="replace")
        assert done.returncode == 0, done.stdout[-2000:]
        assert "Overfull" not in done.stdout


def test_the_commands_and_the_code_for_a_notebook(tmp_path, monkeypatch, capsys):
    _, text = run("how-to-notebook.md", tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], {})
    assert "ok [" in capsys.readouterr().out


def test_the_site_builds_without_a_warning_and_without_the_network(tmp_path):
    pytest.importorskip("mkdocs")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    words = (tmp_path / "site" / "glossary" / "index.html").read_text()
    assert "trapped" in words
    home = (tmp_path / "site" / "index.html").read_text()
    assert not re.findall(r'(?:src|href)="https?://[^"]*\.(?:js|css|woff2?)', home)
