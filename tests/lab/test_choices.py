"""A choice is measured once, kept with what it holds for, and the same in every process."""

import json
import threading

import pytest
import torch

from resweep.cli.commands.doctor import choice_line
from resweep.experiment import Experiment
from resweep.lab import choices
from resweep.lab.choices import Choice
from resweep.nets import kernels
from resweep.nets.kernels.trials import Trial

CPU = torch.device("cpu")
SMALL = Experiment(blocks=2, channels=4, kernel=3, batch_size=8, precision="float32")


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """An empty cache, and measurements that only count."""
    monkeypatch.setattr(choices, "root", lambda: tmp_path)
    choices._choose.cache_clear()
    yield tmp_path / "choices"
    choices._choose.cache_clear()


@pytest.fixture
def answers(monkeypatch):
    """What measuring answers, one after the other; the blocks that were measured."""
    paths, blocks = ["spectral", "reference", "spectral"], []

    def measured(block, dtype, device):
        blocks.append(block)
        return Choice(paths[len(blocks) - 1], "measured", (Trial("reference", 2.0, 1e-8),))

    monkeypatch.setattr(choices, "measured", measured)
    return blocks


def choose(e=SMALL):
    """As a new process chooses."""
    choices._choose.cache_clear()
    return choices.choose(e, (8, 8), CPU)


def test_the_first_answer_stands(answers, cache):
    first = choose()
    assert (first.path, first.how) == ("spectral", "measured")
    assert choose() == first
    assert len(answers) == 1
    (of, kept), *others = choices.known()
    assert kept == first
    assert not others
    assert (of["channels"], of["kernel"], of["images"], of["height"]) == (4, 3, 8, 8)
    assert not list(cache.glob(".*")), "no temporary file is left"


def test_another_shape_precision_or_number_of_threads_is_measured_anew(answers):
    choose()
    choose(SMALL.but(channels=8))
    assert len(answers) == 2
    choose(SMALL.but(channels=8, c=0.5, seed=3, blocks=9))
    assert len(answers) == 2


def test_other_versions_are_measured_anew(answers, monkeypatch):
    choose()
    monkeypatch.setattr(choices, "__version__", "9.9")
    assert choices.known() == []
    assert choose().path == "reference"


def test_of_several_processes_the_first_decides(monkeypatch, cache):
    """Both have measured when the first one writes."""
    meet = threading.Barrier(2)
    cache.mkdir(parents=True)
    answers = {}

    def process(path):
        meet.wait()
        kept = choices.keep(cache / "x.json", {}, Choice(path, "measured"))
        answers[path] = kept.path

    both = [threading.Thread(target=process, args=(path,)) for path in ("spectral", "reference")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(set(answers.values())) == 1
    assert choices.recall(cache / "x.json").path in answers


def test_a_damaged_file_is_measured_anew(answers, cache):
    choose()
    (file,) = cache.glob("*.json")
    file.write_text("{")
    assert choose().path == "reference"
    assert json.loads(file.read_text())["choice"]["path"] == "reference"


def test_without_a_cache_nothing_is_left_to_chance(answers, monkeypatch):
    monkeypatch.setattr(choices, "root", lambda: None)
    assert choose().how == "assumed: this user has no cache"
    assert not answers


def test_a_cache_that_cannot_be_written_leaves_nothing_to_chance(answers, cache):
    cache.parent.mkdir(exist_ok=True)
    cache.write_text("a file in its place")
    assert choose().how == "assumed: the cache is not writable"
    assert not answers


def test_a_real_measurement_says_what_became_of_every_path(monkeypatch):
    choice = choose()
    assert {t.path for t in choice.trials} == set(kernels.PATHS) - {"auto"}
    by_path = {t.path: t for t in choice.trials}
    assert by_path[choice.path].seconds > 0
    assert by_path[choice.path].error < 1e-5
    assert all(t.reason for t in choice.trials if t.path != choice.path)


def test_provenance_names_the_path(laboratory, answers, monkeypatch):
    e = SMALL.but(epochs=0, batch_size=128).resolve("synthetic", 2048)
    run = laboratory.measure(e)
    assert run.provenance["kernels"]["path"] == "spectral"
    assert run.provenance["kernels"]["chosen"] == "measured"


def test_what_is_no_path_of_a_block_is_left_out_with_its_reason():
    on_cpu, on_gpu = (choices.beyond_blocks(torch.device(kind)) for kind in ("cpu", "cuda"))
    assert set(on_cpu) == set(on_gpu) == {"captured graphs", "stacking"}
    assert "grouped convolution" in on_cpu["stacking"]
    assert on_cpu["captured graphs"] != on_gpu["captured graphs"]


def test_doctor_orders_a_choice_by_time_and_says_what_is_out():
    of = {"channels": 4, "kernel": 3, "height": 8, "width": 9, "images": 2, "threads": 1}
    of |= {"precision": "float32", "device": "CPU"}
    tried = (
        Trial("reference", 2e-3, 0.0, "it is slower"),
        Trial("direct", 1e-3, 0.0),
        Trial("triton", reason="no GPU"),
    )
    assert choice_line(of, Choice("direct", "measured", tried)) == (
        "4 channels 3x3 on 8x9, 2 images, float32, CPU, 1 thread: takes direct; "
        "timed: direct 1.00 ms, reference 2.00 ms; left out: triton (no GPU)"
    )


def test_doctor_says_why_what_is_a_little_slower_is_taken():
    of = {"channels": 4, "kernel": 3, "height": 8, "width": 9, "images": 2, "threads": 1}
    of |= {"precision": "float32", "device": "CPU"}
    tried = (Trial("reference", 2e-3, 0.0, "any"), Trial("direct", 2.1e-3, 0.0))
    assert choice_line(of, Choice("direct", "measured", tried)) == (
        "4 channels 3x3 on 8x9, 2 images, float32, CPU, 1 thread: "
        "takes direct, as assumed, since no other is clearly faster; "
        "timed: reference 2.00 ms, direct 2.10 ms"
    )
