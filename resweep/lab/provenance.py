"""Where and with what a run was measured: stored beside it, never part of its key."""

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
        "torch": str(
            torch.__version__
        ),  # a class of torch's own, which a process without torch could not unpickle
        "python": platform.python_version(),
    }


@cache
def revision() -> str | None:
    """Commit of the checkout this program runs from, with + where it was changed; None for an installed package."""
    here = Path(resweep.__file__).parent
    if not (here.parent / ".git").exists():
        return None
    try:
        head = git(here, "rev-parse", "--short=12", "HEAD")
        return head + (
            "+" if git(here, "status", "--porcelain", "--untracked-files=no", "--", ".") else ""
        )
    except (OSError, subprocess.SubprocessError):
        return None


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10, check=True
    )
    return done.stdout.strip()
