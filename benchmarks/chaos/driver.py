"""A driver under signals: one command line, started again until it has finished undisturbed."""

import random
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.chaos.processes import environment, sessions

SAVED = re.compile(r"^\[\d+/\d+\]", re.MULTILINE)


@dataclass
class Driver:
    """One command line, started again until it has finished undisturbed."""

    words: list[str]
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    signals: list[str] = field(default_factory=list)
    not_before: float = 0.0  # no deadly signal until then,
    patient: bool = False  # nor, in a patient life, before it has saved a run
    restart_at: float = 0.0
    lives: int = 0
    done: bool = False

    def start(self, draw: random.Random) -> None:
        """Start the command in a session of its own; its messages go to a file."""
        self.lives += 1
        self.signals = []
        self.not_before = time.monotonic() + draw.uniform(0, 5)
        self.patient = draw.random() < 0.6
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.words,
                cwd=self.folder,
                env=environment(self.folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    @property
    def log(self) -> Path:
        """What the present life says on stderr."""
        return self.folder.parent / "logs" / f"{id(self)}-{self.lives}.txt"

    @property
    def alive(self) -> bool:
        """Whether the command runs, stopped or not."""
        return self.process is not None and self.process.poll() is None

    def mortal(self, now: float) -> bool:
        """Whether a deadly signal may meet it."""
        if self.patient and SAVED.search(self.log.read_text(errors="replace")):
            self.patient = False
        return now >= self.not_before and not self.patient

    def members(self) -> list[int]:
        """The other processes of its session: workers and multiprocessing's helpers."""
        assert self.process is not None
        session = self.process.pid
        return [pid for pid, sid in sessions() if sid == session and pid != session]
