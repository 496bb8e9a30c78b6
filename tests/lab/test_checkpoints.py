"""A run that is killed goes on from its last kept epoch, if what was kept fits."""

import os
import time

import pytest
import torch

from resweep.experiment import Experiment
from resweep.lab import checkpoints
from resweep.lab.measure import Laboratory
from resweep.outcome import Outcome

FIELDS = {"blocks": 2, "channels": 4, "kernel": 3, "train_size": 128, "batch_size": 32, "epochs": 4}
FIELDS |= {"test_size": 64}


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """A cache of its own, in which every epoch is kept."""
    monkeypatch.setattr(checkpoints.cache, "root", lambda: tmp_path)
    monkeypatch.setattr(checkpoints, "SHARE", float("inf"))
    return tmp_path / "checkpoints"


@pytest.fixture
def lab(laboratory, cached):
    """The laboratory, and the list of what it warns of."""
    said: list[str] = []
    return Laboratory(laboratory.source, laboratory.images, "cpu", warn=said.append), said


def resolved(lab, **fields):
    return Experiment(**FIELDS | fields).resolve("synthetic", lab.source.train_images)


class Killed(BaseException):
    """Ends a run as a signal does: nothing of the laboratory catches it."""


def killed_in(lab, experiment, epoch):
    """Run up to a step in that epoch and no further."""

    def on_progress(progress):
        if progress.epoch == epoch and progress.stage == "train":
            raise Killed

    with pytest.raises(Killed):
        lab.attempt(experiment, on_progress)


def numbers(outcome: Outcome):
    clocked = ("seconds", "images_per_second", "train_images_per_second", "peak_memory")
    timeless = {n: v for n, v in outcome.metrics.items() if n not in clocked}
    curve = [(e.epoch, e.train_loss, e.test_loss, e.test_accuracy) for e in outcome.curve]
    return outcome.status, curve, timeless, outcome.profiles


@pytest.mark.parametrize("block", ["residual", "residual-bn"])
def test_a_killed_run_goes_on_with_the_numbers_of_one_that_was_not(lab, cached, block):
    lab, said = lab
    e = resolved(lab, block=block, augment="flip-crop", conv_bias=True)
    whole = lab.attempt(e)
    assert not list(cached.iterdir()), "a run that is done leaves nothing"
    killed_in(lab, e, 3)
    (kept,) = cached.iterdir()
    assert kept == checkpoints.place(e.key, lab.source.fingerprint)
    seen = set()
    again = lab.attempt(e, lambda p: seen.add(p.epoch))
    assert seen == {3, 4}
    assert numbers(again) == numbers(whole)
    assert again.provenance["resumed_after"] == [2]
    assert "resumed_after" not in whole.provenance
    assert again.metrics["seconds"] > sum(e.seconds for e in again.curve[:2])
    assert not list(cached.iterdir())
    assert not said


def test_it_may_be_killed_again_and_again(lab, cached):
    lab, _ = lab
    e = resolved(lab)
    whole = lab.attempt(e)
    for epoch in (2, 3, 4):
        killed_in(lab, e, epoch)
    again = lab.attempt(e)
    assert again.provenance["resumed_after"] == [1, 2, 3]
    assert numbers(again) == numbers(whole)


def damaged(path, e, lab):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return lab, "damaged"


def cut_short(path, e, lab):
    path.write_bytes(path.read_bytes()[:1000])
    return lab, "damaged"


def of_another_run(path, e, lab):
    other = e.but(seed=7)
    killed_in(lab, other, 2)
    checkpoints.place(other.key, lab.source.fingerprint).rename(path)
    return lab, "key"


def of_another_torch(path, e, lab):
    where = dict.fromkeys(checkpoints.SETTING, "1.0")
    checkpoints.of(e.key, lab.source.fingerprint, where, lambda _: None).keep({})
    return lab, "device 1.0"


@pytest.mark.parametrize("spoil", [damaged, cut_short, of_another_run, of_another_torch])
def test_what_does_not_fit_is_passed_over_and_said(lab, spoil):
    lab, said = lab
    e = resolved(lab)
    whole = lab.attempt(e)
    killed_in(lab, e, 3)
    lab, why = spoil(checkpoints.place(e.key, lab.source.fingerprint), e, lab)
    again = lab.attempt(e)
    assert numbers(again) == numbers(whole)
    assert "resumed_after" not in again.provenance
    (line,) = said
    assert why in line
    assert line.endswith("starting over")
    assert "\n" not in line


def test_a_pickle_that_would_run_something_is_not_read(lab, tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    lab, said = lab
    e = resolved(lab)
    where = {"torch": torch.__version__}
    checkpoint = checkpoints.of(e.key, lab.source.fingerprint, where, said.append)
    checkpoint.keep({"course": Trap()})
    assert checkpoint.load() is None
    assert not (tmp_path / "sprung").exists()
    assert "damaged: UnpicklingError" in said[0]


def test_a_single_epoch_is_never_kept(lab, cached):
    lab, _ = lab
    lab.attempt(resolved(lab, epochs=1))
    assert not cached.exists()


def test_writing_takes_a_fiftieth_of_the_time():
    checkpoint = checkpoints.Checkpoint("key", "data", {})
    assert not checkpoint.due()
    checkpoint.last -= 50 * checkpoints.FIRST_COST
    assert checkpoint.due()
    checkpoint.cost = 10 * checkpoints.FIRST_COST
    assert not checkpoint.due()


def test_states_that_nobody_came_back_for_are_removed(lab, cached):
    lab, _ = lab
    e = resolved(lab)
    killed_in(lab, e, 3)
    (old,) = cached.iterdir()
    long_ago = time.time() - 86_400 * (checkpoints.KEPT_DAYS + 1)
    os.utime(old, (long_ago, long_ago))
    checkpoints.forget("another", "data")
    assert not list(cached.iterdir())


def test_no_cache_and_no_room_end_no_run(lab, cached, monkeypatch):
    lab, said = lab
    e = resolved(lab)
    whole = lab.attempt(e)
    cached.rmdir()
    cached.write_text("a file in the way")
    assert numbers(lab.attempt(e)) == numbers(whole)
    assert "not used (Not a directory)" in said[0]
    assert all(line.startswith(f"the state of {e.key[:8]} cannot be kept (") for line in said[1:])
    assert len(said) == 4
    monkeypatch.setattr(checkpoints.cache, "root", lambda: None)
    assert numbers(lab.attempt(e)) == numbers(whole)
