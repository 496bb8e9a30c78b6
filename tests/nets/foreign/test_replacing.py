"""A drawn gradient in place of one that is exactly 0: the numbers of two passes, from one."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models import VisionTransformer

from resweep.nets.foreign import reading
from resweep.nets.foreign.inspecting import inspect
from resweep.nets.foreign.reading import read
from resweep.nets.streams import generator

W, CLASSES = 16, 5
X = torch.randn(8, W, generator=torch.Generator().manual_seed(0))
DRAWN = ("backward_second_moment", "log10_backward_second_moment")
CALLS = []


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.up, self.norm, self.down = nn.Linear(W, W), nn.BatchNorm1d(W), nn.Linear(W, W)

    def forward(self, x):
        return x + self.down(torch.relu(self.norm(self.up(x))))


class Net(nn.Module):
    """Three blocks behind a stem and before a head of zeros; its calls are counted outside."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.stem, self.blocks = nn.Linear(W, W), nn.Sequential(Block(), Block(), Block())
        self.head = nn.Linear(W, CLASSES)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x):
        CALLS.append(len(x))
        return self.head(self.blocks(self.stem(x)))


def vision():
    torch.manual_seed(0)
    sizes = {"num_layers": 2, "num_heads": 2, "hidden_dim": 32, "mlp_dim": 64, "dropout": 0.0}
    return VisionTransformer(image_size=16, patch_size=8, num_classes=CLASSES, **sizes)


@pytest.mark.parametrize(
    ("model", "batch"), [(Net(), X), (vision(), torch.linspace(-1, 1, 1536).view(2, 3, 16, 16))]
)
def test_one_pass_has_the_numbers_of_two(model, batch):
    one, two = read(model, batch), read(model, batch, drawn=True)
    assert one.profiles["backward_second_moment"][0] > 0
    for name in DRAWN:
        assert one.profiles[name] == two.profiles[name]
    for name in ("forward_second_moment", "branch_ratio"):
        assert one.profiles[name] == two.profiles[name]
    assert all(map(math.isnan, one.profiles["gradient_second_moment"]))
    assert one.loss == pytest.approx(math.log(CLASSES))  # of logits that are all 0
    labels = torch.randint(CLASSES, (len(batch),), generator=generator(0, "labels"))
    F.cross_entropy(model(batch), labels).backward()
    for name, parameter in model.named_parameters():
        assert one.gradients[name] == pytest.approx(parameter.grad.norm().item(), rel=1e-6)
        assert (one.gradients[name] == 0) == (not parameter.grad.any())
    assert set(one.profiles["grad_norm"]) == {0.0}
    model.zero_grad()


def test_an_inspection_calls_the_model_once():
    CALLS.clear()
    done = inspect(Net(), X)
    assert CALLS == [8]
    assert done.status == "sound"
    assert "log10_backward_growth" in done.metrics
    assert "zero gradient" in {finding.kind for finding in done.findings}


def test_a_head_that_is_drawn_keeps_the_gradient_of_the_loss():
    model = Net()
    nn.init.normal_(model.head.weight)
    done = read(model, X)
    assert "backward_second_moment" not in done.profiles
    assert min(done.profiles["grad_norm"]) > 0


class Beside(Net):
    """The loss reaches the first blocks past the last state too."""

    def forward(self, x):
        CALLS.append(len(x))
        early = self.blocks[0](self.stem(x))
        return self.head(self.blocks[2](self.blocks[1](early))) + 1e-3 * early[:, :CLASSES]


class Steep(Net):
    """Its square root has an infinite slope at 0, and 0 times it is no number."""

    def forward(self, x):
        CALLS.append(len(x))
        return self.head(self.blocks(self.stem(x) + torch.sqrt(0 * self.stem(x))))


@pytest.mark.parametrize("kind", [Beside, Steep])
def test_what_would_not_be_exact_is_read_apart(kind, monkeypatch):
    model = kind()
    CALLS.clear()
    one = read(model, X)
    monkeypatch.setattr(reading.Reader, "replacement", lambda *given: None)
    plain = read(model, X)
    for name, size in plain.gradients.items():
        assert one.gradients[name] == pytest.approx(size, nan_ok=True)
    assert "backward_second_moment" not in one.profiles
    assert len(CALLS) == 2 + (kind is Steep)  # Steep is read again, without a drawn gradient


def test_a_tied_head_is_not_taken_for_a_way_of_its_own():
    model = Net()
    model.head = nn.Linear(W, W)
    model.blocks[0].up.weight = model.head.weight = nn.Parameter(torch.zeros(W, W))
    one = read(model, X)
    assert one.gradients["blocks.0.up.weight"] > 0
    assert "backward_second_moment" not in one.profiles
