"""One training step: eager and captured give the same curve and never make the host wait."""

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import DataDependentOutputException, FakeTensorMode

from resweep.experiment import Experiment
from resweep.nets.optimizer import Stepper
from resweep.nets.steps import WARMUP, Captured, Eager, Split, make_step
from tests.samples import network

SMALL = {"blocks": 2, "channels": 4, "kernel": 3, "batch_size": 16, "lr": 1e-2}
FORMS = ["residual", "residual-bn", "preact-bn", "highway"]


def pixels(images):
    return images.float().div(255)


def small(**fields):
    """A small experiment on 96 images, resolved; its network has two classes."""
    return Experiment(**SMALL | fields).resolve("synthetic", 96)


def data(device="cpu"):
    draws = torch.Generator().manual_seed(0)
    images = torch.randint(256, (96, 3, 8, 8), generator=draws, dtype=torch.uint8)
    return Split(images.to(device), (torch.arange(96) % 2).to(device))


def test_on_the_cpu_a_step_is_eager_and_gives_the_loss_before_its_update():
    e = small()
    net = network(e, classes=2)
    step = make_step(net, data(), pixels, e, Stepper(net, e))
    batch = torch.arange(16)
    images, labels = data()
    expected = nn.functional.cross_entropy(net(pixels(images[batch])), labels[batch])
    before = net.stem.detach().clone()
    assert isinstance(step, Eager)
    assert step(batch).item() == pytest.approx(expected.item())
    assert not torch.equal(net.stem, before)


def imagined(net):
    """Give `net` parameters and buffers that are shapes without values."""
    for module in net.modules():
        for name, p in module._parameters.items():
            if p is not None:
                module._parameters[name] = nn.Parameter(torch.empty(p.shape))
        for name, b in module._buffers.items():
            module._buffers[name] = torch.zeros(b.shape, dtype=b.dtype)


@pytest.mark.parametrize("optimizer", [{}, {"optimizer": "sgd", "momentum": 0.9}])
@pytest.mark.parametrize("block", FORMS)
def test_no_step_asks_for_a_value(block, optimizer):
    """Reading a value of a tensor without values raises; on a GPU it would make the host wait."""
    e = small(block=block, scheme="he", **optimizer)
    net = network(e, classes=2)
    with FakeTensorMode():
        imagined(net)
        labels = torch.zeros(96, dtype=torch.int64)
        step = Eager(
            net, Split(torch.zeros(96, 3, 8, 8, dtype=torch.uint8), labels), pixels, Stepper(net, e)
        )
        for _ in range(2):
            loss = step(labels[:16])
        with pytest.raises(DataDependentOutputException):
            loss.item()


@pytest.mark.gpu
@pytest.mark.parametrize(
    "optimizer", [{}, {"optimizer": "adamw"}, {"optimizer": "sgd", "momentum": 0.9, "lr": 0.1}]
)
@pytest.mark.parametrize("block", FORMS)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_captured_gives_the_curve_of_eager(block, optimizer, precision):
    curves = []
    for wrap in (lambda eager: eager, lambda eager: Captured(eager, 16)):
        e = small(block=block, scheme="he", precision=precision, **optimizer)
        net = network(e, classes=2).to("cuda")
        kind = next(net.parameters()).dtype
        step = wrap(
            Eager(net, data("cuda"), lambda x, kind=kind: pixels(x).to(kind), Stepper(net, e))
        )
        order = torch.randperm(96, generator=torch.Generator().manual_seed(1)).cuda()
        batches = [*order.split(16), order[:7], *order.split(16)]
        curves.append([step(batch).item() for batch in batches])
    assert step.graph is not None
    assert len(batches) > 2 * WARMUP
    assert curves[1] == pytest.approx(curves[0], rel=1e-4 if precision == "float32" else 2e-2)


@pytest.mark.gpu
def test_a_gpu_captures_and_float16_does_not():
    for precision, kind in (("float32", Captured), ("bfloat16", Captured), ("float16", Eager)):
        e = small(precision=precision)
        net = network(e, classes=2).to("cuda")
        assert isinstance(make_step(net, data("cuda"), pixels, e, Stepper(net, e)), kind)


class Uncapturable:
    """Stands for torch.cuda.graph where a step holds an operation that cannot be captured."""

    def __init__(self, graph):
        pass

    def __enter__(self):
        raise RuntimeError("CUDA error: operation not permitted when stream is capturing\nmore")

    def __exit__(self, *fault):
        return False


def test_a_step_that_cannot_be_captured_goes_on_eagerly_with_one_warning(monkeypatch, recwarn):
    monkeypatch.setattr(torch.cuda, "CUDAGraph", lambda: object())
    monkeypatch.setattr(torch.cuda, "graph", Uncapturable)
    curves = []
    for captured in (False, True):
        e = small()
        net = network(e, classes=2)
        step = eager = Eager(net, data(), pixels, Stepper(net, e))
        if captured:
            step = Captured(eager, 16)
            monkeypatch.setattr(step, "aside", eager)
        curves.append([step(batch).item() for batch in torch.arange(96).split(16)])
    assert curves[0] == curves[1]
    assert [str(w.message) for w in recwarn.list if "captured" in str(w.message)] == [
        "a step cannot be captured (CUDA error: operation not permitted when stream is capturing): "
        "training goes on without"
    ]
