"""CSV keeps every digit, Markdown keeps its columns."""

import csv
import io
import math
import shutil
import subprocess

import pytest

from resweep.analysis.compare import compare, comparisons
from resweep.report.export.latex import latex
from resweep.report.export.markdown import markdown
from resweep.report.export.wide import comparisons_csv, runs_csv
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.runs import runs_table


def read(write, records):
    stream = io.StringIO()
    write(records, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue())))


def test_runs_keep_full_precision(make, paper):
    third = make("he", 4, 1 / 3)
    rows = read(runs_csv, [*paper, third])
    assert float(rows[-1]["final_accuracy"]) == 1 / 3
    assert rows[0]["backward_growth"] == "inf"
    assert rows[0]["final_accuracy"] == ""
    assert rows[0]["detail"] == "forward of block 83, step 0"
    assert rows[0]["dataset_fingerprint"] == "c58f30108f718f92"
    assert [row["key"] for row in rows] == [o.experiment.key for o in (*paper, third)]
    assert read(runs_csv, []) == []


def test_comparisons_are_one_line_an_arm(paper):
    he, scaled, _ = read(comparisons_csv, comparisons(paper))
    summary = comparisons(paper)[0].arms[1]
    assert (he["arm"], he["status_exploded"], he["difference_to"], he["std"]) == ("he", "2", "", "")
    assert float(scaled["mean"]) == summary.mean
    assert float(scaled["difference_mean"]) == summary.difference.mean
    assert (scaled["scheme"], scaled["status_ok"], scaled["dataset"]) == (
        "depth-scaled",
        "3",
        "cifar10",
    )


def test_control_characters_and_bars_do_no_harm(make):
    odd = make("he", 0, math.nan, "error", detail="a,b\n\x1b[0m|c")
    assert read(runs_csv, [odd])[0]["detail"] == r"a,b\n\x1b[0m|c"
    lines = markdown(comparison_table(compare([("he|<b>", [odd])]))).splitlines()
    assert any(line.startswith(r"| he\|\<b> |") for line in lines)


def test_markdown(paper, snapshot):
    assert markdown(comparison_table(comparisons(paper)[0])) == snapshot(name="comparison")
    assert markdown(runs_table(paper)) == snapshot(name="runs")
    assert markdown(runs_table([])) == "no runs: resweep run makes one\n\n"


HOSTILE = r"50%_of {a} & b # $x$ ~ ^ \ < > | \" ± – ² δ ∂ ‖ · √ ≥ Δ × é 中 \input{x}"


def hostile():
    columns = (Column("arm", justify="left"), Column("mean\n± sd_1"), Column("d"))
    rows = tuple(
        (Cell(text), Cell("-1.41e-4"), Cell("[-0.5, -1e+09]"))
        for text in (HOSTILE, "he:lr=1e-05", "a-1")
    )
    return Sheet(HOSTILE, columns, rows, HOSTILE, (HOSTILE,))


def test_latex_escapes_every_mark_and_sets_numbers():
    text = latex(hostile())
    assert (
        r"50\%\_of \{a\} \& b \# \$x\$ \textasciitilde{} \textasciicircum{} \textbackslash{} "
        in text
    )
    assert r"$\pm$ -- $^2$ $\delta$" in text
    assert r"\u4e2d" not in text
    assert r"\textbackslash{}u4e2d" in text
    assert r"\input" not in text
    assert r"& $-1.41\times 10^{-4}$ & [$-$0.5, $-1\times 10^{+09}$] \\" in text
    assert "he:lr=1e-05 & " in text
    assert "a-1 & " in text
    assert r"\shortstack[r]{mean \\ $\pm$ sd\_1}" in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex is installed")
def test_latex_compiles_with_the_packages_it_names(tmp_path, paper, make):
    sheets = [hostile(), comparison_table(comparisons(paper)[0]), runs_table(paper), runs_table([])]
    body = "\n".join(map(latex, sheets))
    packages = next(line for line in body.splitlines() if line.startswith("%")).removeprefix("% ")
    (tmp_path / "t.tex").write_text(
        f"\\documentclass{{article}}{packages}\\begin{{document}}{body}\\end{{document}}"
    )
    words = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "t.tex"]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=120
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull \\hbox" not in done.stdout
