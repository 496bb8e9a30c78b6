"""Whether the head of a Ray cluster is still there.

Without it nothing is scheduled and no death is noticed, while actors go on for a while. Ray itself
says nothing, lets calls wait, and ends the process of a driver a minute later.
"""

import threading
from collections.abc import Callable
from typing import Any

from resweep.executors.ray.cluster import reach
from resweep.executors.silence import GoneError, Silence

LOOK_SECONDS = 5.0
SILENT_SECONDS = 30.0


class Head:
    """Looks after the head of the cluster this process is connected to, in a thread of its own.

    Any other thread may wait in a call of Ray's for a head that is gone. `remark` is told when it
    is silent, and `gone` when it has been so for too long; then nobody looks any more.
    """

    def __init__(
        self, ray: Any, remark: Callable[[str], None], gone: Callable[[GoneError], None]
    ) -> None:
        self.address = ray.get_runtime_context().gcs_address
        self.gone = gone
        whom = f"the head of the Ray cluster ({self.address})"
        self.silence = Silence(
            whom,
            "what is finished is stored",
            SILENT_SECONDS,
            remark,
            longest_pause=LOOK_SECONDS,
        )
        self.over = threading.Event()
        threading.Thread(target=self.watch, name="resweep-head", daemon=True).start()

    def watch(self) -> None:
        """Look now and then, until nobody wants to know or the head is gone."""
        while not self.over.wait(max(LOOK_SECONDS, self.silence.pause)):
            try:
                self.look()
            except GoneError as fault:
                self.gone(fault)
                return

    def look(self) -> None:
        """See whether it is there; GoneError once it has been away for too long."""
        try:
            reach(self.address)
        except OSError as fault:
            self.silence.missed(str(fault))
        else:
            self.silence.heard()
