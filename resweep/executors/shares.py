"""How one machine is shared among workers: a GPU each where there are some, else an even part of the cores."""

import os
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Shares:
    """`workers` workers of `threads` threads each; called with a worker's number, in it, before torch is imported."""

    workers: int
    threads: int
    gpus: tuple[str, ...] = ()

    def __call__(self, number: int) -> None:
        if self.gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = self.gpus[number % len(self.gpus)]


def divide(workers: int | None, device: str) -> Shares:
    """The shares of `workers` workers on `device`; None: one worker a GPU, or one a core where there is no GPU.

    Threads times workers never exceeds the cores, but for the one thread that each worker needs.
    """
    found = gpus() if device in ("auto", "cuda") else ()
    count = workers or len(found) or cores()
    return Shares(count, max(1, cores() // count), found)


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def gpus() -> tuple[str, ...]:
    """The GPUs that torch would see, as CUDA_VISIBLE_DEVICES names them, without the seconds of importing torch."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        return tuple(part for part in named.split(",") if part not in ("", "-1", "NoDevFiles"))
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    done = subprocess.run([program, "--list-gpus"], capture_output=True, text=True, check=False)
    return (
        tuple(str(i) for i, _ in enumerate(done.stdout.splitlines()))
        if done.returncode == 0
        else ()
    )
