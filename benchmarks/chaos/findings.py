"""What a storm counts, and what went wrong in it."""

import re
import shutil
import signal
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.chaos.driver import Driver

# Exit codes that a signal may lead to. A negative one is the system's own end of a process that had
# not yet installed its handlers.
CODES = {
    "KILL": {-signal.SIGKILL},
    "HUP": {129, 143, -signal.SIGHUP},
    "TERM": {143, -signal.SIGTERM},
    "INT": {130, -signal.SIGINT},
    "STOP": set(),
}
FINISHED = {0, 3}
COMPLAINT = re.compile(r"Traceback|\bdefect\b|Error\b|^error:", re.MULTILINE)


@dataclass
class Findings:
    """Everything that is counted or went wrong."""

    events: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    complaints: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def ended(self, driver: Driver, code: int) -> None:
        """Count the end of a life and keep what is unusual about it."""
        cause = "+".join(sorted(set(driver.signals))) or "undisturbed"
        self.exits[f"{cause}: {code}"] += 1
        allowed = FINISHED.union(*(CODES[word.split()[0]] for word in driver.signals))
        said = driver.log.read_text(errors="replace")
        if code not in allowed:
            self.unexpected.append(f"{cause}: exit {code}: {said[-800:]}")
        if COMPLAINT.search(said):
            last = [line for line in said.splitlines() if line.strip()][-1]
            self.complaints[
                f"{cause}: exit {code}: {re.sub(r'[0-9a-f]{6,}|[0-9]+', 'N', last)}"
            ] += 1
            shutil.copy(driver.log, driver.folder.parent / "complaints")
