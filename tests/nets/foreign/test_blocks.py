"""Blocks of modules whose structure is known."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from resweep.errors import UsageError
from resweep.nets.foreign.blocks import find
from resweep.nets.foreign.lineage import Lineage

X = torch.linspace(-1, 1, 2 * 4 * 6 * 6).reshape(2, 4, 6, 6)
TOKENS = torch.linspace(-1, 1, 2 * 5 * 8).reshape(2, 5, 8)


class Post(nn.Module):
    """relu(x + conv relu conv x), in place as torchvision writes it."""

    def __init__(self, channels=4, out=4, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.down = nn.Conv2d(channels, out, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        out = self.conv2(self.relu(self.conv1(x)))
        out += self.down(x)
        return self.relu(out)


class Layer(nn.Module):
    """A transformer layer with the tanh form of GELU written out."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.up, self.down = nn.Linear(8, 16), nn.Linear(16, 8)
        self.norms = nn.ModuleList([nn.LayerNorm(8), nn.LayerNorm(8)])

    def forward(self, x):
        y = self.norms[0](x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        h = self.up(self.norms[1](x))
        return x + self.down(0.5 * h * (1 + torch.tanh(0.8 * (h + 0.044715 * h**3))))


class Func(nn.Module):
    def __init__(self, forward, **modules):
        super().__init__()
        self.parts = nn.ModuleDict(modules)
        self.function = forward

    def forward(self, x):
        return self.function(self.parts, x)


def linear():
    return nn.Linear(8, 8)


def test_each_residual_sum_is_a_block_with_the_weights_of_its_branch():
    found = find(nn.Sequential(Post(), Post(4, 8, 2), Post(8, 8)), X)
    assert found.how == "sums"
    assert [(b.name, b.kind) for b in found.blocks] == [
        ("0", "identity"),
        ("1", "projected"),
        ("2", "identity"),
    ]
    for place, block in enumerate(found.blocks):
        assert block.matrices == (f"{place}.conv1.weight", f"{place}.conv2.weight")
        assert (block.first, block.last) == (block.matrices[:1], block.matrices[1:])


def test_a_transformer_layer_has_two_blocks_and_its_written_out_gelu_is_none():
    first, second = find(Layer(), TOKENS).blocks
    assert (first.name, second.name) == ("(model)#1", "(model)#2")
    assert first.first == ("attention.in_proj_weight",)
    assert first.last == ("attention.out_proj.weight",)
    assert (second.first, second.last) == (("up.weight",), ("down.weight",))


def test_a_gate_that_carries_the_input_is_an_identity_shortcut():
    def highway(parts, x):
        gate = torch.sigmoid(parts["gate"](x))
        return gate * parts["inner"](x) + (1 - gate) * x

    (block,) = find(Func(highway, gate=linear(), inner=linear()), TOKENS).blocks
    assert block.kind == "identity"


@pytest.mark.parametrize(
    "forward",
    [
        lambda parts, x: parts["a"](x) * 0.5 + parts["a"](x).roll(1, -1) * 0.5,
        lambda parts, x: parts["a"](x) + parts["b"](x),
        lambda parts, x: parts["a"](x + 0.04 * x**3),
        lambda parts, x: parts["a"](x) + torch.ones(8),
        lambda parts, x: torch.cat([x, parts["a"](x)], -1),
    ],
    ids=["rotation", "parallel", "polynomial", "constant", "concatenated"],
)
def test_other_sums_are_no_blocks(forward):
    found = find(Func(forward, a=linear(), b=linear()), TOKENS)
    assert found.how == "children"
    assert "no residual sum" in found.said


def test_a_module_called_twice_is_two_blocks():
    again = Post()
    found = find(nn.Sequential(again, again), X)
    assert [b.name for b in found.blocks] == ["0:1", "0:2"]


def test_globs_name_the_blocks():
    model = nn.Sequential(nn.Sequential(Post(), Post()), nn.Sequential(Post()))
    assert [b.name for b in find(model, X, ["*.*.conv2"]).blocks] == [
        "0.0.conv2",
        "0.1.conv2",
        "1.0.conv2",
    ]
    with pytest.raises(UsageError, match="no module"):
        find(model, X, ["layer*"])


@pytest.mark.parametrize(
    ("globs", "names"),
    [
        (["*.*"], ["0.0", "0.1", "1.0"]),
        (["*"], ["0", "1"]),
        (["0.*", "1"], ["0.0", "0.1", "1"]),
        (["1", "1.0.conv1"], ["1", "1.0.conv1"]),  # each was named
        (["0.?.conv*"], ["0.0.conv1", "0.0.conv2", "0.1.conv1", "0.1.conv2"]),
    ],
)
def test_what_lies_in_a_module_that_a_glob_means_is_a_part_of_it(globs, names):
    model = nn.Sequential(nn.Sequential(Post(), Post()), nn.Sequential(Post()))
    assert [b.name for b in find(model, X, globs).blocks] == names


def test_a_list_of_modules_that_is_never_called_does_not_hide_what_lies_in_it():
    class Listed(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.ModuleList([Post(), Post()])

        def forward(self, x):
            return self.layers[1](self.layers[0](x))

    assert [b.name for b in find(Listed(), X, ["layers*"]).blocks] == ["layers.0", "layers.1"]


def test_memory_that_is_used_again_brings_no_weights_along():
    def biased(parts, x):
        for place in range(20):
            scores = parts["a"](x) + parts["table"].weight.clone()[:5]
            x = x + F.gelu(parts["b"](scores)) * (place + 1)
        return x

    model = Func(biased, a=linear(), b=linear(), table=nn.Embedding(9, 8))
    for block in find(model, TOKENS).blocks:
        assert block.last == ("parts.b.weight",)
        assert "parts.table.weight" not in block.matrices


def test_the_depths_of_a_lineage_count_contractions():
    line = Lineage()
    x = line.add(())
    y = line.add((x,), contraction=True, matrices=("a",))
    z = line.add((y,), contraction=True, matrices=("b",))
    side = line.add((x,), contraction=True, matrices=("c",))
    assert line.depths(z, x) == {z: 0, y: 1, x: 2}
    assert line.carried(y, y)
    assert not line.carried(y, x)
    assert line.residual(z, side).kind == "projected"
    assert line.residual(z, side).shortcut == 1
    assert line.residual(y, side) is None
    assert line.residual(x, z).matrices == ("a", "b")
