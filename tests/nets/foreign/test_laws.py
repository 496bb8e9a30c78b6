"""The laws behind the weights of known networks are those that their source code draws them by."""

from collections import Counter

import pytest
import torch
from torch import nn
from torchvision.models import VisionTransformer

from resweep.nets.foreign.audit import audit
from resweep.nets.foreign.blocks import Block, Found
from resweep.nets.foreign.fans import matrices
from resweep.nets.foreign.findings import findings
from resweep.nets.foreign.spec import build

STD = "normal, std 0.02, whatever the fan-in"
COUNTED = "he, fan-out as torch counts it, normal"
DEFAULT = "torch's default, uniform"
PACKED = "glorot of q, k, v packed (in_proj of MultiheadAttention), uniform"
# of each network: branches, and how many weights its source draws by which law
KNOWN = {
    # kaiming_normal_(mode="fan_out"), which counts that of a grouped convolution for all groups
    "torchvision:resnet18": (8, {"he, fan-out, normal": 20, DEFAULT: 1}),
    "torchvision:resnext50_32x4d": (16, {"he, fan-out, normal": 37, COUNTED: 16, DEFAULT: 1}),
    # the same; the classifier is uniform within 1 / sqrt(outputs)
    "torchvision:efficientnet_b0": (
        9,
        {"he, fan-out, normal": 65, COUNTED: 16, "1/(3 fan-out), uniform": 1},
    ),
    # kaiming_normal_ as it is: of the fan-in
    "torchvision:densenet121": (0, {"he, fan-in, normal": 120, DEFAULT: 1}),
    # trunc_normal_(std=0.02), whose cut at 2 is at 100 sigma; Swin's twelve tables too
    "torchvision:convnext_tiny": (18, {STD: 59}),
    "torchvision:swin_t": (24, {STD: 64, DEFAULT: 1}),
}


def laws(model, branches=0):
    """How many weights have which law, and the faults, for so many branches."""
    found = Found("sums", (Block("block", "block", "identity"),) * branches)
    audits = audit(model, found)
    said = [one.law.name if one.law.known else "none" for one in audits if one.law]
    return Counter(said), [f for f in findings(audits, branches) if f.fault]


@pytest.mark.parametrize("spec", KNOWN)
def test_a_known_network_is_named_as_it_is_drawn(spec):
    branches, drawn = KNOWN[spec]
    assert laws(build(spec, seed=0), branches) == (drawn, [])


def test_a_vision_transformer_of_torchvision():
    torch.manual_seed(0)
    sizes = {"num_layers": 3, "num_heads": 4, "hidden_dim": 96, "mlp_dim": 384}
    named, faults = laws(VisionTransformer(image_size=64, patch_size=8, **sizes), 6)
    assert named == {
        "glorot, uniform": 6,  # xavier_uniform_ of the two linear layers of each block
        PACKED: 3,  # xavier_uniform_ of the whole in_proj_weight
        DEFAULT: 3,  # out_proj, which nothing draws anew
        "lecun, fan-in, normal": 1,  # trunc_normal_(std=sqrt(1 / fan_in)), cut far out
        STD: 1,  # the positions
        "constant 0": 1,  # the head
    }
    assert not faults


def test_gpt2_and_a_resnet_of_timm():
    pytest.importorskip("timm")
    pytest.importorskip("transformers")
    assert laws(build("timm:resnet26d", seed=0), 8)[0] == {"he, fan-out, normal": 31, DEFAULT: 1}
    sizes = {"n_layer": 4, "n_embd": 384, "n_head": 6, "vocab_size": 1000}
    named, faults = laws(build("hf:gpt2", sizes, seed=0), 8)
    assert named == {STD: 4 + 4 + 2, "normal, std 0.02 / sqrt(L), whatever the fan-in": 8}
    assert not faults


class Attention(nn.Module):
    """One weight that makes queries, keys and values, as timm and GPT-2 have it."""

    def __init__(self, width=96):
        super().__init__()
        self.num_heads, self.qkv = 4, nn.Linear(width, 3 * width)


class Mixer(nn.Module):
    """The same shape, and no heads."""

    def __init__(self, width=96):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)


def test_a_packed_law_is_for_packed_projections_alone():
    torch.manual_seed(0)
    attention, mixer = Attention(), Mixer()
    for module in (attention, mixer):
        nn.init.xavier_uniform_(module.qkv.weight)
    assert set(laws(attention)[0]) == {
        "glorot of q, k, v packed (Attention has num_heads), uniform"
    }
    assert set(laws(mixer)[0]) == {"glorot, uniform"}
    (packed,), (single,) = matrices(attention), matrices(mixer)
    assert (len(packed.parts), packed.fan_in, packed.fan_out) == (3, 96.0, 96.0)
    assert (len(single.parts), single.packed) == (1, "")


def test_an_expansion_by_chance_equal_to_a_packed_law_is_not_named_so():
    torch.manual_seed(0)
    expansion = nn.Linear(384, 1536)  # 2 / (384 + 3 * 1536) is 0.0200^2
    nn.init.trunc_normal_(expansion.weight, std=0.02)
    assert set(laws(nn.Sequential(expansion))[0]) == {STD}


def test_the_law_of_most_weights_is_named_and_the_others_are_kept():
    torch.manual_seed(0)
    convs = [nn.Conv2d(16, 16, 3), nn.Conv2d(16, 32, 3), nn.Conv2d(16, 64, 3)]
    for conv in convs:
        nn.init.kaiming_normal_(conv.weight, mode="fan_out")
    audits = [one for one in audit(nn.Sequential(*convs)) if one.law]
    assert {one.law.name for one in audits} == {"he, fan-out, normal"}
    assert audits[0].law.also == ("he, fan-in",)  # 16 to 16 channels
    assert audits[1].law.also == ("lecun, fan-in",)


def test_an_embedding_is_of_torchs_default_or_of_a_fixed_deviation():
    torch.manual_seed(0)
    model = nn.ModuleList([nn.Embedding(100, 32), nn.Embedding(100, 32), nn.Embedding(100, 32)])
    nn.init.normal_(model[1].weight, std=0.02)
    nn.init.normal_(model[2].weight, std=0.3)  # of nobody's law, and so none is named
    assert [one.law and one.law.name for one in audit(model)] == [
        "torch's default, normal", STD, None,
    ]  # fmt: skip


def test_a_transposed_convolution_is_drawn_by_torchs_count_of_its_fans():
    torch.manual_seed(0)
    assert set(laws(nn.ConvTranspose2d(64, 16, 4, stride=2))[0]) == {DEFAULT}
