"""How workers share one machine: a GPU for each where there are some, else the cores evenly."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from resweep.executors.cores import cores, threads_asked_for

PART = re.compile(r"MIG-[^)\s]+")  # in: MIG 1g.5gb Device 0: (UUID: MIG-c7384736-...)


@dataclass(frozen=True)
class Shares:
    """How many workers there are and what each of them may use.

    workers    how many processes
    threads    how many threads torch may use in each
    gpus       the GPUs, as CUDA_VISIBLE_DEVICES names them; worker i uses the (i mod n)-th
    """

    workers: int
    threads: int
    gpus: tuple[str, ...] = ()

    def __call__(self, number: int) -> None:
        """Prepare the worker process of this number; called in it, before it imports torch."""
        if self.gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = self.gpus[number % len(self.gpus)]


def divide(workers: int | None, device: str, threads: int | None = None) -> Shares:
    """Divide this machine among `workers` workers that compute on `device`.

    None is one worker for each GPU; where there is no GPU, as many as the cores can keep busy. Each
    worker has `threads`, else those that OMP_NUM_THREADS asks for, else at least one thread;
    beyond that, all threads together are no more than the cores (see `resweep.executors.cores`).
    """
    available = gpus() if device in ("auto", "cuda") else ()
    asked = threads or threads_asked_for()
    alone = device.startswith("cuda:")  # all of them on one GPU, whose memory they share
    count = workers or len(available) or (1 if alone else max(1, cores() // (asked or 1)))
    return Shares(count, asked or max(1, cores() // count), available)


def gpus() -> tuple[str, ...]:
    """The GPUs that torch would see, as CUDA_VISIBLE_DEVICES names them.

    They are those of that variable where it is set, else those that nvidia-smi lists; torch itself
    would take seconds to import.
    """
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        return tuple(part for part in named.split(",") if part not in ("", "-1", "NoDevFiles"))
    program = shutil.which("nvidia-smi")
    if program is None:
        return ()
    done = subprocess.run([program, "--list-gpus"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return ()
    return listed(done.stdout)


def listed(text: str) -> tuple[str, ...]:
    """What `nvidia-smi --list-gpus` lists: indices of GPUs, names of the parts of a divided one.

    A GPU that is divided (MIG) has its parts below it, and only these can be computed on.
    """
    found: list[str] = []
    index = -1
    for line in text.splitlines():
        part = PART.search(line)
        if part is None:
            index += 1
            found.append(str(index))
            continue
        if found and found[-1] == str(index):
            found.pop()
        found.append(part[0])
    return tuple(found)
