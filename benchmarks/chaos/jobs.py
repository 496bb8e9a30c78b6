"""What the drivers of a storm do together: sweeps, studies and boundaries in turn."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

SMALL = "--dataset synthetic --blocks 1 --channels 4 --kernel 3 --train-size 512 --batch-size 16"
WORKERS = "--executor processes --workers 1 --device cpu"
CELLS, TRIALS = 16, 10


@dataclass
class Job:
    """What two drivers do together: their command lines, and the name under which it is stored."""

    kind: str
    name: str
    commands: list[list[str]]


def resweep(*words: str) -> list[str]:
    """The command line of resweep with these words."""
    return [sys.executable, "-m", "resweep", *words]


def sweep_job(number: int) -> Job:
    """Two drivers on one sweep."""
    name = f"sweep-{number}"
    first = CELLS * number
    words = f"sweep {SMALL} --seed {first}..{first + CELLS - 1}:lin{CELLS} --name {name} {WORKERS}"
    return Job("sweep", name, [resweep(*words.split())] * 2)


def study_job(number: int) -> Job:
    """Two drivers on one study, whose sampler draws by the number of the trial alone."""
    name = f"study-{number}"
    words = (
        f"study {SMALL} --c 0.1..10:log --trials {TRIALS} --sampler random "
        f"--sampler-seed {number} --name {name} {WORKERS}"
    )
    return Job("study", name, [resweep(*words.split())] * 2)


def boundary_job(number: int) -> Job:
    """One driver on each of two boundaries: drivers do not share a bisection."""
    commands = []
    for arm in ("he", "depth-scaled"):
        words = (
            f"boundary {arm} {SMALL} --range 0.001..1000 --resolution 0.5 --seeds 2 "
            f"--lr 1e-{number} {WORKERS}"
        )
        commands.append(resweep(*words.split()))
    return Job("boundary", f"boundary-{number}", commands)


def jobs() -> Iterator[Job]:
    """Sweeps, studies and boundaries in turn; at most six different boundaries."""
    number = 0
    while True:
        yield sweep_job(number)
        yield study_job(number)
        if number < 6:
            yield boundary_job(number + 1)
        number += 1
