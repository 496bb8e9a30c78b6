"""Runs of schemes and blocks that are unknown here are shown by name, without theory."""

from dataclasses import replace

import pytest

from resweep.store import Store
from tests.samples import arm_outcome

BLOCKS = 4


def stored(scheme="he", block="residual", *, seed=0, size=(8, 8), **fields):
    """A run with profiles whose scheme and block need no file."""
    profiles = {
        "forward_second_moment": tuple(float(q) for q in range(1, BLOCKS + 2)),
        "forward_mean": (0.0,) * (BLOCKS + 1),
        "backward_second_moment": tuple(float(q) for q in range(BLOCKS + 1, 0, -1)),
        "grad_norm": (1.0,) * BLOCKS,
    }
    run = arm_outcome("he", seed, 0.3, blocks=BLOCKS, dataset="synthetic", profiles=profiles)
    foreign = run.experiment.model_copy(update={"scheme": scheme, "block": block, **fields})
    provenance = dict(run.provenance)
    if size:
        provenance["image_size"] = list(size)
    return replace(run, experiment=foreign, provenance=provenance)


@pytest.fixture
def store(tmp_path):
    """Runs of this program, beside two schemes and a block of somebody else and an old record."""
    with Store.open(f"sqlite:///{tmp_path / 'resweep.db'}") as opened:
        for seed in range(2):
            for multiplier in (0.5, 1.0):
                opened.save(stored(seed=seed, multiplier=multiplier))
                opened.save(stored("mine", seed=seed, multiplier=multiplier, c=2.0))
        opened.save(stored(block="own-block"))
        opened.save(stored("his", "own-block"))
        opened.save(stored(size=None, channels=32))


COMMANDS = [
    ("report",),
    ("report", "--predicted"),
    ("report", "--runs"),
    ("report", "--sensitivity"),
    ("report", "--json"),
    ("report", "--csv"),
    ("report", "--md"),
    ("report", "--latex"),
    ("report", "--html", "page.html"),
    ("report", "--figures", "figures"),
    ("report", "--where", "scheme=mine"),
    ("ls",),
    ("ls", "--json"),
    ("ls", "--csv"),
    ("export", "--format", "csv"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_view_of_the_store_shows_them(resweep, store, words):
    done = resweep(*words)
    assert done.code == 0, done.err
    assert "mine" in done.out
    assert "error" not in done.err


def test_they_are_named_as_they_are_stored_and_have_no_theory(resweep, store, tmp_path):
    listed = resweep("report", "--json").json()["arms"]
    arms = {arm["arm"]: arm for arm in listed if arm["experiment"]["channels"] == 16}
    foreign = {"mine:c=2", "mine:c=2,multiplier=0.5", "own-block", "his:block=own-block"}
    assert set(arms) == {"he", "he:multiplier=0.5"} | foreign
    assert arms["he"]["predicted"]
    assert [arms[name]["predicted"] for name in foreign] == [None] * 4
    assert resweep("report", "--html", "page.html").code == 0
    assert "mine:c=2" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize("run", [stored("mine", c=2.0), stored(block="own-block")])
def test_one_of_them_is_shown_with_its_profile(resweep, store, run):
    key = run.experiment.key
    shown = resweep("show", key)
    assert shown.code == 0
    assert f"profile of {key[:8]} over {BLOCKS} blocks" in shown.out
    assert "predicted" not in shown.out
    assert resweep("show", key, "--json").json()["prediction"] is None


def test_a_run_that_lacks_the_size_of_its_images_is_shown_without_theory(resweep, store):
    old = stored(size=None, channels=32).experiment.key
    shown = resweep("show", old)
    assert shown.code == 0, shown.err
    assert "predicted" not in shown.out
    known = resweep("show", stored().experiment.key)
    assert "predicted" in known.out
