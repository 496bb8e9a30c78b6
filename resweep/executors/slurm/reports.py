"""The reports of a task that runs on another machine: a file that grows, one frame a report."""

import pickle
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LENGTH = struct.Struct("<I")


@dataclass
class Writer:
    """What a worker reports, gathered so that the file is not touched at each report."""

    path: Path
    gathered: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, *words: Any) -> None:
        """Gather a report."""
        self.gathered.append(words)

    def flush(self) -> None:
        """Append what was gathered to the file."""
        taken, self.gathered = self.gathered, []
        if taken:
            frames = [pickle.dumps(words) for words in taken]
            with self.path.open("ab") as file:
                file.write(b"".join(LENGTH.pack(len(frame)) + frame for frame in frames))


@dataclass
class Reader:
    """What a driver has read of such a file so far."""

    path: Path
    offset: int = 0

    def new(self) -> list[tuple[Any, ...]]:
        """The reports that came since the last call; a frame of which a part is there waits."""
        try:
            with self.path.open("rb") as file:
                if file.seek(0, 2) < self.offset:  # the task was begun again, elsewhere
                    self.offset = 0
                file.seek(self.offset)
                content = file.read()
        except FileNotFoundError:
            return []
        reports, at = [], 0
        while at + LENGTH.size <= len(content):
            end = at + LENGTH.size + LENGTH.unpack_from(content, at)[0]
            if end > len(content):
                break
            reports.append(pickle.loads(content[at + LENGTH.size : end]))
            at = end
        self.offset += at
        return reports
