"""Where and with what a run was measured; stored beside the run, never part of its key."""

import platform
import socket
import subprocess
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import torch

import resweep
from resweep import __version__
from resweep.lab import devices
from resweep.nets import kernels


def provenance(device: torch.device, fingerprint: str) -> dict[str, Any]:
    """What is recorded with a run on `device` of the images with this fingerprint.

    `threads` is the number of threads torch computes with; it changes the last digits of a result.
    """
    return {
        "dataset_fingerprint": fingerprint,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": str(device),
        "device_name": devices.describe(device),
        "threads": torch.get_num_threads(),
        "host": socket.gethostname(),
        "kernels": kernels.describe(device),
        "resweep": __version__,
        "git": revision(),
        # a class of torch's own, which a process without torch could not unpickle
        "torch": str(torch.__version__),
        "python": platform.python_version(),
    }


@cache
def revision() -> str | None:
    """The commit of the checkout that this program runs from, None for an installed package.

    A `+` at the end means that tracked files of the package differ from that commit.
    """
    here = Path(resweep.__file__).parent
    if not (here.parent / ".git").exists():
        return None
    try:
        commit = git(here, "rev-parse", "--short=12", "HEAD")
        changed = git(here, "status", "--porcelain", "--untracked-files=no", "--", ".")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}+" if changed else commit


def git(folder: Path, *words: str) -> str:
    """What the git command prints in `folder`."""
    command = ["git", "-C", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    return done.stdout.strip()
