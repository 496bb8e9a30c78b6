import csv
import io

import pytest

from resweep.analysis.compare import NEEDED
from tests.cli.conftest import SMALL

ARMS = ("compare", "he", "depth-scaled", "bn", *SMALL, "--seeds", "2")


@pytest.fixture
def compared(resweep):
    done = resweep(*ARMS)
    assert done.code == 0
    return resweep, done


def test_one_table_with_the_three_arms(compared):
    _, done = compared
    for arm in ("he", "depth-scaled", "bn"):
        assert sum(line.startswith(arm + " ") for line in done.out.splitlines()) == 1
    assert done.err.count("[6/6]") == 1


def test_arms_see_the_same_batches_and_weights_up_to_scale(compared):
    resweep, _ = compared
    runs = resweep("report", "--json").json()["runs"]
    keys = {
        (r["experiment"]["block"], r["experiment"]["scheme"], r["experiment"]["seed"]) for r in runs
    }
    assert len(keys) == 6
    residual = {
        (r["experiment"]["scheme"], r["experiment"]["seed"]): r
        for r in runs
        if r["experiment"]["block"] == "residual"
    }
    for seed in (0, 1):
        stems = []
        for scheme in ("he", "depth-scaled"):
            shown = resweep("show", residual[scheme, seed]["key"], "--json").json()
            stems.append(shown["profiles"]["forward_second_moment"][0])
        assert stems[0] == stems[1]


def test_json_has_arms_and_runs_and_agrees_with_the_runs(compared):
    resweep, _ = compared
    found = resweep(*ARMS, "--json", "-q").json()
    assert [a["arm"] for a in found["arms"]] == ["he", "depth-scaled", "bn"]
    for arm in found["arms"]:
        assert {"arm", "n", "mean", "std", "ci_low", "ci_high", "statuses", "success"} <= set(arm)
        runs = [
            run
            for run in found["runs"]
            if (run["experiment"]["block"], run["experiment"]["scheme"])
            == (arm["experiment"]["block"], arm["experiment"]["scheme"])
        ]
        given = [run for run in runs if run["status"] not in ("exploded", "vanished", "trapped")]
        accuracies = [run["metrics"]["first_epoch_accuracy"] for run in given]
        assert (arm["runs"], arm["n"]) == (2, len(accuracies))
        assert arm["success"]["k"] == sum(run["status"] == "ok" for run in runs)
        overall = [*accuracies, *[0.1] * (2 - len(given))]
        assert arm["overall"] == pytest.approx(sum(overall) / 2)
        if accuracies:
            assert arm["mean"] == pytest.approx(sum(accuracies) / len(accuracies))


def test_report_shows_them_again_from_the_store(compared, monkeypatch):
    resweep, first = compared
    monkeypatch.setattr("resweep.lab.worker.laboratory", lambda *_: pytest.fail("measured again"))
    done = resweep("report")
    assert (done.code, done.err) == (0, "")

    def rows(text):
        return {
            line.split()[0]: line.split()[1:8]
            for line in text.splitlines()
            if line.startswith(("he ", "depth-scaled ", "bn "))
        }

    assert set(rows(done.out)) == {"he", "depth-scaled", "bn"}
    assert rows(done.out) == rows(first.out)
    assert resweep(*ARMS).out == first.out


def test_a_report_reads_what_it_shows(compared, monkeypatch, tmp_path):
    resweep, _ = compared
    page = tmp_path / "page.html"
    asked = ((), ("--md",), ("--sort", "seconds"), ("--html", str(page)))
    read = [resweep("report", *words).out for words in asked]
    drawn = page.read_text()
    monkeypatch.setattr("resweep.cli.commands.report._shown", lambda *how, page: NEEDED)
    assert [resweep("report", *words).out for words in asked] == read
    assert page.read_text() == drawn


def test_csv_markdown_and_lists_are_complete(compared):
    resweep, _ = compared
    arms = list(csv.DictReader(io.StringIO(resweep("report", "--csv").out)))
    assert {row["arm"] for row in arms} == {"he", "depth-scaled", "bn"}
    runs = list(csv.DictReader(io.StringIO(resweep("ls", "--csv").out)))
    assert len(runs) == 6
    rows = [line for line in resweep("report", "--md").out.splitlines() if line.startswith("| ")]
    assert [row.split()[1] for row in rows] == ["arm", "depth-scaled", "bn", "he"]
    assert len(resweep("ls", "--json").json()) == 6
    assert len(resweep("ls", "--json", "--limit", "2").json()) == 2


def test_a_common_c_reaches_only_the_arms_that_use_it(resweep):
    found = resweep(
        "compare", "he", "depth-scaled", *SMALL, "--seeds", "1", "--c", "2", "--json", "-q"
    ).json()
    assert {a["arm"]: a["experiment"]["c"] for a in found["arms"]} == {
        "he": 1.0,
        "depth-scaled": 2.0,
    }


def test_results_of_different_data_stand_in_tables_of_their_own(resweep, tmp_path):
    from PIL import Image

    for split, count in (("train", 40), ("test", 10)):
        for name, level in (("dark", 60), ("bright", 190)):
            folder = tmp_path / "pictures" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                Image.new("RGB", (8, 8), (level + i % 7, level, level)).save(folder / f"{i}.png")
    small = ("--blocks", "1", "--channels", "4", "--kernel", "3", "--train-size", "64", "-q")
    assert resweep("run", *small, "--dataset", "folder", "--data", tmp_path / "pictures").code == 0
    refused = resweep(
        "run",
        *small,
        "--dataset",
        "folder",
        "--data",
        tmp_path / "pictures",
        "--effective-fan-in",
        "true",
    )
    assert refused.code == 2
    assert "32x32 images only, these are 8x8" in refused.err
    assert resweep("run", *small, "--dataset", "synthetic").code == 0
    found = resweep("report", "--json").json()
    assert len(found["datasets"]) == 2
    assert found["dataset"] is None
    assert [a["runs"] for a in found["arms"]] == [1, 1]
    assert resweep("report").out.count("first epoch accuracy by arm on") == 2


def test_a_metric_of_a_further_probe_is_known_from_the_store(resweep):
    small = [*SMALL, "--epochs", "0", "--seed", "0"]
    small.remove("--lr")
    small.remove("0.02")
    small.remove("--train-size")
    small.remove("256")
    asked = ("compare", "depth-scaled", "--seeds", "1", "--metric", "ntk_trace", *small[:-2])
    assert "unknown metric 'ntk_trace'" in resweep(*asked).err
    assert resweep("run", *small, "--probe", "ntk", "-q").code == 0
    assert resweep(*asked).code == 0


def test_a_table_has_few_columns_all_or_those_that_are_named(compared):
    resweep, first = compared
    assert first.out.splitlines()[0].startswith("At L = 2 ")
    assert "memory MB" not in first.out
    assert "memory MB" in resweep("report", "--wide").out
    named = resweep("report", "--columns", "arm,seconds,lr", "--md").out.splitlines()
    assert "| arm | seconds a run | lr |" in named
    wrong = resweep("report", "--columns", "arm,secnds")
    assert (wrong.code, wrong.out) == (2, "")
    assert "seconds" in wrong.err
    assert resweep("report", "--columns", "arm", "--wide").code == 2
    assert resweep("report", "--wide", "--csv").code == 2


def test_arms_are_set_against_the_baseline_that_is_named(compared):
    resweep, _ = compared
    assert "difference to depth-scaled" in resweep("report").out
    assert "difference to he" in resweep("report", "--baseline", "he").out
    assert "difference to bn" in resweep(*ARMS, "--baseline", "bn").out
    wrong = resweep("report", "--baseline", "glorot")
    assert wrong.code == 2
    assert "there are he, depth-scaled, bn" in wrong.err
