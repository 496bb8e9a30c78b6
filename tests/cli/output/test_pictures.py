"""`report --html` and `--figures`: files from a store, and a line for what cannot be written."""

import itertools
import json
import re
import sqlite3

import pytest

from resweep.experiment import Experiment
from resweep.outcome import Epoch, Outcome
from resweep.store import Store
from tests import samples


@pytest.fixture
def stored(tmp_path):
    """Six made-up runs of two schemes at two depths, one of them exploded with a hostile detail."""
    with Store.open(f"sqlite:///{tmp_path}/resweep.db") as store:
        for c, blocks, seed in (
            (1.0, 4, 0),
            (1.0, 4, 1),
            (1.0, 8, 0),
            (2.0, 4, 0),
            (2.0, 8, 0),
            (2.0, 8, 1),
        ):
            experiment = Experiment(
                c=c,
                blocks=blocks,
                seed=seed,
                dataset="synthetic",
                train_size=64,
                lr=1e-3,
                precision="float32",
                epochs=2,
            )
            series = tuple(1.1**block for block in range(blocks + 1))
            profiles = dict.fromkeys(
                ("forward_mean", "forward_second_moment", "backward_second_moment"), series
            )
            curve = (Epoch(1, 2.0, 2.1, 0.2, 1.0), Epoch(2, 1.5, 1.6, 0.3, 1.0))
            exploded = seed == 1 and c == 2
            store.save(
                Outcome(
                    experiment,
                    "exploded" if exploded else "ok",
                    {
                        "forward_growth": series[-1],
                        **({} if exploded else {"first_epoch_accuracy": 0.2}),
                    },
                    profiles | {"grad_norm": series[1:]},
                    () if exploded else curve,
                    {"dataset_fingerprint": "5eed", "image_size": [8, 8]},
                    "block 3 <script>alert(1)</script>" if exploded else "",
                )
            )
    return tmp_path


def test_a_page_and_figures_of_what_is_stored(resweep, stored):
    done = resweep("report", "--html", "page.html", "--figures", "figures")
    assert done.code == 0
    assert "wrote page.html" in done.err
    text = (stored / "page.html").read_text(encoding="utf-8")
    for words in (
        "Learning curves",
        "Profiles by block",
        "Heat maps",
        "predicted",
        "&lt;script&gt;alert(1)",
    ):
        assert words in text
    assert "<script>alert" not in text
    names = {path.name for path in (stored / "figures").iterdir()}
    assert {"grad-norm.pdf", "learning-train-loss.svg", "captions.md"} <= names
    assert any(name.startswith("heat-") for name in names)


def in_the_sentence(err):
    """The numbers of files that stderr says were written, by folder."""
    sentences = re.findall(r"^wrote (\d+) files in (.+)$", err, re.MULTILINE)
    return {folder: int(count) for count, folder in sentences}


def test_as_many_files_are_there_as_the_sentence_says(resweep, tmp_path):
    """Charts of several axes, and arms whose names differ in signs alone, have files of their own.

    `c=0.5` and `c=0,5`-like names meet once only letters and digits are kept.
    """
    with Store.open(f"sqlite:///{tmp_path}/resweep.db") as store:
        for c, multiplier, blocks, lr in itertools.product((0.5, 1, 2), (0.5, 2), (4, 8), (0.1, 1)):
            experiment = Experiment(
                c=c,
                multiplier=multiplier,
                blocks=blocks,
                lr=lr,
                dataset="synthetic",
                train_size=64,
                precision="float32",
            )
            growth = dict.fromkeys(("forward_growth", "backward_growth"), c * multiplier)
            accuracy = {"first_epoch_accuracy": 0.2, "grad_norm_ratio": 1 / c}
            where = {"dataset_fingerprint": "5eed", "image_size": [8, 8]}
            store.save(Outcome(experiment, "ok", growth | accuracy, {}, (), where))
    done = resweep("report", "--figures", "figures")
    assert done.code == 0
    ((folder, count),) = in_the_sentence(done.err).items()
    names = [path.name for path in (tmp_path / folder).iterdir()]
    assert len(names) == count
    assert len({name.casefold() for name in names}) == count
    assert {"sensitivity-forward-growth-c.pdf", "sensitivity-forward-growth-multiplier.pdf"} <= {
        *names
    }
    captions = (tmp_path / folder / "captions.md").read_text()
    for name in names:
        assert f"`{name.partition('.')[0]}`" in captions or name == "captions.md"


@pytest.mark.parametrize("name", ["../../out", "/tmp/out", "..", "x" * 300])
def test_a_dataset_named_like_a_path_stays_in_the_folder(resweep, stored, name):
    """A store may be made by others: what it calls a dataset or a metric is no path."""
    stored.joinpath("resweep.db").rename(stored / "made.db")
    with sqlite3.connect(stored / "made.db") as made:
        made.execute("UPDATE runs SET dataset = ? WHERE seed = 1", (name,))
        made.execute("UPDATE metrics SET name = ? WHERE name = 'first_epoch_accuracy'", (name,))
    store = "sqlite:///made.db"
    before = sorted(stored.iterdir())
    done = resweep("report", "--store", store, "--metric", name, "--figures", "f", "--html", "p")
    assert done.code == 0, done.err
    assert sorted(stored.iterdir()) == sorted([*before, stored / "f", stored / "p"])
    inside = [path for path in (stored / "f").rglob("*") if path.is_file()]
    assert len(inside) == sum(in_the_sentence(done.err).values())
    assert len(list((stored / "f").iterdir())) == 2
    assert all(len(path.relative_to(stored / "f").parts) == 2 for path in inside)


def test_the_dataset_of_most_runs_comes_first_with_its_answer(resweep, stored):
    with Store.open(f"sqlite:///{stored}/resweep.db") as store:
        for seed in range(7):
            store.save(samples.arm_outcome("he", seed, blocks=12, dataset="cifar10"))
    assert resweep("report", "--html", "page.html").code == 0
    text = (stored / "page.html").read_text(encoding="utf-8")
    answers = re.findall(r'<p class="answer">(.*?)</p>', text)
    assert len(answers) == 2
    assert answers[0] == "At L = 12 he survives the first epoch."
    assert text.index(">cifar10") < text.index(">synthetic")


HOSTILE = "</td></table><script>alert(1)</script><!--\x1b[31m\u202e\n'&"


def test_names_of_sweeps_and_studies_are_text_on_the_page(resweep, stored):
    import optuna

    url = f"sqlite:///{stored}/resweep.db"
    with Store.open(url) as store:
        store.queue(HOSTILE, {}, "digest", [samples.experiment()], "5eed")
    optuna.create_study(study_name=HOSTILE, storage=url)
    assert resweep("report", "--html", "page.html").code == 0
    text = (stored / "page.html").read_text(encoding="utf-8")
    assert text.count("&lt;/td&gt;&lt;/table&gt;&lt;script&gt;alert(1)") == 5
    assert text.count("<script>") == 1
    assert "<!--" not in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert "Sweeps that are not done" in text
    assert "Trials of studies" in text


def test_where_narrows_the_page(resweep, stored):
    assert resweep("report", "--where", "c=1", "--html", "page.html").code == 0
    assert "alert(1)" not in (stored / "page.html").read_text(encoding="utf-8")


def test_the_heat_map_stands_below_the_wide_table_for_people_alone(resweep, stored):
    assert "by c and blocks" in resweep("report", "--wide").out
    assert "by c and blocks" not in resweep("report").out
    assert "by c and blocks" not in resweep("report", "--wide", "--md").out
    assert json.loads(resweep("report", "--json").out)["arms"]


def test_an_empty_store_has_a_page_that_says_so(resweep, tmp_path):
    Store.open(f"sqlite:///{tmp_path}/resweep.db").close()
    assert resweep("report", "--html", "page.html").code == 0
    assert "The store holds no runs" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_what_cannot_be_written_is_one_line(resweep, stored):
    for words, told in (
        (("--html", "none/page.html"), "cannot write none"),
        (("--figures", "resweep.db"), "cannot write into"),
    ):
        done = resweep("report", *words)
        assert done.code == 1
        assert done.err.startswith(f"error: {told}")
        assert done.err.count("\n") == 1
