"""What `import resweep` offers."""

import subprocess
import sys

import pytest
import torch
from torch import nn

import resweep
from resweep.api import batches, depths
from resweep.api.runs import Records
from resweep.errors import MissingError, UsageError
from resweep.nets.foreign.inspecting import inspect

X = torch.randn(4, 16, generator=torch.Generator().manual_seed(0))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(16, 16), nn.Linear(16, 16)

    def forward(self, x):
        return x + self.b(torch.relu(self.a(x)))


def network(blocks=3):
    torch.manual_seed(0)
    return nn.Sequential(*(Block() for _ in range(blocks)))


def test_importing_resweep_takes_no_torch():
    code = "import resweep, sys; print('torch' in sys.modules, 'pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_everything_that_is_promised_is_there():
    for name in resweep.__all__:
        assert getattr(resweep, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        resweep.nothing  # noqa: B018


def test_assert_stable_passes_and_says_what_is_wrong():
    assert resweep.assert_stable(network(), X).status == "sound"
    model = network(20)
    resweep.initialize_(model, "he", X, multiplier=4.0)
    with pytest.raises(AssertionError, match=r"^unstable"):
        resweep.assert_stable(model, X)


def test_a_fault_in_a_sound_network_is_said_before_its_moments():
    model = network()
    with torch.no_grad():
        next(p for n, p in model.named_parameters() if n.endswith("b.weight")).mul_(20)
    with pytest.raises(AssertionError, match=r"^\d faults?, though the whole is sound: signal"):
        resweep.assert_stable(model, X)
    assert resweep.assert_stable(model, X, faults=False).status == "sound"


def test_a_measured_experiment_is_what_run_measures(tmp_path):
    e = resweep.Experiment(blocks=2, channels=4, kernel=3, epochs=0, dataset="synthetic")
    done = resweep.measure(e, device="cpu")
    assert done.status == "ok"
    assert len(done.profiles["forward_second_moment"]) == 3
    from resweep.store import Store

    with Store.open(f"sqlite:///{tmp_path}/a.db") as store:
        store.save(done)
    records = resweep.open(f"{tmp_path}/a.db")
    assert isinstance(records, Records)
    frame = records.frame("blocks=2")
    assert list(frame["key"]) == [done.experiment.key]
    assert list(frame["forward_growth"]) == [done.metrics["forward_growth"]]
    assert len(records.frame("blocks=3")) == 0


def test_a_frame_needs_a_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingError, match="pip install pandas"):
        resweep.open("nowhere.db").frame()


def test_a_store_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(MissingError):
        resweep.open(str(tmp_path / "no.db")).outcomes()


def test_batches_are_drawn_in_the_shape_that_is_written():
    assert batches.drawn("3x8x6", 2).shape == (2, 3, 8, 6)
    tokens = batches.drawn("int:12", 3)
    assert (tokens.shape, tokens.dtype, bool((tokens < 100).all())) == ((3, 12), torch.int64, True)
    for wrong in ("", "3x0", "3x", "int:", "a"):
        with pytest.raises(UsageError, match="--input"):
            batches.drawn(wrong, 2)


@pytest.mark.parametrize("labelled", [False, True])
def test_batches_are_read_from_files(tmp_path, labelled):
    import numpy as np

    labels = {"y": torch.arange(4)} if labelled else {}
    torch.save({"x": X} | labels, tmp_path / "a.pt")
    np.savez(tmp_path / "a.npz", x=X.numpy(), **{k: v.numpy() for k, v in labels.items()})
    for name in ("a.pt", "a.npz"):
        values, read = batches.load(tmp_path / name)
        assert torch.equal(values, X)
        assert (read is not None) == labelled
    (tmp_path / "bad.pt").write_bytes(b"no tensor")
    with pytest.raises(UsageError, match="cannot be read"):
        batches.load(tmp_path / "bad.pt")
    with pytest.raises(MissingError):
        batches.load(tmp_path / "none.pt")


def test_growth_over_depth_follows_the_law_that_was_planted():
    def inspected(depth, seed):
        model = network(depth)
        resweep.initialize_(model, "he", X, seed=seed)
        return inspect(model, X, loss="mse")

    done, laws = depths.over_depths(inspected, (2, 8, 24), (0, 1))
    assert [len(one.blocks) for one in done] == [2, 2, 8, 8, 24, 24]
    (forward,) = [law for law in laws if law.metric == "log10_forward_growth"]
    assert forward.laws[0].name == "exponential"
    # He's branch of two layers doubles E[z^2] at each block, as nearly as 16 channels allow.
    assert forward.laws[0].rate == pytest.approx(0.45, abs=0.2)
