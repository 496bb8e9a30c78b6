"""Behaviour besides the numbers: non-finite values, threads, processes, memory, torch.compile."""

import ctypes
import multiprocessing

import pytest
import torch

from resweep.nets import kernels
from resweep.nets.kernels.library import load, torch_team

OPTIONS = {"activation": "relu", "residual": True, "path": "spectral"}


def block(images=6, seed=3):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(images, 16, 32, 32, generator=generator)
    return x, torch.randn(16, 16, 8, 8, generator=generator) / 32


def step(x, w):
    """Output and gradients, as plain tensors."""
    x, w = x.detach().requires_grad_(), w.detach().requires_grad_()
    y = kernels.convolution(x, w, **OPTIONS)
    y.square().sum().backward()
    return y.detach(), x.grad, w.grad


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), float("nan")])
@pytest.mark.parametrize("activation", kernels.ACTIVATIONS)
def test_non_finite_inputs_surface_and_stay_in_their_image(native, value, activation):
    x, w = block()
    x[2, 5, 10, 11] = value
    y = kernels.convolution(x, w, activation=activation, path="spectral")
    finite = y.isfinite().flatten(1)
    assert not finite[2].any()
    assert finite[[0, 1, 3, 4, 5]].all()


def test_non_finite_weights_surface(native):
    x, w = block()
    w[3, 4, 5, 6] = float("inf")
    y = kernels.convolution(x, w, path="spectral")
    assert not y[:, 3].isfinite().any()
    assert y[:, :3].isfinite().all()


def test_non_finite_gradients_surface(native):
    x, w = block()
    x, w = x.requires_grad_(), w.requires_grad_()
    g = torch.zeros(6, 16, 32, 32)
    g[1, 2, 3, 4] = float("nan")
    kernels.convolution(x, w, path="spectral").backward(g)
    assert x.grad[1].isnan().any()
    assert w.grad.isnan().any()


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_any_number_of_threads(native, threads, count):
    x, w = block()
    threads(1)
    y, gx, gw = step(x, w)
    threads(count)
    assert torch.equal(step(x, w)[0], y)
    assert torch.equal(step(x, w)[1], gx)
    assert torch.allclose(step(x, w)[2], gw, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("count", [1, 2])
def test_same_inputs_give_the_same_bits(native, threads, count):
    threads(count)
    x, w = block(images=11)
    first, _, again = step(x, w), step(*block(images=5, seed=9)), step(x, w)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def _child(queue, x, w):
    """Native code only: in a child forked from a process that used them, torch's own loops hang."""
    x, w = x.requires_grad_(), w.requires_grad_()
    y = kernels.convolution(x, w, **OPTIONS)
    y.backward(x.detach())
    queue.put([t.detach().numpy().sum(dtype=float) for t in (y, x.grad, w.grad)])


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_processes(native, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    x, w = block()
    x = x.contiguous(memory_format=torch.channels_last)
    step(x, w)
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    child = context.Process(target=_child, args=(queue, x, w))
    child.start()
    got = queue.get(timeout=120)
    child.join()
    here = context.Queue()
    _child(here, x, w)
    assert got == here.get()


def test_several_callers_at_once(native):
    from concurrent.futures import ThreadPoolExecutor

    blocks = [block(seed=s) for s in range(4)]
    expected = [step(*b) for b in blocks]
    with ThreadPoolExecutor(4) as pool:
        for got, want in zip(pool.map(lambda b: step(*b), blocks * 5), expected * 5, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(got, want, strict=True))


def test_keeps_one_tensor_and_one_bit_a_value(native):
    x, w = block()
    x, w = x.requires_grad_(), w.requires_grad_()
    x = x.contiguous(memory_format=torch.channels_last)
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
        y = kernels.convolution(x, w, **OPTIONS)
    sizes = sorted(t.nbytes for t in kept if t.data_ptr() not in (w.data_ptr(), y.data_ptr()))
    assert sizes == [x.nbytes // 32, x.nbytes]


def test_gradients_only_where_asked(native):
    x, w = block()
    y = kernels.convolution(x.requires_grad_(), w, **OPTIONS)
    y.sum().backward()
    assert x.grad is not None
    assert w.grad is None
    x, w = block()
    kernels.convolution(x, w.requires_grad_(), **OPTIONS).sum().backward()
    assert w.grad is not None
    assert x.grad is None


def test_torch_accepts_the_operators(native):
    x, w = block(images=2)
    sample = (x.requires_grad_(), w.requires_grad_(), None, True, True, True)
    torch.library.opcheck(torch.ops.resweep.spectral_convolution, sample)


def test_compiled_gives_the_same(native):
    x, w = block()
    compiled = torch.compile(
        lambda x, w: kernels.convolution(x, w, **OPTIONS), backend="aot_eager", fullgraph=True
    )
    assert torch.equal(compiled(x, w), kernels.convolution(x, w, **OPTIONS))


def test_one_team_with_torch_and_one_of_its_own_give_the_same_bits(native, threads):
    threads(2)
    library = load()
    use_team = ctypes.CDLL(str(library.path)).spectral_use_team
    use_team.argtypes = [ctypes.c_void_p]
    x, w = block(images=11)
    shared = step(x, w)
    use_team(None)
    try:
        own = step(x, w)
    finally:
        use_team(torch_team())
    assert all(torch.equal(a, b) for a, b in zip(shared, own, strict=True))
