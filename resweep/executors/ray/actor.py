"""One actor of a Ray cluster, as the driver keeps it."""

from dataclasses import dataclass
from typing import Any

from resweep.executors.jobs import Job
from resweep.executors.ray.shares import RayShares
from resweep.executors.ray.worker import RayWorker


@dataclass(eq=False)
class Actor:
    """The driver's end of a worker: its handle, the node it runs on, and its task."""

    handle: Any
    node: str = ""
    job: Job | None = None

    @classmethod
    def start(cls, ray: Any, shares: RayShares) -> "Actor":
        """Ask for an actor; it begins when the cluster has room for it."""
        remote = ray.remote(
            num_cpus=shares.threads,
            num_gpus=shares.gpus_each,
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=2,
        )(RayWorker)
        return cls(remote.remote())

    def death(self, fault: BaseException) -> str:
        """How it died, in one line: Ray's words after what only its developers need."""
        lines = [line.strip() for line in str(fault).splitlines()[1:] if not line.startswith("\t")]
        words = " ".join(filter(None, lines)) or str(fault)
        return f"Ray worker on node {self.node} died: {words[:300]}"
