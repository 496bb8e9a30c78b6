"""Faults of the machine, which say nothing about the experiment that met them.

A full disk, exhausted memory, a closed pipe or a broken GPU is never stored as the result of an
experiment: it ends the command, and the experiment is measured another time.
"""

import errno
import re

import torch

from resweep.errors import NoNetworkError, OutOfMemory, ResweepError
from resweep.experiment import Experiment
from resweep.files import reason
from resweep.lab.fitting import DoesNotFit
from resweep.numerals import counted

# what torch, cuBLAS and the system say where they raise a plain RuntimeError
MEMORY = re.compile("out of memory|can't allocate memory|cannot allocate memory|ALLOC_FAILED", re.I)
THREADS = re.compile("can't start new thread|thread creation failed", re.I)
ADVICE = {
    errno.ENOSPC: "free space on the disk",
    errno.EDQUOT: "free space on the disk",
    errno.EMFILE: "raise the limit of open files (ulimit -n), or use fewer --workers",
    errno.ENFILE: "close some programs, or use fewer --workers",
}


def translated(fault: Exception, experiment: Experiment) -> Exception | None:
    """The error that `fault` is to the user, if it is one of the surroundings; else None.

    A closed pipe stays what it is, since the program ends quietly with it, and so does a network
    that there is none of, which no experiment of the command can do without.
    """
    text = str(fault).partition("\n")[0] or type(fault).__name__
    size = experiment.arguments if experiment.foreign else counted(experiment.blocks, "block")
    during = f"while measuring {experiment.key[:8]} ({size or experiment.network})"
    if isinstance(fault, (BrokenPipeError, NoNetworkError)):
        return fault
    if isinstance(fault, DoesNotFit):
        advice = f"--batch-size {fault.fits} fits" if fault.fits else "not even one image fits"
        return OutOfMemory(
            f"not enough memory on the GPU {during}: {fault}: {advice}, or take another --device"
        )
    if out_of_memory(fault):
        return OutOfMemory(
            f"not enough memory {during}: {text}: use fewer --workers, another --device, "
            "or smaller networks"
        )
    if isinstance(fault, OSError):
        advice = ADVICE.get(fault.errno or 0, "repair it")
        return ResweepError(f"{reason(fault)} {during}: {advice} and repeat the command")
    if _says(fault, THREADS):
        return ResweepError(f"{text} {during}: raise the limit (ulimit -u), or use fewer --workers")
    if isinstance(fault, torch.AcceleratorError):
        return ResweepError(f"the GPU failed {during}: {text}: repeat the command")
    return None


def out_of_memory(fault: Exception) -> bool:
    """Return whether there was too little memory, of the machine or of a GPU."""
    return isinstance(fault, (MemoryError, torch.OutOfMemoryError)) or _says(fault, MEMORY)


def _says(fault: Exception, pattern: re.Pattern[str]) -> bool:
    return isinstance(fault, RuntimeError) and bool(pattern.search(str(fault)))
