"""Commands that time a training step, run in turn, round by round, each as a process of its own.

A busy machine slows all arms of a round alike, so that ratios hold where seconds do not; and each
process has its own peak memory.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Timing(NamedTuple):
    """What one process measured.

    seconds    the median time of a training step
    peak       the peak memory in MiB: of the GPU where one was used, else of the process
    """

    seconds: float
    peak: float


class Fault(NamedTuple):
    """Why an arm has no timing."""

    reason: str


def in_turn(
    arms: Mapping[str, Sequence[str]],
    rounds: int,
    limit: float,
    tell: Callable[[str], None] = lambda _: None,
) -> dict[str, list[Timing] | Fault]:
    """Run the command of each arm once a round, one after the other.

    An arm that fails or takes longer than `limit` seconds is not run again and has a Fault instead
    of its timings. `tell` is called with a line before each run.
    """
    results: dict[str, list[Timing] | Fault] = {name: [] for name in arms}
    for turn in range(1, rounds + 1):
        for name, command in arms.items():
            timings = results[name]
            if isinstance(timings, Fault):
                continue
            tell(f"round {turn} of {rounds}: {name}")
            timing = timed(command, limit)
            if isinstance(timing, Fault):
                results[name] = timing
            else:
                timings.append(timing)
    return results


def timed(command: Sequence[str], limit: float) -> Timing | Fault:
    """Run a command that prints `seconds_per_step` and `peak_mib` in lines of JSON."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return Fault(f"not done after {limit:g} s")
    if done.returncode:
        complaint = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        return Fault(complaint[-1])
    figures: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            figures |= json.loads(line)
    return Timing(figures["seconds_per_step"], figures["peak_mib"])


def command(level: str, *, script: str | None = None, **options: Any) -> list[str]:
    """The command line that times one arm with `resweep.lab.benchmark`.

    level      one of `resweep.lab.benchmark.LEVELS`
    script     a program to time instead, which takes the same flags and prints the same line
    options    flags by their names; True is a flag without a value, None and False leave it out
    """
    words = [sys.executable, "-m", "resweep.lab.benchmark"]
    if script:
        words += ["--script", script]
    words += ["--level", level]
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif value is not None and value is not False:
            words += [flag, str(value)]
    return words
