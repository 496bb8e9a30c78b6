"""Which way computes a residual block fastest here: measured once, and kept in the user's cache.

The first experiment of a shape times the candidates on this device (`resweep.nets.kernels.trials`).
Its answer is kept with the versions, the processor and the number of threads that it holds for, so
that every later process takes the same path and a repeated run gives the same bits. Of processes
that measure at once the first one to be done decides for all. Where nothing can be kept, the path
is assumed and not measured: two processes must not differ by chance.
"""

import hashlib
import json
import os
import platform
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch

from resweep import __version__
from resweep.data.cache import root
from resweep.experiment import Experiment
from resweep.lab import devices
from resweep.nets import kernels
from resweep.nets.kernels.library import load
from resweep.nets.kernels.trials import Block, Trial, compared, fastest, trials
from resweep.nets.network import DTYPES

MOST_IMAGES = 32  # a trial takes milliseconds; more images a batch change little
CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Choice:
    """The path for a block on a device, how it was chosen, and what became of each candidate.

    how    `measured`, or `assumed` with the reason
    """

    path: str
    how: str
    trials: tuple[Trial, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The choice as it is kept."""
        return {"path": self.path, "how": self.how, "trials": [asdict(t) for t in self.trials]}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Choice":
        """The choice that `to_json` wrote."""
        return cls(kept["path"], kept["how"], tuple(Trial(**trial) for trial in kept["trials"]))


def choose(e: Experiment, size: tuple[int, int], device: torch.device) -> Choice:
    """The path for the blocks of an experiment on images of this height and width."""
    images = e.batch_size if e.epochs else MOST_IMAGES
    rounded = 1 << (min(images, MOST_IMAGES).bit_length() - 1)
    block = Block(rounded, e.channels, e.kernel, *size)
    return _choose(block, e.precision, device, torch.get_num_threads())


@cache
def _choose(block: Block, precision: str, device: torch.device, threads: int) -> Choice:
    dtype = DTYPES[precision]
    circumstances = {
        **asdict(block),
        "precision": precision,
        "device": devices.describe(device),
        "threads": threads,
        "ways": list(kernels.WAYS),
        **versions(),
    }
    file = place(circumstances)
    if file is None:
        return Choice(kernels.assumed(block, dtype, device), "assumed: this user has no cache")
    kept = recall(file)
    if kept is None:
        with suppress(OSError), alone(file):
            kept = recall(file) or keep(file, circumstances, measured(block, dtype, device))
    if kept is None:
        return Choice(kernels.assumed(block, dtype, device), "assumed: the cache is not writable")
    return kept


def measured(block: Block, dtype: torch.dtype, device: torch.device) -> Choice:
    """Time the candidates now."""
    able = kernels.candidates(block, dtype, device)
    ways = {path: way for path, way in able.items() if not isinstance(way, str)}
    found = trials(ways, block, dtype, device)
    path = fastest(found, kernels.assumed(block, dtype, device))
    unable = [Trial(name, reason=why) for name, why in able.items() if isinstance(why, str)]
    return Choice(path, "measured", (*compared(found, path), *unable))


def beyond_blocks(device: torch.device) -> dict[str, str]:
    """What else might make a run faster here, and why it is not timed like the paths."""
    graph = "a processor is sent no operations that a graph could replay"
    if device.type == "cuda":
        graph = "every training step is captured, and goes on without a graph where that fails"
    stacking = (
        "several networks as one grouped convolution took 4 to 8 times as long on a CPU as one "
        "after the other, and as long with one image each"
    )
    return {"captured graphs": graph, "stacking": stacking}


def versions() -> dict[str, Any]:
    """What an answer is bound to: another one of these may be faster by another path."""
    library = load()
    native: Any = library
    if not isinstance(library, str):
        state = library.path.stat()
        native = [library.path.name, state.st_size, state.st_mtime_ns]
    return {
        "resweep": __version__,
        "torch": str(torch.__version__),
        "native": native,
        "processor": processor(),
    }


@cache
def processor() -> str:
    """The model of the processor; hosts that share a home may have different ones."""
    with suppress(OSError):
        for line in CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def folder() -> Path | None:
    """Where choices are kept; None where the user has no cache."""
    cache_root = root()
    return cache_root / "choices" if cache_root else None


def place(circumstances: dict[str, Any]) -> Path | None:
    """The file of a choice under these circumstances."""
    where = folder()
    text = json.dumps(circumstances, sort_keys=True)
    name = hashlib.sha256(text.encode()).hexdigest()[:24]
    return where / f"{name}.json" if where else None


def recall(file: Path) -> Choice | None:
    """The choice in a file; None where there is none that can be read."""
    try:
        return Choice.of_json(json.loads(file.read_text())["choice"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(file: Path, circumstances: dict[str, Any], choice: Choice) -> Choice:
    """Write a choice down, unless another process was first: then its choice.

    A link that must not exist yet makes the decision in one step. Raises OSError where the cache
    cannot be written.
    """
    new = file.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        new.write_text(json.dumps({"for": circumstances, "choice": choice.to_json()}))
        try:
            os.link(new, file)
        except FileExistsError:
            first = recall(file)
            if first is not None:
                return first
            os.replace(new, file)  # what stood there could not be read
    finally:
        new.unlink(missing_ok=True)
    return choice


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Let one process at a time measure: timings of several at once would disturb each other."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file.with_suffix(".lock"), "w") as lock:
        with suppress(ImportError, OSError):  # no such lock on this system, or on its network disk
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def known() -> list[tuple[dict[str, Any], Choice]]:
    """Every choice that is kept for the present versions, with its circumstances."""
    where, here = folder(), versions()
    found = []
    for file in sorted(where.glob("*.json")) if where else []:
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(file.read_text())
            if all(kept["for"][name] == value for name, value in here.items()):
                found.append((kept["for"], Choice.of_json(kept["choice"])))
    return sorted(found, key=lambda pair: json.dumps(pair[0], sort_keys=True))
