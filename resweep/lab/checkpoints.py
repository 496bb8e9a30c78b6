"""What a run has behind it, kept in the user's cache until it is done.

A run of several epochs writes the state of its training after an epoch; killed at any moment and
started again, it goes on from there, with the numbers that it would have had. A state belongs to
one experiment, one set of images and one way of computing (device, threads, kernels, versions).
Any other state is passed over, with a warning that says what differs. Writing takes at most a
fiftieth of a run's time: where epochs are shorter than fifty times that, not every one is kept.

This module imports torch only where it reads or writes.
"""

import hashlib
import io
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resweep import files
from resweep.data import cache
from resweep.errors import ResweepError

MAGIC = b"resweep checkpoint 1\n"
SHARE = 0.02  # of a run's time that writing may take
FIRST_COST = 0.005  # seconds that the first writing is taken to need
KEPT_DAYS = 30
# The facts of a run's provenance on which its last digits depend.
SETTING = ("device", "device_name", "threads", "kernels", "torch", "resweep", "git")


class Unusable(Exception):
    """A state that this run cannot go on from; the message says why."""


@dataclass
class Checkpoint:
    """The place of one run's state.

    `setting` holds what must be the same for its numbers to be the same, and `warn` is called with
    a line where a state is there and cannot be used, or cannot be written. `earlier` are the
    seconds that went into the state that was loaded, and `resumed` the epochs after which the run
    has gone on.
    """

    key: str
    fingerprint: str
    setting: Mapping[str, str]
    warn: Callable[[str], None] = lambda _: None
    earlier: float = 0.0
    resumed: list[int] = field(default_factory=list)
    cost: float = FIRST_COST
    began: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> Path | None:
        """The file, or None where the user has no cache."""
        return place(self.key, self.fingerprint)

    def load(self) -> dict[str, Any] | None:
        """The state that `keep` left, or None where there is none that this run can go on from."""
        try:
            kept = self._read() if self.path else None
        except Unusable as why:
            self.warn(f"the checkpoint of {self.key[:8]} is not used ({why}): starting over")
            return None
        if kept is None:
            return None
        state: dict[str, Any] = kept["state"]
        self.earlier = kept["seconds"]
        self.resumed = [*kept["resumed"], state["course"]["epochs"]]
        return state

    def _read(self) -> dict[str, Any] | None:
        """The content of the file, None without one. Raises Unusable if it is not this run's."""
        assert self.path is not None
        try:
            kept = _unpacked(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unusable(files.reason(error)) from None
        except Exception as error:  # a damaged file may raise anything
            raise Unusable(f"it is damaged: {type(error).__name__}") from None
        made = kept["setting"]
        for name, value in self._owner().items():
            if made.get(name) != value:
                raise Unusable(f"it was made with {name} {made.get(name)}, this is {value}")
        return kept

    def _owner(self) -> dict[str, str]:
        return {**self.setting, "key": self.key, "data": self.fingerprint}

    def due(self) -> bool:
        """Whether enough time has passed since the last writing to afford another."""
        return (time.monotonic() - self.last) * SHARE >= self.cost

    def keep(self, state: dict[str, Any]) -> None:
        """Write a state of tensors, numbers and texts in place of an older one; or warn.

        `state` has the course's own under "course".
        """
        if self.path is None:
            return
        began = time.monotonic()
        content = {
            "setting": self._owner(),
            "seconds": self.earlier + began - self.began,
            "resumed": self.resumed,
            "state": state,
        }
        try:
            with cache.entry(self.path) as file:
                file.write(_packed(content))
        except files.WriteError as error:
            self.warn(f"the state of {self.key[:8]} cannot be kept ({error.reason})")
        self.last = time.monotonic()
        self.cost = self.last - began

    def remove(self) -> None:
        """Forget the state: the run is done."""
        forget(self.key, self.fingerprint)


def of(
    key: str, fingerprint: str, provenance: Mapping[str, Any], warn: Callable[[str], None]
) -> Checkpoint:
    """The checkpoint of a run with this provenance."""
    facts = {name: provenance.get(name) for name in SETTING}
    setting = {name: _text(fact) for name, fact in facts.items()}
    return Checkpoint(key, fingerprint, setting, warn)


def place(key: str, fingerprint: str) -> Path | None:
    """The file of a run's state; None where the user has no cache."""
    root = cache.root()
    return root / "checkpoints" / f"{key}-{fingerprint[:16]}.pt" if root else None


def forget(key: str, fingerprint: str) -> None:
    """Remove the state of a run, and those that are older than `KEPT_DAYS`."""
    path = place(key, fingerprint)
    if path is None:
        return
    with suppress(OSError):
        path.unlink(missing_ok=True)
    oldest = time.time() - KEPT_DAYS * 86_400
    for other in path.parent.glob("*.pt"):
        with suppress(OSError):
            if other.stat().st_mtime < oldest:
                other.unlink()


def _text(fact: Any) -> str:
    return fact if isinstance(fact, str) else json.dumps(fact, sort_keys=True)


def _packed(content: dict[str, Any]) -> bytes:
    import torch

    stream = io.BytesIO()
    torch.save(content, stream)
    body = stream.getvalue()
    return MAGIC + hashlib.sha256(body).digest() + body


def _unpacked(content: bytes) -> dict[str, Any]:
    """The content of a file; nothing in it is executed. Raises an error if a byte is wrong."""
    import torch

    start = len(MAGIC) + 32
    digest, body = content[len(MAGIC) : start], content[start:]
    if not content.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        raise ResweepError("its checksum does not hold")
    kept: dict[str, Any] = torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
    return kept
