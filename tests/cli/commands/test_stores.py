"""`export`, `rm`, `db copy|merge` and the words of `report`, on stores made without torch."""

import csv
import io
import json
import math

import pytest

from resweep.store import Store
from tests.samples import outcome


@pytest.fixture
def filled(resweep, tmp_path):
    """Three seeds of he at two multipliers and three depths; the larger multiplier explodes."""
    with Store.open(f"sqlite:///{tmp_path / 'resweep.db'}") as store:
        for blocks in (5, 10, 20):
            for multiplier in (0.5, 1.0, 2.0):
                for seed in range(3):
                    status = "exploded" if multiplier == 2 else "ok"
                    made = outcome(
                        seed,
                        scheme="he",
                        blocks=blocks,
                        multiplier=multiplier,
                        status=status,
                        epochs=1,
                    )
                    made.metrics["forward_growth"] = 10 ** (
                        0.1 * blocks + math.log10(multiplier) + seed / 100
                    )
                    store.save(made)
    return resweep


def test_an_export_has_every_number_of_every_run(filled, tmp_path):
    rows = list(csv.DictReader(io.StringIO(filled("export").out)))
    made = outcome(1, scheme="he", blocks=10, multiplier=0.5)
    of_run = [row for row in rows if row["run"] == made.experiment.key]
    found = {(row["kind"], row["name"], row["index"]): row["value"] for row in of_run}
    assert float(found["metric", "final_accuracy", ""]) == made.metrics["final_accuracy"]
    assert float(found["metric", "initial_loss", ""]) == math.inf
    assert float(found["profile", "grad_norm", "10"]) == made.profiles["grad_norm"][-1]
    assert float(found["curve", "test_loss", "2"]) == made.curve[1].test_loss
    lines = [json.loads(line) for line in filled("export", "--format", "jsonl").out.splitlines()]
    assert len(lines) == len(rows)
    assert filled("export", "all.csv", "--where", "blocks=5").code == 0
    assert 0 < len((tmp_path / "all.csv").read_text().splitlines()) - 1 < len(rows)
    assert filled("export", "all.txt").code == 2


def test_parquet_has_the_same_lines(filled, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    assert filled("export", "all.parquet").code == 0
    table = parquet.read_table(tmp_path / "all.parquet").to_pylist()
    lines = [json.loads(line) for line in filled("export", "--format", "jsonl").out.splitlines()]
    assert [(row["run"], row["name"], row["index"]) for row in table] == [
        (r["run"], r["name"], r["index"]) for r in lines
    ]


def test_nothing_is_removed_unasked(filled):
    refused = filled("rm", "--where", "multiplier=2")
    assert (refused.code, refused.out) == (2, "")
    assert "9 runs of resweep.db would be removed: add --yes" in refused.err
    assert len(filled("ls", "--json").json()) == 27
    assert "9 runs removed, 18 left" in filled("rm", "--where", "multiplier=2", "--yes").out
    assert filled("rm", "--where", "multiplier=2", "--yes").code == 4
    assert filled("rm").code == 2


def test_copies_are_whole_and_say_what_they_did(filled):
    assert "27 runs added" in filled("db", "copy", "resweep.db", "new.db").out
    assert filled("db", "copy", "resweep.db", "new.db").code == 1
    assert (
        "0 runs added, 0 replaced older ones, 27 were there already"
        in filled("db", "merge", "resweep.db", "new.db").out
    )
    assert filled("ls", "--json", "--store", "new.db").json() == filled("ls", "--json").json()
    assert filled("db", "copy", "nowhere.db", "new.db").code == 4


def test_report_is_narrowed_sorted_and_limited(filled):
    found = filled(
        "report",
        "--json",
        "--where",
        "multiplier<2 and blocks>5",
        "--sort",
        "-blocks",
        "--limit",
        "3",
    ).json()
    assert [arm["experiment"]["blocks"] for arm in found["arms"]] == [20, 20, 10]
    assert len(found["runs"]) == 12
    assert len(filled("ls", "--json", "--where", "status=exploded").json()) == 9
    for words, fault in {
        ("--where", "blocks>>5"): "a value is expected",
        ("--where", "depth>5"): "unknown name in --where 'depth'",
        ("--sort", "beauty"): "unknown column to sort by 'beauty'",
        ("--metric", "final_acuracy"): "did you mean 'final_accuracy'",
        ("--sweep", "none"): "no sweep 'none'",
        ("--csv", "--latex"): "choose one of",
    }.items():
        refused = filled("report", *words)
        assert (refused.code, refused.out) == (2, "")
        assert fault in refused.err


def test_sensitivity_in_a_table_as_csv_and_json(filled):
    text = filled("report", "--sensitivity").out
    assert "sensitivity by arm on synthetic data" in text
    assert "<0.500 to 1.41" in text
    rows = list(csv.DictReader(io.StringIO(filled("report", "--sensitivity", "--csv").out)))
    slopes = [float(row["slope"]) for row in rows if row["kind"] == "slope"]
    assert slopes == pytest.approx([1.0] * 3)
    (survey,) = filled("report", "--json").json()["sensitivity"]
    (law,) = [law for law in survey["depth_laws"] if law["experiment"]["multiplier"] == 1.0]
    assert law["laws"][0]["name"] == "exponential"
    assert law["laws"][0]["rate"] == pytest.approx(0.1)
    assert [edge[1] for edge in survey["criticals"][0]["edges"]] == pytest.approx([2**0.5] * 3)
    assert (
        "no sensitivity to show"
        in filled("report", "--sensitivity", "--where", "multiplier=1 and blocks=5").out
    )


def test_a_latex_table_escapes_what_latex_reads(filled):
    text = filled("report", "--latex", "--metric", "final_accuracy").out
    assert r"\begin{tabular}" in text
    assert "train\\_size=512" in text
    assert text.count(r" \\") >= 10


def test_an_empty_store_reads_sensibly(resweep, tmp_path):
    Store.open(f"sqlite:///{tmp_path / 'resweep.db'}").close()
    assert "no arms to compare" in resweep("report").out
    assert "no runs" in resweep("report", "--runs").out
    assert resweep("report", "--json").json() == {
        "dataset": None, "datasets": [], "arms": [], "sensitivity": [],
        "inspections": [], "runs": [],
    }  # fmt: skip
    assert resweep("report", "--csv").out == ""
    assert "no sensitivity to show" in resweep("report", "--sensitivity").out
    assert resweep("export").out == "run,fingerprint,kind,name,index,value,text\n"


def test_a_report_says_how_far_sweeps_and_studies_are(filled, tmp_path):
    def told(*words):
        lines = filled("report", *words).out.splitlines()
        return {
            line.split()[0]: line.split()[1:]
            for line in lines
            if line.startswith(("grid", "whole"))
        }

    experiments = [
        outcome(seed, scheme="he", blocks=5, multiplier=0.5, epochs=1).experiment
        for seed in range(6)
    ]
    with Store.open(f"sqlite:///{tmp_path / 'resweep.db'}") as store:
        store.queue("grid", {}, "one", experiments, "data").claim()
        store.queue("whole", {}, "two", experiments[:3], "data")
    assert told() == {"grid": ["3", "2", "1", "0", "6"]}
    assert told("--sweep", "whole") == {}
    assert "not done" not in filled("report", "--md").out
    assert "trials of studies" not in filled("report").out
    import optuna

    url = f"sqlite:///{tmp_path / 'resweep.db'}"
    study = optuna.create_study(study_name="whole_study", storage=url)
    study.optimize(lambda trial: trial.suggest_float("c", 0.1, 10), n_trials=2)
    assert told()["whole_study"] == ["2", "0", "0", "0", "0"]
