"""Whether the head of a Ray cluster is still there.

Without it nothing is scheduled and no death is noticed, while actors go on for a while. Ray itself
says nothing, and ends the process of a driver a minute later.
"""

import time
from collections.abc import Callable
from typing import Any

from resweep.executors.ray_cluster import reach
from resweep.executors.silence import Silence

LOOK_SECONDS = 5.0
SILENT_SECONDS = 30.0


class Head:
    """The head of the cluster this process is connected to; `remark` is told when it is silent."""

    def __init__(self, ray: Any, remark: Callable[[str], None]) -> None:
        self.address = ray.get_runtime_context().gcs_address
        whom = f"the head of the Ray cluster ({self.address})"
        self.silence = Silence(
            whom,
            "what is finished is stored",
            SILENT_SECONDS,
            remark,
            longest_pause=LOOK_SECONDS,
        )
        self.asked = time.monotonic()

    def look(self) -> None:
        """Now and then see whether it is there; GoneError once it has been away for too long."""
        if time.monotonic() - self.asked < max(LOOK_SECONDS, self.silence.pause):
            return
        self.asked = time.monotonic()
        try:
            reach(self.address)
        except OSError as fault:
            self.silence.missed(str(fault))
        else:
            self.silence.heard()
