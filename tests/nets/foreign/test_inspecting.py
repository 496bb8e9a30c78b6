"""Networks with a planted fault, which is named; and networks without one, which are sound."""

import math

import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from resweep.errors import UsageError
from resweep.nets.foreign.inspecting import inspect
from resweep.nets.foreign.rules import initialize_

W = 64
X = torch.randn(8, W, generator=torch.Generator().manual_seed(0))


class Block(nn.Module):
    """x + B relu(A x), the sum in place where it is asked for."""

    def __init__(self, width=W, inplace=False):
        super().__init__()
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.relu, self.inplace = nn.ReLU(inplace), inplace

    def forward(self, x):
        out = self.down(self.relu(self.up(x)))
        if self.inplace:
            out += x
            return out
        return x + out


def network(blocks=6, inplace=False, std=0.02):
    torch.manual_seed(0)
    model = nn.Sequential(*(Block(inplace=inplace) for _ in range(blocks)), nn.Linear(W, 10))
    for parameter in model.parameters():
        if parameter.dim() > 1:
            nn.init.trunc_normal_(parameter, std=std, a=-2 * std, b=2 * std)
    return model


def named(inspection):
    return {(f.kind, f.where) for f in inspection.findings if f.fault}


def test_a_sound_network_has_no_faults():
    done = inspect(network(), X)
    assert done.status == "sound"
    assert not named(done)
    assert done.blocks == tuple(map(str, range(6)))
    laws = {p.law.name for p in done.parameters if p.law and p.fan_in == 4 * W}
    assert laws == {"normal cut at 2 sigma, std 0.02, whatever the fan-in"}
    assert [p.name for p in done.parameters if p.writes] == [f"{i}.down.weight" for i in range(6)]


def test_a_weight_a_hundred_times_too_large_is_an_outlier():
    model = network()
    with torch.no_grad():
        model[3].down.weight *= 100
    done = inspect(model, X)
    assert ("outlier", "3.down.weight") in named(done)
    said = " ".join(f.text for f in done.findings if f.where == "3.down.weight")
    assert "times that of 5 siblings" in said


def test_a_weight_that_is_not_cut_is_named_beside_its_siblings():
    model = network()
    nn.init.trunc_normal_(model[2].up.weight, std=0.02, a=-2, b=2)  # at 100 sigma
    assert named(inspect(model, X)) == {("truncation", "2.up.weight")}


def test_a_cut_that_takes_much_of_the_variance_is_named():
    model = network()
    nn.init.trunc_normal_(model[2].up.weight, std=0.02, a=-0.02, b=0.02)
    (text,) = {f.text for f in inspect(model, X).findings if "leaves" in f.text}
    assert "1 sigma" in text
    assert "0.29" in text


def test_depth_scaling_on_the_weight_that_reads_is_named_and_on_the_one_that_writes_is_not():
    wrong, right = network(16), network(16)
    with torch.no_grad():
        for block in wrong[:-1]:
            block.up.weight /= 4
        for block in right[:-1]:
            block.down.weight /= 4
    assert ("depth scaling", "*.up.weight") in named(inspect(wrong, X))
    done = inspect(right, X)
    assert not named(done)
    assert {p.law.name for p in done.parameters if p.writes} == {
        "normal cut at 2 sigma, std 0.02 / sqrt(L), whatever the fan-in"
    }


def test_a_tied_pair_is_read_once_with_both_names():
    model = network()
    model[4].up.weight = model[1].up.weight
    done = inspect(model, X)
    (tied,) = [p for p in done.parameters if p.tied]
    assert (tied.name, tied.tied) == ("1.up.weight", ("4.up.weight",))
    assert ("tied", "1.up.weight") in {(f.kind, f.where) for f in done.findings}


@pytest.mark.parametrize("how", ["meta", "nan", "one value", "memory"])
def test_a_layer_without_values_is_uninitialized(how):
    model = network()
    layer = model[2].down
    if how == "meta":
        layer.to("meta")
    else:
        value = {"nan": math.nan, "one value": 0.5, "memory": 1e20}[how]
        with torch.no_grad():
            layer.weight[:] = value
            if how == "memory":
                layer.weight[0] = 0
    done = inspect(model, X)
    assert done.status == "uninitialized"
    assert ("uninitialized", "2.down.weight") in named(done)
    assert done.advice


def test_a_frozen_stage_has_no_gradients_of_its_own():
    model = network()
    model[0].requires_grad_(False)
    done = inspect(model, X)
    assert "0.up.weight" not in done.gradients
    assert math.isnan(done.profiles["grad_norm"][0])
    assert ("frozen", "0.up.weight .. 0.down.bias") in {(f.kind, f.where) for f in done.findings}


def test_what_is_written_in_place_is_read_before_it_is_lost():
    plain, inplace = network(), network(inplace=True)
    a, b = inspect(plain, X), inspect(inplace, X)
    for name, series in a.profiles.items():
        assert b.profiles[name] == pytest.approx(series, rel=1e-6), name


def test_a_block_called_twice_is_two_blocks():
    block = Block()
    done = inspect(nn.Sequential(block, block), X)
    assert done.blocks == ("0:1", "0:2")
    assert len(done.profiles["gradient_second_moment"]) == 3


class Checkpointed(nn.Module):
    def __init__(self, inner, reentrant):
        super().__init__()
        self.inner, self.reentrant = inner, reentrant

    def forward(self, x):
        for layer in self.inner:
            x = checkpoint(layer, x, use_reentrant=self.reentrant)
        return x


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoints_give_the_same_numbers(reentrant):
    x = X.clone().requires_grad_()
    plain, again = inspect(network(), x), inspect(Checkpointed(network(), reentrant), x)
    assert again.profiles["grad_norm"] == pytest.approx(plain.profiles["grad_norm"])
    name = "forward_second_moment"
    assert again.profiles[name] == pytest.approx(plain.profiles[name])
    # The last state is inside a reentrant checkpoint: the others are compared with each other.
    a, b = (done.profiles["log10_gradient_second_moment"] for done in (plain, again))
    assert [v - b[-2] for v in b[:-1]] == pytest.approx([v - a[-2] for v in a[:-1]], abs=1e-6)
    assert math.isnan(b[-1]) == reentrant


def test_wrappers_are_looked_into():
    model = network()
    plain = inspect(model, X)
    compiled = inspect(torch.compile(model), X)
    assert compiled.profiles == plain.profiles
    assert [p.name for p in compiled.parameters] == [p.name for p in plain.parameters]


@pytest.fixture
def process_group():
    torch.distributed.init_process_group(
        "gloo", store=torch.distributed.HashStore(), rank=0, world_size=1
    )
    yield
    torch.distributed.destroy_process_group()


@pytest.mark.usefixtures("process_group")
def test_ddp_is_unwrapped():
    model = network()
    plain = inspect(model, X)
    wrapped = nn.parallel.DistributedDataParallel(model)
    assert inspect(wrapped, X).profiles == plain.profiles
    assert all(p.grad is None for p in model.parameters())


def sharded(generation):
    """A network whose parameters are shards, by the FSDP of today or by the one before it."""
    from torch.distributed import fsdp
    from torch.distributed.device_mesh import init_device_mesh

    if generation == 2:
        return fsdp.fully_shard(network(), mesh=init_device_mesh("cpu", (1,)))
    if not hasattr(fsdp, "FullyShardedDataParallel"):
        pytest.skip("this torch has no first FSDP any more")
    return fsdp.FullyShardedDataParallel(network(), device_id=torch.device("cpu"))


@pytest.mark.usefixtures("process_group")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("generation", [1, 2])
def test_shards_are_refused_in_one_line_and_stay_as_they_are(generation):
    model = sharded(generation)
    before = [p.detach().clone() for p in model.parameters()]
    for asked in (inspect, lambda m, x: initialize_(m, "he", x), lambda m, _: initialize_(m, "he")):
        with pytest.raises(UsageError, match=r"^its parameters are shards.*before it is sharded$"):
            asked(model, X)
    for parameter, copy in zip(model.parameters(), before, strict=True):
        assert torch.equal(parameter.detach(), copy)


class InDictionary(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = network()

    def forward(self, x, scale=1.0):
        return {"features": x, "logits": self.body(x * scale)}


def test_a_dictionary_of_outputs_and_keywords_is_read():
    done = inspect(InDictionary(), {"x": X, "scale": 1.0})
    assert done.loss == pytest.approx(inspect(network(), X).loss)


def test_dropout_is_off():
    model = nn.Sequential(Block(), nn.Dropout(0.5), Block())
    torch.manual_seed(1)
    assert inspect(model, X).profiles == inspect(model, X).profiles


def test_a_last_weight_of_zero_leaves_the_gradient_to_a_drawn_one():
    model = network()
    nn.init.zeros_(model[-1].weight)
    done = inspect(model, X)
    assert ("zero", "6.weight") in {(f.kind, f.where) for f in done.findings}
    backward = done.profiles["backward_second_moment"]
    assert backward[-1] == 1
    assert all(0.5 < value < 2 for value in backward)
    assert done.status == "sound"


def test_branches_that_end_in_zero_pass_the_gradient_of_the_loss_by():
    """No second pass is made: the states have the gradient that comes past the branches."""
    model = network()
    for block in model[:-1]:
        if isinstance(block, Block):
            for parameter in block.parameters():
                nn.init.zeros_(parameter)
    done = inspect(model, X)
    assert "backward_second_moment" not in done.profiles
    assert done.profiles["gradient_second_moment"] == pytest.approx([1.0] * (len(done.blocks) + 1))
    assert ("zero gradient", done.blocks[0]) in {(f.kind, f.where) for f in done.findings}
    assert done.status == "sound"


def test_growth_and_overflow_are_told_apart():
    assert inspect(network(std=0.5), X).status == "unstable"
    done = inspect(network(40, std=2.0), X)
    assert done.status == "exploded"
    assert done.advice


def test_no_residual_sum_is_said():
    done = inspect(nn.Sequential(nn.Linear(W, 16), nn.ReLU(), nn.Linear(16, 4)), X)
    assert "no residual sum" in done.found
    assert done.blocks == ("0", "1", "2")


def test_an_output_that_is_no_logits_is_refused_with_the_way_out():
    with pytest.raises(UsageError, match="--loss"):
        inspect(nn.Flatten(0), X)
    assert math.isfinite(inspect(nn.Sequential(Block()), X, loss="mse").loss)


def test_a_notebook_shows_the_verdict_and_every_block():
    page = inspect(network(), X)._repr_html_()
    assert "sound" in page
    assert page.count("<tr>") == 8
