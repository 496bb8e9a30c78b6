"""A case, called in a process of its own, and what is wrong with how it ended."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bad_input.cases import Case
from benchmarks.bad_input.values import SECRET

SECONDS = 60.0  # a call that takes longer hangs
REPORTS = ("doctor", "db check")  # these print what they found on stdout, whatever it is


@dataclass(frozen=True)
class Ending:
    """What came of a call; `code` is None where it was ended because it took too long."""

    code: int | None
    out: str
    err: str
    seconds: float


def faults(case: Case, ending: Ending) -> Iterator[str]:
    """Yield what is wrong with how a case ended."""
    if ending.code is None:
        yield "hangs"
        return
    if ending.code not in case.codes:
        yield f"exit code {ending.code}, not {' or '.join(map(str, case.codes))}"
    if "Traceback" in ending.err or "a defect of resweep" in ending.err:
        yield "defect"
    if SECRET in ending.out + ending.err:
        yield "password"
    lines = ending.err.splitlines()
    if not all(line.isprintable() for line in [*lines, *ending.out.splitlines()]):
        yield "control characters"
    box = any("Usage:" in line for line in [*lines, *ending.out.splitlines()])
    if ending.out and not box and not " ".join(case.words).startswith(REPORTS):
        yield "output on stdout"
    told = [line for line in lines if not line.startswith(("loading torch", "warning: "))]
    if box or " ".join(case.words).startswith(REPORTS):
        return
    if len(told) != 1 or not told[0].startswith("error: "):
        yield f"{len(told)} lines on stderr"


def call(case: Case, folder: Path) -> Ending:
    """Run the program in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RESWEEP_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(folder.parent)}
    words = [sys.executable, "-m", "resweep", *case.words]
    began = time.monotonic()
    try:
        done = subprocess.run(
            [os.fsencode(word) for word in words],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Ending(None, "", "", SECONDS)
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return Ending(done.returncode, out, err, time.monotonic() - began)
