import os
from pathlib import Path

import pytest

from resweep.errors import MissingError, UsageError
from resweep.plans.sweep_file import define, digest, read

SWEEPS = sorted((Path(__file__).parents[2] / "sweeps").rglob("*.toml"))


def write(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("path", SWEEPS, ids=lambda p: p.name)
def test_every_sweep_of_the_project_reads(path):
    definition = read(path)
    assert definition.name == path.stem
    if definition.search is None:
        assert len(definition.experiments()) == definition.size > 0


def test_figure_3_has_nine_he_networks():
    cells = read(next(p for p in SWEEPS if p.name == "fig3.toml")).experiments()
    assert [c.seed for c in cells] == list(range(9))
    assert {(c.scheme, c.blocks, c.epochs, c.block) for c in cells} == {("he", 100, 20, "residual")}


def test_axes_multiply_with_the_last_fastest_and_grids_follow_each_other(tmp_path):
    text = "[fixed]\nblocks = 3\n[[grid]]\nc = [0.5, 1.0]\nseed = [0, 1]\n[[grid]]\nscheme = 'he'\n"
    cells = read(write(tmp_path, text)).experiments()
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
        ("[[grid]]\nc = []\n", "grid 1: c has no value"),
        ("[[grid]]\nc = '0..1:log3'\n", "grid 1: c=0..1:log3: a logarithmic range"),
        ("[[grid]]\nblocks = [1, 'two']\n", "grid 1: blocks=two"),
        (
            "[[grid]]\nc = '0.1..1:lin1001'\nblocks = '1..10000:lin1000'\n",
            "1,001,000 cells .* --max-cells 1001000",
        ),
        ("grid = [1]\n", "grid 1 is not a table"),
        ("name = 3\n", "name=3"),
        ("name = ''\n", "name=''"),
        ("[report]\nmetrics = 'x'\n", "did you mean 'metric'"),
        ("[report]\nrows = 'depth'\n", "unknown field 'depth': did you mean 'blocks'?"),
        ("[report]\ntitle = 3\n", "report.title=3"),
        ("report = 'x'\n", "write \\[report\\] once"),
        ("[[grid]]\nc = [1.0]\n[search]\ntrials = 3\n", "either"),
        ("[search]\nc = '1..2'\n", "key of \\[search\\]"),
        ("[fixed]\nscheme = 'he'\n[[grid]]\nc = [1.0, 2.0]\n", "no effect"),
        ("[fixed]\nc = 1.0\n[[grid]]\nc = [1.0]\n", "both fixed and an axis"),
        ("[grid]\nc = [1.0]\n", "double brackets"),
        ("c = [", "is not TOML"),
        ("", "defines no sweep"),
        ("# nothing yet\n", "defines no sweep"),
        ("[report]\ntitle = 'x'\n", "defines no sweep"),
        ("[[grid]]\nc = [0.5, true]\n", "grid 1: c=True"),
        ("[fixed]\nblocks = true\n", "blocks=True: input should be a valid integer"),
        ("[fixed]\nblocks = 1979-05-27\n", "blocks=1979-05-27"),
        ("[[grid]]\nc = '0..1:lin99999999999'\n", "grid 1: c=.* at most 1,000,000 values"),
        ("[[grid]]\nseed = '0..39999:lin40000'\n", "40,000 cells .* --max-cells 40000"),
        ("[fixed]\nseed = " + "9" * 5000, "is not TOML: .*digits"),
        ("[fixed]\nc = '" + "9" * 5000 + "'", "c=inf: .*finite"),
        ("c = " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("c" + ".a" * 3000 + " = 1", "c stands outside the tables|nested too deeply"),
        ("[search]\ntrials = true\n[search.ranges]\nc = '1..2'\n", "search.trials=True"),
        ("[search]\ntrials = 1000000000000\n[search.ranges]\nc = '1..2'\n", "search.trials="),
        ("[search]\n[search.ranges]\nc = [1, true]\n", "range of c: .*valid number"),
        ("[search]\n[search.ranges]\nc = [[1], [2]]\n", "range of c: .*valid number"),
        ("[search]\n[search.ranges]\nc = [1, '1.0']\n", "different values"),
        ("[search]\n[search.ranges]\nblocks = '4..٩'\n", "two whole numbers"),
        ("#" * 2**20 + "\n", "more than 1,048,576 bytes"),
    ],
)
def test_faults_name_the_file_and_the_fix(tmp_path, text, message):
    with pytest.raises(UsageError, match=message) as fault:
        read(write(tmp_path, text)).experiments()
    assert "mine.toml" in str(fault.value)
    assert "\n" not in str(fault.value)
    assert len(str(fault.value).replace(str(tmp_path), "")) < 400


def test_a_file_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(MissingError, match=r"none\.toml"):
        read(tmp_path / "none.toml")


@pytest.mark.parametrize("kind", ["fifo", "device", "null", "folder"])
def test_what_is_no_regular_file_is_not_read(tmp_path, kind):
    places = {"device": Path("/dev/zero"), "null": Path("/dev/null"), "folder": tmp_path}
    place = places.get(kind, tmp_path / "fifo.toml")
    if kind == "fifo":
        os.mkfifo(place)
    with pytest.raises((UsageError, MissingError), match=r"is not a file|Is a directory"):
        read(place)


def test_a_byte_order_mark_is_no_part_of_a_sweep_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf[fixed]\nblocks = 3\n")
    assert [e.blocks for e in read(path).experiments()] == [3]
    path.write_bytes("[fixed]\nblocks = 3\n".encode("utf-16"))
    with pytest.raises(UsageError, match="is not TOML"):
        read(path)


def test_a_definition_keeps_its_name_axes_and_report(tmp_path):
    text = "name = 'deep'\n[[grid]]\nc = '1..4:log3'\n[report]\nmetric = 'train_loss'\nrows = 'c'\n"
    definition = read(write(tmp_path, text))
    assert definition.name == "deep"
    assert definition.to_json() == {
        "recipe": "flattened",
        "fixed": {},
        "grid": [{"c": [1.0, 2.0, 4.0]}],
        "report": {"metric": "train_loss", "rows": "c"},
    }


def test_repeated_cells_are_one_cell():
    assert len(define({"grid": [{"seed": [0, 1]}, {"seed": [1, 2]}]}).experiments()) == 3


def test_the_digest_sees_the_cells_and_not_their_spelling():
    one = define({"fixed": {"blocks": 3}, "grid": [{"c": [1, 2, 4]}]})
    same = define({"grid": [{"blocks": [3], "c": "1..4:log3"}], "report": {"title": "x"}})
    other = define({"fixed": {"blocks": 3}, "grid": [{"c": [1, 2, 5]}]})
    assert digest(one.experiments()) == digest(same.experiments()) != digest(other.experiments())


def test_a_search_is_read_beside_the_fixed_fields():
    found = define(
        {"fixed": {"blocks": 3}, "search": {"trials": 4, "ranges": {"c": "0.1..10:log"}}}
    )
    assert found.search.trials == 4
