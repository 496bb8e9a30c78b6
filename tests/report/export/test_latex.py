"""LaTeX: every mark escaped, numbers set as numbers, and a document that compiles."""

import re
import shutil
import subprocess

import pytest

from resweep.analysis.compare import comparisons
from resweep.cli.output.answered import Answered
from resweep.report.export.latex import latex
from resweep.report.sheet import Cell, Column, Sheet
from resweep.report.tables.arms import comparison_table
from resweep.report.tables.brief import brief_table
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
    assert r"& $-1.41\times 10^{-4}$ & [$-$0.5, $-1\times 10^{+09}$] \tabularnewline" in text
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


def test_a_table_for_a_paper_is_labelled_grouped_and_not_shrunk(make):
    runs = [
        make(arm, s, 0.3 + s / 100, blocks=b)
        for b in (6, 12)
        for arm in ("he", "bn")
        for s in (0, 1)
    ]
    runs += [make("depth-scaled:c=0.0172", s, 0.4 + s / 100, blocks=6) for s in (0, 1)]
    (comparison,) = comparisons(runs)
    text = latex(brief_table(comparison, Answered(comparison).answer, printed=True))
    assert "\\resizebox" not in text
    assert "\\label{tab:final-accuracy-by-arm-on-cifar10-c58f3010}" in text
    assert text.count("\\midrule\n\\multicolumn{6}") == 2
    assert "\\begin{table*}" in text
    assert "\ndepth-scaled:c=0.0172 &" in text, "there is room"


def test_long_texts_are_broken_where_that_makes_a_table_fit():
    long = tuple((Cell("depth-scaled:c=0.0172190722"), Cell(f"0.{n}")) for n in range(3))
    columns = (Column("arm", fold=True, justify="left"), Column("mean"))
    assert "raggedright" not in latex(Sheet("t", columns, long))
    more = (*columns, *(Column(f"{n}") for n in range(4)))
    rows = tuple((*row, *(Cell("0.123 0.456") for _ in range(4))) for row in long)
    text = latex(Sheet("t", more, rows))
    assert "\\raggedright depth-scaled:\\allowbreak{}c=0.0172190722 &" in text or "table*" in text


def searched(make, count=12):
    """The table for a paper of what a random search drew: the last column's texts are broken."""
    runs = []
    for i in range(count):
        arm = f"depth-scaled:c={0.123456 * 1.3**i!r},multiplier={2.3456789 / 1.2**i!r}"
        runs.append(make(arm, 0, 0.3 + i / 99, blocks=4 + i // 3))
    (comparison,) = comparisons(runs)
    return brief_table(comparison, Answered(comparison).answer, printed=True)


def many(make, arms, blocks=(6,)):
    """The table for a paper of `arms` scales at each of some depths, two runs of each."""
    runs = []
    for depth in blocks:
        for i in range(arms):
            scale = 0.0234 * 1.07**i
            runs += [
                make(f"depth-scaled:c={scale!r}", s, 0.3 + s / 99, blocks=depth) for s in (0, 1)
            ]
    (comparison,) = comparisons(runs)
    return brief_table(comparison, Answered(comparison).answer, printed=True)


def test_a_table_of_many_rows_comes_in_parts_with_the_header_and_one_number(make):
    text = latex(many(make, 90))
    parts = text.split("\\caption{")[1:]
    assert len(parts) == 3
    assert [part.count("\\toprule") for part in parts] == [1, 1, 1]
    assert text.count("\\label{") == 1
    assert text.count("(continued)}") == 2
    assert text.count("\\addtocounter{table}{-1}") == 2
    rows = [part.count("depth-scaled:c=") for part in parts]
    assert sum(rows) == 90
    assert max(rows) - min(rows) <= 6, "parts are about as long"
    assert ["\\par\\smallskip" in part for part in parts] == [False, False, True]
    assert latex(many(make, 20)).count("\\caption{") == 1


def test_a_part_that_begins_within_a_group_has_its_heading(make):
    text = latex(many(make, 50, blocks=(6, 12)))
    later = text.split("\\caption{")[2:]
    first = [re.search(r"\\emph\{(.*?)\}", part)[1] for part in later]
    assert first[0] == "blocks=6: 50 of 50 succeed (continued)"
    assert first[1] == "blocks=12: 50 of 50 succeed (continued)"


ENOUGH = r"""\documentclass[twocolumn]{article}
\usepackage[textwidth=6.75in,columnsep=0.25in]{geometry}
"""


def compiled(folder, text):
    """What pdflatex says of a document, which it must be able to set."""
    (folder / "t.tex").write_text(text)
    words = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "t.tex"]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, errors="replace", timeout=120
    )
    assert done.returncode == 0, done.stdout[-2000:]
    return done.stdout


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex is installed")
@pytest.mark.parametrize(("arms", "blocks"), [(90, (6,)), (30, (6, 12, 24)), (400, (6,))])
def test_a_long_table_stays_within_the_page_and_the_column(tmp_path, make, arms, blocks):
    body = latex(many(make, arms, blocks))
    assert "resizebox" not in body
    packages = "\\usepackage{booktabs}"
    said = compiled(tmp_path, f"{ENOUGH}{packages}\\begin{{document}}{body}\\end{{document}}")
    assert "Overfull" not in said
    assert "Float too large" not in said


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex is installed")
def test_texts_are_broken_in_the_last_column_too(tmp_path, make):
    body = latex(searched(make))
    assert re.search(r"& \\raggedright [^&]*\\tabularnewline", body)
    packages = "\\usepackage{booktabs}"
    said = compiled(tmp_path, f"{ENOUGH}{packages}\\begin{{document}}{body}\\end{{document}}")
    assert "Overfull \\hbox" not in said


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex is installed")
def test_latex_compiles_with_the_packages_it_names(tmp_path, paper, make):
    sheets = [
        hostile(),
        bracketed(),
        comparison_table(comparisons(paper)[0]),
        brief_table(comparisons(paper)[0], Answered(comparisons(paper)[0]).answer, printed=True),
        runs_table(paper),
        runs_table([]),
    ]
    body = "\n".join(map(latex, sheets))
    named = [line for line in body.splitlines() if line.startswith("% ")]
    packages = max(named, key=len).removeprefix("% ")
    said = compiled(tmp_path, f"{ENOUGH}{packages}\\begin{{document}}{body}\\end{{document}}")
    assert "Overfull \\hbox" not in said
