"""Whether a device computes what it should: what `resweep doctor --device NAME` goes through.

Each check takes seconds and says in a line what it found; one that fails raises.
"""

import time
from collections.abc import Callable, Iterator

import torch

from resweep.data import find, load
from resweep.errors import MissingError, ResweepError
from resweep.experiment import Experiment
from resweep.lab import choices, devices
from resweep.lab.arithmetic import arithmetic
from resweep.lab.measure import Laboratory
from resweep.nets.kernels import reference
from resweep.nets.kernels.trials import Block, check
from resweep.nets.network import DTYPES
from resweep.numerals import counted
from resweep.outcome import Outcome

PAPER = Block(images=32, channels=16, kernel=8, height=32, width=32)
IEEE = 1e-5  # TF32 is wrong by 1e-4 and more, float32 by 1e-6
NEAR = 1e-4  # two devices add in other orders
SMALL = Experiment.parse(
    blocks=3, dataset="synthetic", train_size=256, test_size=100, batch_size=64, precision="float32"
)
TIMED = SMALL.but(blocks=20, train_size=1024)

Finding = tuple[bool, str]


def checks(word: str) -> Iterator[tuple[str, Finding]]:
    """Yield (name, (good, what was found)) for the device that `--device` names.

    Raises MissingError where torch sees no such device.
    """
    device = devices.pick(word)
    yield "model", attempt(lambda: model(device))
    yield "float32", attempt(lambda: ieee(device))
    yield "tf32", attempt(lambda: rounded(device))
    for precision in ("float32", "bfloat16"):
        yield f"{precision} paths", attempt(lambda p=precision: paths(device, p))  # type: ignore[misc]
    yield "repeated", attempt(lambda: repeated(word))
    yield "beside cpu", attempt(lambda: beside_cpu(word))
    yield "speed", attempt(lambda: speed(word))


def attempt(look: Callable[[], str]) -> Finding:
    """Whether the check passed, and its line."""
    try:
        return True, look()
    except Exception as fault:
        line = str(fault).partition("\n")[0]
        kind = "" if isinstance(fault, ResweepError) else f"{type(fault).__name__}: "
        return False, f"{kind}{line}"


def model(device: torch.device) -> str:
    """The model, its memory and the versions it is driven by."""
    said = [devices.describe(device), *facts(device), f"torch {torch.__version__}"]
    return ", ".join(said)


def facts(device: torch.device) -> list[str]:
    """What torch says of a CUDA device; nothing of another one."""
    if device.type != "cuda":
        return []
    free, total = torch.cuda.mem_get_info(device)
    major, minor = torch.cuda.get_device_capability(device)
    return [
        f"compute capability {major}.{minor}",
        f"{free / 2**30:.1f} of {total / 2**30:.1f} GiB free",
        f"{counted(torch.cuda.device_count(), 'device')} seen",
        f"CUDA {torch.version.cuda}",
        f"cuDNN {torch.backends.cudnn.version()}",
    ]


def ieee(device: torch.device) -> str:
    """Whether float32 is IEEE float32, by the error of a block beside float64."""
    error = error_of("float32", device)
    if not error < IEEE:
        raise ResweepError(f"float32 is wrong by {error:.1e}: its factors are rounded")
    return f"a block is right to {error:.1e} of the largest value"


def rounded(device: torch.device) -> str:
    """Whether precision tf32 is what it says, where the device has it."""
    try:
        devices.check_precision("tf32", device)
    except MissingError:
        return "this device has none"
    return f"a block is right to {error_of('tf32', device):.1e} of the largest value"


def error_of(precision: str, device: torch.device) -> float:
    """The error of a block on stock operations beside float64, relative to its largest value."""
    with arithmetic(precision, device):
        found = check("reference", reference.convolution, PAPER, DTYPES[precision], device)
    if found.error is None:
        raise ResweepError(found.reason)
    return found.error


def paths(device: torch.device, precision: str) -> str:
    """What became of each path for the paper's block."""
    with arithmetic(precision, device):
        choice = choices.measured(PAPER, DTYPES[precision], device)
    words = [choice.path]
    for trial in choice.trials:
        taken = "" if trial.seconds is None else f" {1e3 * trial.seconds:.2f} ms"
        words.append(f"{trial.path}{taken}" + (f" ({trial.reason})" if trial.reason else ""))
    return "; ".join(words)


def repeated(word: str) -> str:
    """Whether one experiment gives the same numbers twice."""
    first, second = run(word, SMALL), run(word, SMALL)
    one, two = ([(e.train_loss, e.test_loss) for e in o.curve] for o in (first, second))
    unstable = first.provenance["nondeterministic"]
    if one != two and not unstable:
        raise ResweepError(f"two runs of one experiment differ: {one} and {two}")
    if unstable:
        return f"two runs may differ, since {', '.join(unstable)} is not deterministic"
    return f"two runs are equal to the last bit (loss {one[0][0]:.6f})"


def beside_cpu(word: str) -> str:
    """Whether the same seed starts at the same place as on the CPU."""
    here, there = (run(w, SMALL).metrics["initial_loss"] for w in (word, "cpu"))
    difference = abs(here / there - 1)
    if not difference < NEAR:
        raise ResweepError(f"the loss at step 0 is {here:.6f} and on the CPU {there:.6f}")
    return f"the loss at step 0 is the CPU's to {difference:.1e}"


def speed(word: str) -> str:
    """How many images a second the paper's network of 20 blocks trains."""
    began = time.perf_counter()
    metrics = run(word, TIMED).metrics
    return (
        f"{metrics['train_images_per_second']:.0f} images a second train through 20 blocks "
        f"(run of {time.perf_counter() - began:.1f} s)"
    )


def run(word: str, experiment: Experiment) -> Outcome:
    """The outcome of an experiment on the synthetic images; raises what it met."""
    source = find("synthetic", None, lambda line: None)
    e = experiment.resolve(source.name, source.train_images, source.test_images)
    return Laboratory(source, load(source), word).measure(e)
