"""LaTeX: every mark escaped, numbers set as numbers, and a document that compiles."""

import shutil
import subprocess

import pytest

from resweep.analysis.compare import comparisons
from resweep.report.export.latex import latex
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.runs import runs_table

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


def bracketed():
    """Lines that begin as the optional argument of the line break before them would."""
    rows = tuple((Cell(text), Cell("1")) for text in ("[a]", "*", "[-0.5, 2]"))
    return Sheet("brackets", (Column("[arm]"), Column("n")), rows, "*", ("[note]", "* note"))


def test_no_line_begins_as_an_argument_of_the_line_break_before_it():
    text = latex(bracketed())
    assert "\n{}[a] & 1" in text
    assert "\n{}* & 1" in text
    assert r"\footnotesize {}* \\ {}[note] \\ {}* note" in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex is installed")
def test_latex_compiles_with_the_packages_it_names(tmp_path, paper, make):
    sheets = [
        hostile(),
        bracketed(),
        comparison_table(comparisons(paper)[0]),
        runs_table(paper),
        runs_table([]),
    ]
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
