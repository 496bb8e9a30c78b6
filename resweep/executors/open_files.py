"""The limit of open files, which many worker processes reach."""

import sys

from resweep.errors import ResweepError
from resweep.numerals import counted

EACH = 3  # files that the driver holds open for each worker: two ends of pipes and a sentinel
OTHERS = 40  # everything else that it opens: the store, the terminal, what starting takes


def allow(workers: int) -> None:
    """Make sure that this process may open the files that `workers` worker processes need.

    The soft limit is raised where the hard limit permits it. Raises ResweepError where it does not.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = EACH * workers + OTHERS
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        possible = max(1, (hard - OTHERS) // EACH)
        need = counted(workers, "worker needs", "workers need")
        raise ResweepError(
            f"{need} {needed} open files, but the limit is {hard}: "
            f"raise it (ulimit -n {needed}), or use --workers {possible}"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
