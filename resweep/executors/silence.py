"""A cluster's controller that does not answer for a while: what is said of it, and how long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from resweep.errors import MissingError

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0  # seconds between two questions to one that is silent


class GoneError(MissingError):
    """A controller has been silent for too long; what it was given is left as it is. Exit code 4.

    Whoever types the same command again goes on from there.
    """


@dataclass
class Silence:
    """The answers of a controller called `whom`, and the signs of life of its workers.

    `remark` is given one line when it falls silent and one when it answers again. `meanwhile` says
    what becomes of the work. After `patience` seconds without any sign `missed` raises GoneError.
    """

    whom: str
    meanwhile: str
    patience: float
    remark: Callable[[str], None] = field(default=lambda line: None)
    sign: float = field(default_factory=time.monotonic)
    longest_pause: float = LONGEST_PAUSE
    pause: float = 0.0

    def heard(self) -> None:
        """The controller has answered."""
        self.alive()
        if self.pause:
            self.pause = 0.0
            self.remark(f"{self.whom} answers again")

    def alive(self) -> None:
        """Something that it runs has shown that it lives."""
        self.sign = time.monotonic()

    def missed(self, said: str) -> None:
        """The controller has not answered; `said` is what its command says."""
        silent = time.monotonic() - self.sign
        if self.pause and silent > self.patience:
            raise GoneError(
                f"{self.whom} has not answered for {silent:.0f} s ({said}): {self.meanwhile}; "
                "once it answers, the same command goes on"
            )
        if not self.pause:
            self.remark(
                f"{self.whom} does not answer ({said}): {self.meanwhile}; "
                f"asking again for {self.patience:.0f} s"
            )
        self.pause = min(self.longest_pause, max(FIRST_PAUSE, 2 * self.pause))
