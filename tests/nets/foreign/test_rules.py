"""Schemes on module trees: fans, places in branches, what is drawn, set, left alone and refused."""

import math

import pytest
import torch
from torch import nn

from resweep.errors import UsageError
from resweep.nets.foreign.fans import matrices
from resweep.nets.foreign.growing import grow
from resweep.nets.foreign.rules import initialize_


class Branch(nn.Module):
    """x + a F(x), F = conv, norm, f, conv, norm."""

    def __init__(self, norm=True, factor=False, behind=False):
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, groups=2)
        self.norm1 = nn.BatchNorm2d(16) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(16) if norm else nn.Identity()
        self.alpha = nn.Parameter(torch.ones(())) if factor else None
        self.behind = behind

    def forward(self, x):
        y = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        y = torch.relu(y) if self.behind else y
        return x + (y if self.alpha is None else self.alpha * y)


class Net(nn.Module):
    def __init__(self, blocks=3, **branch):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.blocks = nn.Sequential(*(Branch(**branch) for _ in range(blocks)))
        self.place = nn.Parameter(torch.randn(16, 1, 1))
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x) + self.place).mean((2, 3)))


@pytest.fixture
def images():
    return torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def mean_square(weight):
    return weight.double().square().mean().item()


@pytest.mark.parametrize(
    ("module", "fans"),
    [
        (nn.Conv2d(8, 12, 3), (72, 108)),
        (nn.Conv2d(8, 12, 3, groups=4), (18, 27)),
        (nn.Conv1d(8, 8, 5, groups=8), (5, 5)),
        (nn.ConvTranspose2d(8, 12, 4, stride=2), (32, 192)),
        (nn.Linear(7, 5), (7, 5)),
    ],
)
def test_fans_count_the_inputs_of_an_output_and_the_outputs_of_an_input(module, fans):
    """Forward: the output of unit weights for an input of ones, away from the borders."""
    (matrix,) = matrices(module)
    assert (matrix.fan_in, matrix.fan_out) == fans
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    if module.bias is not None:
        nn.init.zeros_(module.bias)
    dims = () if isinstance(module, nn.Linear) else (24,) * (module.weight.dim() - 2)
    inputs = module.weight.shape[1] if isinstance(module, nn.Linear) else module.in_channels
    out = module(torch.ones(1, inputs, *dims))
    inner = out[(0, slice(None), *(slice(8, -8) for _ in dims))]
    assert inner.mean().item() == pytest.approx(fans[0])


def test_packed_attention_projections_are_three_matrices():
    (packed, out) = matrices(nn.MultiheadAttention(6, 2))
    assert [tuple(part.shape) for part in packed.parts] == [(6, 6)] * 3
    assert (packed.fan_in, packed.fan_out) == (6, 6)
    assert (out.fan_in, out.fan_out) == (6, 6)


def test_an_embedding_has_no_rule_and_is_left_alone():
    net = nn.Sequential(nn.Embedding(9, 16), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 9))
    done = initialize_(net, "he", torch.arange(9))
    assert done.left == ("0.weight",)
    assert done.variance == {"1.weight": 2 / 16, "3.weight": 1 / 16}


def test_weights_are_drawn_by_their_place_and_the_rest_is_listed(images):
    net = Net()
    place = net.place.clone()
    nn.init.zeros_(net.blocks[0].norm1.weight)
    done = initialize_(net, "depth-scaled", images, c=2.0)
    gain = math.sqrt(2 / 3)
    expected = {"stem.weight": 2 / 27, "head.weight": 1 / 16}
    for block in range(3):
        expected[f"blocks.{block}.conv1.weight"] = gain / 72
        expected[f"blocks.{block}.conv2.weight"] = gain / 144
    assert done.variance == pytest.approx(expected)
    for name, weight in net.named_parameters():
        if name in expected:
            near = 5 * (2 / weight.numel()) ** 0.5
            assert mean_square(weight) == pytest.approx(expected[name], rel=near), name
    assert done.left == ("place",)
    assert torch.equal(net.place, place)
    assert net.blocks[0].norm1.weight.eq(1).all()
    assert not net.stem.bias.any()
    assert not net.head.bias.any()


def test_one_seed_gives_one_network_and_the_generator_is_left_alone(images):
    before = torch.get_rng_state()
    nets = [Net(), Net()]
    torch.set_rng_state(before)
    for net in nets:
        net.place.data.zero_()
        initialize_(net, "he", images, seed=3)
    assert torch.equal(torch.get_rng_state(), before)
    first, second = (torch.cat([p.flatten() for p in net.parameters()]) for net in nets)
    assert torch.equal(first, second)


def test_fixup_scales_all_but_the_last_weight_of_a_branch(images):
    net = Net(norm=False, factor=True)
    nn.init.zeros_(net.blocks[0].alpha)
    done = initialize_(net, "fixup", images)
    assert done.variance["blocks.1.conv1.weight"] == pytest.approx(2 / 72 / 3)
    assert not net.blocks[1].conv2.weight.any()
    assert not net.head.weight.any()
    assert net.blocks[0].alpha == 1


@pytest.mark.parametrize("scheme", ["skipinit", "rezero"])
def test_a_factor_on_every_branch_is_set_to_0(images, scheme):
    net = Net(norm=False, factor=True)
    initialize_(net, scheme, images)
    assert all(block.alpha == 0 for block in net.blocks)


def test_zero_gamma_sets_the_last_norm_of_every_branch(images):
    net = Net()
    initialize_(net, "zero-gamma", images)
    for block in net.blocks:
        assert not block.norm2.weight.any()
        assert block.norm1.weight.eq(1).all()


@pytest.mark.parametrize("outputs", [4, 32])
def test_orthogonal_weights_have_orthogonal_rows_or_columns(outputs):
    net = nn.Sequential(nn.Linear(16, outputs), nn.ReLU(), nn.Linear(outputs, 3))
    initialize_(net, "orthogonal", torch.randn(2, 16))
    w = net[0].weight.double()
    gram = w @ w.T if outputs < 16 else w.T @ w
    assert torch.allclose(gram, gram[0, 0] * torch.eye(len(gram)).double(), atol=1e-6)
    assert mean_square(w) == pytest.approx(1 / 16, rel=1e-6)


def test_lsuv_gives_every_branch_weight_outputs_of_unit_spread(images):
    net = Net(norm=False)
    initialize_(net, "lsuv", images)
    spreads = {}

    def read(module, inputs, output):
        spreads[module] = output.double().std(correction=0).item()

    for block in net.blocks:
        for conv in (block.conv1, block.conv2):
            conv.register_forward_hook(read)
    net(images)
    assert len(spreads) == 6
    assert list(spreads.values()) == pytest.approx([1] * 6, abs=0.11)


@pytest.mark.parametrize(
    ("scheme", "constant"), [("gradinit", "ITERATIONS"), ("metainit", "STEPS")]
)
def test_fits_to_data_change_scales_alone(images, monkeypatch, scheme, constant):
    from resweep import registry
    from resweep.scheme_pages import SCHEMES

    monkeypatch.setattr(registry.load(SCHEMES, scheme), constant, 2)
    net, plain = Net(blocks=1, norm=False), Net(blocks=1, norm=False)
    plain.load_state_dict(net.state_dict())
    initialize_(net, scheme, images, labels=torch.arange(4))
    initialize_(plain, "he", images)
    ratio = net.blocks[0].conv1.weight / plain.blocks[0].conv1.weight
    assert ratio.std() < 1e-4
    assert ratio.mean().item() != pytest.approx(1, abs=1e-4)


def test_own_keeps_the_draws_and_multiplies_those_of_branches(images):
    net, plain = Net(), Net()
    plain.load_state_dict(net.state_dict())
    initialize_(net, "own", images, multiplier=4.0)
    assert torch.equal(net.stem.weight, plain.stem.weight)
    assert torch.allclose(net.blocks[1].conv2.weight, 2 * plain.blocks[1].conv2.weight)


PLAIN = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))


@pytest.mark.parametrize(
    ("net", "scheme", "said"),
    [
        (PLAIN, "depth-scaled", "no residual sum was found"),
        (PLAIN, "zero-gamma", "only 0 of 2 branches ends in one"),
        (Net(), "skipinit", "has 0 for 3 branches"),
        (Net(), "fixup", "takes the place of normalization"),
        (Net(behind=True), "zero-gamma", "no gradient ever returns"),
        (Net(), "metainit", "differentiates three times"),
        (Net(), "nf", "changes what blocks compute"),
        (Net(), "stable", "changes what blocks compute"),
        (Net(), "delta-orthogonal", "keep their width"),
        (Net(), "no-such", "unknown scheme"),
    ],
)
def test_what_a_network_cannot_have_is_refused_in_one_line(images, net, scheme, said):
    with pytest.raises(UsageError) as refused:
        initialize_(net, scheme, images)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_separate_queries_keys_and_values_share_the_first_place():
    gpt2 = pytest.importorskip("transformers")
    config = gpt2.GPT2Config(n_layer=2, n_embd=8, n_head=2, vocab_size=16, n_positions=8)
    net = gpt2.GPT2LMHeadModel(config)
    tree = grow(net, {"input_ids": torch.arange(8).view(1, 8)})
    assert len(tree.blocks) == 4
    places = {}
    for name, site in tree.sites.items():
        places[name.split(".", 2)[2]] = (site.block, site.conv, site.convs, site.fan_in)
    assert places["0.attn.c_attn.weight"] == (0, 0, 2, 8)
    assert places["0.attn.c_proj.weight"] == (0, 1, 2, 8)
    assert places["1.mlp.c_proj.weight"] == (3, 1, 2, 32)
