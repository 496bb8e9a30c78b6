from pathlib import Path

import pytest

from resweep.errors import MissingError, UsageError
from resweep.plans.sweep_file import read

SWEEPS = sorted((Path(__file__).parents[2] / "sweeps").rglob("*.toml"))


def write(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", SWEEPS, ids=lambda p: p.name)
def test_every_sweep_of_the_project_reads(path):
    cells = read(path)
    assert cells
    assert len(set(cells)) == len(cells)


def test_figure_3_has_nine_he_networks():
    cells = read(next(p for p in SWEEPS if p.name == "fig3.toml"))
    assert [c.seed for c in cells] == list(range(9))
    assert {(c.scheme, c.blocks, c.epochs, c.block) for c in cells} == {("he", 100, 20, "residual")}


def test_axes_multiply_with_the_last_fastest_and_grids_follow_each_other(tmp_path):
    text = "[fixed]\nblocks = 3\n[[grid]]\nc = [0.5, 1.0]\nseed = [0, 1]\n[[grid]]\nscheme = 'he'\n"
    cells = read(write(tmp_path, text))
    assert [(c.scheme, c.c, c.seed) for c in cells] == [
        ("depth-scaled", 0.5, 0),
        ("depth-scaled", 0.5, 1),
        ("depth-scaled", 1.0, 0),
        ("depth-scaled", 1.0, 1),
        ("he", 1.0, 0),
    ]
    assert {c.blocks for c in cells} == {3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[fixd]\n", "did you mean 'fixed'"),
        ("[fixed]\nblcks = 3\n", "did you mean 'blocks'"),
        ("[fixed]\nblocks = 'three'\n", "blocks=three"),
        ("[fixed]\nblocks = [1, 2]\n", "belongs in a \\[\\[grid\\]\\]"),
        ("[[grid]]\nc = []\n", "grid 1, c is an empty list"),
        ("[fixed]\nscheme = 'he'\n[[grid]]\nc = [1.0, 2.0]\n", "no effect"),
        ("[fixed]\nc = 1.0\n[[grid]]\nc = [1.0]\n", "both fixed and an axis"),
        ("[grid]\nc = [1.0]\n", "double brackets"),
        ("c = [", "is not TOML"),
    ],
)
def test_faults_name_the_file_and_the_fix(tmp_path, text, message):
    with pytest.raises(UsageError, match=message) as fault:
        read(write(tmp_path, text))
    assert "mine.toml" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_file_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(MissingError, match=r"none\.toml"):
        read(tmp_path / "none.toml")
