"""The Triton path against the float64 convolution, in Triton's interpreter and on a GPU."""

import os
import subprocess
import sys

import pytest
import torch

from resweep.nets import kernels
from resweep.nets.kernels import triton as path

SHAPES = [  # N, C_in, C_out, H, W, k
    (2, 16, 16, 8, 8, 8),
    (1, 16, 16, 9, 7, 7),
    (1, 16, 16, 4, 5, 9),
    (3, 3, 16, 6, 6, 3),
    (1, 5, 5, 7, 3, 2),
    (2, 4, 4, 3, 5, 1),
    (1, 20, 20, 5, 6, 4),
    (1, 16, 3, 5, 5, 5),
    (1, 2, 17, 1, 6, 6),
]
REAL = [
    (128, 16, 16, 32, 32, 8),
    (7, 16, 16, 32, 32, 7),
    (64, 3, 16, 32, 32, 3),
    (5, 32, 32, 17, 33, 9),
]
TOLERANCE = {torch.float32: 1e-6, torch.float16: 2e-3, torch.bfloat16: 1e-2}


def draw(n, inputs, outputs, h, w, k, dtype, device):
    generator = torch.Generator().manual_seed(7)
    x = torch.randn(n, inputs, h, w, generator=generator)
    weight = torch.randn(outputs, inputs, k, k, generator=generator) / (inputs * k * k) ** 0.5
    bias, g = (
        torch.randn(outputs, generator=generator),
        torch.randn(n, outputs, h, w, generator=generator),
    )
    return [t.to(device, dtype) for t in (x, weight, bias, g)]


def results(taken, tensors, g, **options):
    leaves = [t.clone().requires_grad_() for t in tensors]
    y = kernels.convolution(*leaves, path=taken, **options)
    y.backward(g)
    return [y.detach().double(), *(t.grad.double() for t in leaves)]


def check(shape, dtype, device, activation):
    """Output and gradients are within `TOLERANCE` of the float64 result for the same inputs."""
    *tensors, g = draw(*shape, dtype, device)
    options = {"activation": activation, "residual": shape[1] == shape[2]}
    got = results("triton", tensors, g, **options)
    exact = results("reference", [t.double() for t in tensors], g.double(), **options)
    for a, b in zip(got, exact, strict=True):
        assert (a - b).norm() < TOLERANCE[dtype] * b.norm(), (shape, dtype, activation)


def check_non_finite(device):
    x, weight, _, _ = draw(2, 16, 16, 6, 6, 3, torch.float32, device)
    x[1, 3, 2, 2] = float("nan")
    y = kernels.convolution(x, weight, activation="relu", path="triton")
    assert y[0].isfinite().all()
    assert y[1, :, 1:4, 1:4].isnan().all()
    assert y[1, :, 5].isfinite().all()


def check_operator(device):
    x, weight, bias, _ = draw(1, 16, 16, 5, 5, 3, torch.float32, device)
    sample = (x.requires_grad_(), weight.requires_grad_(), bias.requires_grad_(), True, True)
    torch.library.opcheck(torch.ops.resweep.triton_convolution, sample)


def check_same_bits(device):
    *tensors, g = draw(*REAL[0], torch.bfloat16, device)
    first, again = (
        results("triton", tensors, g, activation="relu", residual=True) for _ in range(2)
    )
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def bfloat16_products():
    """Widen bfloat16 before products in Triton's interpreter.

    That of Triton 3.9 multiplies the bit patterns as integers.
    """
    import triton.language as tl
    from triton.runtime.interpreter import InterpreterBuilder

    narrow = InterpreterBuilder.create_dot

    def widened(self, a, b, *rest):
        a, b = (self.create_fp_ext(t, tl.float32) if t.dtype == tl.bfloat16 else t for t in (a, b))
        return narrow(self, a, b, *rest)

    InterpreterBuilder.create_dot = widened


def interpret():
    """All checks on the CPU; runs in a process of its own, started with TRITON_INTERPRET=1."""
    torch.set_num_threads(1)
    bfloat16_products()
    for activation in kernels.ACTIVATIONS:
        for dtype in TOLERANCE:
            check(SHAPES[0], dtype, "cpu", activation)
        for shape in SHAPES[1:]:
            check(shape, torch.float32, "cpu", activation)
    check_non_finite("cpu")
    check_operator("cpu")


@pytest.fixture
def installed():
    if reason := path.missing():
        pytest.skip(reason)


def test_interpreted(installed):
    script = "from tests.nets.kernels.test_triton import interpret; interpret()"
    environment = os.environ | {"TRITON_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_what_it_cannot_take(installed):
    x, weight, *_ = draw(1, 16, 16, 5, 5, 3, torch.float32, "cpu")
    assert "runs on CUDA devices, not on cpu" in path.unsupported(x, weight)
    with pytest.raises(ValueError, match="the triton path cannot be used: it runs on CUDA"):
        kernels.convolution(x, weight, path="triton")


COMPILED = """
from tests.nets.kernels.test_triton import build
for capability, kind in ((80, "bf16"), (90, "bf16"), (90, "fp32"), (100, "bf16")):
    build(capability, kind)
"""


TENSOR_CORES = {80: "mma.sync", 90: "wgmma.mma_async", 100: "tcgen05.mma"}


def build(capability, kind):
    """Compile every kernel for a GPU that is not here; half types must use the tensor cores."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from resweep.nets.kernels import triton_kernels as k

    dtype = {"bf16": torch.bfloat16, "fp32": torch.float32}[kind]
    block = path._block(torch.empty(0, dtype=dtype))
    sizes = path._sizes(dtype, 16, 16, 8, 3) | {"BLOCK": block}
    tensor, shape = f"*{kind}", {"pixels": "i32", "height": "i32", "width": "i32"}
    forward = {"TRANSPOSED": False, "BIAS": True, "SKIP": True, "RELU": True}
    for fn, types, constants in (
        (
            k.convolve,
            dict.fromkeys(("x", "weight", "bias", "skip", "y"), tensor) | {"bits": "*i16"},
            sizes | forward,
        ),
        (k.correlate, {"x": tensor, "g": tensor, "parts": "*fp32"}, sizes | {"SPAN": 2048}),
        (
            k.let_through,
            {"g": tensor, "masked": tensor, "bits": "*i16"},
            {"OUT": 16, "OUT2": 16, "BLOCK": 128},
        ),
    ):
        names = fn.arg_names
        signature = {n: "constexpr" if n in constants else (types | shape)[n] for n in names}
        places = {(names.index(n),): value for n, value in constants.items()}
        aligned = {(names.index(n),): [["tt.divisibility", 16]] for n in types}
        source = ASTSource(fn=fn, signature=signature, constexprs=places, attrs=aligned)
        ptx = triton.compile(source, target=GPUTarget("cuda", capability, 32)).asm["ptx"]
        if kind == "bf16" and fn is not k.let_through:
            assert TENSOR_CORES[capability] in ptx


def test_compiles_for_devices_that_are_not_here(installed, tmp_path):
    environment = os.environ | {
        "TRITON_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-c", COMPILED], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.gpu
@pytest.mark.parametrize("activation", kernels.ACTIVATIONS)
@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize("shape", [*SHAPES, *REAL], ids=str)
def test_on_a_gpu(installed, shape, dtype, activation):
    check(shape, dtype, "cuda", activation)


@pytest.mark.gpu
def test_behaviour_on_a_gpu(installed):
    check_non_finite("cuda")
    check_operator("cuda")
    check_same_bits("cuda")


@pytest.mark.gpu
def test_where_nothing_was_timed_it_must_be_asked_for_on_a_gpu(installed):
    assert kernels.describe("cuda")["path"] == "reference"
